"""What people type: the application form, the desk's filters, the assignment of experts."""

from __future__ import annotations

from typing import Any

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.utils.html import format_html

from accounts.access import regions_held
from accounts.models import Region, User
from accounts.statuses import Level
from applications.declarations import DECLARATIONS
from applications.models import Application
from applications.queues import QueueQuerySet, areas_of
from applications.services import fingerprint
from applications.statuses import PAST_CITY, ApplicationState, Step
from nurseries.models import Nursery
from nurseries.validators import normal_phone, validate_phone
from quotas.models import Cycle


class LongText(forms.CharField):
    """Browsers send CRLF; the limit of characters and the comparison count one."""

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        return text.replace("\r\n", "\n") if text else text


class ApplicationForm(forms.ModelForm):
    """The form 申报表 as the nursery fills it in; a draft may be incomplete.

    With each field comes what was seen of it (`seen-<name>`), so that a second tab never overwrites
    silently.
    """

    WRITTEN = ("contact_name", "contact_phone", "introduction", "practice")
    DECLARED = tuple(DECLARATIONS)

    class Meta:
        model = Application
        fields = ("contact_name", "contact_phone", "introduction", "practice", *DECLARATIONS)
        field_classes = {"introduction": LongText, "practice": LongText}
        widgets = {
            "contact_phone": forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel"}),
            "contact_name": forms.TextInput(attrs={"autocomplete": "name"}),
            "introduction": forms.Textarea(attrs={"rows": 8}),
            "practice": forms.Textarea(attrs={"rows": 12}),
        }
        help_texts = {
            "contact_phone": "审核中需要补正时，按此号码联系。",
            "introduction": "开办时间、场地、班级与师资等基本情况，2000 字以内。",
            "practice": "创建示范机构的主要做法、特色与成效，4000 字以内。",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.show(self.instance)

    def clean_contact_phone(self) -> str:
        number = normal_phone(self.cleaned_data["contact_phone"])
        if number:
            validate_phone(number)
        return number

    def show(self, stored: Application) -> None:
        """Let the fields say which values they were shown beside."""
        for name in self.fields:
            mark = fingerprint(getattr(stored, name))
            self.fields[name].widget.attrs["data-version"] = mark

    @property
    def seen_inputs(self) -> list[tuple[str, str]]:
        """What the whole form carries along of each field: the place in the page and its input."""
        return [
            (f"seen-{name}", seen_input(name, field.widget.attrs["data-version"]))
            for name, field in self.fields.items()
        ]

    def seen(self) -> dict[str, str]:
        return {name: self.data.get(f"seen-{name}", "") for name in self.fields}

    def show_conflicts(self, current: Application, names: list[str]) -> None:
        """Say beside each field that it was changed elsewhere; saving again overwrites that."""
        self.show(current)
        for name in names:
            self.add_error(name, "此项已在别处修改。再次保存将以您填写的内容为准。")

    def _post_clean(self) -> None:
        """The instance keeps what is stored: only the service writes, and conflicts show both."""


def seen_input(name: str, version: str) -> str:
    """The hidden input that says which value of a field the form was shown beside."""
    return format_html('<input type="hidden" name="seen-{}" value="{}">', name, version)


class FieldForm(ApplicationForm):
    """One field of the form, as the page saves it by itself."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sent = [name for name in self.fields if name in self.data]
        self.name = sent[0] if len(sent) == 1 else ""
        for name in list(self.fields):
            if name != self.name:
                del self.fields[name]

    def clean(self) -> dict[str, Any] | None:
        if not self.name:
            raise ValidationError("每次保存一项。")
        return super().clean()

    def seen(self) -> dict[str, str]:
        return {self.name: self.data.get("version", "")}


class DraftForm(forms.Form):
    """For which nursery and cycle an application is begun."""

    nursery = forms.ModelChoiceField(Nursery.objects.none())
    cycle = forms.ModelChoiceField(Cycle.objects.none())

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["nursery"].queryset = Nursery.objects.acted_for_by(user)  # type: ignore[attr-defined]
        self.fields["cycle"].queryset = Cycle.objects.public()  # type: ignore[attr-defined]


SEES = "accounts.see_files"
ABOVE_COUNTY = (Level.PROVINCE, Level.CITY)


class AreaField(django_filters.fields.ModelChoiceField):
    """Regions by their whole name, those below a city set in."""

    def label_from_instance(self, region: Region) -> str:
        return f"　{region.name}" if region.path.count("/") > 1 else region.name


class AreaFilter(django_filters.ModelChoiceFilter):
    field_class = AreaField


class QueueFilter(django_filters.FilterSet):
    """The filters of a desk; they stay in the address, and only offer what the user may see."""

    q = django_filters.CharFilter(label="机构名称、信用代码或编号", method="by_text")
    cycle = django_filters.ModelChoiceFilter(
        label="评选周期", queryset=Cycle.objects.none(), empty_label="全部周期"
    )
    area = AreaFilter(
        label="辖区",
        queryset=Region.objects.none(),
        method="in_area",
        empty_label="全部辖区",
    )

    def __init__(self, data: Any, queryset: Any, *, user: User) -> None:
        super().__init__(data, queryset)
        self.filters["cycle"].queryset = Cycle.objects.visible_to(user).newest_first()
        self.filters["area"].queryset = areas_of(user)
        # A county has nothing below it to narrow to.
        if not any(region.level in ABOVE_COUNTY for region in regions_held(user, SEES)):
            del self.filters["area"]

    def by_text(self, rows: QueueQuerySet, name: str, value: str) -> QueueQuerySet:
        return rows.matching(value)

    def in_area(self, rows: QueueQuerySet, name: str, value: Region) -> QueueQuerySet:
        return rows.within(value)


JUDGED = [(state.value, state.label) for state in ApplicationState if state in PAST_CITY]


class DecisionFilter(QueueFilter):
    """The filters of the province's decision table, within one cycle."""

    state = django_filters.ChoiceFilter(label="状态", choices=JUDGED, empty_label="全部状态")


class PanelForm(forms.Form):
    """Which experts get a sheet, and at which steps."""

    BOTH = "both"
    STEPS = {
        BOTH: (Step.PAPER, Step.SITE),
        Step.PAPER.value: (Step.PAPER,),
        Step.SITE.value: (Step.SITE,),
        Step.MODERATION.value: (Step.MODERATION,),
    }

    steps = forms.ChoiceField(label="分配环节", widget=forms.RadioSelect)
    experts = forms.ModelMultipleChoiceField(
        User.objects.none(),
        label="专家",
        error_messages={"required": "请至少选择一名专家。"},
    )

    def __init__(self, *args: Any, pool: Any, moderation: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["experts"].queryset = pool  # type: ignore[attr-defined]
        choices = [
            (self.BOTH, "书面评审和实地评审"),
            (Step.PAPER.value, "仅书面评审"),
            (Step.SITE.value, "仅实地评审"),
        ]
        if moderation:
            choices = [(Step.MODERATION.value, "复核评审（一名专家）")]
        self.fields["steps"].choices = choices  # type: ignore[attr-defined]
        self.fields["steps"].initial = choices[0][0]

    @property
    def ticked(self) -> list[str]:
        """The keys as they were sent, whatever became of them."""
        widget = self.fields["experts"].widget
        return widget.value_from_datadict(self.data, self.files, "experts") or []

    def clean_steps(self) -> tuple[Step, ...]:
        return self.STEPS[self.cleaned_data["steps"]]


class UnassignForm(forms.Form):
    """Why a task is taken back from an expert."""

    reason = forms.CharField(
        label="撤回理由", max_length=500, error_messages={"required": "请写明撤回理由。"}
    )
