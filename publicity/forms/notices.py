"""A notice from its draft to its decision."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from applications.models import Application
from publicity.models import Notice
from quotas.models import Cycle


class CycleForm(forms.Form):
    """Which cycle a list shows."""

    cycle = forms.ModelChoiceField(
        Cycle.objects.none(), label="评选周期", required=False, empty_label="全部周期"
    )

    def __init__(self, *args: Any, cycles: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["cycle"].queryset = cycles  # type: ignore[attr-defined]

    @property
    def chosen(self) -> Cycle | None:
        self.is_valid()
        return self.cleaned_data.get("cycle")


class PreviewForm(forms.Form):
    """For which cycle, and from which day, the window is shown beforehand."""

    cycle = forms.ModelChoiceField(Cycle.objects.none(), label="评选周期", empty_label=None)
    on = forms.DateField(label="拟发布日期", required=False)

    def __init__(self, *args: Any, cycles: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["cycle"].queryset = cycles  # type: ignore[attr-defined]


class NoticeForm(forms.ModelForm[Notice]):
    """The words of a notice."""

    class Meta:
        model = Notice
        fields = ("number", "title", "body", "basis", "contact")
        widgets = {"body": forms.Textarea(attrs={"rows": 12})}
        help_texts = {
            "number": "可在发布前补填。",
            "body": "名单、公示起止日期由系统附在正文之后。",
        }


class EntriesForm(forms.Form):
    """Which of the passed nurseries are on the notice."""

    applications = forms.ModelMultipleChoiceField(
        Application.objects.none(), label="列入公示的机构", required=False
    )

    def __init__(self, *args: Any, choices: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["applications"].queryset = choices  # type: ignore[attr-defined]
        self.choices: Sequence[Application] = choices


class ScheduleForm(forms.Form):
    """When the portal is to publish a draft."""

    publish_at = forms.DateTimeField(
        label="发布时间", help_text="届时自动发布，公示期从实际发布之日起算。"
    )


class SupplementForm(forms.Form):
    """What is added to a published notice."""

    text = forms.CharField(
        label="说明内容",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="在公示页面公开显示，发布后不能修改。",
    )
    reason = forms.CharField(label="原因", max_length=300, help_text="一并公开。")


class DecisionForm(forms.Form):
    """The numbered decision by which titles are awarded."""

    decision_number = forms.CharField(
        label="授予决定文号",
        max_length=60,
        help_text="印发授予决定的文号，将记入称号名册和证书。",
    )
