"""What is in a package, under which names, and how its bytes are handed over."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import subprocess
import tracemalloc
import zipfile
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.db import transaction
from django.db.models import F

from documents import contents, services, zips
from documents.contents import Entry
from documents.models import Document, Package
from documents.models.packages import SILENCE
from documents.ranges import Span, span_of
from documents.statuses import Kind
from documents.zip_names import Names, safe
from documents.zips import PackageWriter
from files.models import StoredFile
from quotas.models import Quota
from tests.documents.conftest import in_august
from tests.publicity import crowd
from tests.scenes import AUGUST
from workflow.models import Event

pytestmark = pytest.mark.usefixtures("undrawn")


class TestNames:
    @pytest.mark.parametrize(
        ("name", "becomes"),
        [
            ("场地照片.pdf", "场地照片.pdf"),
            ('a<b>c:d"e|f?g*h\\i/j.pdf', "a_b_c_d_e_f_g_h_i_j.pdf"),
            ("CON.pdf", "CON_.pdf"),
            ("con", "con_"),
            ("Console.pdf", "Console.pdf"),
            ("LPT1", "LPT1_"),
            ("名称. ", "名称"),
            ("a\u202egpj.exe\x00.pdf", "agpj.exe.pdf"),
            ("...", "未命名"),
            ("长" * 90 + ".pdf", "长" * 56 + ".pdf"),
            ("没有.省略的部分很长", "没有.省略的部分很长"),
        ],
    )
    def test_every_system_can_unpack_them(self, name, becomes):
        assert safe(name, 60) == becomes

    def test_twins_are_told_apart_whatever_their_case(self):
        names = Names()
        given = [names.free(path) for path in ("a/B.pdf", "a/b.pdf", "a/B.pdf", "b/B.pdf", "a/B")]
        assert given == ["a/B.pdf", "a/b（2）.pdf", "a/B（3）.pdf", "b/B.pdf", "a/B"]
        assert names.free("a/b") == "a/b（2）"


class TestRanges:
    @pytest.mark.parametrize(
        ("header", "span"),
        [
            ("", (0, 99)),
            ("bytes=0-", (0, 99)),
            ("bytes=10-19", (10, 19)),
            ("bytes=90-500", (90, 99)),
            ("bytes=-10", (90, 99)),
            ("bytes=-500", (0, 99)),
            ("bytes= 5 - 6 ", (5, 6)),
            ("bytes=20-10", (0, 99)),
            ("bytes=0-1,5-6", (0, 99)),
            ("bytes=-", (0, 99)),
            ("items=0-1", (0, 99)),
            ("bytes=100-", None),
            ("bytes=-0", None),
        ],
    )
    def test_what_is_asked_for(self, header, span):
        found = span_of(header, 100)
        assert (found and (found.start, found.end)) == span

    def test_a_span_says_itself(self):
        assert str(Span(10, 19, 100)) == "bytes 10-19/100"
        assert Span(10, 19, 100).length == 10
        assert Span(0, 99, 100).is_whole


def unpacked(package: Package, folder: Path) -> dict[str, bytes]:
    subprocess.run(["unzip", "-tqq", package.path], check=True, capture_output=True)
    with zipfile.ZipFile(package.path) as found:
        found.extractall(folder)
        return {name: found.read(name) for name in found.namelist()}


class TestContents:
    def test_it_holds_the_whole_submission_and_proves_it(self, ready, tmp_path):
        found = unpacked(ready, tmp_path / "out")
        number = Document.objects.filter(application__isnull=False)[0].application.number
        own = f"001_阳光托育园_{number}"
        assert list(found) == [
            f"{own}/申报表.pdf",
            f"{own}/自评分表.pdf",
            f"{own}/县级评分表.pdf",
            f"{own}/县级推荐函.pdf",
            f"{own}/市级评分表.pdf",
            f"{own}/佐证材料/1.1_备案回执.pdf",
            f"{own}/佐证材料/1.1_备案回执（2）.pdf",
            f"{own}/佐证材料/1.2_CON_场地_照片_.pdf",
            "汇总表.xlsx",
            "汇总表.pdf",
            "清单.csv",
            "manifest.json",
            "SHA256SUMS",
        ]
        sums = subprocess.run(
            ["sha256sum", "--check", "--strict", "SHA256SUMS"],
            cwd=tmp_path / "out",
            capture_output=True,
            text=True,
            check=True,
        )
        assert sums.stdout.count("OK") == len(found) - 1
        assert hashlib.sha256(ready.path.read_bytes()).hexdigest() == ready.sha256
        assert ready.size == ready.path.stat().st_size
        manifest = json.loads(found["manifest.json"])
        assert manifest["body"] == "沈阳市卫生健康委"
        assert manifest["missing"] == [{"path": "推荐函.pdf", "reason": "报送单位尚未出具"}]
        assert len(manifest["files"]) == ready.files == 10
        assert ready.missing == 1
        form = Document.objects.current().get(kind=Kind.APPLICATION_FORM, copies=1)
        assert manifest["files"][0] == {
            "path": f"{own}/申报表.pdf",
            "size": form.file.size,
            "sha256": form.sha256,
            "code": form.code,
        }
        rows = list(csv.reader(io.StringIO(found["清单.csv"].decode("utf-8-sig"))))
        assert rows[0][1] == "路径"
        assert rows[-1][-1] == "缺少：报送单位尚未出具"

    def test_names_are_utf8_and_what_is_compressed_is_stored(self, ready):
        with zipfile.ZipFile(ready.path) as found:
            for member in found.infolist():
                assert member.flag_bits & 0x800 or member.filename.isascii()
                packed = member.filename in {"清单.csv", "manifest.json", "SHA256SUMS"}
                assert member.compress_type == (8 if packed else 0)

    def test_the_same_contents_give_the_same_bytes(self, city, ready):
        Package.objects.filter(pk=ready.pk).update(
            done_at=None, sha256="", expires_at=None, alive_at=AUGUST - SILENCE * 2
        )
        again = services.build_package(ready.pk, now=in_august)
        assert again is not None
        assert again.sha256 == ready.sha256

    def test_withheld_and_lost_files_are_named_with_the_reason(self, city, tmp_path):
        first, second, third = StoredFile.objects.filter(created_by__isnull=False).order_by("pk")
        from django.core.files.storage import default_storage

        from files.models import Inspection

        def settle(stored: StoredFile, passed: bool | None) -> None:
            with transaction.atomic():
                Inspection.objects.filter(file=stored).delete()
                if passed is False:
                    Inspection.objects.create(
                        file=stored, passed=False, finding="PDF 含有脚本", inspected_at=AUGUST
                    )

        settle(first, None)
        settle(second, False)
        default_storage.delete(third.path)
        asked = services.ask_package(city.cycle, city.city, by=city.city_handler, at=AUGUST)
        made = services.build_package(asked.pk, now=in_august)
        found = unpacked(made, tmp_path / "out")
        reasons = [row["reason"] for row in json.loads(found["manifest.json"])["missing"]]
        assert reasons[:3] == [
            "正在进行安全检查",
            "未通过安全检查：PDF 含有脚本",
            "文件内容缺失，请联系系统管理员",
        ]
        assert made.missing == 4

    def test_a_changed_file_is_marked(self, tmp_path):
        stored = SimpleNamespace(size=3, digest="0" * 64)
        target = io.BytesIO()
        box = PackageWriter(target, moment=AUGUST, opened=lambda _: io.BytesIO(b"abc"))
        box.add([Entry("a.pdf", stored)])
        box.close({})
        with zipfile.ZipFile(target) as found:
            assert json.loads(found.read("manifest.json"))["files"][0]["note"] == zips.CHANGED

    def test_papers_that_are_not_made_yet_are_named(self, city, tmp_path):
        Document.objects.filter(kind=Kind.SCORES_CITY).update(superseded_at=F("created_at"))
        asked = services.ask_package(city.cycle, city.city, by=city.city_handler, at=AUGUST)
        found = unpacked(services.build_package(asked.pk, now=in_august), tmp_path / "out")
        missing = json.loads(found["manifest.json"])["missing"]
        assert [row["reason"] for row in missing] == ["尚未生成", "报送单位尚未出具"]

    def test_a_letter_is_taken_in_and_a_current_summary_stays(self, city, tmp_path):
        quota = Quota.objects.get(cycle=city.cycle, region=city.city)
        for kind in (Kind.CITY_LETTER, Kind.SUMMARY_PDF):
            job = services.request_from_city(quota, kind, by=city.city_handler, at=AUGUST)
            services.work(job.pk, now=in_august)
        summary = Document.objects.get(kind=Kind.SUMMARY_PDF)
        asked = services.ask_package(city.cycle, city.city, by=city.city_handler, at=AUGUST)
        found = unpacked(services.build_package(asked.pk, now=in_august), tmp_path / "out")
        assert "推荐函.pdf" in found
        assert Document.objects.filter(kind=Kind.SUMMARY_PDF).get() == summary
        assert hashlib.sha256(found["汇总表.pdf"]).hexdigest() == summary.sha256

    def test_a_summary_older_than_the_list_is_filled_in_anew(self, city):
        quota = Quota.objects.get(cycle=city.cycle, region=city.city)
        job = services.request_from_city(quota, Kind.SUMMARY_PDF, by=city.city_handler, at=AUGUST)
        old = services.work(job.pk, now=in_august)
        moved = {"verb": "send_back_to_city", "region_path": city.county.path, "at": AUGUST}
        Event.objects.create(subject_type="applications.application", subject_id=1, **moved)
        asked = services.ask_package(city.cycle, city.city, by=city.city_handler, at=AUGUST)
        services.build_package(asked.pk, now=in_august)
        assert Document.objects.current().get(kind=Kind.SUMMARY_PDF).pk != old.pk

    def test_the_whole_province_city_by_city(self, city, tmp_path):
        crowd.passed(city, 1, city.other_county)
        asked = services.ask_package(city.cycle, city.root, by=city.officer, at=AUGUST)
        found = unpacked(services.build_package(asked.pk, now=in_august), tmp_path / "out")
        folders = {name.split("/")[0] for name in found if "/" in name}
        assert folders == {"01_沈阳市", "02_鞍山市"}
        assert "全省汇总表.xlsx" in found
        assert "02_鞍山市/汇总表.pdf" in found
        # What was not handed in by the ordinary way has no papers.
        missing = [row["path"] for row in json.loads(found["manifest.json"])["missing"]]
        assert sum(path.startswith("02_鞍山市/001_") for path in missing) == len(
            contents.OF_NURSERY
        )

    @pytest.mark.parametrize("many", [60, 300])
    def test_nurseries_are_read_in_lots(self, scene, many, django_assert_max_num_queries):
        crowd.passed(scene, many)
        quota = Quota.objects.select_related("region", "cycle").get(
            cycle=scene.cycle, region=scene.city
        )
        with django_assert_max_num_queries(1 + 3 * (many // contents.AT_ONCE + 1)):
            found = list(contents.of_nurseries([quota], apart=False))
        assert len(found) == many
        assert found[-1][0].path.startswith(f"{many:03d}_")

    def test_three_hundred_large_files_pass_through_little_memory(self, tmp_path):
        """600 MB through at most a few: each file in pieces, one line of the lists kept."""
        piece = os.urandom(1024 * 1024)
        digest = hashlib.sha256(piece * 2).hexdigest()

        @contextmanager
        def opened(_):
            yield io.BufferedReader(Twice(piece))

        stored = SimpleNamespace(size=2 * len(piece), digest=digest)
        with (tmp_path / "large.zip").open("w+b") as target:
            tracemalloc.start()
            box = PackageWriter(target, moment=AUGUST, opened=opened)
            box.add(Entry(f"{number:03d}_某托育园/材料.pdf", stored) for number in range(300))
            box.close({})
            peak = tracemalloc.get_traced_memory()[1]
            tracemalloc.stop()
        assert box.packed == 300
        assert (tmp_path / "large.zip").stat().st_size > 600 * 1024 * 1024
        assert peak < 8 * 1024 * 1024, peak


class Twice(io.RawIOBase):
    """The same megabyte two times, without holding both."""

    def __init__(self, piece: bytes) -> None:
        self._piece, self._at = piece, 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer) -> int:
        place = self._at % len(self._piece)
        left = 2 * len(self._piece) - self._at
        some = self._piece[place : place + min(len(buffer), left)]
        buffer[: len(some)] = some
        self._at += len(some)
        return len(some)


def body_of(answer) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


@pytest.mark.usefixtures("at_work")
class TestTakingAway:
    @pytest.fixture
    def url(self, ready) -> str:
        return f"/documents/packages/{ready.pk}/"

    @pytest.fixture
    def taker(self, city, url, browse):
        page = browse(city.city_handler)
        answer = page.post(f"{url}take/")
        assert answer["Location"] == f"{url}file/"
        return page

    def test_whole(self, ready, taker, url):
        answer = taker.get(f"{url}file/")
        assert answer.status_code == 200
        assert answer["Accept-Ranges"] == "bytes"
        assert answer["ETag"] == f'"{ready.sha256}"'
        assert answer["Content-Length"] == str(ready.size)
        assert answer["Content-Type"] == "application/zip"
        assert answer["Cache-Control"] == "private, no-store"
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Content-Disposition"].startswith("attachment")
        assert hashlib.sha256(body_of(answer)).hexdigest() == ready.sha256

    def test_in_parts_that_make_the_whole(self, ready, taker, url):
        first = taker.get(f"{url}file/", headers={"Range": "bytes=0-999"})
        rest = taker.get(f"{url}file/", headers={"Range": "bytes=1000-", "If-Range": first["ETag"]})
        assert (first.status_code, rest.status_code) == (206, 206)
        assert first["Content-Range"] == f"bytes 0-999/{ready.size}"
        assert first["Content-Length"] == "1000"
        assert hashlib.sha256(body_of(first) + body_of(rest)).hexdigest() == ready.sha256
        assert Event.objects.of(ready).filter(verb="take_package").count() == 1

    def test_another_file_is_begun_anew(self, ready, taker, url):
        stale = {"Range": "bytes=1000-", "If-Range": '"other"'}
        answer = taker.get(f"{url}file/", headers=stale)
        assert answer.status_code == 200
        assert len(body_of(answer)) == ready.size
        dated = {"Range": "bytes=1000-", "If-Range": answer["Last-Modified"]}
        part = taker.get(f"{url}file/", headers=dated)
        assert part.status_code == 206
        assert len(body_of(part)) == ready.size - 1000

    def test_beyond_the_end(self, ready, taker, url):
        answer = taker.get(f"{url}file/", headers={"Range": f"bytes={ready.size}-"})
        assert answer.status_code == 416
        assert answer["Content-Range"] == f"bytes */{ready.size}"

    def test_only_asked_about(self, ready, taker, url):
        answer = taker.head(f"{url}file/")
        assert answer.status_code == 200
        assert answer["Content-Length"] == str(ready.size)
        assert not body_of(answer)

    def test_a_part_reads_no_further(self, ready):
        from documents.downloads import Part

        part = Part(ready.path.open("rb"), Span(2, 5, ready.size))
        assert part.readable()
        assert part.read() == ready.path.read_bytes()[2:6]
        assert part.read(9) == b""
        part.close()
        assert part._stream.closed

    def test_without_saying_so_nothing_is_taken(self, city, ready, url, browse):
        page = browse(city.officer)
        assert page.get(f"{url}file/")["Location"] == url
        assert page.get(f"{url}take/").status_code == 405

    def test_a_day_later_it_is_said_again(self, taker, url, monkeypatch):
        monkeypatch.setattr("workflow.clock.now", lambda: AUGUST + timedelta(days=2))
        assert taker.get(f"{url}file/")["Location"] == url

    def test_a_file_that_vanished_is_one_calm_sentence(self, ready, taker, url):
        ready.path.unlink()
        answer = taker.get(f"{url}file/", follow=True)
        assert "材料包文件已不存在" in answer.content.decode()
        answer = taker.post(f"{url}take/", follow=True)
        assert "材料包文件已不存在" in answer.content.decode()

    @pytest.mark.parametrize(
        ("who", "status"),
        [
            ("city_handler", 200),
            ("officer", 200),
            ("other_city_handler", 404),
            ("zone_city", 404),
            ("county_handler", 403),
            ("zone_county", 403),
        ],
    )
    def test_others_do_not_find_it(self, city, url, browse, who, status):
        page = browse(getattr(city, who))
        assert page.get(url).status_code == status
        if status != 200:
            assert page.get(f"{url}file/").status_code == status
            assert page.post(f"{url}take/").status_code == status

    def test_nobody_gets_it_without_signing_in(self, url, client):
        for address in (url, f"{url}file/"):
            assert client.get(address)["Location"].startswith("/login/")

    def test_the_provinces_package_is_not_a_citys(self, city, browse):
        asked = services.ask_package(city.cycle, city.root, by=city.officer, at=AUGUST)
        url = f"/documents/packages/{asked.pk}/"
        assert browse(city.city_handler).get(url).status_code == 404
        assert browse(city.officer).get(url).status_code == 200

    def test_access_ends_with_the_post(self, city, taker, url):
        from accounts import services as accounts
        from accounts.models import Appointment

        accounts.end(Appointment.objects.get(user=city.city_handler), by=city.officer, at=AUGUST)
        assert taker.get(f"{url}file/").status_code in {302, 403, 404}
        assert not taker.get(f"{url}file/").streaming
