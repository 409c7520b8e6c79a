"""Files that somebody might upload, harmless and not."""

from __future__ import annotations

import io
import zipfile

from PIL import Image
from pypdf import PdfWriter
from pypdf.generic import (
    ArrayObject,
    DictionaryObject,
    NameObject,
    StreamObject,
    TextStringObject,
)

# The test string of the anti-virus industry; every scanner takes it for a virus.
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def pdf(**additions: DictionaryObject | StreamObject) -> bytes:
    """A page of paper; `additions` are put into its catalog as objects of their own."""
    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    for name, value in additions.items():
        writer.root_object[NameObject(f"/{name}")] = writer._add_object(value)
    return _written(writer)


def pdf_with_script() -> bytes:
    return pdf(OpenAction=_action("JavaScript", JS=TextStringObject("app.alert(1)")))


def pdf_with_hidden_script() -> bytes:
    """The name spelled in hexadecimal, in an object that no page leads to."""
    return pdf_with_script().replace(b"/JavaScript", b"/J#61vaScr#69pt").replace(b"/JS", b"/#4aS")


def pdf_that_starts_a_program() -> bytes:
    return pdf(OpenAction=_action("Launch", F=TextStringObject("cmd.exe")))


def pdf_with_form_script() -> bytes:
    fields = DictionaryObject({NameObject("/XFA"): ArrayObject()})
    return pdf(AcroForm=fields)


def pdf_with_attachment() -> bytes:
    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    writer.add_attachment("setup.exe", b"MZ")
    return _written(writer)


def pdf_with_password() -> bytes:
    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    writer.encrypt("secret", algorithm="RC4-128")
    return _written(writer)


def document(part: str = "word/document.xml", *relations: tuple[str, str, bool]) -> bytes:
    """A Word or Excel file with these relations: kind, target, whether outside of the file."""
    mode = {True: "External", False: "Internal"}
    lines = "".join(
        f'<Relationship Type="{RELATIONS}/{kind}" Target="{target}" TargetMode="{mode[outside]}"/>'
        for kind, target, outside in relations
    )
    return packed(
        {
            "[Content_Types].xml": b"<Types/>",
            part: b"<x/>",
            "word/_rels/document.xml.rels": f"<Relationships>{lines}</Relationships>".encode(),
        }
    )


def packed(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in parts.items():
            made.writestr(name, content)
    return out.getvalue()


def picture(colour: str = "red", kind: str = "PNG", size: tuple[int, int] = (640, 320)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, kind)
    return out.getvalue()


def _action(kind: str, **more: TextStringObject) -> DictionaryObject:
    named = {NameObject(f"/{name}"): value for name, value in more.items()}
    return DictionaryObject({NameObject("/S"): NameObject(f"/{kind}"), **named})


def _written(writer: PdfWriter) -> bytes:
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()
