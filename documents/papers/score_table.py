"""The score table 自评分表 with what every tier gave (S0, three): a copy for each tier.

A copy names only the tiers that its readers may know: the nursery's its own marks, the county's
and the city's those up to theirs, the province's all, the experts as a mean after the decision.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.utils import timezone

from applications.models import Application, Review, TeamMember
from applications.statuses import EXPERT_STEPS, Step
from documents.papers import application_form, wording
from documents.papers.paper import Facts, Paper, common, paragraphs
from documents.papers.pdf import Layout
from documents.papers.texts import Texts, filled
from documents.statuses import Kind
from scoring.arithmetic import Answered, falls_short, mark_of, mean_of
from scoring.layout import IndicatorSpec, SectionSpec, plain
from scoring.models import Sheet
from scoring.services import published_layout, readings
from workflow.models import Event

LAYOUT = Layout("documents/papers/score_table.html", "documents/papers/score_table.css")
STEPS = {
    Kind.SCORES_SELF: (),
    Kind.SCORES_COUNTY: (Step.COUNTY,),
    Kind.SCORES_CITY: (Step.COUNTY, Step.CITY),
    Kind.SCORES_PROVINCE: (Step.COUNTY, Step.CITY, *EXPERT_STEPS),
}
HEADINGS = {
    Step.COUNTY: "县级",
    Step.CITY: "市级",
    Step.PAPER: "书面平均",
    Step.SITE: "实地平均",
}
TEAMS = {Step.COUNTY: "县级评审组", Step.CITY: "市级专家组"}
VETO, MET, UNMET = "否决项", "符合", "不符合"


@dataclass(frozen=True)
class Column:
    """One column: the sheet of a commission, or those of a panel's step, by indicator."""

    heading: str
    total: Decimal
    sheets: Sequence[Mapping[str, Answered]]

    def marks(self, spec: IndicatorSpec) -> list[Decimal]:
        """What the sheets give for one indicator."""
        answers = (sheet[spec.code].answer for sheet in self.sheets)
        return [mark_of(spec, answer) for answer in answers if answer is not None]

    def shown(self, spec: IndicatorSpec) -> str:
        """A mark, or the mean of several; of a veto item the word, and one "no" is a no."""
        if not spec.is_veto:
            return plain(mean_of(self.marks(spec)))
        answers = (sheet[spec.code].answer for sheet in self.sheets)
        return UNMET if any(answer and answer.met is False for answer in answers) else MET

    def total_of(self, section: SectionSpec) -> str:
        each = zip(*(self.marks(spec) for spec in section.indicators), strict=True)
        return plain(mean_of([sum(marks, Decimal(0)) for marks in each]))


def paper(event: Event, texts: Texts, kind: Kind) -> Paper | None:
    """The copy of that kind as it stood after `event`.

    None where it cannot be told: the nursery has handed in anew since, or the tier declined
    without a sealed sheet.
    """
    found = application_form.application(event.subject_id)
    sealed_at = found.self_sheet.sealed_at
    if sealed_at is None or sealed_at > event.at:
        return None
    reviews = _reviews(found, sealed_at, event.at)
    if any(not reviews.get(step) for step in STEPS[kind]):
        return None
    return Paper(
        subject=found,
        application=found,
        region_path=found.region_path,
        title=f"{found.nursery.name} {kind.label} {found.number}",
        layout=LAYOUT,
        facts=_facts(found, event, texts, kind, reviews),
    )


def _reviews(application: Application, after: datetime, until: datetime) -> dict[str, list[Review]]:
    """The reviews sealed in these times by step: a commission's last, the panel's all."""
    found: dict[str, list[Review]] = {}
    sealed = application.reviews.filter(sheet__sealed_at__range=(after, until)).select_related(
        "sheet", "reviewer"
    )
    for review in sealed.prefetch_related("team").order_by("sheet__sealed_at", "pk"):
        if review.reviewer_id is None:
            found[review.step] = [review]
        elif not review.superseded:
            found.setdefault(review.step, []).append(review)
    return found


def _facts(
    application: Application,
    event: Event,
    texts: Texts,
    kind: Kind,
    reviews: dict[str, list[Review]],
) -> Facts:
    cycle, own = application.cycle, application.self_sheet
    said = filled(texts, common(cycle, event.at, cycle.province.commission))
    layout = published_layout(own.version_id)
    columns = _columns(own, {HEADINGS[step]: reviews[step] for step in STEPS[kind]})
    steps = [*STEPS[kind], *([Step.MODERATION] if kind == Kind.SCORES_PROVINCE else [])]
    shown = [review for step in steps for review in reviews.get(step, [])]
    return {
        "heading": paragraphs(said["heading"]),
        "marking": said["marking"],
        "notes": paragraphs(said["notes"]),
        "nursery": application.nursery.name,
        "region": application.region.full_name,
        "number": application.number,
        "cycle": cycle.name,
        "columns": [column.heading for column in columns],
        "note_heading": "自评说明" if len(columns) == 1 else "说明",
        "sections": [_section(section, columns) for section in layout.sections],
        "full": plain(layout.full_mark),
        "totals": [plain(column.total) for column in columns],
        "result": _result(application) if kind == Kind.SCORES_PROVINCE else "",
        "teams": [_team(review) for review in shown if review.step in TEAMS and review.team.all()],
        "seals": [
            _seal("机构自评", own),
            *(_seal(_who(review), review.sheet) for review in shown),
        ],
    }


def _columns(own: Sheet, reviews: Mapping[str, list[Review]]) -> list[Column]:
    """One query, however many sheets."""
    sheets = {"自评": [own]} | {
        heading: [review.sheet for review in given] for heading, given in reviews.items()
    }
    rows = readings(*(sheet for column in sheets.values() for sheet in column))
    return [
        Column(
            heading,
            mean_of([sheet.total for sheet in column if sheet.total is not None]),
            [rows[sheet.pk] for sheet in column],
        )
        for heading, column in sheets.items()
    ]


def _section(section: SectionSpec, columns: Sequence[Column]) -> Facts:
    return {
        "code": section.code,
        "name": section.name,
        "full": plain(section.mark),
        "totals": [column.total_of(section) for column in columns],
        "rows": [
            {
                "code": spec.code,
                "title": spec.title,
                "full": VETO if spec.is_veto else plain(spec.mark),
                "marks": [column.shown(spec) for column in columns],
                "notes": list(_notes(spec, columns)),
            }
            for spec in section.indicators
        ],
    }


def _notes(spec: IndicatorSpec, columns: Sequence[Column]) -> Iterator[Facts]:
    """What the nursery wrote where it stands alone; else why a tier gave less than it."""
    own, *others = columns
    stated = own.sheets[0][spec.code]
    if not others and stated.note:
        yield {"who": "", "text": stated.note}
    for column in others:
        for sheet in column.sheets:
            given = sheet[spec.code]
            if given.note and falls_short(spec, given.answer, stated.answer):
                yield {"who": column.heading.removesuffix("平均"), "text": given.note}


def _result(application: Application) -> str:
    """The sentences that the decision rests on, with the weights."""
    result, cycle = application.panel_result(), application.cycle
    if result is None:
        return ""
    return (
        f"书面评审平均 {plain(result.paper.mean)} 分（权重 {cycle.paper_weight}%），"
        f"实地评审平均 {plain(result.site.mean)} 分（权重 {cycle.site_weight}%）。"
        f"{''.join(result.reasons)}"
    )


def _team(review: Review) -> Facts:
    members = "、".join(map(_member, review.team.all()))
    return {"label": TEAMS[Step(review.step)], "members": members}


def _member(member: TeamMember) -> str:
    about = ["组长" if member.leads else "", member.employer, member.position]
    return f"{member.name}（{'，'.join(filter(None, about))}）"


def _who(review: Review) -> str:
    named = f" {review.reviewer}" if review.reviewer else ""
    return f"{Step(review.step).label}{named}"


def _seal(who: str, sheet: Sheet) -> Facts:
    sealed = timezone.localtime(sheet.sealed_at) if sheet.sealed_at else None
    return {
        "who": who,
        "total": wording.mark(sheet.total),
        "at": f"{wording.day(sheet.sealed_at)} {sealed:%H:%M}" if sealed else "",
        "digest": sheet.digest,
    }
