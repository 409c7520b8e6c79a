"""The application form 申报表 (S0, three (一)): what it says, and how it becomes a PDF.

The layout of the notice's attachment 2 is not public; this one is the product's own, and says so.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from applications.declarations import DECLARATIONS
from applications.models import Application
from applications.statuses import Step, Tier
from documents.papers import wording
from documents.papers.opinions import standing
from documents.papers.paper import Facts, Paper, common, paragraphs
from documents.papers.pdf import Layout
from documents.papers.texts import Texts, filled
from documents.statuses import Kind
from scoring import services as scoring
from scoring.layout import plain
from workflow.models import Event

if TYPE_CHECKING:
    from accounts.models import Region
    from applications.models import Opinion
    from nurseries.models import Nursery

DRAFT = "草稿"
LAYOUT = Layout("documents/papers/application_form.html", "documents/papers/application_form.css")
# The label of each tier's cell, line by line, and what its mark is called.
CELLS = {
    Tier.COUNTY: (["县级初审", "推　　荐"], "县级评分"),
    Tier.CITY: (["市级审核", "推　　荐"], "市级评分"),
    Tier.PROVINCE: (["省级评审"], "评审得分"),
}
# A cell with a longer opinion may run over the page; a shorter one is kept whole.
WHOLE_BELOW = 600


def application(pk: int) -> Application:
    """One application with the rows that the form names."""
    return (
        Application.objects.for_list()
        .select_related(
            "cycle__province", "nursery__region__parent", "nursery__filing_county__parent"
        )
        .get(pk=pk)
    )


def paper(event: Event, texts: Texts, *, draft: bool) -> Paper:
    """The form with the opinions that stood after `event`."""
    found = application(event.subject_id)
    kind = Kind.APPLICATION_DRAFT if draft else Kind.APPLICATION_FORM
    return Paper(
        subject=found,
        application=found,
        region_path=found.region_path,
        title=f"{found.nursery.name} {kind.label} {found.number}",
        layout=LAYOUT,
        facts=facts_of(found, texts, until=event.at, draft=draft),
    )


def facts_of(application: Application, texts: Texts, *, until: datetime, draft: bool) -> Facts:
    """What the form says, as JSON data; opinions as they stood at `until`."""
    cycle = application.cycle
    said = filled(texts, common(cycle, until, cycle.province.commission))
    return {
        "heading": paragraphs(said["heading"]),
        "marking": said["marking"],
        "notes": paragraphs(said["notes"]),
        "watermark": DRAFT if draft else "",
        "number": application.number,
        "cycle": cycle.name,
        "filled_on": wording.day(application.submitted_at),
        "nursery": _nursery(application.nursery),
        "contact_name": application.contact_name,
        "contact_phone": application.contact_phone,
        **_marks(application),
        "introduction": paragraphs(application.introduction),
        "practice": paragraphs(application.practice),
        "declarations": [
            {"text": text, "made": getattr(application, name)}
            for name, text in DECLARATIONS.items()
        ],
        "declared_on": wording.day(application.submitted_at),
        "opinions": list(_opinions(application, until)),
    }


def _nursery(nursery: Nursery) -> Facts:
    classes = list(nursery.classes.order_by("pk"))
    staff = list(nursery.staff.order_by("pk"))
    profit = "营利" if nursery.for_profit else "非营利"
    return {
        "name": nursery.name,
        "credit_code": nursery.credit_code,
        "registration_body": nursery.registration_body,
        "registration_kind": f"{nursery.get_registration_kind_display()}（{profit}）",
        "filing_receipt_number": nursery.filing_receipt_number or wording.NOTHING,
        "filed": _filed(nursery),
        "region": nursery.region.full_name,
        "address": nursery.address,
        "legal_representative": nursery.legal_representative,
        "head": nursery.head,
        "organiser": nursery.get_organiser_display(),
        "form": nursery.get_form_display(),
        "inclusive": "是" if nursery.inclusive else "否",
        "services": "、".join(nursery.service_labels),
        "opened_on": wording.day(nursery.opened_on),
        "floor_area": wording.area(nursery.floor_area),
        "outdoor_area": wording.area(nursery.outdoor_area),
        "capacity": nursery.capacity,
        "classes": [
            f"{each.get_kind_display()}{each.class_count} 个班 {each.children} 人"
            for each in classes
        ],
        "children": sum(each.children for each in classes),
        "staff": [
            f"{each.get_post_display()} {each.headcount} 人（持证 {each.certified} 人）"
            for each in staff
        ],
        "staff_total": sum(each.headcount for each in staff),
        "certified_total": sum(each.certified for each in staff),
        "fees": [
            f"{fee.item} {plain(fee.amount)} {fee.get_unit_display()}"
            for fee in nursery.fees.order_by("pk")
        ],
    }


def _filed(nursery: Nursery) -> str:
    if not nursery.filing_county:
        return wording.NOTHING
    return f"{nursery.filing_county.full_name}　{wording.day(nursery.filing_date)}"


def _marks(application: Application) -> Facts:
    tally = scoring.tally(application.self_sheet)
    return {
        "sections": [
            {"name": part.name, "total": plain(part.total), "full": plain(part.full)}
            for part in tally.sections
        ],
        "total": plain(tally.total),
        "full": plain(tally.full),
    }


def _opinions(application: Application, until: datetime) -> Iterable[Facts]:
    stands = standing(application.opinions.filter(at__lte=until).order_by("pk"))
    marks = sealed_totals(application, until)
    region, province = application.region, application.cycle.province
    bodies = {Tier.COUNTY: region.county_unit, Tier.CITY: region.city_unit, Tier.PROVINCE: province}
    given = {
        Tier.COUNTY: marks.get(Step.COUNTY),
        Tier.CITY: marks.get(Step.CITY),
        Tier.PROVINCE: application.result,
    }
    for tier, body in bodies.items():
        yield _cell(tier, body, stands.get(tier), given[tier])


def _cell(tier: Tier, body: Region, opinion: Opinion | None, mark: Decimal | None) -> Facts:
    text = opinion.text if opinion else ""
    label, mark_label = CELLS[tier]
    return {
        "tier": tier.value,
        "label": label,
        "body": body.commission,
        "path": body.path,
        "text": paragraphs(text),
        "whole": len(text) < WHOLE_BELOW,
        "verdict": opinion.get_verdict_display() if opinion else "",
        "mark_label": mark_label,
        "mark": plain(mark) if opinion and mark is not None else "",
        "signed_on": wording.day(opinion.at) if opinion else "",
    }


def sealed_totals(application: Application, until: datetime) -> dict[str, Decimal | None]:
    """The total of the last sheet that a commission had sealed by then, by step; one query."""
    sealed = application.reviews.filter(reviewer=None, sheet__sealed_at__lte=until)
    return dict(sealed.order_by("sheet__sealed_at", "pk").values_list("step", "sheet__total"))
