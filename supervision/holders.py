"""What scoring asks of the spot checks that hold its sheets."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from scoring.holders import Holder, register
from scoring.models import Sheet
from supervision import policies, services
from supervision.models import SpotCheck
from supervision.sheets import CHECK

WITH_CHECK = (
    "spot_check__campaign",
    "spot_check__title__nursery",
    "spot_check__title__region__parent",
    "spot_check__title__cycle__province",
)


class CheckScore(Holder):
    """The sheet of one spot check; its inspectors fill it in together.

    What the nursery claimed when it applied is not put beside it: the visit is judged by what is
    found on site.
    """

    wants_evidence = False
    works_offline = True
    back_label = "返回检查"
    finish_label = "完成评分"

    def __init__(self, check: SpotCheck) -> None:
        self.check = check
        self.title = f"{check.title.nursery.name} · 抽查评分"
        self.back_url = check.get_absolute_url()
        if check.is_under_way:
            self.finish_url = check.seal_url

    def may_see(self, user: Any) -> bool:
        """The nursery learns the total, not the sheet."""
        return policies.may_inspect(self.check, user) or services.reads_marks(self.check, user)

    def may_fill(self, user: Any, at: datetime) -> bool:
        return self.check.is_under_way and policies.may_inspect(self.check, user)

    def why_locked(self, at: datetime) -> str:
        if self.check.is_under_way:
            return "现场评分由检查人员填写，您可以查看。"
        return f"该检查目前为“{self.check.get_state_display()}”，评分不能再修改。"


def check_score(sheet: Sheet) -> Holder:
    return CheckScore(sheet.spot_check)


def register_holders() -> None:
    register(CHECK, check_score, along=WITH_CHECK)
