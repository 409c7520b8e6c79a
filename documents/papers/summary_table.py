"""The summary table 汇总表 (S0, three (三)): which nurseries a city has recommended.

The columns of the notice's attachment 3 are not public; these are the product's own example.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import (
    Case,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from accounts.models import Region
from accounts.statuses import Level
from applications.models import Application, Opinion, Review
from applications.statuses import Step, Tier, Verdict
from documents.papers import wording
from documents.papers.paper import Paper, common, paragraphs
from documents.papers.pdf import Layout
from documents.papers.texts import Texts, filled
from documents.statuses import Kind
from nurseries.kinds import Form, Organiser
from nurseries.models import ClassGroup
from quotas.models import Cycle, Quota
from workflow.models import Event

LAYOUT = Layout("documents/papers/summary_table.html", "documents/papers/summary_table.css")
AT_ONCE = 1000
TEXT, NUMBER, MARK = "text", "number", "mark"


@dataclass(frozen=True)
class Column:
    """One column: `width` in characters of a sheet, `share` of the width of a page in percent."""

    name: str
    title: str
    kind: str
    width: int
    share: float


class Line(NamedTuple):
    """One recommended nursery; the fields are the columns in order, after the running number."""

    city: str
    county: str
    nursery: str
    credit_code: str
    filing_receipt: str
    organiser: str
    form: str
    inclusive: str
    capacity: int
    children: int
    head: str
    phone: str
    self_mark: Decimal | None
    county_mark: Decimal | None
    city_mark: Decimal | None
    opinion: str
    number: str


COLUMNS = (
    Column("ordinal", "序号", NUMBER, 6, 3),
    Column("city", "市", TEXT, 14, 5.5),
    Column("county", "县（市、区）", TEXT, 18, 6.5),
    Column("nursery", "机构名称", TEXT, 34, 13),
    Column("credit_code", "统一社会信用代码", TEXT, 22, 7.5),
    Column("filing_receipt", "备案回执编号", TEXT, 22, 8),
    Column("organiser", "举办性质", TEXT, 10, 4.4),
    Column("form", "机构形式", TEXT, 12, 4.6),
    Column("inclusive", "普惠", TEXT, 6, 3),
    Column("capacity", "托位数", NUMBER, 9, 3.8),
    Column("children", "在托人数", NUMBER, 9, 4),
    Column("head", "负责人", TEXT, 10, 4.6),
    Column("phone", "联系电话", TEXT, 15, 7),
    Column("self_mark", "自评得分", MARK, 9, 3.8),
    Column("county_mark", "县级评分", MARK, 9, 3.8),
    Column("city_mark", "市级评分", MARK, 9, 3.8),
    Column("opinion", "市级推荐意见", TEXT, 36, 13),
    Column("number", "受理编号", TEXT, 20, 9),
)
SUMMED = ("capacity", "children")


@dataclass
class Summary:
    """One table: what stands above it, its lines, and what they come to so far."""

    heading: str
    marking: str
    notes: list[str]
    unit: str
    path: str
    cycle: str
    filled_on: str
    columns: tuple[Column, ...]
    lines: QuerySet[Any]
    total: int
    counted: int = 0
    sums: dict[str, int] = field(default_factory=lambda: dict.fromkeys(SUMMED, 0))

    def rows(self) -> Iterator[list[Any]]:
        """The rows in order, each value beside its column; `sums` and `counted` grow with them."""
        skipped = {"city"} - {column.name for column in self.columns}
        wanted = [name for name in Line._fields if name not in skipped]
        for values in self.lines.iterator(chunk_size=AT_ONCE):
            line = _line(Line._make(values))
            self.counted += 1
            for name in SUMMED:
                self.sums[name] += getattr(line, name)
            yield [self.counted, *(getattr(line, name) for name in wanted)]

    def totals(self) -> list[Any]:
        """The last row: 合计, how many, and the sums."""
        texts = {"ordinal": "合计", "nursery": f"{self.counted} 家"}
        return [self.sums.get(column.name, texts.get(column.name, "")) for column in self.columns]


def summary_of(cycle: Cycle, region: Region, texts: Texts, *, at: datetime) -> Summary:
    """What `region` (a city-level unit or the province) has recommended in the cycle by now."""
    of_province = region.level == Level.PROVINCE
    found = recommended(cycle, region)
    said = filled(texts, common(cycle, at, region.commission))
    return Summary(
        heading="".join(paragraphs(said["heading"])),
        marking=said["marking"],
        notes=paragraphs(said["notes"]),
        unit=region.commission,
        path=region.path,
        cycle=cycle.name,
        filled_on=wording.day(at),
        columns=COLUMNS if of_province else tuple(c for c in COLUMNS if c.name != "city"),
        lines=_with_everything(found),
        total=found.count(),
    )


def recommended(cycle: Cycle, region: Region) -> QuerySet[Application]:
    """Who holds one of the region's places."""
    area = Q(region_path=region.path) | Q(region_path__startswith=f"{region.path}/")
    return Application.objects.in_cycle(cycle).filter(area, place__isnull=False)


def _with_everything(applications: QuerySet[Application]) -> QuerySet[Any]:
    children = (
        ClassGroup.objects.filter(nursery=OuterRef("nursery"))
        .order_by()
        .values("nursery")
        .annotate(total=Sum("children"))
        .values("total")
    )
    opinions = Opinion.objects.filter(
        application=OuterRef("pk"), tier=Tier.CITY, verdict=Verdict.RECOMMEND
    )
    return (
        applications.annotate(
            children=Coalesce(Subquery(children), Value(0), output_field=IntegerField()),
            county_mark=mark_at(Step.COUNTY),
            city_mark=mark_at(Step.CITY),
            opinion=Subquery(opinions.order_by("-pk").values("text")[:1]),
            # The zone is a city-level unit without counties.
            city=_by_level(F("region__parent__name"), F("region__name")),
            county=_by_level(F("region__name"), Value(wording.NOTHING)),
        )
        .order_by("region__code", "nursery__name", "pk")
        .values_list(
            "city",
            "county",
            "nursery__name",
            "nursery__credit_code",
            "nursery__filing_receipt_number",
            "nursery__organiser",
            "nursery__form",
            "nursery__inclusive",
            "nursery__capacity",
            "children",
            "nursery__head",
            "nursery__phone",
            "self_sheet__total",
            "county_mark",
            "city_mark",
            "opinion",
            "number",
        )
    )


def _by_level(in_county: Any, in_zone: Any) -> Case:
    return Case(When(region__level=Level.COUNTY, then=in_county), default=in_zone)


def mark_at(step: Step) -> Subquery:
    """The total of a commission's sheet, for a query over applications."""
    reviews = Review.objects.current().filter(application=OuterRef("pk"), step=step)
    return Subquery(reviews.values("sheet__total")[:1])


def _line(raw: Line) -> Line:
    """Kinds in words, as the form has them."""
    return raw._replace(
        organiser=Organiser(raw.organiser).label,
        form=Form(raw.form).label,
        inclusive="是" if raw.inclusive else "否",
        opinion=raw.opinion or "同意推荐。",
    )


def paper(event: Event, texts: Texts) -> Paper:
    """The table as a page, A4 across."""
    subject, summary = summary_after(event, texts)
    return Paper(
        subject=subject,
        region_path=summary.path,
        title=title_of(subject, Kind.SUMMARY_PDF),
        layout=LAYOUT,
        facts=page_facts(summary),
    )


def summary_after(event: Event, texts: Texts) -> tuple[Quota | Cycle, Summary]:
    """The table that `event` asked for: of a city (its Quota) or of the whole province."""
    if event.subject_type == Quota._meta.label_lower:
        quota = Quota.objects.select_related("region", "cycle__province").get(pk=event.subject_id)
        return quota, summary_of(quota.cycle, quota.region, texts, at=event.at)
    cycle = Cycle.objects.select_related("province").get(pk=event.subject_id)
    return cycle, summary_of(cycle, cycle.province, texts, at=event.at)


def title_of(subject: Quota | Cycle, kind: Kind) -> str:
    """How the kept table is called."""
    if isinstance(subject, Quota):
        return f"{subject.region.name} {kind.label} {subject.cycle.name}"
    return f"{subject.province.name} {kind.label} {subject.name}"


def page_facts(summary: Summary) -> dict[str, Any]:
    """The whole table as JSON data for the page; for as many lines as a page can be made of."""
    rows = [_cells(summary, row) for row in summary.rows()]
    return {
        "heading": summary.heading,
        "marking": summary.marking,
        "notes": summary.notes,
        "unit": summary.unit,
        "path": summary.path,
        "cycle": summary.cycle,
        "filled_on": summary.filled_on,
        "columns": headings(summary.columns),
        "rows": rows,
        "totals": _cells(summary, summary.totals()),
    }


def headings(columns: Sequence[Column]) -> list[dict[str, str]]:
    """The titles with their shares of the width, made to come to the whole."""
    whole = sum(column.share for column in columns)
    return [{"title": c.title, "share": f"{100 * c.share / whole:.2f}"} for c in columns]


def _cells(summary: Summary, row: list[Any]) -> list[dict[str, str]]:
    return [
        {"kind": f"is-{column.kind} of-{column.name}", "text": _shown(column, value)}
        for column, value in zip(summary.columns, row, strict=True)
    ]


def _shown(column: Column, value: Any) -> str:
    return wording.mark(value) if column.kind == MARK and value != "" else str(value)
