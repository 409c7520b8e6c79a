"""The few example files that stand for every piece of evidence."""

import io
from functools import cache

from PIL import Image, ImageDraw
from pypdf import PdfReader, PdfWriter
from pypdf.generic import DictionaryObject, NameObject, TextStringObject
from weasyprint import HTML

PAGE = """<html lang="zh"><style>@page {size: A4; margin: 30mm}
body {font-family: "Noto Sans CJK SC", sans-serif; text-align: center}
h1 {margin-top: 80mm; font-size: 30pt}</style>
<h1>示例（非官方）</h1><p>此页代表一份佐证材料，仅供演示。</p></html>"""


@cache
def example_pdf() -> bytes:
    pdf: bytes = HTML(string=PAGE).write_pdf()
    return pdf


@cache
def example_picture(colour: str) -> bytes:
    """A house that nobody knows, between sky and grass."""
    picture = Image.new("RGB", (1200, 900), "#cfe3f2")
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 640, 1200, 900), fill="#8fb58a")
    draw.rectangle((260, 330, 940, 720), fill=colour)
    draw.polygon([(210, 330), (600, 130), (990, 330)], fill="#8a4b3c")
    for left in (320, 460, 700, 840):
        draw.rectangle((left, 420, left + 80, 510), fill="#f3f7fb", outline="#56646f", width=5)
    draw.rectangle((560, 520, 660, 720), fill="#5b4636")
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=85)
    return out.getvalue()


@cache
def example_with_script() -> bytes:
    """A PDF that the inspection refuses."""
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(example_pdf())))
    script = {"/S": NameObject("/JavaScript"), "/JS": TextStringObject("app.beep()")}
    action = DictionaryObject({NameObject(name): value for name, value in script.items()})
    writer.root_object[NameObject("/OpenAction")] = action
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()
