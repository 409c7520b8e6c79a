"""How an example application comes to where it stands: through the portal's own moves."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from functools import cache
from itertools import cycle as cycle_through
from itertools import islice
from random import Random
from typing import TYPE_CHECKING

from accounts.models import User
from applications import services as applications
from applications.models import Application, Review
from applications.statuses import Step
from files import services as files
from files.models import StoredFile
from nurseries.models import Nursery
from portal.demo.paper import example_pdf
from portal.demo.people import Offices, People
from portal.demo.places import staff_of
from quotas.models import Cycle
from scoring import examples
from scoring import services as scoring
from scoring.arithmetic import Answer
from scoring.models import Evidence, Mark, RubricVersion, Sheet
from workflow import perform

if TYPE_CHECKING:
    from collections.abc import Sequence

OPINION = "经评审组按评分表逐项评审，该机构符合省级示范托育机构条件，同意推荐。"
RETURN = "消防安全检查记录缺 3 月、4 月两次，请补充后重新提交。"
DECLINE = "安全卫生部分得分偏低，建议整改提高后于下一周期申报。"


VARIANTS = 3


class Stories:
    """Tells the applications of one cycle; `start` is the day on which the first was drafted."""

    def __init__(self, cycle: Cycle, people: People, offices: Offices) -> None:
        self.cycle = cycle
        self.people = people
        self.offices = offices
        self._evidence: StoredFile | None = None
        self._variants = cycle_through(range(VARIANTS))
        self._experts = cycle_through(offices.experts)

    def draft(
        self, nursery: Nursery, number: int, at: datetime, total: str = "90", *, done: bool = True
    ) -> Application:
        by = staff_of(nursery, number, self.people)
        application = applications.draft(nursery, self.cycle, by=by, at=at)
        if not done:
            self._answer_some(application.self_sheet, by, at)
            return application
        applications.save_form(application, _form(by, nursery), by=by)
        self.fill(application.self_sheet, total, by, at)
        self._attach_evidence(application.self_sheet, by, at)
        application.refresh_from_db()
        return application

    def submit(self, application: Application, number: int, at: datetime) -> Application:
        by = staff_of(application.nursery, number, self.people)
        perform(application, "submit", actor=by, at=at)
        return application

    def county(self, application: Application, at: datetime, total: str = "89") -> Application:
        officer = self.offices.county(application.region.county_unit)
        self._score(application, Step.COUNTY, officer, at, total)
        perform(application, "recommend_to_city", actor=officer, at=at, reason=OPINION)
        return application

    def city(self, application: Application, at: datetime, total: str = "88.5") -> Application:
        officer = self.offices.city(application.region.city_unit)
        self._score(application, Step.CITY, officer, at, total)
        perform(application, "recommend_to_province", actor=officer, at=at, reason=OPINION)
        return application

    def panel(
        self, application: Application, at: datetime, totals: Sequence[str], sealed: int = 6
    ) -> Application:
        """Three experts on paper, then on site; `sealed` of the six sheets are finished."""
        three = list(islice(self._experts, 3))
        seats = [(step, expert) for step in (Step.PAPER, Step.SITE) for expert in three]
        for n, (step, expert) in enumerate(seats):
            review = applications.assign_expert(
                application, expert, step, by=self.offices.province, at=at
            )
            if n < sealed:
                self._finish(review, totals[n], expert, at)
        application.refresh_from_db()
        return application

    def _finish(self, review: Review, total: str, by: User, at: datetime) -> None:
        self.fill(review.sheet, total, by, at)
        scoring.seal(review.sheet, by=by, at=at)

    def _score(
        self, application: Application, step: Step, by: User, at: datetime, total: str
    ) -> None:
        review = applications.start_review(application, step, by=by, at=at)
        self._finish(review, total, by, at)
        application.refresh_from_db()

    def fill(self, sheet: Sheet, total: str, by: User, at: datetime) -> None:
        answers = _answers(sheet.version, total, next(self._variants))
        scoring.fill_sheet(sheet, answers, by=by, at=at)

    def _answer_some(self, sheet: Sheet, by: User, at: datetime) -> None:
        """A draft in the middle of it: about two thirds answered."""
        layout = scoring.layout_of(sheet.version)
        dice = Random(self.cycle.year)  # noqa: S311 - examples, not secrets
        answers = {
            spec.code: examples.best(spec) for spec in layout.indicators() if dice.random() < 0.66
        }
        scoring.fill_sheet(sheet, answers, by=by, at=at)

    def _attach_evidence(self, sheet: Sheet, by: User, at: datetime) -> None:
        """One example file wherever one is required."""
        if self._evidence is None:
            self._evidence = files.store(example_pdf(), name="示例佐证材料.pdf", by=by, at=at)
        wanting = Mark.objects.of(sheet.pk).filter(indicator__evidence_required=True)
        Evidence.objects.bulk_create(
            Evidence(mark=mark, file=self._evidence, caption="示例", added_by=by, added_at=at)
            for mark in wanting
        )


@cache
def _answers(version: RubricVersion, total: str, variant: int) -> dict[str, Answer]:
    """Working one set out takes a while; a few variants of each total are enough."""
    return examples.answers_reaching(scoring.layout_of(version), Decimal(total), seed=variant)


def _form(by: User, nursery: Nursery) -> dict[str, object]:
    return {
        "contact_name": by.name,
        "contact_phone": by.phone,
        "introduction": (
            f"{nursery.name}开办以来，面向 3 岁以下婴幼儿提供全日托等服务，"
            f"现有托位 {nursery.capacity} 个，卫生保健、安全管理制度健全。"
        ),
        "practice": (
            "一是坚持医育结合，与社区卫生服务中心签约，由保健医每周到园指导；"
            "二是落实一日生活照料与回应性照护，户外活动每日不少于两小时；"
            "三是面向家庭开展科学育儿指导，每季度举办家长课堂。"
        ),
        "declares_filed": True,
        "declares_no_dishonesty": True,
        "declares_no_mistreatment": True,
        "declares_no_accident": True,
        "declares_true": True,
    }
