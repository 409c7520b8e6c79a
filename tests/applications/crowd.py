"""Many files at once, written straight into the database: lists are measured with 1, 3 and 300."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import islice

from accounts.models import Region, User
from applications.models import Application, Review
from applications.sheets import REVIEW, SELF
from applications.statuses import Step
from nurseries.models import Nursery
from quotas.models import Place, Quota
from scoring.models import Sheet
from tests.scenes import JULY, JUNE, Province, made_codes


def crowd(
    scene: Province, size: int, state: str = "county_review", where: Region | None = None
) -> list[Application]:
    """`size` files in one state, each of a nursery of its own, scored by county and city."""
    region = where or scene.county
    by = scene.officer
    nurseries = Nursery.objects.bulk_create(
        _nursery(region, number, code) for number, code in enumerate(_free_codes(size))
    )
    sheets = Sheet.objects.bulk_create(_sealed(scene, SELF, by) for _ in nurseries)
    places = _places(scene, region, size) if state in HOLDING_PLACE else [None] * size
    files = Application.objects.bulk_create(
        Application(
            state=state,
            # Apart from those that the portal gives, which count in five figures.
            number=f"2023{region.code}9{nursery.pk:05d}",
            cycle=scene.cycle,
            nursery=nursery,
            region=region,
            region_path=region.path,
            self_sheet=sheet,
            place=place,
            created_at=JUNE,
            submitted_at=None if state == "draft" else JUNE,
        )
        for nursery, sheet, place in zip(nurseries, sheets, places, strict=True)
    )
    for step in (Step.COUNTY, Step.CITY):
        seat(scene, files, step)
    return files


def seat(
    scene: Province,
    files: list[Application],
    step: Step,
    reviewer: User | None = None,
    total: str | None = "91.5",
) -> list[Review]:
    """A sheet at `step` for each of the files; without a total it is still open."""
    sheets = Sheet.objects.bulk_create(_sealed(scene, REVIEW, scene.officer, total) for _ in files)
    return Review.objects.bulk_create(
        Review(
            application=file,
            step=step,
            reviewer=reviewer,
            sheet=sheet,
            assigned_by=scene.officer,
            assigned_at=JULY,
            accepted_at=JULY if reviewer else None,
        )
        for file, sheet in zip(files, sheets, strict=True)
    )


HOLDING_PLACE = {"provincial_review", "passed", "in_notice", "awarded", "not_passed"}


def _free_codes(size: int) -> list[str]:
    taken = set(Nursery.objects.values_list("credit_code", flat=True))
    return list(islice((code for code in made_codes() if code not in taken), size))


def _nursery(region: Region, number: int, code: str) -> Nursery:
    return Nursery(
        name=f"第{number}托育园",
        credit_code=code,
        registration_body="市场监督管理局",
        registration_kind="enterprise",
        filing_receipt_number=f"托备{number}",
        filing_date=date(2022, 3, 1),
        filing_county=region,
        address="中山路 1 号",
        region=region,
        legal_representative="孙法",
        head="钱园",
        phone="13800005678",
        organiser="private",
        form="independent",
        services_offered=["full_day"],
        opened_on=date(2021, 9, 1),
        floor_area=Decimal(600),
        capacity=60,
        registered_at=JUNE,
        updated_at=JUNE,
    )


def _sealed(scene: Province, purpose: str, by: User, total: str | None = "90") -> Sheet:
    if total is None:
        return Sheet(version=scene.version, purpose=purpose)
    return Sheet(
        version=scene.version,
        purpose=purpose,
        total=Decimal(total),
        vetoed=False,
        digest="0" * 64,
        sealed_at=JUNE,
        sealed_by=by,
    )


def _places(scene: Province, region: Region, size: int) -> list[Place]:
    quota = Quota.objects.get(cycle=scene.cycle, region=region.city_unit)
    first = quota.places.count() + 1
    quota.size += size
    quota.save()
    return Place.objects.bulk_create(
        Place(quota=quota, ordinal=ordinal, taken_at=JULY) for ordinal in range(first, first + size)
    )
