"""What follows a title: orders, proposals, draws."""

from __future__ import annotations

from django.db.models import Exists, OuterRef

from portal.invariants.finding import Findings
from publicity.models import Title
from publicity.statuses import TitleState
from supervision import sampling
from supervision.models import Campaign, RectificationOrder, Revocation
from supervision.statuses import OPEN_REVOCATIONS, RUNNING


def titles_agree_with_what_runs() -> Findings:
    """A running order means a title in rectification, which only it or an open proposal keeps."""
    orders = RectificationOrder.objects.filter(title=OuterRef("pk"), state__in=RUNNING)
    proposals = Revocation.objects.filter(title=OuterRef("pk"), state__in=OPEN_REVOCATIONS)
    titles = Title.objects.annotate(ordered=Exists(orders), proposed=Exists(proposals))
    for title in titles.filter(ordered=True).exclude(state=TitleState.RECTIFYING):
        yield f"称号 {title.number}：有未办结的整改通知，状态却是 {title.state}。"
    rectifying = titles.filter(state=TitleState.RECTIFYING, ordered=False, proposed=False)
    for title in rectifying:
        yield f"称号 {title.number}：整改中，却没有未办结的整改通知或撤销事项。"
    for title in titles.filter(proposed=True).exclude(state__in=["valid", "rectifying"]):
        yield f"称号 {title.number}：有未办结的撤销事项，状态却是 {title.state}。"


def draws_can_be_repeated() -> Findings:
    """Drawn again from the population that was kept, with the seed, a draw is the same."""
    for campaign in Campaign.objects.exclude(state="preparing"):
        kept = list(campaign.candidates.select_related("title"))
        again = sampling.draw(
            [sampling.Candidate(each.title.number, each.stratum) for each in kept],
            sum(each.chosen for each in kept),
            campaign.seed,
        )
        found = {(lot.key, lot.lot, lot.position, lot.chosen) for lot in again.lots}
        said = {(each.title.number, each.lot, each.position, each.chosen) for each in kept}
        if found != said:
            yield f"抽查 {campaign.pk}：按种子和留存的对象重新抽取，结果不同。"
