"""The application form 申报表 (S0, three (一)): what it says, and how it becomes a PDF.

The layout of the notice's attachment 2 is not public; this one is the product's own, and says so.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from applications.declarations import DECLARATIONS
from applications.models import Application
from applications.statuses import Step, Tier
from documents.papers import pdf, wording
from documents.papers.identity import SHOWN_OF_DIGEST
from documents.papers.opinions import standing
from scoring import services as scoring
from scoring.layout import plain

if TYPE_CHECKING:
    from accounts.models import Region
    from applications.models import Opinion
    from nurseries.models import Nursery

TEMPLATE = "documents/papers/application_form.html"
STYLE = "documents/papers/application_form.css"
# A cell with a longer opinion may run over the page; a shorter one is kept whole.
WHOLE_BELOW = 600

Facts = dict[str, Any]


def application(pk: int) -> Application:
    """One application with the rows that the form names."""
    return (
        Application.objects.for_list()
        .select_related(
            "cycle__province", "nursery__region__parent", "nursery__filing_county__parent"
        )
        .get(pk=pk)
    )


def facts_of(application: Application, *, until: datetime, draft: bool) -> Facts:
    """What the form says, as JSON data; opinions as they stood at `until`."""
    cycle = application.cycle
    return {
        "heading": f"{cycle.province.name}省级示范托育机构申报表",
        "draft": draft,
        "number": application.number,
        "cycle": cycle.name,
        "filled_on": wording.day(application.submitted_at),
        "nursery": _nursery(application.nursery),
        "contact_name": application.contact_name,
        "contact_phone": application.contact_phone,
        **_marks(application),
        "introduction": _paragraphs(application.introduction),
        "practice": _paragraphs(application.practice),
        "declarations": [
            {"text": text, "made": getattr(application, name)}
            for name, text in DECLARATIONS.items()
        ],
        "declared_on": wording.day(application.submitted_at),
        "opinions": list(_opinions(application, until)),
    }


def render(
    facts: Facts, *, code: str, digest: str, copies: int, at: datetime, tell: pdf.Tell
) -> bytes:
    """The form as one PDF with all its copies, each marked which it is."""
    return pdf.render(
        TEMPLATE,
        {**facts, "code": wording.grouped(code), "digest": digest[:SHOWN_OF_DIGEST]},
        style=STYLE,
        labels=[wording.copy_label(number, copies) for number in range(1, copies + 1)],
        at=at,
        tell=tell,
    )


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
    given = application.opinions.filter(at__lte=until).order_by("pk")
    stands = standing(given)
    region, province = application.region, application.cycle.province
    county, city = _sealed_mark(application, Step.COUNTY), _sealed_mark(application, Step.CITY)
    yield _cell(
        stands.get(Tier.COUNTY), ["县级初审", "推　　荐"], region.county_unit, ("县级评分", county)
    )
    yield _cell(
        stands.get(Tier.CITY), ["市级审核", "推　　荐"], region.city_unit, ("市级评分", city)
    )
    result = "" if application.result is None else plain(application.result)
    yield _cell(stands.get(Tier.PROVINCE), ["省级评审"], province, ("评审得分", result))


def _cell(opinion: Opinion | None, label: list[str], body: Region, mark: tuple[str, str]) -> Facts:
    text = opinion.text if opinion else ""
    return {
        "label": label,
        "body": body.commission,
        "text": _paragraphs(text),
        "whole": len(text) < WHOLE_BELOW,
        "verdict": opinion.get_verdict_display() if opinion else "",
        "mark_label": mark[0],
        "mark": mark[1] if opinion else "",
        "signed_on": wording.day(opinion.at) if opinion else "",
    }


def _sealed_mark(application: Application, step: Step) -> str:
    review = application.review_at(step)
    total = review.sheet.total if review and review.sheet.sealed_at else None
    return "" if total is None else plain(total)


def _paragraphs(text: str) -> list[str]:
    return [line for line in map(str.strip, text.splitlines()) if line]
