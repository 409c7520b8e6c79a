"""The assignment of experts."""

from __future__ import annotations

from typing import Any

from django import forms

from accounts.models import User
from applications.statuses import Step


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
