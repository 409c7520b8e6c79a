"""Numbers that identify a nursery or a person: their usual spelling, and what is wrong with them.

Pure: no database, no clock. The `validate_…` functions raise ValidationError with one whole
sentence, so that a form, a model and an importer all say the same.
"""

import re
import unicodedata

from django.core.exceptions import ValidationError
from stdnum.cn import ric, uscc
from stdnum.exceptions import ValidationError as NumberError

# The office that registered the body; N (agriculture) and Y (others) stand for village bodies.
CREDIT_CODE_SHAPE = "[0-9NY][0-9]{7}[0-9A-HJ-NP-RTUWXY]{10}"
_CREDIT_CODE = re.compile(CREDIT_CODE_SHAPE)
_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_LANDLINE = re.compile(r"(0(?:10|2[0-9]|[3-9][0-9]{2}))-?([1-9][0-9]{6,7})(?:-([0-9]{1,6}))?")
_ID_NUMBER = re.compile(r"[0-9]{17}[0-9X]")
_DASHES = re.compile(r"[‐‑‒–—―−ー]")


def _capitals(text: str) -> str:
    """Without spaces and hyphens, in capitals; made compact again, since ß has two of them."""
    return _compact(_compact(text).replace("-", "").upper())


def normal_credit_code(text: str) -> str:
    """The code as it is stored: half-width capitals without spaces or hyphens."""
    return _capitals(text)


def normal_phone(text: str) -> str:
    """The number as it is stored: `13800000000` or `024-12345678-801`; unknown shapes untouched."""
    number = re.sub(r"[()]", "", _compact(text).replace(")", "-"))
    number = re.sub(r"-{2,}", "-", re.sub(r"转|分机|#", "-", number))
    number = re.sub(r"^(?:\+?86-?)(?=1[3-9][0-9]{9}$|0)", "", number)
    landline = _LANDLINE.fullmatch(number)
    if landline:
        return "-".join(part for part in landline.groups() if part)
    mobile = number.replace("-", "")
    return mobile if _MOBILE.fullmatch(mobile) else number


def normal_id_number(text: str) -> str:
    """The number as it is stored: 18 half-width characters, the last a digit or a capital X."""
    return _capitals(text)


def validate_credit_code(code: str) -> None:
    """A 统一社会信用代码 by GB 32100: 18 characters with a check character at the end.

    Codes that begin with N or Y are accepted by their checksum (village bodies have them).
    """
    code = normal_credit_code(code)
    if len(code) != 18:
        raise ValidationError(f"统一社会信用代码应为 18 位，现为 {len(code)} 位。", code="length")
    if not _CREDIT_CODE.fullmatch(code):
        raise ValidationError(
            "统一社会信用代码含有不应出现的字符（不使用字母 I、O、S、V、Z，第 2 至 8 位为数字）。",
            code="format",
        )
    if code[-1] != uscc.calc_check_digit(code[:-1]):
        raise ValidationError("统一社会信用代码校验位不对，请逐位核对。", code="checksum")


def validate_phone(number: str) -> None:
    """A mobile number, or a landline with its area code and perhaps an extension."""
    number = normal_phone(number)
    if not (_MOBILE.fullmatch(number) or _LANDLINE.fullmatch(number)):
        raise ValidationError(
            "联系电话应为 11 位手机号，或带区号的固定电话，如 024-12345678、024-12345678-801。",
            code="phone",
        )


def validate_id_number(number: str) -> None:
    """A resident's ID number, by checksum and date of birth only.

    The county in it may have been renamed or dissolved since, so it is no ground for refusal:
    see `id_number_warning`.
    """
    number = normal_id_number(number)
    if not _ID_NUMBER.fullmatch(number):
        raise ValidationError("身份证号应为 18 位，前 17 位为数字。", code="format")
    if number[-1] != ric.calc_check_digit(number):
        raise ValidationError("身份证号校验位不对，请逐位核对。", code="checksum")
    try:
        ric.get_birth_date(number)
    except NumberError:
        raise ValidationError("身份证号中的出生日期不存在。", code="date") from None


def id_number_warning(number: str) -> str:
    """A sentence when the county in a valid ID number is unknown; empty when it is known."""
    try:
        ric.get_birth_place(normal_id_number(number))
    except NumberError:
        return "身份证号前 6 位不是现行的行政区划代码，请核对；确认无误可以继续。"
    return ""


def masked_phone(number: str) -> str:
    """A mobile number as it is shown: 138****5678. A landline belongs to a body and stays."""
    return f"{number[:3]}****{number[-4:]}" if _MOBILE.fullmatch(number) else number


def _compact(text: str) -> str:
    """Half-width, without blanks, with one kind of dash."""
    narrow = _DASHES.sub("-", unicodedata.normalize("NFKC", text))
    # Without the blanks an accent may meet its letter.
    return unicodedata.normalize("NFKC", re.sub(r"[\s\u200b\ufeff]", "", narrow))
