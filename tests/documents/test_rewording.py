"""The province changes the texts of its papers: by whom, checked, kept, compared, previewed."""

from __future__ import annotations

import threading

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction

from applications.wording import Mark
from documents import production, services
from documents.models import PaperText
from documents.papers.patterns import PATTERNS
from documents.statuses import Kind, TextKind
from tests import scenes
from tests.documents.conftest import words
from tests.scenes import AUGUST, JULY, JUNE
from workflow import Refused
from workflow.models import Event

FORM = TextKind.APPLICATION_FORM
URL = "/documents/texts/application_form/"


def texts(**changed: str) -> dict[str, str]:
    return PATTERNS[FORM].defaults | changed


def reword(scene, seen: int = 0, when=JULY, **changed: str) -> services.Version:
    return services.reword(FORM, texts(**changed), seen=seen, by=scene.officer, at=when)


class TestSaving:
    def test_a_version_is_kept_and_recorded(self, scene):
        saved = reword(scene, marking=" 正式样表 ")
        assert (saved.number, saved.texts["marking"]) == (1, "正式样表")
        assert services.texts_of(FORM) == saved
        event = Event.objects.get(verb="reword")
        assert (event.actor, event.data) == (
            scene.officer,
            {"kind": "application_form", "version": 1},
        )
        assert event.label == "修改文书文字"
        assert str(PaperText.objects.get()) == "申报表 第 1 版"

    def test_unchanged_texts_make_no_version(self, scene):
        assert reword(scene).number == 0
        assert not PaperText.objects.exists()

    def test_only_the_province_may(self, scene):
        for other in (scene.city_handler, scene.county_handler):
            with pytest.raises(PermissionDenied):
                services.reword(FORM, texts(marking="甲"), seen=0, by=other, at=JULY)
        assert not PaperText.objects.visible_to(scene.city_handler).exists()

    def test_what_is_wrong_is_said_of_each_field(self, scene):
        with pytest.raises(Refused) as refused:
            reword(scene, heading="{省}申报表", notes="{")
        assert {problem.field for problem in refused.value.problems} == {"heading", "notes"}

    def test_of_two_editors_the_second_is_told(self, scene):
        reword(scene, marking="甲")
        with pytest.raises(services.Conflict) as conflict:
            reword(scene, marking="乙")
        assert conflict.value.current.texts["marking"] == "甲"
        assert reword(scene, seen=1, marking="乙").number == 2

    def test_a_version_never_changes(self, scene):
        reword(scene, marking="甲")
        for change in (
            lambda: PaperText.objects.update(version=2),
            lambda: PaperText.objects.all().delete(),
        ):
            with pytest.raises(DatabaseError), transaction.atomic():
                change()

    def test_history_says_what_each_version_changed(self, scene):
        reword(scene, marking="甲")
        reword(scene, seen=1, marking="乙", notes="")
        second, first = services.history(FORM)
        assert [label for label, _ in second.changes] == ["标注", "注"]
        [(label, pieces)] = first.changes
        assert (label, pieces) == ("标注", [(Mark.REMOVED, "示例（非官方）"), (Mark.ADDED, "甲")])

    def test_a_field_of_a_later_release_has_its_default(self, scene):
        PaperText.objects.create(
            kind=FORM, version=1, texts={"marking": "甲"}, by=scene.officer, at=JUNE
        )
        assert services.texts_of(FORM).texts == texts(marking="甲")
        assert production.texts_in_force(Kind.APPLICATION_FORM, JULY) == texts(marking="甲")


def test_two_at_the_same_moment_save_one_version(transactional_db):
    scene = scenes.province()
    found: list[str] = []

    def save(name: str) -> None:
        try:
            reword(scene, marking=name)
            found.append("saved")
        except services.Conflict:
            found.append("conflict")
        connection.close()

    editors = [threading.Thread(target=save, args=[name]) for name in "甲乙丙丁"]
    for each in editors:
        each.start()
    for each in editors:
        each.join()
    assert sorted(found) == ["conflict"] * 3 + ["saved"]


def test_a_paper_has_the_texts_of_its_moment(scene):
    """Also when it is made, or made again, after they were changed."""
    application, _ = scenes.submitted(scene)
    event = Event.objects.of(application).get(verb="submit")
    before = production.make(Kind.APPLICATION_FORM, event)
    reword(scene, when=JULY, marking="正式样表", heading="{省份}托育申报表")
    again = production.make(Kind.APPLICATION_FORM, event)
    assert before is not None
    assert before == again
    scenes.scored(application, scenes.Step.COUNTY, scene.county_handler, when=JULY)
    later = scenes.perform(
        application,
        "recommend_to_city",
        actor=scene.county_handler,
        at=AUGUST.replace(day=9),
        reason="同意推荐。",
    )
    after = production.make(Kind.APPLICATION_FORM, later)
    assert after is not None
    assert "辽宁省托育申报表正式样表" in words(after.content)


def test_the_texts_count_for_the_content(scene):
    application, _ = scenes.submitted(scene)
    event = Event.objects.of(application).get(verb="submit")
    one = production.make(Kind.APPLICATION_FORM, event)
    reword(scene, when=JUNE, marking="正式样表")
    other = production.make(Kind.APPLICATION_FORM, event)
    assert one is not None
    assert other is not None
    assert (one.content_digest, one.code) != (other.content_digest, other.code)


class TestPages:
    def test_from_the_list_to_a_saved_text(self, scene, browse):
        page = browse(scene.officer)
        assert "/documents/texts/" in page.get("/documents/").content.decode()
        assert URL in page.get("/documents/texts/").content.decode()
        html = page.get(URL).content.decode()
        for said in ("现行为默认文字", "{省份}省级示范托育机构申报表", "{周期}", "保存"):
            assert said in html, said
        answer = page.post(URL, {**texts(marking="正式<样表>"), "seen": 0}, follow=True)
        html = answer.content.decode()
        assert "已保存，现行文字为第 1 版。" in html
        assert "正式&lt;样表&gt;" in html
        history = page.get(f"{URL}history/").content.decode()
        assert "<ins>正式&lt;样表&gt;</ins>" in history
        assert "<del>示例（非官方）</del>" in history

    def test_faults_stand_beside_the_field_and_what_was_typed_stays(self, scene, browse):
        page = browse(scene.officer)
        answer = page.post(URL, {**texts(heading="{省}申报表"), "seen": 0})
        assert answer.status_code == 422
        html = answer.content.decode()
        assert "没有{省}这样的占位符" in html
        assert "{省}申报表" in html
        assert not PaperText.objects.exists()

    def test_who_was_overtaken_keeps_the_text_and_may_save_it_then(self, scene, browse):
        page = browse(scene.officer)
        reword(scene, marking="甲")
        answer = page.post(URL, {**texts(marking="乙"), "seen": 0})
        assert answer.status_code == 409
        html = answer.content.decode()
        assert "周省已先保存了第 1 版。" in html
        assert 'value="乙"' in html
        assert page.post(URL, {**texts(marking="乙"), "seen": 1}).status_code == 302

    def test_the_defaults_come_back(self, scene, browse):
        reword(scene, marking="甲")
        page = browse(scene.officer)
        assert "?from=0" in page.get(URL).content.decode()
        html = page.get(f"{URL}?from=0").content.decode()
        assert "已填入默认文字，保存后生效。" in html
        assert page.post(URL, {**texts(), "seen": 1}).status_code == 302
        assert services.texts_of(FORM).texts == texts()

    def test_an_earlier_version_is_a_start(self, scene, browse):
        reword(scene, marking="甲")
        reword(scene, seen=1, marking="乙")
        html = browse(scene.officer).get(f"{URL}?from=1").content.decode()
        assert "已填入第 1 版的文字" in html
        assert 'value="甲"' in html

    @pytest.mark.parametrize("given", ["x", "99", "-1", "123456789"])
    def test_an_unknown_version_is_the_current_one(self, scene, browse, given):
        assert browse(scene.officer).get(f"{URL}?from={given}").context["shown"].number == 0

    def test_the_preview_shows_what_was_typed_and_saves_nothing(self, scene, browse):
        page = browse(scene.officer)
        url = f"{URL}preview/"
        answer = page.post(url, {**texts(marking="正式样表"), "seen": 0})
        assert answer["Content-Type"] == "application/pdf"
        assert "示例省省级示范托育机构申报表正式样表" in words(answer.content)
        assert answer["X-Frame-Options"] == "SAMEORIGIN"
        assert "frame-ancestors 'self'" in answer["Content-Security-Policy"]
        assert not PaperText.objects.exists()
        assert "示例（非官方）" in words(page.get(url).content)

    def test_a_faulty_text_cannot_be_previewed(self, scene, browse):
        answer = browse(scene.officer).post(f"{URL}preview/", {**texts(heading=""), "seen": 0})
        assert answer.status_code == 422
        assert "标题：此项不能为空。" in answer.content.decode()

    @pytest.mark.parametrize("url", ["", "history/", "preview/"])
    def test_others_have_no_such_page_and_nonsense_is_not_there(self, scene, browse, url):
        assert browse(scene.city_handler).get(f"{URL}{url}").status_code == 403
        assert browse(scene.officer).get(f"/documents/texts/nothing/{url}").status_code == 404

    @pytest.mark.parametrize("versions", [1, 3, 30])
    def test_pages_cost_the_same_however_long_the_history(
        self, scene, browse, versions, django_assert_num_queries
    ):
        for number in range(versions):
            reword(scene, seen=number, marking=f"第{number}稿")
        page = browse(scene.officer)
        for url, queries in (("/documents/texts/", 5), (URL, 5), (f"{URL}history/", 5)):
            with django_assert_num_queries(queries):
                assert page.get(url).status_code == 200
