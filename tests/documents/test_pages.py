"""The pages of papers: who sees what, what they cost, and that every step works by buttons."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db.models import F
from django.template import Context, Template
from django.test import Client, RequestFactory

from applications.models import Application
from documents import services, tasks
from documents.models import Document, Job
from documents.services import making, requests
from documents.statuses import Kind
from files.models import StoredFile
from quotas.models import Quota
from tests import scenes
from tests.scenes import AUGUST, JULY, JUNE
from workflow.models import Event

pytestmark = pytest.mark.usefixtures("undrawn")


@pytest.fixture
def application(scene, carry) -> Application:
    application, _ = scenes.submitted(scene)
    carry()
    return application


def status_of(page: Client, document: Document) -> int:
    answer = page.get(f"/documents/{document.pk}/")
    if answer.streaming:
        b"".join(answer.streaming_content)
    return answer.status_code


@pytest.fixture
def document(application) -> Document:
    return Document.objects.get(kind=Kind.APPLICATION_FORM)


def staff_of(application: Application):
    from accounts.models import User

    return User.objects.get(username="staff")


class TestFile:
    def test_it_is_handed_over_unguessable_and_unrun(self, scene, document, browse):
        answer = browse(scene.county_handler).get(f"/documents/{document.pk}/")
        assert answer.status_code == 200
        assert b"".join(answer.streaming_content).startswith(b"%PDF-")
        assert answer["Content-Type"] == "application/pdf"
        assert answer["Content-Disposition"].startswith("attachment")
        assert answer["Cache-Control"] == "private, no-store"
        assert answer["X-Content-Type-Options"] == "nosniff"

    def test_it_opens_in_the_browser_on_wish(self, scene, document, browse):
        answer = browse(scene.county_handler).get(f"/documents/{document.pk}/?show=1")
        assert answer["Content-Disposition"].startswith("inline")
        assert b"".join(answer.streaming_content)

    @pytest.mark.parametrize(
        ("who", "status"),
        [
            ("county_handler", 200),
            ("county_approver", 200),
            ("city_handler", 200),
            ("officer", 200),
            ("other_county_handler", 404),
            ("other_city_handler", 404),
            ("zone_county", 404),
        ],
    )
    def test_it_follows_its_file(self, scene, document, browse, who, status):
        assert status_of(browse(getattr(scene, who)), document) == status

    def test_the_nursery_and_its_experts_see_it_others_do_not(
        self, scene, application, document, browse
    ):
        assert status_of(browse(staff_of(application)), document) == 200
        assert status_of(browse(scene.experts[0]), document) == 404
        stranger = scenes.staff(scenes.nursery(scene.county, "别家托育园"), "stranger", "路人")
        assert status_of(browse(stranger), document) == 404

    def test_an_expert_of_the_file_sees_it(self, scene, carry, browse):
        application, _ = scenes.at_province(scene)
        scenes.seat_panel(scene, application, sealed=False)
        carry()
        document = Document.objects.of(application).current().get(kind=Kind.APPLICATION_FORM)
        assert status_of(browse(scene.experts[0]), document) == 200
        assert status_of(browse(scene.experts[3]), document) == 404

    def test_a_summary_is_the_citys_and_the_provinces(self, scene, browse):
        quota = Quota.objects.get(cycle=scene.cycle, region=scene.city)
        job = services.request_from_city(quota, Kind.SUMMARY_PDF, by=scene.city_handler, at=AUGUST)
        document = services.work(job.pk, now=lambda: AUGUST)
        assert document is not None
        status = {
            who: status_of(browse(getattr(scene, who)), document)
            for who in ("city_handler", "officer", "county_handler", "other_city_handler")
        }
        assert status == {
            "city_handler": 200,
            "officer": 200,
            "county_handler": 404,
            "other_city_handler": 404,
        }

    def test_nobody_sees_anything_without_signing_in(self, document, client):
        for url in (f"/documents/{document.pk}/", "/documents/"):
            assert client.get(url).status_code == 302

    def test_strangers_are_shown_nothing_and_rows_name_themselves(self, application, document):
        from django.contrib.auth.models import AnonymousUser

        for nobody in (None, AnonymousUser()):
            assert not Document.objects.visible_to(nobody).exists()
        assert str(document) == f"阳光托育园 申报表 {application.number}"
        assert str(Job(pk=7, kind=document.kind)) == "申报表 7"

    def test_seeing_a_form_is_seeing_its_file(self, scene, application, carry):
        """The quick queryset says what the file's own queryset says, for everybody here."""
        scenes.submitted(scene, scene.other_county, name="钢城托育园", username="staff2")
        carry()
        people = [scene.county_handler, scene.city_handler, scene.officer, scene.zone_city]
        people += [scene.other_county_handler, scene.experts[0], staff_of(application)]
        for user in people:
            seen = Document.objects.visible_to(user).values_list("subject_id", flat=True)
            files = Application.objects.visible_to(user).values_list("pk", flat=True)
            assert set(seen) == set(files), user


class TestList:
    @pytest.fixture
    def many(self, document):
        def make(total: int) -> None:
            event = Event.objects.get(pk=document.event_id)
            Document.objects.bulk_create(
                Document(
                    kind=document.kind,
                    subject_type=document.subject_type,
                    subject_id=document.subject_id,
                    region_path=document.region_path,
                    title=f"苗圃{number}",
                    file=document.file,
                    sha256=document.sha256,
                    content_digest=f"{number:064x}",
                    code=f"C{number}",
                    event=event,
                    created_at=JUNE,
                    superseded_at=JUNE,
                )
                for number in range(total - 1)
            )

        return make

    @pytest.mark.parametrize("rows", [1, 3, 300])
    def test_it_costs_the_same_however_long(
        self, scene, many, browse, rows, django_assert_num_queries
    ):
        many(rows)
        page = browse(scene.county_handler)
        with django_assert_num_queries(6):
            answer = page.get("/documents/?older=on")
        assert f"共 {rows + 1} 份" in answer.content.decode()

    def test_it_shows_what_is_current_unless_asked_for_more(self, scene, many, browse):
        many(3)
        page = browse(scene.county_handler)
        assert "共 2 份" in page.get("/documents/").content.decode()
        older = page.get("/documents/?older=on").content.decode()
        assert older.count("已失效") == 2 + 1  # the filter's own label

    def test_it_is_narrowed_and_sorted_by_the_address(self, scene, many, browse):
        many(4)
        page = browse(scene.county_handler)
        found = page.get("/documents/?older=on&q=苗圃1").context["page_obj"]
        assert [row.title for row in found] == ["苗圃1"]
        assert (
            page.get("/documents/?kind=summary_table_pdf").context["page_obj"].paginator.count == 0
        )
        rows = page.get("/documents/?older=on&sort=-title&q=苗圃").context["page_obj"]
        titles = [row.title for row in rows]
        assert titles == sorted(titles, reverse=True)
        assert page.get("/documents/?sort=password&kind=nothing").status_code == 200

    def test_it_leads_those_who_fill_in_summaries_to_them(self, scene, browse):
        url = f"/documents/summary/{scene.cycle.pk}/"
        assert url in browse(scene.city_handler).get("/documents/").content.decode()
        assert url not in browse(scene.county_handler).get("/documents/").content.decode()

    def test_an_empty_list_says_what_will_be_there(self, scene, browse):
        answer = browse(scene.other_city_handler).get("/documents/")
        assert "文书将在此显示" in answer.content.decode()


class TestAsking:
    def test_from_the_button_to_the_download(self, scene, application, browse):
        page = browse(staff_of(application))
        asked = page.post("/documents/request/", {"application": application.pk, "copies": 3})
        job = Job.objects.get()
        assert asked.status_code == 302
        assert asked["Location"] == f"/documents/jobs/{job.pk}/"
        waiting = page.get(asked["Location"]).content.decode()
        assert "正在等待处理" in waiting
        assert 'hx-trigger="every 1s"' in waiting
        tasks.work(job.pk)
        part = page.get(asked["Location"], headers={"HX-Request": "true"}).content.decode()
        assert "<html" not in part
        assert "hx-trigger" not in part
        job.refresh_from_db()
        assert f"/documents/{job.document_id}/" in part
        assert job.document is not None
        assert job.document.sha256 in part

    def test_progress_and_faults_are_said(self, scene, application, browse):
        staff = staff_of(application)
        job = services.request_form(application, copies=3, by=staff, at=JUNE)
        Job.objects.update(started_at=JUNE, done=1)
        page = browse(staff)
        assert 'value="1" max="3"' in page.get(job.get_absolute_url()).content.decode()
        Job.objects.update(done_at=JUNE, fault=making.FAILED)
        assert making.FAILED in page.get(job.get_absolute_url()).content.decode()

    def test_a_request_is_ones_own(self, scene, application, browse):
        job = services.request_form(application, copies=1, by=staff_of(application), at=JUNE)
        assert browse(scene.county_handler).get(job.get_absolute_url()).status_code == 404

    def test_another_countys_file_is_not_there(self, scene, application, browse):
        answer = browse(scene.other_county_handler).post(
            "/documents/request/", {"application": application.pk, "copies": 1}
        )
        assert answer.status_code == 404

    @pytest.mark.parametrize("data", [{}, {"application": "x"}, {"application": "0"}])
    def test_nonsense_is_not_there(self, scene, browse, data):
        assert browse(scene.officer).post("/documents/request/", data).status_code == 404

    def test_a_refusal_comes_back_in_words(self, scene, application, browse):
        answer = browse(scene.county_handler).post(
            "/documents/request/", {"application": application.pk, "copies": 9}
        )
        assert answer["Location"] == application.get_absolute_url()
        assert not Job.objects.exists()

    def test_getting_asks_for_nothing(self, scene, browse):
        assert browse(scene.officer).get("/documents/request/").status_code == 405


class TestTag:
    def shown(self, application: Application, user) -> str:
        request = RequestFactory().get("/")
        request.user = user
        template = Template("{% load papers %}{% papers_of application %}")
        return template.render(Context({"application": application, "request": request}))

    def test_it_lists_the_papers_and_offers_to_make_more(self, application, document):
        html = self.shown(application, staff_of(application))
        assert document.sha256[:12] in html
        assert f"/documents/{document.pk}/" in html
        assert "生成一式三份" in html

    def test_a_draft_offers_a_preview_to_its_nursery_alone(self, scene):
        application, staff = scenes.drafted(scene)
        html = self.shown(application, staff)
        assert "生成草稿预览" in html
        assert "一式三份" not in html
        assert "<form" not in self.shown(application, scene.officer)

    def test_a_request_under_way_is_linked(self, application):
        staff = staff_of(application)
        job = services.request_form(application, copies=1, by=staff, at=JUNE)
        assert job.get_absolute_url() in self.shown(application, staff)

    @pytest.mark.parametrize("copies", [1, 2])
    def test_it_costs_the_same_however_many(self, application, copies, django_assert_num_queries):
        user = staff_of(application)
        if copies > 1:
            job = services.request_form(application, copies=3, by=user, at=JUNE)
            services.work(job.pk, now=lambda: JUNE)
        fresh = Application.objects.for_list().get()
        with django_assert_num_queries(3):
            self.shown(fresh, user)


class TestSummaryPage:
    def test_a_city_has_its_own_line(self, scene, browse):
        html = browse(scene.city_handler).get(f"/documents/summary/{scene.cycle.pk}/").content
        assert "沈阳市" in html.decode()
        assert "鞍山市" not in html.decode()

    def test_the_province_has_them_all_and_the_whole(self, scene, browse):
        html = browse(scene.officer).get(f"/documents/summary/{scene.cycle.pk}/").content.decode()
        for name in ("辽宁省（全省）", "沈阳市", "鞍山市", "沈抚改革创新示范区"):
            assert name in html

    @pytest.mark.parametrize("who", ["county_handler"])
    def test_others_have_no_such_page(self, scene, browse, who):
        answer = browse(getattr(scene, who)).get(f"/documents/summary/{scene.cycle.pk}/")
        assert answer.status_code == 403

    def test_a_cycle_in_preparation_is_not_there(self, scene, browse):
        cycle = scenes.draft_cycle(scene.root, scene.version, year=2025, name="2025")
        assert browse(scene.city_handler).get(f"/documents/summary/{cycle.pk}/").status_code == 404

    def test_from_the_button_to_the_list(self, scene, browse):
        quota = Quota.objects.get(cycle=scene.cycle, region=scene.city)
        page = browse(scene.city_handler)
        url = f"/documents/summary/{scene.cycle.pk}/"
        asked = page.post(url, {"quota": quota.pk, "kind": "summary_table_xlsx"})
        job = Job.objects.get()
        assert asked["Location"] == job.get_absolute_url()
        tasks.work(job.pk)
        assert "汇总表（Excel）" in page.get(url).content.decode()
        assert url in page.get(job.get_absolute_url()).content.decode()

    def test_the_city_alone_is_offered_its_letter_once_it_has_recommended(self, scene, browse):
        url = f"/documents/summary/{scene.cycle.pk}/"
        city = browse(scene.city_handler)
        assert "推荐函<span" not in city.get(url).content.decode()
        scenes.at_province(scene)
        assert "推荐函<span" in city.get(url).content.decode()
        assert "推荐函<span" not in browse(scene.officer).get(url).content.decode()
        quota = Quota.objects.get(cycle=scene.cycle, region=scene.city)
        letter = {"quota": quota.pk, "kind": "city_recommendation"}
        assert city.post(url, letter)["Location"] == Job.objects.get().get_absolute_url()
        refused = browse(scene.officer).post(url, letter).content.decode()
        assert "推荐函由各市自行出具。" in refused

    def test_what_is_not_ones_own_is_forbidden(self, scene, browse):
        page = browse(scene.city_handler)
        url = f"/documents/summary/{scene.cycle.pk}/"
        other = Quota.objects.get(cycle=scene.cycle, region=scene.zone)
        assert page.post(url, {"quota": other.pk, "kind": "summary_table_pdf"}).status_code == 403
        assert page.post(url, {"kind": "summary_table_pdf"}).status_code == 403

    def test_nonsense_is_answered_in_words(self, scene, browse):
        page = browse(scene.officer)
        url = f"/documents/summary/{scene.cycle.pk}/"
        assert "请选择" in page.post(url, {"kind": "nothing"}).content.decode()

    @pytest.mark.parametrize("cities", [1, 3, 30])
    def test_it_costs_the_same_however_many_cities(
        self, scene, browse, cities, django_assert_num_queries
    ):
        from quotas.services import set_quotas

        units = [
            scenes.region(f"22{number:02d}00", f"市{number}", "city", scene.root)
            for number in range(cities)
        ]
        sizes = dict.fromkeys(units, 3)
        set_quotas(scene.cycle, sizes, by=scene.officer, at=JUNE, reason="增加。")
        page = browse(scene.officer)
        with django_assert_num_queries(9):
            page.get(f"/documents/summary/{scene.cycle.pk}/")


class TestWorkers:
    def test_the_sweep_sends_out_what_waits(self, application, monkeypatch):
        job = services.request_form(application, copies=1, by=staff_of(application), at=JULY)
        Job.objects.update(asked_at=F("asked_at") - timedelta(hours=1))
        sent = []
        monkeypatch.setattr(tasks.work, "delay", sent.append)
        assert tasks.resume() == 1
        assert sent == [job.pk]

    def test_a_real_worker_makes_it(self, transactional_db, worker):
        import time

        scene = scenes.province()
        application, staff = scenes.submitted(scene)
        job = services.request_form(application, copies=1, by=staff, at=JUNE)
        end = time.monotonic() + 30
        while time.monotonic() < end:
            job.refresh_from_db()
            if job.done_at:
                break
            time.sleep(0.1)
        assert job.document is not None
        assert job.fault == ""

    def test_without_a_broker_the_request_stays(self, transactional_db, settings, monkeypatch):
        from kombu.exceptions import OperationalError

        scene = scenes.province()
        application, staff = scenes.submitted(scene)

        def away(*_, **__):
            raise OperationalError("no broker")

        monkeypatch.setattr(requests.current_app, "send_task", away)
        job = services.request_form(application, copies=1, by=staff, at=JUNE)
        assert services.waiting_jobs(JULY) == [job.pk]


def test_stored_files_of_papers_are_never_lost(document):
    """A paper holds on to its file."""
    from django.db.models import ProtectedError

    with pytest.raises(ProtectedError):
        StoredFile.objects.get(pk=document.file_id).delete()
