"""Quarantine: nobody opens a file before it was inspected, and nobody at all what was refused."""

from __future__ import annotations

import io
import time
from collections.abc import Callable
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from subprocess import Popen
from zoneinfo import ZoneInfo

import pytest
import redis
from celery.exceptions import SoftTimeLimitExceeded
from django.core.checks import run_checks
from django.db import DatabaseError, IntegrityError, transaction
from django.http import FileResponse, Http404
from kombu.exceptions import OperationalError
from PIL import Image
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from files import clamav, services, tasks
from files.models import Inspection, StoredFile, thumbnail_path_of
from files.services import (
    Rejected,
    Withheld,
    discard,
    inspect,
    response,
    store,
    thumbnail_response,
)
from tests.files import samples
from tests.scenes import PDF
from workflow.tasks import deliver

pytestmark = pytest.mark.django_db
NOW = datetime(2023, 7, 1, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


def keep(
    content: bytes = PDF, name: str = "材料.pdf", *, trusted: bool = False, at_once: bool = False
) -> StoredFile:
    return store(content, name=name, by=None, at=NOW, trusted=trusted, at_once=at_once)


def again(stored: StoredFile) -> StoredFile:
    return StoredFile.objects.with_inspection().get(pk=stored.pk)


def wait_for(stored: StoredFile) -> None:
    end = time.monotonic() + 20
    while again(stored).is_waiting:
        assert time.monotonic() < end
        time.sleep(0.02)


def content_of(reply: FileResponse) -> bytes:
    with closing(reply):
        return reply.getvalue()


def kept_files(settings: Settings) -> list[Path]:
    return [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]


def test_an_upload_is_withheld_until_it_was_inspected() -> None:
    stored = keep()
    assert (stored.is_waiting, stored.is_released, stored.is_refused) == (True, False, False)
    for open_it in (response, thumbnail_response):
        with pytest.raises(Withheld, match="正在进行安全检查，请稍候"):
            open_it(stored)
    inspection = inspect(stored, at=NOW)
    assert inspection is not None
    assert str(inspection) == "已通过安全检查"
    stored = again(stored)
    assert (stored.is_waiting, stored.is_released, stored.is_refused) == (False, True, False)
    assert content_of(response(stored)) == PDF


def test_what_is_refused_loses_its_content(
    settings: Settings, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        stored = keep(samples.pdf_with_script())
        inspection = inspect(stored, at=NOW)
    assert str(inspection) == "PDF 含有脚本，请打印为新的 PDF 后再上传"
    assert kept_files(settings) == []
    stored = again(stored)
    assert stored.is_refused
    for open_it in (response, thumbnail_response):
        with pytest.raises(Withheld, match="未通过安全检查：PDF 含有脚本"):
            open_it(stored)


def test_equal_contents_are_inspected_each_and_lost_with_the_last(
    settings: Settings, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    script = samples.pdf_with_script()
    with django_capture_on_commit_callbacks(execute=True):
        first, second = keep(script, "一.pdf"), keep(script, "二.pdf")
        inspect(first, at=NOW)
    assert len(kept_files(settings)) == 1
    with django_capture_on_commit_callbacks(execute=True):
        inspect(second, at=NOW)
    assert kept_files(settings) == []
    with django_capture_on_commit_callbacks(execute=True):
        third = keep(script, "三.pdf", trusted=True)
        discard(again(first))
    assert content_of(response(again(third))) == script


def test_content_that_changed_on_disk_is_refused(settings: Settings) -> None:
    stored = keep()
    (path,) = kept_files(settings)
    path.write_bytes(PDF.replace(b"1.4", b"1.5"))
    assert str(inspect(stored, at=NOW)) == services.CHANGED


def test_a_file_is_settled_once(monkeypatch: pytest.MonkeyPatch) -> None:
    stored = keep()
    assert inspect(stored, at=NOW)
    monkeypatch.setattr(services.inspectors, "finding", lambda *_: "发现病毒 X")
    assert inspect(stored, at=NOW) is None
    assert Inspection.objects.get().passed
    with pytest.raises(DatabaseError), transaction.atomic():
        Inspection.objects.update(passed=False, finding="x")
    other = keep(PDF + b"\n")
    for wrong in ({"passed": True, "finding": "x"}, {"passed": False}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Inspection.objects.create(file=other, inspected_at=NOW, **wrong)


def test_a_file_taken_away_while_it_is_inspected_is_forgotten(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stored = keep()
    key = stored.pk

    def meanwhile(*_: object) -> str:
        StoredFile.objects.get(pk=key).delete()
        return ""

    monkeypatch.setattr(services.inspectors, "finding", meanwhile)
    assert inspect(stored, at=NOW) is None
    assert not Inspection.objects.exists()


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_a_released_picture_has_a_thumbnail(
    kind: str, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    stored = keep(samples.picture("blue", kind))
    inspect(stored, at=NOW)
    reply = thumbnail_response(again(stored))
    with Image.open(io.BytesIO(reply.content)) as small:
        assert (small.format, small.size) == ("JPEG", (320, 160))
        blue = small.getpixel((10, 10))
    assert isinstance(blue, tuple)
    assert blue[2] > 250
    assert reply["ETag"] == f'"{stored.digest}"'
    assert reply["Cache-Control"] == "private, max-age=604800, immutable"
    assert reply["X-Content-Type-Options"] == "nosniff"
    assert reply["Content-Security-Policy"] == "default-src 'none'; sandbox"
    with django_capture_on_commit_callbacks(execute=True):
        discard(again(stored))
    assert not services.default_storage.exists(thumbnail_path_of(stored.digest))


def test_a_see_through_picture_is_small_on_white() -> None:
    out = io.BytesIO()
    Image.new("RGBA", (40, 20), (0, 0, 0, 0)).save(out, "PNG")
    stored = keep(out.getvalue(), trusted=True)
    with Image.open(io.BytesIO(thumbnail_response(again(stored)).content)) as small:
        assert small.getpixel((5, 5)) == (255, 255, 255)


def test_only_pictures_have_thumbnails() -> None:
    with pytest.raises(Http404):
        thumbnail_response(keep(trusted=True))


def test_a_pdf_may_be_framed_by_our_own_pages_only() -> None:
    stored = keep(trusted=True)
    shown = response(stored, inline=True)
    assert shown["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'" in shown["Content-Security-Policy"]
    shown.close()
    handed_over = response(stored)
    assert "X-Frame-Options" not in handed_over
    handed_over.close()


def test_what_is_inspected_at_once_is_released_or_not_kept(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert keep(at_once=True).is_released
    with pytest.raises(Rejected, match="未通过安全检查：PDF 含有脚本"):
        keep(samples.pdf_with_script(), at_once=True)
    settings.CLAMD_ADDRESS = "127.0.0.1:1"
    with pytest.raises(Rejected, match="安全检查服务暂时没有响应"):
        keep(PDF + b"\n", at_once=True)
    assert StoredFile.objects.count() == 1
    assert len(kept_files(settings)) == 1


def test_without_an_answer_of_the_scanner_nothing_is_released(settings: Settings) -> None:
    stored = keep()
    settings.CLAMD_ADDRESS = "127.0.0.1:1"
    tasks.inspect(stored.pk)
    assert again(stored).is_waiting
    with pytest.raises(clamav.Away):
        inspect(stored, at=NOW)
    settings.CLAMD_ADDRESS = ""
    tasks.inspect(stored.pk)
    assert again(stored).is_released
    tasks.inspect(stored.pk)


def test_an_inspection_that_does_not_end_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    def endless(*_: object) -> str:
        raise SoftTimeLimitExceeded

    stored = keep()
    monkeypatch.setattr(services.inspectors, "finding", endless)
    tasks.inspect(stored.pk)
    assert again(stored).inspection.finding == services.TOO_COMPLEX


def test_a_file_that_ends_its_worker_is_not_tried_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    def killed(*_: object) -> str:
        raise SystemExit

    stored = keep()
    monkeypatch.setattr(services.inspectors, "finding", killed)
    for _ in range(tasks.MOST_TRIES):
        with pytest.raises(SystemExit):
            tasks.inspect(stored.pk)
        assert again(stored).is_waiting
    tasks.inspect(stored.pk)
    assert again(stored).inspection.finding == services.TOO_COMPLEX


def test_a_scanner_that_is_away_is_no_try(monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: object) -> str:
        raise clamav.Away

    stored = keep()
    with monkeypatch.context() as patch:
        patch.setattr(services.inspectors, "finding", away)
        for _ in range(tasks.MOST_TRIES + 1):
            tasks.inspect(stored.pk)
    tasks.inspect(stored.pk)
    assert again(stored).inspection.passed


def test_the_sweep_sends_what_lies_longer_than_a_minute(
    broker: redis.Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored = keep()
    keep(PDF + b"\n", trusted=True)
    for seconds, sent in ((59, 0), (61, 1)):
        monkeypatch.setattr(
            "workflow.clock.now", lambda seconds=seconds: NOW + timedelta(seconds=seconds)
        )
        assert tasks.sweep() == sent
        assert broker.llen("inspections") == sent
    inspect(stored, at=NOW)
    assert tasks.sweep() == 0


def test_an_upload_stands_while_the_broker_is_away(
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    def away(*_: object, **__: object) -> None:
        raise OperationalError

    monkeypatch.setattr("celery.current_app.send_task", away)
    with django_capture_on_commit_callbacks(execute=True):
        stored = keep()
    assert again(stored).is_waiting


@pytest.mark.django_db(transaction=True)
def test_a_worker_settles_what_was_uploaded_while_none_ran(
    start_worker: Callable[..., Popen[bytes]],
) -> None:
    """Its message is lost, two sweeps find it: it is settled once."""
    stored = keep()
    tasks.inspect.app.control.purge()
    assert again(stored).is_waiting
    start_worker()
    assert tasks.sweep() == tasks.sweep() == 1
    wait_for(stored)
    assert Inspection.objects.get().passed


@pytest.mark.django_db(transaction=True)
def test_an_inspection_does_not_stand_behind_the_papers(
    broker: redis.Redis, start_worker: Callable[..., Popen[bytes]]
) -> None:
    """Many other tasks were there first."""
    for number in range(2000):
        deliver.delay(-number)
    stored = keep()
    assert (broker.llen("celery"), broker.llen("inspections")) == (2000, 1)
    start_worker()
    wait_for(stored)
    assert broker.llen("celery") > 0


def test_production_is_warned_without_a_scanner(settings: Settings) -> None:
    def warned() -> bool:
        found = run_checks(include_deployment_checks=True)
        return "files.W001" in {message.id for message in found}

    assert warned()
    settings.CLAMD_ADDRESS = "clamav:3310"
    assert not warned()
