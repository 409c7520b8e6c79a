"""Who may open which paper: one table, asked for every kind and every post."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client

from accounts.models import User
from documents import services
from documents.models import Document
from documents.statuses import SENT_BY_CITY, Kind
from publicity import services as publicity
from publicity.models import Notice, Title
from publicity.statuses import RevocationGround
from quotas.models import Quota
from supervision import services as supervision
from tests import scenes
from tests.scenes import AUGUST, Province
from tests.supervision import stories

pytestmark = pytest.mark.usefixtures("undrawn")

OVER = scenes.at("2023-10-10 09:00")
LATER = scenes.at("2024-05-06 09:00")
EVERYBODY = {"staff", "county", "city", "officer", "expert", "other county", "other city", "other"}
COUNTY_UP, CITY_UP = {"county", "city", "officer"}, {"city", "officer"}
MAY_OPEN = {
    Kind.APPLICATION_FORM: COUNTY_UP | {"staff", "expert"},
    Kind.APPLICATION_DRAFT: {"staff"},
    Kind.SCORES_SELF: COUNTY_UP | {"staff", "expert"},
    Kind.SCORES_COUNTY: COUNTY_UP,
    Kind.SCORES_CITY: CITY_UP,
    Kind.SCORES_PROVINCE: {"officer"},
    Kind.SUMMARY_PDF: CITY_UP,
    Kind.SUMMARY_XLSX: CITY_UP,
    Kind.COUNTY_LETTER: COUNTY_UP,
    Kind.CITY_LETTER: CITY_UP,
    Kind.NOTICE: EVERYBODY,
    Kind.AWARD_DECISION: EVERYBODY,
    Kind.CERTIFICATE: COUNTY_UP | {"staff"},
    Kind.RECTIFICATION_ORDER: COUNTY_UP | {"staff"},
    Kind.REVOCATION_NOTICE: COUNTY_UP | {"staff"},
    Kind.REVOCATION_DECISION: COUNTY_UP | {"staff"},
    Kind.ARCHIVE: {"officer"},
}


def everything(scene: Province, carry: Callable[[], None]) -> None:
    """One paper of every kind, all about the nursery of `staff` in 和平区."""
    notice, application, _ = scenes.on_notice(scene)
    quota = Quota.objects.get(cycle=scene.cycle, region=scene.city)
    for kind in SENT_BY_CITY:
        job = services.request_from_city(quota, kind, by=scene.city_handler, at=AUGUST)
        services.work(job.pk, now=lambda: AUGUST)
    publicity.conclude(notice, actor=scene.officer, at=OVER, decision_number="12号")
    title = Title.objects.get(application=application)
    supervision.order_rectification(title, problem="记录不全。", by=scene.officer, at=LATER)
    stories.proposed(scene, title, at=LATER)
    supervision.revoke(
        title, ground=RevocationGround.FRAUD, actor=scene.officer, at=LATER, reason="弄虚作假。"
    )
    job = services.request_archive(title.nursery, by=scene.officer, at=LATER)
    services.work(job.pk, now=lambda: LATER)
    carry()
    form = Document.objects.filter(kind=Kind.APPLICATION_FORM)[0]
    form.pk, form.kind, form.code = None, Kind.APPLICATION_DRAFT, "DRAFT"
    form.save()


def people(scene: Province) -> dict[str, User]:
    stranger = scenes.staff(scenes.nursery(scene.county, "别家托育园"), "stranger", "路人")
    return {
        "staff": User.objects.get(username="staff"),
        "county": scene.county_handler,
        "city": scene.city_handler,
        "officer": scene.officer,
        "expert": scene.experts[0],
        "other county": scene.other_county_handler,
        "other city": scene.other_city_handler,
        "other": stranger,
    }


def test_everybody_opens_what_the_table_says_and_nothing_else(scene, carry):
    everything(scene, carry)
    found = {
        name: set(Document.objects.visible_to(user).values_list("kind", flat=True))
        for name, user in people(scene).items()
    }
    assert set(Document.objects.values_list("kind", flat=True)) == set(Kind)
    for kind, names in MAY_OPEN.items():
        assert {name for name, kinds in found.items() if kind in kinds} == names, kind


def test_strangers_read_what_is_public_and_not_a_word_more(scene, carry):
    everything(scene, carry)
    page = Client()
    for document in Document.objects.all():
        answer = page.get(f"/documents/public/{document.pk}/")
        expected = 200 if document.kind in {Kind.NOTICE, Kind.AWARD_DECISION} else 404
        assert answer.status_code == expected, document
        if expected == 200:
            assert b"".join(answer.streaming_content).startswith(b"%PDF")
            assert answer["Content-Disposition"].startswith("inline")
        assert page.get(f"/documents/{document.pk}/").status_code == 302
    assert not Document.objects.visible_to(AnonymousUser()).exists()


def test_pages_link_what_their_reader_may_open(scene, carry, browse):
    everything(scene, carry)
    notice, title = Notice.objects.get(), Title.objects.get()
    public = Client().get(notice.get_absolute_url()).content.decode()
    assert public.count("/documents/public/") == 2
    office = browse(scene.officer)
    assert "公示（PDF" in office.get(f"/desk/notices/{notice.pk}/").content.decode()
    assert "撤销决定（PDF" in office.get(f"/supervision/titles/{title.pk}/").content.decode()
    nursery = browse(User.objects.get(username="staff"))
    order = title.orders.get()
    assert "限期整改通知书（PDF" in nursery.get(order.get_absolute_url()).content.decode()
    track = nursery.get(title.application.get_absolute_url()).content.decode()
    for label in ("自评分表", "撤销决定", "限期整改通知书"):
        assert f"<div>{label}<" in track
    assert not any(f"自评分表（{tier}" in track for tier in ("县级", "市级", "省级"))


def test_a_paper_that_no_longer_counts_is_not_public(scene, carry):
    scenes.on_notice(scene)
    carry()
    document = Document.objects.get(kind=Kind.NOTICE)
    Document.objects.update(superseded_at=document.created_at)
    assert Client().get(f"/documents/public/{document.pk}/").status_code == 404
