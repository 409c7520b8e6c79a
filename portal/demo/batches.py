"""A batch of the home county: tried before the files were scored, and about to be tried again."""

from __future__ import annotations

from accounts.models import Region
from applications import services
from applications.models import Application
from applications.services import Choice
from applications.statuses import ApplicationState
from portal.demo.days import Days
from portal.demo.people import HOME_COUNTY, Offices

OPINION = "经审核，材料齐全，同意推荐。（示例）"


def tell(offices: Offices, days: Days) -> None:
    """Nothing is moved: a file without the county's score is refused, by hand or in a batch."""
    county = Region.objects.get(code=HOME_COUNTY)
    waiting = Application.objects.in_state(ApplicationState.COUNTY_REVIEW).within(county)
    keys = list(waiting.order_by("number").values_list("pk", flat=True))
    tried = days.back(2)
    batch = services.make_batch(
        keys, "recommend_to_city", reason=OPINION, by=offices.county(county), at=tried
    )
    items = batch.items.values_list("pk", flat=True)
    services.confirm_batch(batch, Choice(OPINION, frozenset(items)), at=tried)
    services.carry_on_batch(batch.pk, now=lambda: tried)
    services.retry_batch(batch, at=days.back(1))
