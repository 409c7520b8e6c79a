"""The picture of a seal: checked before it is taken, and drawn anew at the size it is printed."""

from __future__ import annotations

import io
import warnings

from PIL import Image, ImageStat, UnidentifiedImageError

MAX_BYTES = 2 * 1024 * 1024
SMALLEST, LARGEST = 300, 4000
# 42 mm at 300 points per inch.
SIDE = 496
# The least share of the picture that nothing covers, and that something does.
EMPTY_SHARE, DRAWN_SHARE = 0.2, 0.02
# How much redder than green and blue a seal is on average, of 255.
REDNESS = 60
TRANSPARENT, OPAQUE = 16, 128
# Sixteen degrees of cover are all that print shows.
STEP = 17


class Unfit(Exception):
    """The picture is not taken; `sentence` says why, for people."""

    def __init__(self, sentence: str) -> None:
        self.sentence = sentence
        super().__init__(sentence)


def cleaned(content: bytes) -> bytes:
    """The picture as a PNG of SIDE by SIDE points with nothing beside it. Raises Unfit."""
    if len(content) > MAX_BYTES:
        raise Unfit(f"图片不能超过 {MAX_BYTES // 1024 // 1024} MB。")
    picture = _opened(content)
    _check_shape(picture)
    small = picture.resize((SIDE, SIDE), Image.Resampling.LANCZOS)
    _check_colour(small)
    out = io.BytesIO()
    _even(small).save(out, "PNG")
    return out.getvalue()


def _opened(content: bytes) -> Image.Image:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=["PNG"]) as picture:
                if max(picture.size) > LARGEST:
                    raise Unfit(f"图片边长不能超过 {LARGEST} 像素。")
                return picture.convert("RGBA")
    except UnidentifiedImageError:
        raise Unfit("请上传 PNG 图片，背景须透明。") from None
    except (Image.DecompressionBombWarning, Image.DecompressionBombError):
        raise Unfit(f"图片边长不能超过 {LARGEST} 像素。") from None
    except (OSError, SyntaxError, ValueError, EOFError):
        raise Unfit("图片已损坏，无法读取。") from None


def _check_shape(picture: Image.Image) -> None:
    if picture.width != picture.height:
        raise Unfit("图片须为正方形，印章居中并充满图片。")
    if picture.width < SMALLEST:
        raise Unfit(f"图片边长不能小于 {SMALLEST} 像素，否则打印不清晰。")


def _check_colour(picture: Image.Image) -> None:
    shares = picture.getchannel("A").histogram()
    points = picture.width * picture.height
    if sum(shares[:TRANSPARENT]) < EMPTY_SHARE * points:
        raise Unfit("图片背景不透明，请使用背景透明的 PNG 图片。")
    if sum(shares[OPAQUE:]) < DRAWN_SHARE * points:
        raise Unfit("图片中没有可辨认的印章。")
    red, green, blue = _mean_colour(picture)
    if red - max(green, blue) < REDNESS:
        raise Unfit("印章应为红色。")


def _mean_colour(picture: Image.Image) -> tuple[int, int, int]:
    drawn = picture.getchannel("A").point(lambda level: 255 if level >= OPAQUE else 0)
    red, green, blue = ImageStat.Stat(picture.convert("RGB"), mask=drawn).mean
    return round(red), round(green), round(blue)


def _even(picture: Image.Image) -> Image.Image:
    """In one colour, the mean one: only the cover differs from point to point, as with ink. It
    prints evenly and takes a tenth of the room in every paper.
    """
    even = Image.new("RGBA", picture.size, (*_mean_colour(picture), 255))
    even.putalpha(picture.getchannel("A").point(lambda level: round(level / STEP) * STEP))
    return even
