"""A city's submission as one file: who asks for it, who makes it, when it goes."""

from __future__ import annotations

import errno
import json
import zipfile
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from documents import contents, services, tasks
from documents.models import Package
from documents.models.packages import KEPT, SILENCE
from documents.services import packages, packing
from tests.documents.conftest import in_august
from tests.scenes import AUGUST, JULY
from workflow import Refused
from workflow.models import Event

pytestmark = pytest.mark.usefixtures("undrawn")


class TestAsking:
    def test_who_may(self, city):
        def ask(who, region=city.city):
            return services.ask_package(city.cycle, region, by=getattr(city, who), at=AUGUST)

        assert ask("city_handler").region == city.city
        assert ask("officer").region == city.city
        assert ask("officer", city.root).is_of_province
        for who, region in (
            ("county_handler", city.city),
            ("other_city_handler", city.city),
            ("city_handler", city.other_city),
            ("city_handler", city.root),
            ("city_handler", city.county),
        ):
            with pytest.raises(PermissionDenied):
                ask(who, region)

    def test_one_at_a_time_of_a_person_and_a_body(self, city):
        ask = {"by": city.city_handler, "at": AUGUST}
        first = services.ask_package(city.cycle, city.city, **ask)
        assert services.ask_package(city.cycle, city.city, **ask) == first
        assert Event.objects.of(first).filter(verb="ask_package").count() == 1
        other = services.ask_package(city.cycle, city.city, by=city.officer, at=AUGUST)
        assert other != first
        with pytest.raises(IntegrityError), transaction.atomic():
            Package.objects.create(
                cycle=city.cycle,
                region=city.city,
                region_path=city.city.path,
                asked_by=city.city_handler,
                asked_at=AUGUST,
            )

    def test_nothing_to_pack_is_said(self, scene):
        with pytest.raises(Refused, match="尚未推荐机构"):
            services.ask_package(scene.cycle, scene.city, by=scene.city_handler, at=AUGUST)

    def test_a_broker_that_is_away_loses_nothing(
        self, city, monkeypatch, django_capture_on_commit_callbacks
    ):
        from kombu.exceptions import OperationalError

        def away(*_: object, **__: object) -> None:
            raise OperationalError

        monkeypatch.setattr(packages.current_app, "send_task", away)
        with django_capture_on_commit_callbacks(execute=True):
            asked = services.ask_package(city.cycle, city.city, by=city.city_handler, at=AUGUST)
        assert services.waiting_packages(AUGUST) == [asked.pk]


class TestWorkers:
    @pytest.fixture
    def asked(self, city) -> Package:
        return services.ask_package(city.cycle, city.city, by=city.city_handler, at=AUGUST)

    def test_what_is_taken_or_finished_is_left_alone(self, asked, ready):
        assert services.build_package(ready.pk, now=in_august) is None
        assert services.waiting_packages(AUGUST) == []

    def test_a_killed_worker_is_followed_by_another(self, asked, monkeypatch):
        """It began, wrote a little and was gone: the sweep begins anew, its rest is swept away."""
        Package.objects.update(started_at=JULY, alive_at=JULY, done=0)
        rest = Package.objects.get().path
        rest.parent.mkdir()
        rest.write_bytes(b"half a file")
        sent = []
        monkeypatch.setattr(tasks.pack, "delay", sent.append)
        monkeypatch.setattr("workflow.clock.now", lambda: JULY + SILENCE)
        assert tasks.resume_packages() == 0
        monkeypatch.setattr("workflow.clock.now", in_august)
        assert tasks.resume_packages() == 1
        assert sent == [asked.pk]
        tasks.pack(asked.pk)
        made = Package.objects.get()
        assert made.path != rest
        assert made.path.exists()
        tasks.drop_packages()
        assert not rest.exists()
        assert made.path.exists()

    def test_a_slow_worker_gives_way_to_the_one_that_took_over(self, asked, monkeypatch):
        real = contents.of_nurseries

        def slow(*given, **more):
            Package.objects.update(started_at=AUGUST + timedelta(seconds=9))
            yield from real(*given, **more)

        monkeypatch.setattr(contents, "of_nurseries", slow)
        assert services.build_package(asked.pk, now=in_august) is None
        package = Package.objects.get()
        assert package.done_at is None
        assert list(package.path.parent.glob("*.zip")) == []

    def test_a_full_disk_is_one_calm_sentence(self, asked, monkeypatch):
        free = SimpleNamespace(free=10)
        monkeypatch.setattr(packing.shutil, "disk_usage", lambda _: free)
        with pytest.raises(OSError, match="too little space"):
            services.build_package(asked.pk, now=in_august)
        package = Package.objects.get()
        assert package.fault == packing.NO_SPACE
        assert not package.path.exists()

    @pytest.mark.parametrize("number", [errno.EDQUOT, errno.EIO])
    def test_other_faults_too_and_they_reach_the_log(self, asked, monkeypatch, number):
        def broken(*_: object) -> None:
            raise OSError(number, "broken")

        monkeypatch.setattr(packing, "_check_space", broken)
        with pytest.raises(OSError, match="broken"):
            services.build_package(asked.pk, now=in_august)
        expected = packing.NO_SPACE if number == errno.EDQUOT else packing.FAILED
        assert Package.objects.get().fault == expected

    def test_a_summary_that_says_nothing_is_named(self, asked, monkeypatch):
        monkeypatch.setattr(packing.production, "make", lambda *_: None)
        made = services.build_package(asked.pk, now=in_august)
        with zipfile.ZipFile(made.path) as found:
            said = json.loads(found.read("manifest.json"))
        missing = [row["path"] for row in said["missing"]]
        assert missing == ["汇总表.xlsx", "汇总表.pdf", "推荐函.pdf"]

    def test_building_is_a_fact(self, ready):
        event = Event.objects.of(ready).get(verb="pack")
        assert event.data["sha256"] == ready.sha256
        assert event.label == "生成材料包"
        assert ready.expires_at == AUGUST + KEPT


class TestDropping:
    def test_after_seven_days_the_file_goes(self, ready, at_work):
        assert tasks.drop_packages() == 0
        assert ready.is_ready(AUGUST)
        later = AUGUST + KEPT
        assert services.drop_packages(at=later) == 1
        assert services.drop_packages(at=later) == 0
        ready.refresh_from_db()
        assert not ready.path.exists()
        assert ready.dropped_at == later
        assert not ready.is_ready(AUGUST)
        assert Event.objects.of(ready).filter(verb="drop_package").count() == 1

    def test_it_is_not_handed_out_in_between(self, ready, scene):
        """The day is over and the sweep has not come round yet."""
        assert not ready.is_ready(AUGUST + KEPT)
        with pytest.raises(Refused, match="过期"):
            services.take_package(ready, by=scene.city_handler, at=AUGUST + KEPT)

    def test_a_lost_file_is_said(self, ready, scene):
        ready.path.unlink()
        with pytest.raises(Refused, match="已不存在"):
            services.take_package(ready, by=scene.city_handler, at=AUGUST)

    def test_one_that_another_sweep_has_dropped_is_left(self, ready):
        assert packages._drop(ready.pk, AUGUST) == 0
        assert ready.path.exists()


@pytest.mark.usefixtures("at_work")
class TestPages:
    def test_from_the_button_to_the_download(self, city, browse):
        page = browse(city.city_handler)
        summary = f"/documents/summary/{city.cycle.pk}/"
        shown = page.get(summary).content.decode()
        assert "整套材料打包" in shown
        assert "尚未打包" in shown
        asked = page.post(f"{summary}pack/", {"region": city.city.pk})
        package = Package.objects.get()
        assert asked["Location"] == package.get_absolute_url()
        waiting = page.get(asked["Location"]).content.decode()
        assert "正在等待处理" in waiting
        assert 'hx-trigger="every 1s"' in waiting
        assert "正在生成" in page.get(summary).content.decode()
        Package.objects.update(started_at=AUGUST, alive_at=JULY)
        assert "正在打包" in page.get(asked["Location"]).content.decode()
        tasks.pack(package.pk)
        part = page.get(asked["Location"], headers={"HX-Request": "true"}).content.decode()
        assert "<html" not in part
        assert "hx-trigger" not in part
        for words in ("有效期至", "剩 7 天", "1 份文件未能放入", "下载"):
            assert words in part, words
        assert "有效期至" in page.get(summary).content.decode()

    def test_a_dropped_one_offers_to_begin_anew(self, city, ready, browse):
        services.drop_packages(at=AUGUST + KEPT)
        page = browse(city.city_handler)
        shown = page.get(ready.get_absolute_url()).content.decode()
        assert "到期删除" in shown
        assert "重新打包" in shown
        assert "下载</button>" not in shown
        summary = page.get(f"/documents/summary/{city.cycle.pk}/").content.decode()
        assert "已过期删除" in summary

    def test_a_fault_is_said(self, city, browse):
        asked = services.ask_package(city.cycle, city.city, by=city.city_handler, at=AUGUST)
        Package.objects.update(started_at=AUGUST, done_at=AUGUST, fault=packing.NO_SPACE)
        page = browse(city.city_handler)
        assert "存储空间不足" in page.get(asked.get_absolute_url()).content.decode()
        assert "生成失败" in page.get(f"/documents/summary/{city.cycle.pk}/").content.decode()

    def test_nonsense_and_what_is_not_ones_own(self, city, browse):
        url = f"/documents/summary/{city.cycle.pk}/pack/"
        page = browse(city.city_handler)
        assert page.post(url, {"region": "x"}).status_code == 404
        assert page.post(url, {"region": city.other_city.pk}).status_code == 403
        other = browse(city.other_city_handler)
        answer = other.post(url, {"region": city.other_city.pk}, follow=True)
        assert "尚未推荐机构" in answer.content.decode()

    def test_each_sees_what_may_be_packed(self, city):
        def names(user) -> list[str]:
            rows = services.packages_of(city.cycle, user, at=AUGUST)
            return [row.region.name for row in rows]

        assert names(city.city_handler) == ["沈阳市"]
        assert names(city.officer)[:2] == ["辽宁省", "沈阳市"]

    def test_words_for_lists(self, ready):
        assert str(ready) == "沈阳市 2023年省级示范托育机构评选"
        assert ready.file_name == "沈阳市2023年报送材料202308150900.zip"
        ready.size = 5 * 1024 * 1024
        assert ready.size_words == "5.0 MB"
