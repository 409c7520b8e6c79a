"""What check_invariants asks about supervision, each question with data that is wrong."""

from __future__ import annotations

import pytest

from portal.invariants import supervision as invariants
from publicity.models import Title
from supervision.models import Campaign, RectificationOrder, Revocation
from tests.publicity import crowd
from tests.scenes import Province
from tests.supervision import checking, stories


@pytest.fixture
def title(scene: Province) -> Title:
    return crowd.concluded(scene)[0]


def said() -> list[str]:
    return list(invariants.titles_agree_with_what_runs())


def test_a_title_and_what_runs_on_it_agree(scene: Province, title: Title) -> None:
    order = stories.ordered(scene, title)
    stories.proposed(scene, title)
    assert said() == []
    Title.objects.update(state="valid")
    assert said() == [f"称号 {title.number}：有未办结的整改通知，状态却是 valid。"]
    Title.objects.update(state="rectifying")
    RectificationOrder.objects.filter(pk=order.pk).update(state="ended", closed_at=order.ordered_at)
    assert said() == []
    Revocation.objects.all().delete()
    assert said() == [f"称号 {title.number}：整改中，却没有未办结的整改通知或撤销事项。"]


def test_a_proposal_stands_on_a_title_in_force(scene: Province, title: Title) -> None:
    stories.proposed(scene, title)
    Title.objects.update(state="expired", ended_at=title.cycle.applications.first().created_at)
    assert said() == [f"称号 {title.number}：有未办结的撤销事项，状态却是 expired。"]


def test_a_draw_comes_out_the_same_again(scene: Province, title: Title) -> None:
    campaign = checking.drawn(scene)
    assert list(invariants.draws_can_be_repeated()) == []
    other = Campaign(**{f.name: getattr(campaign, f.name) for f in Campaign._meta.fields[1:]})
    other.name, other.seed = "另一次抽查", "另一个种子"
    other.save()
    assert list(invariants.draws_can_be_repeated()) == []
    row = campaign.candidates.get()
    row.pk, row.campaign = None, other
    row.save()
    assert list(invariants.draws_can_be_repeated()) == [
        f"抽查 {other.pk}：按种子和留存的对象重新抽取，结果不同。"
    ]
