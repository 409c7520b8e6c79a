"""What papers cost beside the libraries that they are made with, in processor time."""

from __future__ import annotations

import tempfile
import time
import tracemalloc
from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import partial
from typing import Any

from django.template.loader import render_to_string
from openpyxl import Workbook
from weasyprint import CSS, HTML

from documents import certificates, pictures, signing
from documents.papers import examples, pdf, stamping, workbook
from documents.papers import summary_table as table
from documents.papers.patterns import PATTERNS
from documents.papers.qr import verification_mark
from documents.statuses import TextKind
from portal.demo.seals import PASSWORD, Authority, drawn
from tests.scenes import AUGUST

TIMES = 3
TIERS = ("county", "city", "province")
FORM = TextKind.APPLICATION_FORM
LINE = (
    "沈阳市",
    "和平区",
    "阳光托育园示例托育服务有限责任公司",
    "91210102X99900016M",
    "托备210102-001",
)
LINE += ("private", "independent", True, 60, 55, "钱园", "13800005678")
LINE += (
    Decimal("90.00"),
    Decimal("91.50"),
    Decimal("92.00"),
    "同意推荐，择优推荐。",
    "202321010200001",
)


def seconds(work: Callable[[], Any]) -> float:
    """The least of a few runs: what the work itself takes."""
    found = []
    for _ in range(TIMES):
        begin = time.process_time()
        work()
        found.append(time.process_time() - begin)
    return min(found)


class Lines:
    """Rows as the database gives them, so many."""

    def __init__(self, count: int) -> None:
        self.count = count

    def iterator(self, chunk_size: int) -> Iterator[tuple[Any, ...]]:
        return (LINE for _ in range(self.count))


def write_summary(rows: int) -> None:
    summary = table.Summary(
        heading="汇总表",
        marking="示例（非官方）",
        notes=[],
        unit="辽宁省卫生健康委员会",
        path="21",
        cycle="2023年",
        filled_on="2023年8月15日",
        columns=table.COLUMNS,
        lines=Lines(rows),  # type: ignore[arg-type]
        total=rows,
    )
    with tempfile.TemporaryFile() as target:
        workbook.write(summary, target, code="X", at=AUGUST)


def write_plainly(rows: int) -> None:
    """What openpyxl takes for the same values without any look."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    for number in range(rows):
        sheet.append([number, *LINE])
    with tempfile.TemporaryFile() as target:
        book.save(target)


def test_a_summary_costs_no_more_than_openpyxl_alone():
    """The bar is 1.3 at 20,000 rows; the ratio is the same at a quarter of them."""
    rows = 5000
    assert seconds(lambda: write_summary(rows)) <= 1.3 * seconds(lambda: write_plainly(rows))


def test_a_summary_takes_the_same_memory_however_long():
    def peak(rows: int) -> int:
        tracemalloc.start()
        write_summary(rows)
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most

    # The rows themselves would be ten times that.
    assert peak(4000) - peak(400) <= 1 << 20


def test_a_form_costs_little_more_than_weasyprint_alone():
    layout, facts = examples.example(FORM, PATTERNS[FORM].defaults)
    facts |= {"watermark": ""}
    shown = {"code": "X", "digest": "0", "at": AUGUST, "copy": "", "copy_number": 1}
    shown |= {"verification_mark": verification_mark("X")}
    html = render_to_string(layout.template, facts | shown)
    style = render_to_string(layout.style)

    def ours() -> bytes:
        return pdf.render(layout, facts, code="X", digest="0", at=AUGUST).content

    def theirs() -> bytes:
        content: bytes = HTML(string=html).write_pdf(stylesheets=[CSS(string=style)])
        return content

    assert len(ours()) <= 300_000
    assert seconds(ours) <= 1.15 * seconds(theirs)


def test_three_copies_with_three_seals_and_a_signature_stay_small_and_quick():
    """Sealing and signing cost the same however long the paper: about a tenth of drawing it."""
    layout, facts = examples.example(FORM, PATTERNS[FORM].defaults)
    facts |= {"watermark": ""}
    pictures_of = {tier: pictures.cleaned(drawn(f"示例{tier}卫生健康委员会")) for tier in TIERS}
    bundle = certificates.read(Authority(AUGUST).key_file("示例"), PASSWORD, at=AUGUST).bundle
    said = signing.Said("示例", "推荐", "示例", AUGUST)
    paper = pdf.render(layout, facts, code="X", digest="0", at=AUGUST, copies=3)
    stamps = [
        stamping.Stamp(f"Seal{TIERS.index(place.role)}", pictures_of[place.role], place)
        for place in paper.places
    ]
    assert len(stamps) == 9

    def sealed() -> bytes:
        ready = partial(stamping.stamped, paper.content, stamps)
        return signing.sign(ready, bundle, said).content

    def plain() -> bytes:
        return pdf.render(layout, facts, code="X", digest="0", at=AUGUST, copies=3).content

    assert len(sealed()) <= 300_000
    assert seconds(sealed) <= 0.25 * seconds(plain)
