"""How an example application comes to where it stands: through the portal's own moves."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from functools import cache
from itertools import chain
from itertools import cycle as cycle_through
from random import Random
from typing import TYPE_CHECKING

from accounts.models import User
from applications import services as applications
from applications.models import Application, Review, TeamMember
from applications.statuses import EXPERT_STEPS, Step
from files import services as files
from files.models import StoredFile
from nurseries.models import Nursery
from portal.demo.paper import example_pdf, example_picture, example_with_script
from portal.demo.people import Offices, People, invented_name
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
# Why a commission marks lower than the nursery; in turn.
REASONS = (
    "现场查阅记录不全，按评分标准扣分。",
    "佐证材料与自评所述不一致，以现场核查为准。",
    "抽查时未能提供近三个月的台账。",
    "人员资质证书有一名不在有效期内。",
)
TEAM = (("主任医师", "妇幼保健院"), ("副主任技师", "疾病预防控制中心"), ("科长", "卫生健康委"))
# Whom a nursery asks to stand aside.
RELATION = {"name": "廖青岚", "employer": "", "what": "曾任本机构举办方的管理顾问。"}
DECLINE = "安全卫生部分得分偏低，建议整改提高后于下一周期申报。"


VARIANTS = 3


class Stories:
    """Tells the applications of one cycle; `start` is the day on which the first was drafted."""

    def __init__(self, cycle: Cycle, people: People, offices: Offices) -> None:
        self.cycle = cycle
        self.people = people
        self.offices = offices
        self._evidence: list[StoredFile] = []
        self._variants = cycle_through(range(VARIANTS))
        self._experts = cycle_through(offices.experts)

    def draft(
        self, nursery: Nursery, number: int, at: datetime, total: str = "90", *, done: bool = True
    ) -> Application:
        by = staff_of(nursery, number, self.people)
        application = applications.draft(nursery, self.cycle, by=by, at=at)
        if not done:
            self._answer_some(application.self_sheet, by, at)
            self._attach_evidence(application.self_sheet, by, at)
            self._attach_refused(application.self_sheet, by, at)
            return application
        applications.save_form(application, _form(by, nursery), by=by)
        if number % 8 == 5:
            applications.add_relation(application, **RELATION, by=by)
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
        self.score_for_city(application, at, total)
        return self.recommend(application, at)

    def score_for_city(self, application: Application, at: datetime, total: str) -> None:
        officer = self.offices.city(application.region.city_unit)
        self._score(application, Step.CITY, officer, at, total)

    def recommend(self, application: Application, at: datetime, overrule: str = "") -> Application:
        """To the province; `overrule` is why it comes before files that the ranking prefers."""
        officer = self.offices.city(application.region.city_unit)
        asked = {"reason": OPINION, "overrule": overrule}
        perform(application, "recommend_to_province", actor=officer, at=at, **asked)
        return application

    def begin_county(self, application: Application, at: datetime, total: str) -> None:
        """The county's sheet is filled in; the reasons and the team are still to come."""
        officer = self.offices.county(application.region.county_unit)
        review = applications.start_review(application, Step.COUNTY, by=officer, at=at)
        self.fill(review.sheet, total, officer, at)

    def moderate(self, application: Application, at: datetime, total: str = "") -> None:
        """A further expert is asked; with a total the sheet is finished."""
        (expert,) = self.free_experts(application, 1)
        review = applications.assign_expert(
            application, expert, Step.MODERATION, by=self.offices.province, at=at
        )
        self.accept([review], at)
        if total:
            self._finish(review, total, expert, at)

    def panel(
        self,
        application: Application,
        at: datetime,
        totals: Sequence[str],
        sealed: int = 6,
        group: Sequence[User] = (),
    ) -> Application:
        """Three experts, those of the `group` first, on paper and on site; all accept, and `sealed`
        of the six sheets are finished.
        """
        three = self.free_experts(application, 3, group)
        given = applications.assign_experts(
            application, three, EXPERT_STEPS, by=self.offices.province, at=at
        )
        self.accept(given, at)
        for review, total in zip(given[:sealed], totals, strict=False):
            if review.reviewer:
                self._finish(review, total, review.reviewer, at)
        application.refresh_from_db()
        return application

    def free_experts(
        self, application: Application, count: int, first: Sequence[User] = ()
    ) -> list[User]:
        """Those of `first`, then the next in turn, who have no task here and no conflict."""
        met = set(application.reviews.values_list("reviewer", flat=True))
        free: list[User] = []
        for expert in chain(first, self._experts):
            if len(free) == count:
                break
            if expert.pk not in met and not applications.conflicts_of(expert, application):
                free.append(expert)
            met.add(expert.pk)
        return free

    def accept(self, given: list[Review], at: datetime) -> None:
        for review in given:
            if review.reviewer:
                applications.accept_task(review, by=review.reviewer, at=at)

    def _finish(self, review: Review, total: str, by: User, at: datetime) -> None:
        self.fill(review.sheet, total, by, at)
        scoring.seal(review.sheet, by=by, at=at)

    def _score(
        self, application: Application, step: Step, by: User, at: datetime, total: str
    ) -> None:
        review = applications.start_review(application, step, by=by, at=at)
        self.fill(review.sheet, total, by, at, application.self_sheet)
        applications.name_team(review, _team(review), by=by)
        applications.finish_review(review, by=by, at=at)
        application.refresh_from_db()

    def fill(
        self, sheet: Sheet, total: str, by: User, at: datetime, reference: Sheet | None = None
    ) -> None:
        """With a `reference`, a reason wherever a mark is below its own."""
        answers = _answers(sheet.version, total, next(self._variants))
        notes = _reasons(answers, reference) if reference else {}
        scoring.fill_sheet(sheet, answers, by=by, at=at, notes=notes)

    def _answer_some(self, sheet: Sheet, by: User, at: datetime) -> None:
        """A draft in the middle of it: about two thirds answered."""
        layout = scoring.layout_of(sheet.version)
        dice = Random(self.cycle.year)  # noqa: S311 - examples, not secrets
        answers = {
            spec.code: examples.best(spec) for spec in layout.indicators() if dice.random() < 0.66
        }
        scoring.fill_sheet(sheet, answers, by=by, at=at)

    def _attach_evidence(self, sheet: Sheet, by: User, at: datetime) -> None:
        """The example paper wherever evidence is required, two pictures where it is first."""
        self._evidence = self._evidence or [
            files.store(content, name=name, by=by, at=at, trusted=True)
            for name, content in (
                ("示例佐证材料.pdf", example_pdf()),
                ("示例照片 正门.jpg", example_picture("#e8d9b8")),
                ("示例照片 活动室.jpg", example_picture("#d5dfe8")),
            )
        ]
        wanting = _wanting(sheet)
        Evidence.objects.bulk_create(
            Evidence(mark=mark, file=stored, caption="示例", added_by=by, added_at=at)
            for mark in wanting
            for stored in (self._evidence if mark == wanting[0] else self._evidence[:1])
        )

    def _attach_refused(self, sheet: Sheet, by: User, at: datetime) -> None:
        """A file that did not pass the inspection, to be deleted and uploaded anew."""
        stored = files.store(example_with_script(), name="示例（含脚本）.pdf", by=by, at=at)
        files.inspect(stored, at=at)
        Evidence.objects.create(mark=_wanting(sheet)[-1], file=stored, added_by=by, added_at=at)


def _wanting(sheet: Sheet) -> list[Mark]:
    """The marks that are worth nothing without evidence, in order of the table."""
    return list(Mark.objects.of(sheet.pk).filter(indicator__evidence_required=True))


@cache
def _answers(version: RubricVersion, total: str, variant: int) -> dict[str, Answer]:
    """Working one set out takes a while; a few variants of each total are enough."""
    return examples.answers_reaching(scoring.layout_of(version), Decimal(total), seed=variant)


def _reasons(answers: dict[str, Answer], reference: Sheet) -> dict[str, str]:
    layout = scoring.published_layout(reference.version_id)
    theirs = scoring.readings(reference)[reference.pk]
    return examples.reasons_below(layout, answers, theirs, *REASONS)


def _team(review: Review) -> list[TeamMember]:
    """Three people of the region, the first of them leads; the same ones for every file."""
    region = review.application.region
    place = region.county_unit if review.step == Step.COUNTY else region.city_unit
    return [
        TeamMember(
            name=invented_name(int(place.code) + n),
            employer=f"{place.name}{employer}",
            position=position,
            leads=n == 0,
        )
        for n, (position, employer) in enumerate(TEAM)
    ]


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
