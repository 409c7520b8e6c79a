"""Pictures drawn anew: without the place they were taken at, and with nothing hidden behind."""

from __future__ import annotations

import io
import warnings

from pi_heif import register_heif_opener
from PIL import Image, ImageOps, UnidentifiedImageError

from files.types import JPEG, PNG, FileType

# A phone's largest pictures have about 50 million points; each takes four bytes while it is drawn.
MAX_POINTS = 64_000_000
QUALITY = 88
THUMBNAIL_POINTS = 320
THUMBNAIL_QUALITY = 80

register_heif_opener()


class Broken(Exception):
    """The picture cannot be read; `sentence` says why, for people."""

    def __init__(self, sentence: str) -> None:
        self.sentence = sentence
        super().__init__(sentence)


def redrawn(content: bytes, kind: FileType) -> tuple[bytes, FileType]:
    """The picture upright and without its notes (place, device, time), and the kind it is now.

    HEIC becomes JPEG, because an office browser cannot show HEIC. Raises Broken.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content)) as picture:
                if picture.width * picture.height > MAX_POINTS:
                    raise Broken("图片尺寸过大，请缩小后再上传。")
                return _drawn(ImageOps.exif_transpose(picture), kind)
    except (Image.DecompressionBombWarning, Image.DecompressionBombError):
        raise Broken("图片尺寸过大，请缩小后再上传。") from None
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError):
        raise Broken("图片已损坏，无法读取。") from None


def thumbnail(content: bytes) -> bytes:
    """A small JPEG of a picture that was redrawn before."""
    out = io.BytesIO()
    with Image.open(io.BytesIO(content)) as picture:
        picture.thumbnail((THUMBNAIL_POINTS, THUMBNAIL_POINTS))
        small = picture.convert("RGBA")
    paper = Image.new("RGB", small.size, "white")
    paper.paste(small, mask=small)
    paper.save(out, "JPEG", quality=THUMBNAIL_QUALITY)
    return out.getvalue()


def thumbnail_size(content: bytes) -> tuple[int, int]:
    """How wide and high the thumbnail of a redrawn picture is, in points; nothing is drawn."""
    with Image.open(io.BytesIO(content)) as picture:
        scale = min(1, THUMBNAIL_POINTS / max(picture.size))
        width, height = picture.size
    return max(1, round(width * scale)), max(1, round(height * scale))


def _drawn(picture: Image.Image, kind: FileType) -> tuple[bytes, FileType]:
    out = io.BytesIO()
    colours = picture.info.get("icc_profile")
    if kind == PNG:
        picture.info = {}
        picture.save(out, "PNG", optimize=False, icc_profile=colours)
        return out.getvalue(), PNG
    plain = picture if picture.mode in {"RGB", "L"} else picture.convert("RGB")
    if plain.mode != picture.mode and picture.mode == "CMYK":
        colours = None
    plain.info = {}
    plain.save(out, "JPEG", quality=QUALITY, icc_profile=colours)
    return out.getvalue(), JPEG
