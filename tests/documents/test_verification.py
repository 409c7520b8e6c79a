"""Checking a paper by its code or its file: the facts in words, nothing personal, no guessing."""

from __future__ import annotations

import math
import runpy
from datetime import date
from io import BytesIO
from itertools import pairwise

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfWriter

from documents import codes, pdf_words, services, uploads, verification
from documents.models import Document
from documents.papers.identity import ALPHABET, CODE_LENGTH, verification_code
from documents.papers.wording import grouped
from documents.production import make
from documents.statuses import Kind
from publicity import services as publicity
from publicity import throttle
from publicity.statuses import RevocationGround
from publicity.throttle import Limit
from quotas.models import Cycle, Quota
from tests import scenes
from tests.documents.conftest import content_of
from tests.publicity import crowd
from tests.publicity.crowd import CONCLUDED
from tests.scenes import AUGUST, JULY, JUNE
from workflow import perform

TODAY = date(2023, 10, 11)
CODES = st.text(ALPHABET, min_size=CODE_LENGTH, max_size=CODE_LENGTH)


@pytest.fixture
def stranger() -> Client:
    return Client()


@pytest.fixture
def set_clock(monkeypatch):
    """Pages ask the clock; this says what it answers."""
    return lambda said: monkeypatch.setattr("workflow.clock.now", lambda: scenes.at(said))


def text(answer) -> str:
    return answer.content.decode()


def shown(stranger: Client, document: Document) -> str:
    answer = stranger.get(f"/verify/{document.code}/")
    assert answer.status_code == 200
    assert answer["X-Robots-Tag"] == "noindex"
    return text(answer)


class TestCodes:
    def test_a_code_has_enough_bits_and_no_characters_to_confuse(self):
        assert math.log2(len(ALPHABET)) * CODE_LENGTH > 59
        assert not set(ALPHABET) & set("01OIL")
        assert codes.LENGTH == CODE_LENGTH

    def test_codes_of_neighbours_have_nothing_in_common(self, settings):
        many = [verification_code("scores_self", number) for number in range(2000)]
        assert len(set(many)) == len(many)
        # Every place takes every character about equally often; no place repeats its neighbour's.
        for place in range(CODE_LENGTH):
            counts = [sum(code[place] == letter for code in many) for letter in ALPHABET]
            assert min(counts) > 30
            assert max(counts) < 110
        same = sum(a[i] == b[i] for a, b in pairwise(many) for i in range(12))
        assert same / (12 * 1999) < 0.05
        settings.SECRET_KEY = "another"
        assert verification_code("scores_self", 0) != many[0]

    @given(CODES)
    def test_however_it_is_typed_it_is_found_first(self, code):
        wide = "".join(chr(ord(letter) + 0xFEE0) for letter in code)
        for typed in (code, code.lower(), grouped(code), "-".join(grouped(code).split()), wide):
            assert codes.readings(f" {typed} ")[0] == code

    @given(CODES, st.data())
    def test_one_look_alike_is_forgiven(self, code, data):
        place = data.draw(st.integers(0, 11))
        other = {"2": "Z", "S": "5", "B": "8", "G": "6", "U": "V", "Q": "O", "D": "0", "J": "I"}
        typed = code[:place] + other.get(code[place], code[place]) + code[place + 1 :]
        found = codes.readings(typed)
        assert code in found
        assert len(found) <= codes.MOST

    @pytest.mark.parametrize("typed", ["", "-", "ABC", "A" * 13, "沈" * 40, "ABCDEFGHJKM!"])
    def test_what_cannot_be_a_code_means_none(self, typed):
        assert codes.readings(typed) == []

    def test_many_impossible_characters_do_not_multiply(self):
        assert len(codes.readings("O0I1LO0I1LO0")) == codes.MOST


@pytest.mark.usefixtures("undrawn")
class TestFacts:
    """What a page says of each kind; how papers are drawn does not matter here."""

    def test_an_internal_paper_says_only_what_is_printed(self, scene, carry, stranger):
        application, _ = scenes.at_province(scene)
        carry()
        said = {
            Kind.APPLICATION_FORM: "阳光托育园",
            Kind.SCORES_SELF: "阳光托育园",
            Kind.SCORES_COUNTY: "和平区卫生健康委",
            Kind.COUNTY_LETTER: "和平区卫生健康委",
            Kind.SCORES_CITY: "沈阳市卫生健康委",
        }
        for kind, body in said.items():
            document = Document.objects.current().get(kind=kind, copies=1)
            page = shown(stranger, document)
            for words in ("文书为现行版本", body, document.content_digest[:16], "1 份"):
                assert words in page, kind
            people = ("钱园", "孙法", "13800005678", "陈园长", "王和", "李沈")
            for private in (*people, application.number):
                assert private not in page, (kind, private)
            assert document.sha256 not in page
            assert f"/documents/{document.pk}" not in page

    def test_a_draft_says_that_it_is_one(self, scene, stranger):
        application, staff = scenes.drafted(scene)
        perform(application, "submit", actor=staff, at=JUNE)
        perform(
            application, "return_for_correction", actor=scene.county_handler, at=JUNE, reason="补。"
        )
        application.refresh_from_db()
        job = services.request_form(application, copies=1, by=staff, at=JULY)
        draft = services.work(job.pk, now=lambda: JULY)
        assert "不作为申报依据" in shown(stranger, draft)

    def test_a_summary_names_who_filled_it_in(self, scene, stranger):
        quota = Quota.objects.get(cycle=scene.cycle, region=scene.city)
        for subject, by, body in (
            (quota, scene.city_handler, "沈阳市卫生健康委"),
            (Cycle.objects.get(), scene.officer, "辽宁省卫生健康委"),
        ):
            job = services.request_from_city(subject, Kind.SUMMARY_PDF, by=by, at=AUGUST)
            paper = services.work(job.pk, now=lambda: AUGUST)
            assert body in shown(stranger, paper)

    def test_an_older_version_says_so_but_not_which_is_newer(self, scene, carry, stranger):
        application, staff = scenes.submitted(scene)
        carry()
        old = Document.objects.get(kind=Kind.APPLICATION_FORM)
        perform(
            application, "return_for_correction", actor=scene.county_handler, at=JUNE, reason="补。"
        )
        perform(application, "resubmit", actor=staff, at=JUNE)
        carry()
        new = Document.objects.current().get(kind=Kind.APPLICATION_FORM)
        page = shown(stranger, old)
        assert "已有更新的版本" in page
        assert new.code not in page
        assert grouped(new.code) not in page
        assert "文书为现行版本" in shown(stranger, new)

    def test_a_paper_that_ended_says_so(self, scene, carry, stranger):
        application, _ = scenes.at_city(scene)
        carry()
        letter = Document.objects.get(kind=Kind.COUNTY_LETTER)
        perform(
            application,
            "send_back_to_county",
            actor=scene.city_handler,
            at=JULY,
            reason="材料不全。",
        )
        carry()
        assert "文书已失效" in shown(stranger, letter)

    def test_public_papers_say_everything(self, scene, carry, stranger, set_clock):
        titles = crowd.concluded(scene, 2)
        set_clock("2023-10-11 09:00")
        carry()
        notice, award = (
            Document.objects.get(kind=kind) for kind in (Kind.NOTICE, Kind.AWARD_DECISION)
        )
        page = shown(stranger, notice)
        for words in ("辽宁省卫生健康委", "2023年9月27日至", "2 家", "/notices/"):
            assert words in page, words
        page = shown(stranger, award)
        for title in titles:
            assert title.nursery.name in page
        assert "示例〔2023〕2号" in page
        assert "2023年10月10日至2025年10月9日" in page
        publicity.revoke_title(
            titles[0],
            ground=RevocationGround.OTHER,
            actor=scene.officer,
            at=CONCLUDED,
            reason="弄虚作假。",
        )
        carry()
        revocation = Document.objects.get(kind=Kind.REVOCATION_DECISION)
        page = shown(stranger, revocation)
        assert titles[0].nursery.name in page
        assert "撤销日期" in page
        assert "弄虚作假" not in page

    def test_a_long_award_is_cut(self, scene, carry, stranger, set_clock, monkeypatch):
        crowd.concluded(scene, 2)
        set_clock("2023-10-11 09:00")
        carry()
        monkeypatch.setattr(verification, "MOST_NAMED", 1)
        page = shown(stranger, Document.objects.get(kind=Kind.AWARD_DECISION))
        assert "等 2 家" in page

    def test_an_order_names_nursery_and_body_alone(self, scene, carry, stranger, set_clock):
        from supervision import services as supervision

        title = crowd.concluded(scene, 1)[0]
        set_clock("2023-10-11 09:00")
        supervision.order_rectification(
            title, problem="师幼比不足。", by=scene.officer, at=CONCLUDED
        )
        carry()
        page = shown(stranger, Document.objects.get(kind=Kind.RECTIFICATION_ORDER))
        assert "辽宁省卫生健康委" in page
        assert "师幼比" not in page

    def test_a_certificate_is_the_titles_with_or_without_its_file(
        self, scene, carry, stranger, set_clock
    ):
        title = crowd.concluded(scene, 1)[0]
        set_clock("2023-10-11 09:00")
        assert "称号有效" in text(stranger.get(f"/verify/{title.code}/"))
        carry()
        paper = Document.objects.get(kind=Kind.CERTIFICATE)
        assert paper.code == title.code
        assert "称号有效" in shown(stranger, paper)
        assert title.get_absolute_url() in shown(stranger, paper)
        found = verification.with_digest(paper.sha256, TODAY)
        assert found is not None
        assert found.title == title
        assert not verification.with_code(title.code, date(2026, 1, 1)).holds

    def test_it_costs_the_same_found_or_not(self, scene, carry, django_assert_num_queries):
        scenes.submitted(scene)
        carry()
        code = Document.objects.get(kind=Kind.APPLICATION_FORM).code
        with django_assert_num_queries(2):
            assert verification.with_code(code, TODAY)
        with django_assert_num_queries(2):
            assert verification.with_code(code[::-1], TODAY) is None


class TestGuessing:
    @pytest.fixture(autouse=True)
    def few(self, db, monkeypatch):
        monkeypatch.setattr(throttle, "WRONG_NUMBERS", Limit("wrong", times=3, seconds=600))
        monkeypatch.setattr(
            throttle, "ALL_WRONG_NUMBERS", Limit("all", times=4, seconds=600, shared=True)
        )

    @pytest.fixture
    def code(self, scene, carry, undrawn) -> str:
        scenes.submitted(scene)
        carry()
        return Document.objects.get(kind=Kind.APPLICATION_FORM).code

    def test_an_address_that_guesses_waits(self, stranger, code):
        tries = [stranger.get(f"/verify/{n * 12}/").status_code for n in "ABCDE"]
        assert tries == [404, 404, 404, 429, 429]
        answer = stranger.get(f"/verify/{code}/")
        assert answer.status_code == 429
        assert answer["Retry-After"] == "600"
        assert "过于频繁" in text(answer)

    def test_the_right_code_is_never_counted(self, stranger, code):
        assert {stranger.get(f"/verify/{code}/").status_code for _ in range(9)} == {200}

    def test_many_addresses_together_wait_too_but_not_who_was_right(self, code):
        def ask(number: int, what: str) -> int:
            return Client(REMOTE_ADDR=f"10.0.0.{number}").get(f"/verify/{what}/").status_code

        assert [ask(n, "A" * 12) for n in (1, 2, 3, 4)] == [404] * 4
        assert ask(1, code) == 429
        assert ask(9, code) == 200
        assert [ask(9, "A" * 12), ask(9, "A" * 12)] == [404, 429]

    def test_nothing_lists_codes(self, stranger, code):
        page = text(stranger.get("/verify/"))
        assert code not in page
        assert grouped(code) not in page


def pdf_of(words: str, **metadata: str) -> bytes:
    """A PDF of one empty page that says `words` in its particulars."""
    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    writer.add_metadata({"/Subject": words})
    target = BytesIO()
    writer.write(target)
    return target.getvalue()


class TestFiles:
    def hand_over(self, stranger: Client, content: bytes, name: str = "文书.pdf"):
        return stranger.post("/verify/", {"file": SimpleUploadedFile(name, content)})

    @pytest.fixture
    def document(self, scene, carry) -> Document:
        """A paper that is drawn."""
        _, _ = scenes.submitted(scene)
        carry()
        return Document.objects.get(kind=Kind.SCORES_SELF)

    def test_ours_to_the_last_byte(self, stranger, document):
        answer = self.hand_over(stranger, content_of(document))
        assert answer.status_code == 200
        assert "未被改动" in text(answer)
        assert "文书为现行版本" in text(answer)
        assert answer["X-Robots-Tag"] == "noindex"

    def test_ours_but_changed(self, stranger, document):
        changed = content_of(document) + b"\n% a line more"
        answer = self.hand_over(stranger, changed)
        assert "内容已被改动" in text(answer)
        assert grouped(document.code) in text(answer)
        assert "未被改动" not in text(answer)

    def test_a_byte_that_breaks_a_page_does_not_hide_the_code(self, stranger, document):
        """The particulars and the other pages name the paper, too."""
        content = content_of(document)
        page = content.index(b"stream\n") + len(b"stream\n")
        changed = content[:page] + b"\xff\xff" + content[page + 2 :]
        assert uploads.code_in(uploads.words_in(changed) or "") == document.code
        assert "内容已被改动" in text(self.hand_over(stranger, changed))

    def test_what_a_signature_says_is_said(self, stranger, document, monkeypatch):
        from documents.validation import Validation
        from documents.views import verification as views

        changed = content_of(document) + b"\n% a line more"
        good = Validation(True, True, "辽宁省卫生健康委", AUGUST, True)
        monkeypatch.setattr(views, "validate", lambda _: good)
        page = text(self.hand_over(stranger, changed))
        assert "电子签名完好" in page
        assert "辽宁省卫生健康委" in page
        assert "内容已被改动" not in page
        broken = Validation(signed=True, problems=["签名与文件内容不符。"])
        monkeypatch.setattr(views, "validate", lambda _: broken)
        page = text(self.hand_over(stranger, changed))
        assert "内容已被改动" in page
        assert "签名与文件内容不符。" in page

    def test_not_ours(self, stranger, document):
        answer = self.hand_over(stranger, pdf_of("一份文件"))
        assert answer.status_code == 200
        assert "不是本平台出具" in text(answer)

    def test_a_made_up_code_is_a_wrong_try(self, stranger, document, monkeypatch):
        monkeypatch.setattr(throttle, "WRONG_NUMBERS", Limit("wrong", times=2, seconds=600))
        made_up = pdf_of("查验码 ABCD EFGH JKMN")
        answers = [self.hand_over(stranger, made_up).status_code for _ in range(3)]
        assert answers == [200, 200, 429]

    def test_reading_is_limited_comparing_is_not(self, stranger, document, monkeypatch):
        monkeypatch.setattr(throttle, "READ_FILES", Limit("read", times=1, seconds=600))
        strange = pdf_of("一份文件")
        assert [self.hand_over(stranger, strange).status_code for _ in range(2)] == [200, 429]
        assert self.hand_over(stranger, content_of(document)).status_code == 200

    @pytest.mark.parametrize(
        "content",
        [b"%PDF-1.7 nothing more", b"%PDF-" + bytes(range(256)) * 50, scenes.PDF[:60]],
    )
    def test_garbage_is_a_calm_sentence(self, stranger, db, content):
        answer = self.hand_over(stranger, content)
        assert answer.status_code == 200
        assert "不是本平台出具" in text(answer)

    def test_an_encrypted_one_too(self, stranger, db):
        writer = PdfWriter()
        writer.add_blank_page(200, 200)
        writer.encrypt("secret", algorithm="RC4-128")
        target = BytesIO()
        writer.write(target)
        assert "已加密" in text(self.hand_over(stranger, target.getvalue()))

    def test_one_that_takes_too_long_is_left(self, stranger, db, monkeypatch):
        monkeypatch.setattr(uploads, "SECONDS", 0.01)
        assert uploads.words_in(pdf_of("查验码 ABCD EFGH JKMN")) is None

    def test_what_is_no_paper_or_too_large_is_said_beside_the_field(
        self, stranger, db, monkeypatch
    ):
        answer = self.hand_over(stranger, b"hello", "a.txt")
        assert answer.status_code == 422
        assert "不是 PDF 或 Excel 文件" in text(answer)
        monkeypatch.setattr("documents.forms.MAX_BYTES", 10)
        assert "文件过大" in text(self.hand_over(stranger, scenes.PDF))
        assert "请填写此项" in text(stranger.post("/verify/")) or "is-invalid" in text(
            stranger.post("/verify/")
        )

    def test_a_spreadsheet_by_its_digest(self, scene, stranger):
        quota = Quota.objects.get(cycle=scene.cycle, region=scene.city)
        job = services.request_from_city(quota, Kind.SUMMARY_XLSX, by=scene.city_handler, at=AUGUST)
        book = content_of(services.work(job.pk, now=lambda: AUGUST))
        assert "未被改动" in text(self.hand_over(stranger, book, "汇总表.xlsx"))
        assert "不是本平台出具" in text(self.hand_over(stranger, book + b"\0", "汇总表.xlsx"))

    def test_nothing_is_kept(self, stranger, db):
        from files.models import StoredFile

        self.hand_over(stranger, pdf_of("一份文件"))
        assert not StoredFile.objects.exists()

    def test_who_may_not_try_hands_over_nothing(self, stranger, db, monkeypatch):
        monkeypatch.setattr(throttle, "WRONG_NUMBERS", Limit("wrong", times=0, seconds=600))
        assert self.hand_over(stranger, scenes.PDF).status_code == 429

    @pytest.mark.parametrize(
        "kind", [Kind.APPLICATION_FORM, Kind.SCORES_SELF, Kind.COUNTY_LETTER, Kind.SCORES_COUNTY]
    )
    def test_the_code_is_read_from_every_layout(self, scene, carry, kind):
        application, _ = scenes.at_city(scene)
        event = application_event(application, kind)
        made = make(kind, event)
        assert made is not None
        words = uploads.words_in(made.content + b"\n")
        assert uploads.code_in(words or "") == made.code


def application_event(application, kind: Kind):
    from documents.statuses import MADE_AFTER
    from workflow.models import Event

    verbs = [v for v, kinds in MADE_AFTER["applications.application"].items() if kind in kinds]
    return Event.objects.of(application).filter(verb__in=verbs).last()


class TestReader:
    def test_it_reads_the_first_and_last_pages_once(self):
        writer = PdfWriter()
        for _ in range(4):
            writer.add_blank_page(200, 200)
        target = BytesIO()
        writer.write(target)
        assert "pypdf" in pdf_words.words_of(target.getvalue())

    def test_it_binds_itself_before_it_reads(self, monkeypatch):
        bound = []

        class Pipe:
            buffer = BytesIO(pdf_of("查验码 X"))

        class Sink:
            buffer = BytesIO()

        monkeypatch.setattr(pdf_words.resource, "setrlimit", lambda *limit: bound.append(limit))
        monkeypatch.setattr(pdf_words.sys, "stdin", Pipe)
        monkeypatch.setattr(pdf_words.sys, "stdout", Sink)
        runpy.run_path(pdf_words.__file__, run_name="__main__")
        assert len(bound) == 2
        assert "查验码 X" in Sink.buffer.getvalue().decode()

    @pytest.mark.parametrize(
        ("words", "code"),
        [
            ("查验码 ABCD EFGH JKMN 内容摘要", "ABCDEFGHJKMN"),
            ("查验码：ABCDEFGHJKMN", "ABCDEFGHJKMN"),
            ("http://localhost/verify/ABCDEFGHJKMN/", "ABCDEFGHJKMN"),
            ("查验码 ABCD", ""),
            ("ABCDEFGHJKMN", ""),
        ],
    )
    def test_a_code_stands_after_its_name(self, words, code):
        assert uploads.code_in(words) == code
