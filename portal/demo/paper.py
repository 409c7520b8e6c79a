"""The one example file that stands for every piece of evidence."""

from functools import cache

from weasyprint import HTML

PAGE = """<html lang="zh"><style>@page {size: A4; margin: 30mm}
body {font-family: "Noto Sans CJK SC", sans-serif; text-align: center}
h1 {margin-top: 80mm; font-size: 30pt}</style>
<h1>示例（非官方）</h1><p>此页代表一份佐证材料，仅供演示。</p></html>"""


@cache
def example_pdf() -> bytes:
    pdf: bytes = HTML(string=PAGE).write_pdf()
    return pdf
