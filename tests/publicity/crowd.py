"""Any number of nurseries at a stage, written as rows at once: for lists and for quick scenes.

The long way through every tier is walked by `scenes`; here only what follows it is looked at.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import islice

from accounts.models import Region
from applications.models import Application
from nurseries.models import Nursery
from publicity import services
from publicity.models import Notice, NoticeEntry, Objection, Title
from publicity.numbers import unguessable
from publicity.terms import last_day
from quotas.models import Cycle, Place, Quota
from scoring.models import Sheet
from tests import scenes
from tests.scenes import JUNE, NOTICED, SEPTEMBER, Province, at

CONCLUDED = at("2023-10-10 09:00")


def nurseries(where: Region, count: int) -> list[Nursery]:
    """So many filed nurseries of one county, unlike only in name and credit code."""
    model = scenes.nursery(where, "样板托育园")
    values = {field.attname: getattr(model, field.attname) for field in Nursery._meta.fields}
    model.delete()
    taken = set(Nursery.objects.values_list("credit_code", flat=True))
    free = (code for code in scenes.made_codes() if code not in taken)
    return Nursery.objects.bulk_create(
        Nursery(**values | {"id": None, "name": f"托育园{n:04d}", "credit_code": code})
        for n, code in zip(range(len(taken), len(taken) + count), free, strict=False)
    )


def passed(scene: Province, count: int = 1, where: Region | None = None) -> list[Application]:
    """Applications that passed the review, each with a place of its city's quota."""
    region = where or scene.county
    quota, _ = Quota.objects.get_or_create(
        cycle=scene.cycle, region=region.city_unit, defaults={"size": 0}
    )
    begin = 1000 + quota.places.count()
    places = Place.objects.bulk_create(
        Place(quota=quota, ordinal=begin + n, taken_at=JUNE) for n in range(count)
    )
    sheets = Sheet.objects.bulk_create(
        Sheet(version=scene.version, purpose="applications.self") for _ in range(count)
    )
    return Application.objects.bulk_create(
        Application(
            state="passed",
            number=f"P{sheet.pk}",
            cycle=scene.cycle,
            nursery=nursery,
            region=region,
            region_path=region.path,
            self_sheet=sheet,
            place=place,
            created_at=JUNE,
            submitted_at=JUNE,
            decided_at=SEPTEMBER,
            result=Decimal("90.00"),
        )
        for nursery, sheet, place in zip(nurseries(region, count), sheets, places, strict=True)
    )


def drafted(scene: Province, count: int = 1, where: Region | None = None) -> Notice:
    """A draft notice over so many nurseries that passed."""
    passed(scene, count, where)
    return services.compose(
        scene.cycle,
        title="2023年省级示范托育机构名单公示",
        body="现将名单予以公示。",
        contact="省卫生健康委人口家庭处 024-00000000",
        number="示例〔2023〕1号",
        by=scene.officer,
        at=SEPTEMBER,
    )


def opened(scene: Province, count: int = 1, where: Region | None = None) -> Notice:
    """The notice of 27 September 2023; over the National Day it ends on 9 October."""
    notice = drafted(scene, count, where)
    services.publish(notice, actor=scene.officer, at=NOTICED)
    return Notice.objects.with_cycle().get(pk=notice.pk)


def concluded(scene: Province, count: int = 1, where: Region | None = None) -> list[Title]:
    """Titles from 10 October 2023."""
    notice = opened(scene, count, where)
    number = f"示例〔2023〕{1 + Notice.objects.count()}号"
    return services.conclude(notice, actor=scene.officer, at=CONCLUDED, decision_number=number)


def opened_rows(scene: Province, sizes: Sequence[int]) -> list[Notice]:
    """Open notices over so many nurseries each, written as rows: for lists."""
    notices = Notice.objects.bulk_create(
        Notice(cycle=scene.cycle, title=f"公示{n}", body="b", contact="c", created_by=scene.officer)
        for n in range(len(sizes))
    )
    applications = iter(passed(scene, sum(sizes)))
    NoticeEntry.objects.bulk_create(
        NoticeEntry(
            notice=notice,
            application=application,
            number=number,
            name=application.nursery.name,
            city=application.region.city_unit.name,
            county=application.region.name,
        )
        for notice, size in zip(notices, sizes, strict=True)
        for number, application in enumerate(islice(applications, size), 1)
    )
    keys = [notice.pk for notice in notices]
    Notice.objects.filter(pk__in=keys).update(
        state="open",
        opens_on=date(2023, 9, 27),
        closes_on=date(2023, 10, 9),
        counted_days=["2023-09-27", "2023-09-28", "2023-10-07", "2023-10-08", "2023-10-09"],
        opened_at=NOTICED,
        digest="0" * 64,
    )
    return list(Notice.objects.filter(pk__in=keys).order_by("pk"))


def objected(notice: Notice, when: datetime = NOTICED, **more: str) -> Objection:
    """An objection to the first entry, by somebody whose name stands nowhere else."""
    values = {
        "name": "冯异议",
        "contact": "13711112222",
        "content": "该机构二楼活动室未设安全护栏，九月十二日曾有幼儿跌落。",
    }
    return services.file_objection(notice.entries.order_by("pk")[0], **(values | more), at=when)


def titles(scene: Province, cycle: Cycle, count: int, first: date = date(2023, 10, 10)) -> None:
    """Rows of the register, without the notice they came from."""
    applications = passed(scene, count)
    Application.objects.filter(pk__in=[a.pk for a in applications]).update(cycle=cycle)
    Title.objects.bulk_create(
        Title(
            number=f"LNTY-{cycle.year}-{application.pk:05d}",
            code=unguessable(12),
            application=application,
            nursery=application.nursery,
            cycle=cycle,
            region=application.region,
            region_path=application.region_path,
            decision_number="示例〔2023〕2号",
            awarded_on=first,
            valid_from=first,
            valid_until=last_day(first, 2),
        )
        for application in applications
    )
