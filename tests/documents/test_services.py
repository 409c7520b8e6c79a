"""Asking for papers, making them, and keeping them."""

from __future__ import annotations

import hashlib
import threading
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction

from applications.models import Application
from applications.statuses import Step
from documents import production, services
from documents.models import Document, Job
from documents.services import making
from documents.statuses import Kind
from quotas.models import Quota
from tests import scenes
from tests.documents.conftest import content_of, text_of
from tests.scenes import AUGUST, JULY, JUNE
from workflow import Refused, perform
from workflow.models import Delivery, Event
from workflow.tasks import deliver


def forms():
    return Document.objects.of_kinds(Kind.APPLICATION_FORM)


def draw(job: Job) -> Document:
    document = services.work(job.pk, now=lambda: JULY)
    assert document is not None
    return document


class TestCausedByMoves:
    def test_a_submitted_file_has_its_form(self, scene, carry):
        application, _ = scenes.submitted(scene)
        carry()
        document, scores = Document.objects.order_by("pk")
        assert scores.kind == Kind.SCORES_SELF
        assert document.event.verb == "submit"
        assert document.requested_by is None
        assert document.region_path == scene.county.path
        assert document.sha256 == hashlib.sha256(content_of(document)).hexdigest()
        assert document.file.name == f"阳光托育园 申报表 {application.number}.pdf"
        assert len(document.code) == 12

    @pytest.mark.usefixtures("undrawn")
    def test_carried_twice_there_is_one(self, scene, carry):
        scenes.submitted(scene)
        carry()
        Delivery.objects.update(done_at=None)
        carry()
        assert Document.objects.count() == 2

    def test_the_newest_event_decides_which_is_current(self, scene):
        """The form of a late delivery is kept, but is no longer the one that counts."""
        application, _ = scenes.at_city(scene)
        deliveries = Delivery.objects.filter(subscriber__startswith="documents.").order_by("-pk")
        for delivery in deliveries:
            deliver(delivery.pk)
        newer, older = forms().order_by("-event_id")
        assert (newer.event.verb, newer.is_current) == ("recommend_to_city", True)
        assert (older.event.verb, older.is_current) == ("submit", False)
        assert "同意推荐。" in text_of(newer)
        assert "同意推荐。" not in text_of(older)
        shown = services.documents_of(application, scene.county_handler).documents
        assert [each for each in shown if each.kind == Kind.APPLICATION_FORM] == [newer]

    def test_a_withdrawal_makes_no_paper(self, scene, carry):
        application, staff = scenes.drafted(scene)
        perform(application, "withdraw", actor=staff, at=JUNE, reason="暂不申报。")
        carry()
        assert not Document.objects.exists()


@pytest.mark.usefixtures("undrawn")
class TestAskingForForms:
    def test_three_copies_beside_the_one_there_is(self, scene, carry):
        application, staff = scenes.submitted(scene)
        carry()
        document = draw(services.request_form(application, copies=3, by=staff, at=JUNE))
        assert document.label == "申报表（一式三份）"
        assert document.requested_by == staff
        assert forms().current().count() == 2

    def test_the_next_move_takes_all_of_them_away(self, scene, carry):
        application, staff = scenes.submitted(scene)
        draw(services.request_form(application, copies=3, by=staff, at=JUNE))
        scenes.scored(application, Step.COUNTY, scene.county_handler, when=JULY)
        perform(application, "recommend_to_city", actor=scene.county_handler, at=JULY, reason="好")
        carry()
        current = forms().current().get()
        assert (current.event.verb, current.copies) == ("recommend_to_city", 1)

    def test_asked_again_while_under_way_it_is_the_same_request(self, scene):
        application, staff = scenes.submitted(scene)
        first = services.request_form(application, copies=1, by=staff, at=JUNE)
        assert services.request_form(application, copies=1, by=staff, at=JUNE) == first
        assert services.request_form(application, copies=3, by=staff, at=JUNE) != first
        draw(first)
        assert services.request_form(application, copies=1, by=staff, at=JUNE) != first

    def test_asked_again_when_nothing_changed_it_is_the_same_paper(self, scene, carry):
        application, staff = scenes.submitted(scene)
        carry()
        made = draw(services.request_form(application, copies=1, by=staff, at=JUNE))
        assert made == forms().get()

    def test_a_changed_draft_replaces_the_one_before(self, scene):
        application, staff = scenes.drafted(scene)
        first = draw(services.request_form(application, copies=1, by=staff, at=JUNE))
        Application.objects.filter(pk=application.pk).update(practice="改过。")
        second = draw(services.request_form(application, copies=1, by=staff, at=JUNE))
        assert first.event == second.event
        assert first.code != second.code
        assert Document.objects.current().get() == second
        Application.objects.filter(pk=application.pk).update(practice="坚持医育结合。")
        assert draw(services.request_form(application, copies=1, by=staff, at=JUNE)) == first
        assert Document.objects.current().get() == first

    def test_submitting_takes_the_draft_away(self, scene, carry):
        application, staff = scenes.drafted(scene)
        draw(services.request_form(application, copies=1, by=staff, at=JUNE))
        perform(application, "submit", actor=staff, at=JUNE)
        carry()
        kinds = set(Document.objects.current().values_list("kind", flat=True))
        assert kinds == {Kind.APPLICATION_FORM, Kind.SCORES_SELF}

    def test_only_the_nursery_draws_what_it_is_still_writing(self, scene):
        application, staff = scenes.submitted(scene)
        perform(
            application,
            "return_for_correction",
            actor=scene.county_handler,
            at=JULY,
            reason="缺材料。",
        )
        with pytest.raises(PermissionDenied):
            services.request_form(application, copies=1, by=scene.county_handler, at=JULY)
        draft = draw(services.request_form(application, copies=1, by=staff, at=JULY))
        assert draft.kind == Kind.APPLICATION_DRAFT
        assert not Document.objects.visible_to(scene.county_handler).filter(pk=draft.pk).exists()

    def test_two_copies_are_nothing_known(self, scene):
        application, staff = scenes.submitted(scene)
        with pytest.raises(Refused, match="一份或三份"):
            services.request_form(application, copies=2, by=staff, at=JUNE)

    def test_a_file_that_ended_unsubmitted_has_no_form(self, scene):
        application, staff = scenes.drafted(scene)
        perform(application, "withdraw", actor=staff, at=JUNE, reason="暂不申报。")
        with pytest.raises(Refused, match="未曾提交"):
            services.request_form(application, copies=1, by=staff, at=JUNE)


class TestAskingForSummaries:
    def test_filling_one_in_is_recorded_where_the_city_sees_it(self, scene):
        quota = Quota.objects.get(cycle=scene.cycle, region=scene.city)
        job = services.request_from_city(quota, Kind.SUMMARY_PDF, by=scene.city_handler, at=AUGUST)
        assert (job.event.verb, job.event.region_path) == ("fill_summary", scene.city.path)
        assert job.event.actor == scene.city_handler
        again = services.request_from_city(
            quota, Kind.SUMMARY_PDF, by=scene.city_handler, at=AUGUST
        )
        assert again == job
        assert Event.objects.filter(verb="fill_summary").count() == 1

    @pytest.mark.parametrize("who", ["county_handler", "other_city_handler", "zone_city"])
    def test_other_bodies_may_not(self, scene, who):
        quota = Quota.objects.get(cycle=scene.cycle, region=scene.city)
        with pytest.raises(PermissionDenied):
            services.request_from_city(quota, Kind.SUMMARY_PDF, by=getattr(scene, who), at=AUGUST)
        with pytest.raises(PermissionDenied):
            services.request_from_city(
                scene.cycle, Kind.SUMMARY_PDF, by=getattr(scene, who), at=AUGUST
            )

    def test_the_province_may_fill_in_any(self, scene):
        for quota in Quota.objects.filter(cycle=scene.cycle):
            services.request_from_city(quota, Kind.SUMMARY_PDF, by=scene.officer, at=AUGUST)
        assert Job.objects.count() == 3

    def test_a_form_is_no_summary(self, scene):
        with pytest.raises(ValueError, match="not sent by a city"):
            services.request_from_city(
                scene.cycle, Kind.APPLICATION_FORM, by=scene.officer, at=AUGUST
            )

    def test_a_new_one_replaces_the_one_before_and_leaves_other_cities_alone(self, scene):
        quotas = list(Quota.objects.filter(cycle=scene.cycle))
        made = [
            draw(services.request_from_city(quota, Kind.SUMMARY_XLSX, by=scene.officer, at=AUGUST))
            for quota in [*quotas, quotas[0]]
        ]
        assert set(Document.objects.current()) == set(made[1:])


class TestWork:
    @pytest.fixture
    def job(self, scene) -> Job:
        application, staff = scenes.submitted(scene)
        return services.request_form(application, copies=3, by=staff, at=JUNE)

    def test_it_is_done_once(self, job):
        document = draw(job)
        job.refresh_from_db()
        assert (job.document, job.started_at, job.done_at) == (document, JULY, JULY)
        assert (job.done, job.total) == (3, 3)
        assert services.work(job.pk, now=lambda: JULY) is None

    def test_a_fault_is_said_and_raised(self, job, monkeypatch):
        def broken(*_, **__):
            raise OSError("no fonts")

        monkeypatch.setattr(production, "make", broken)
        with pytest.raises(OSError, match="no fonts"):
            services.work(job.pk, now=lambda: JULY)
        job.refresh_from_db()
        assert (job.fault, job.document, job.done_at) == (making.FAILED, None, JULY)
        assert "no fonts" not in job.fault

    @pytest.mark.usefixtures("undrawn")
    def test_what_a_dead_worker_left_is_taken_up_again(self, job):
        Job.objects.update(started_at=JULY)
        assert services.waiting_jobs(JULY + timedelta(minutes=9)) == []
        assert services.work(job.pk, now=lambda: JULY + timedelta(minutes=9)) is None
        assert services.waiting_jobs(JULY + timedelta(minutes=11)) == [job.pk]
        assert services.work(job.pk, now=lambda: JULY + timedelta(minutes=11)) is not None

    def test_a_job_never_begun_waits_for_the_sweep(self, job):
        assert services.waiting_jobs(JULY) == [job.pk]

    def test_the_database_knows_no_finished_job_without_outcome(self, job):
        with pytest.raises(IntegrityError), transaction.atomic():
            Job.objects.update(done_at=JULY)


@pytest.mark.usefixtures("undrawn")
class TestKeeping:
    def test_one_current_paper_of_a_kind(self, scene, carry):
        scenes.submitted(scene)
        carry()
        document = forms().get()
        document.pk, document.code, document.content_digest = None, "X", "0" * 64
        with pytest.raises(IntegrityError), transaction.atomic():
            document.save()

    def test_a_clock_that_is_behind_does_not_matter(self, scene):
        """Two servers' clocks differ; a paper never ends before it began."""
        application, _ = scenes.at_city(scene)
        submit, recommend = Event.objects.of(application).filter(
            verb__in=["submit", "recommend_to_city"]
        )
        for event, at in ((submit, AUGUST), (recommend, JULY)):
            made = production.make(Kind.APPLICATION_FORM, event)
            assert made is not None
            production.keep(made, by=None, at=at)
        older = Document.objects.get(event=submit)
        assert older.superseded_at == older.created_at == AUGUST


@pytest.mark.usefixtures("undrawn")
def test_many_workers_at_once_keep_one_paper(transactional_db):
    """The same event delivered to four workers, and the next one to four more."""
    scene = scenes.province()
    application, _ = scenes.at_city(scene)
    verbs = ["submit", "recommend_to_city"]
    events = list(Event.objects.of(application).filter(verb__in=verbs)) * 4

    def work(event: Event) -> None:
        services.keep_papers(event, at=JULY)
        connection.close()

    workers = [threading.Thread(target=work, args=[event]) for event in events]
    for each in workers:
        each.start()
    for each in workers:
        each.join()
    assert forms().count() == 2
    assert forms().current().get().event.verb == "recommend_to_city"
    assert Document.objects.count() == 5
