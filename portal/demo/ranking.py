"""The home city's two weeks: a ranking with a tie at the quota line, a recommendation out of turn,
places moved between cities, counties with a cap.
"""

from __future__ import annotations

from accounts.models import Region
from applications.caps import uses_in_city
from applications.models import Application
from applications.services import set_caps
from nurseries.models import Nursery
from portal.demo.days import Days
from portal.demo.people import HOME_CITY, Offices, People
from portal.demo.stories import Stories
from quotas.models import Cycle, Quota
from quotas.services import transfer_places

TOTALS = ("91.5", "90", "90", "88.5", "87")
FILES = len(TOTALS)
NEIGHBOUR = "210200"
# So many places are still free: the second and the third of the ranking have equal scores.
LEFT = 2
OVERRULE = "该机构所在区尚无省级示范托育机构，且以普惠托位为主，经主任办公会研究予以优先推荐。"
TRANSFER = "沈阳市申报件数少于预期，大连市申报踊跃，经两市协商调剂。"


def tell(
    cycle: Cycle,
    numbered: list[tuple[int, Nursery]],
    people: People,
    offices: Offices,
    days: Days,
) -> None:
    stories = Stories(cycle, people, offices)
    for n, (number, nursery) in enumerate(numbered):
        application = stories.draft(nursery, number, days.back(26 - n))
        stories.submit(application, number, days.back(24 - n))
        stories.county(application, days.back(15 - n))
        stories.score_for_city(application, days.back(6), TOTALS[n])
    stories.recommend(application, days.back(4), OVERRULE)
    home = Quota.objects.of_unit(cycle, Region.objects.get(code=HOME_CITY)).with_counts().get()
    transfer_places(
        cycle,
        home.region,
        Region.objects.get(code=NEIGHBOUR),
        home.free - LEFT,
        by=offices.province,
        at=days.back(3),
        reason=TRANSFER,
    )
    _cap_counties(home, offices, days)


def _cap_counties(home: Quota, offices: Offices, days: Days) -> None:
    """The first county may still recommend two files, the second none."""
    counties = Region.objects.counties_of(home.region)[:2]
    uses = uses_in_city(Application.objects.all(), home, counties)
    sizes = {use.county: use.used + left for use, left in zip(uses, (2, 0), strict=True)}
    reason = "按各区申报基础分解推荐件数。"
    set_caps(home, sizes, by=offices.city(home.region), at=days.back(20), reason=reason)
