"""People whom a nursery asks to stand aside 申请回避的人员."""

from __future__ import annotations

from django import forms

from applications.models import Relation


class RelationForm(forms.ModelForm):
    class Meta:
        model = Relation
        fields = ("name", "employer", "what")
        help_texts = {
            "employer": "选填。填写后，只有姓名和单位都相同的专家回避。",
            "what": "例如：本机构负责人的近亲属；曾在本机构任职。",
        }

    def _post_clean(self) -> None:
        """The service writes the row."""
