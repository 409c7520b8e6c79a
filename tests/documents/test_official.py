"""Documents by GB/T 9704: their parts, and how their words stand."""

from __future__ import annotations

from datetime import date
from io import BytesIO

import pytest
from pypdf import PdfReader

from documents.papers import examples, official, pdf
from documents.papers.official import letter_size, level_of, tight
from documents.papers.patterns import PATTERNS
from documents.papers.texts import filled
from documents.statuses import TextKind
from documents.templatetags.paper_words import unbroken
from tests.documents.conftest import touched, words
from tests.scenes import AUGUST

RARE = "喆昇玥珺堃垚芃镕琤祎翀"
MM = 72 / 25.4
KINDS = list(official.FIRST_PAGES)


def drawn(
    kind: TextKind, *, by: str = "示例省卫生健康委员会", text: str = "", rows: int = 1, **texts: str
) -> pdf.Drawn:
    if text:
        texts["body"] = text
    said = filled(PATTERNS[kind].defaults | texts, PATTERNS[kind].examples)
    listed = [[str(n), f"第{n}托育园", "示例区"] for n in range(1, rows + 1)]
    columns = (("序号", 10), ("机构名称", 56), ("所在地", 34))
    facts = official.facts(
        kind,
        said,
        body=official.Body(by, "21"),
        day=date(2023, 5, 28),
        annexes=[official.annex("名单", columns, listed)],
    )
    return pdf.render(official.LAYOUT, facts, code="ABCDEFGHJKLM", digest="0" * 64, at=AUGUST)


@pytest.mark.parametrize(
    ("line", "level"),
    [
        ("一、总体要求", "first"),
        ("十二、附则", "first"),
        ("（三）工作安排", "second"),
        ("一、为了规范管理，现提出下列要求，请各单位遵照执行，并于年底前报送情况报告", ""),
        ("一、本通知自印发之日起施行。", ""),
        ("根据通知要求", ""),
    ],
)
def test_short_lines_with_numbers_are_headings(line, level):
    assert level_of(line) == level


def test_figures_stand_close_to_their_words():
    assert tight("公示期 5 个工作日，共 12 家 A 类") == "公示期5个工作日，共12家 A 类"


def test_the_letterhead_fits_on_one_line():
    assert letter_size("示例区卫生健康局") == 38
    longest = "喀喇沁左翼蒙古族自治县卫生健康局文件"
    assert letter_size(longest) * len(longest) <= 430


def test_a_heading_is_broken_between_words_and_stays_text():
    assert unbroken("<b>关于“省级示范托育机构”名单") == (
        '&lt;b&gt;关于<span class="whole">“省级示范托育机构”名单</span>'
    )


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_it_is_an_a4_page_with_everything_on_it(kind):
    content = drawn(kind).content
    page = PdfReader(BytesIO(content)).pages[0]
    assert [round(float(side) / MM) for side in page.mediabox[2:]] == [210, 297]
    text = words(content)
    for said in ("示例省卫生健康委员会2023年5月28日", "附件：名单", "查验码ABCDEFGHJKLM"):
        assert said in text, said


@pytest.mark.parametrize("lines", [1, 7, 10, 13])
@pytest.mark.parametrize("kind", [TextKind.CITY_LETTER, TextKind.NOTICE, TextKind.AWARD_DECISION])
def test_the_seal_lies_over_signature_and_date_and_touches_nothing_else(kind, lines):
    """Also where the text is long and the page has to be broken."""
    found = drawn(kind, text="\n".join(["正文"] * lines))
    [place] = found.places
    assert (place.role, place.body, place.copy) == ("issuer", "21", 1)
    assert round(place.width / MM) == 42
    under = touched(found.content, place)
    assert under <= {"示例省卫生健康委员会", "2023年5月28日"}, under
    assert "2023年5月28日" in under


def test_the_place_is_a_named_destination_of_the_file():
    """So that it is found again in a file that was kept."""
    found = drawn(TextKind.AWARD_DECISION)
    [place] = found.places
    reader = PdfReader(BytesIO(found.content))
    destination = reader.named_destinations["seal:issuer:21:1"]
    assert reader.get_destination_page_number(destination) == place.page
    assert float(destination.left) == pytest.approx(place.x, abs=0.1)
    assert float(destination.top) == pytest.approx(place.y + place.width, abs=0.1)


def test_the_signature_never_stands_on_a_page_without_text():
    for lines in range(9, 17, 2):
        found = drawn(TextKind.NOTICE, text="\n".join(f"第{n}行正文" for n in range(lines)))
        [place] = found.places
        page = PdfReader(BytesIO(found.content)).pages[place.page]
        assert f"第{lines - 1}行正文" in page.extract_text()


def test_pages_are_numbered_outside():
    pages = PdfReader(BytesIO(drawn(TextKind.AWARD_DECISION, rows=60).content)).pages
    assert len(pages) >= 4
    for number, page in enumerate(pages, start=1):
        assert f"—{number}—" in "".join(page.extract_text().split())


def test_a_letter_does_not_number_its_first_page():
    pages = PdfReader(BytesIO(drawn(TextKind.CITY_LETTER).content)).pages
    assert "—1—" not in "".join(pages[0].extract_text().split())
    assert "—2—" in "".join(pages[1].extract_text().split())


def test_copies_go_to_the_foot_of_the_last_page():
    found = drawn(TextKind.AWARD_DECISION, copies_to="省教育厅", note="联系人：周某")
    last = "".join(PdfReader(BytesIO(found.content)).pages[-1].extract_text().split())
    assert "抄送：省教育厅。" in last
    assert "示例省卫生健康委员会2023年5月28日印发" in last
    assert "（联系人：周某）" in words(found.content)


def test_the_longest_names_and_rare_characters_stand_whole():
    body = "喀喇沁左翼蒙古族自治县卫生健康局"
    found = drawn(TextKind.COUNTY_LETTER, by=body, addressee=RARE, letterhead=body)
    text = words(found.content)
    assert text.count(body) == 2
    assert f"{RARE}：" in text
    [place] = found.places
    assert touched(found.content, place) <= {body, "2023年5月28日"}


def test_markup_in_texts_is_text():
    found = drawn(TextKind.NOTICE, text="<b>加粗</b>&amp;", heading="<i>标题</i>")
    assert "<b>加粗</b>&amp;" in words(found.content)
    assert "<i>标题</i>" in words(found.content)


@pytest.mark.parametrize("kind", list(TextKind), ids=str)
def test_every_paper_can_be_previewed_and_is_small(kind):
    content = examples.draw(kind, PATTERNS[kind].defaults, at=AUGUST)
    assert examples.WATERMARK in words(content)
    assert len(content) <= 200_000
