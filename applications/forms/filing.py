"""The application form 申报表."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.html import format_html

from accounts.models import User
from applications.declarations import DECLARATIONS
from applications.models import Application
from applications.services import fingerprint
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
