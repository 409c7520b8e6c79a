"""The last day of a title: of its nursery three times, of its city and county once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date

from django.urls import reverse

from accounts.models import Region
from notifications import audiences
from notifications.milestones import reminder_day
from notifications.reminders.due import Due
from notifications.words import day as in_words
from publicity.models import Title

NURSERY_DAYS = (90, 30, 7)
OFFICE_DAYS = (90,)
# A message names so many; the register lists them all.
NAMED = 3


def nurseries(today: date) -> Iterator[Due]:
    """What is revoked has ended already and is not spoken of."""
    ending = _ending(today, NURSERY_DAYS)
    staff = audiences.staff_by_nursery({title.nursery_id for title, _ in ending})
    for title, day in ending:
        last = title.valid_until
        for user in staff.get(title.nursery_id, []):
            yield Due(
                recipient=user,
                kind="title_ends",
                subject_type=Title._meta.label_lower,
                subject_id=title.pk,
                day=day,
                title=f"称号{_left(last, today)}：{title.nursery.name}",
                text=f"证书编号 {title.number}，有效期至{in_words(last)}。{last.year}年的评选周期"
                "可再次申报，申报时间以通知为准；到期后证书不再有效。",
                url=title.get_absolute_url(),
            )


def offices(today: date) -> Iterator[Due]:
    """One message to an office for all its titles that end on one day."""
    ending: dict[tuple[Region, date, date], list[Title]] = defaultdict(list)
    for title, day in _ending(today, OFFICE_DAYS):
        for region in {title.region.county_unit, title.region.city_unit}:
            ending[region, title.valid_until, day].append(title)
    regions = {region.pk for region, _, _ in ending}
    codenames = (*audiences.COUNTY_WORK, *audiences.CITY_WORK)
    officers = audiences.officers_by_region(codenames, regions)
    for (region, last, day), titles in ending.items():
        for user in officers.get(region.pk, []):
            yield Due(
                recipient=user,
                kind="titles_end",
                subject_type=Region._meta.label_lower,
                subject_id=region.pk,
                day=day,
                title=f"称号{_left(last, today)}：{region}{len(titles)} 家机构",
                text=f"{_names(titles)}的称号有效期至{in_words(last)}，请提醒机构按期再次申报。",
                url=f"{reverse('publicity:titles')}?area={region.code}&state=valid&sort=until",
            )


def _ending(today: date, days: Sequence[int]) -> list[tuple[Title, date]]:
    """The titles in force that have come so near their end, each with the day that counts."""
    titles = Title.objects.ending_within(today, max(days)).for_list().order_by("pk")
    return [
        (title, day) for title in titles if (day := reminder_day(title.valid_until, days, today))
    ]


def _left(last: date, today: date) -> str:
    left = (last - today).days
    return f"还有 {left} 天到期" if left else "今天到期"


def _names(titles: Sequence[Title]) -> str:
    names = "、".join(title.nursery.name for title in titles[:NAMED])
    return f"{names}等 {len(titles)} 家机构" if len(titles) > NAMED else names
