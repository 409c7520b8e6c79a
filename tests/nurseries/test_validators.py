"""Credit codes, telephone and ID numbers."""

import pytest
from django.core.exceptions import ValidationError
from hypothesis import example, given
from hypothesis import strategies as st
from stdnum.cn import ric, uscc

from nurseries import validators
from tests import scenes

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
DIGITS = "0123456789"
# Made up, right by checksum: 2001-02-03, an even number for a woman.
ID_STEM = "21010220010203002"
VILLAGE_STEMS = ("N2210102MF0000001", "Y1210102MF0000001")


def fault(validate, text: str) -> str:
    """What the validator says, empty where it accepts."""
    try:
        validate(text)
    except ValidationError as wrong:
        return wrong.messages[0]
    return ""


@st.composite
def codes(draw) -> str:
    stem = (
        draw(st.sampled_from(DIGITS + "NY"))
        + draw(st.text(DIGITS, min_size=7, max_size=7))
        + draw(st.text(ALPHABET, min_size=9, max_size=9))
    )
    return stem + uscc.calc_check_digit(stem)


@pytest.mark.parametrize("code", scenes.CREDIT_CODES)
def test_codes_of_every_registration_office_are_accepted(code):
    assert fault(validators.validate_credit_code, code) == ""


@pytest.mark.parametrize("stem", VILLAGE_STEMS)
def test_a_village_bodys_code_is_accepted_by_its_checksum(stem):
    code = stem + uscc.calc_check_digit(stem)
    assert not uscc.is_valid(code)
    assert fault(validators.validate_credit_code, code) == ""
    wrong = stem + next(c for c in ALPHABET if c != code[-1])
    assert "校验位不对" in fault(validators.validate_credit_code, wrong)


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("", "现为 0 位"),
        ("91210102X9990001", "现为 16 位"),
        ("91210102X99900016MM", "现为 19 位"),
        ("A1210102X99900016M", "不应出现的字符"),
        ("9121O102X99900016M", "不应出现的字符"),
        ("91210102X9990001IM", "不应出现的字符"),
        ("91210102X99900016N", "校验位不对"),
        ("91210202X99900024J", "校验位不对"),
    ],
)
def test_a_wrong_code_is_told_what_is_wrong(code, said):
    assert said in fault(validators.validate_credit_code, code)


@given(codes())
def test_whatever_the_standard_makes_is_accepted(code):
    assert fault(validators.validate_credit_code, code) == ""


@given(codes(), st.integers(0, 17), st.sampled_from(ALPHABET))
def test_no_single_mistyped_character_gets_through(code, place, typed):
    mistyped = code[:place] + typed + code[place + 1 :]
    accepted = fault(validators.validate_credit_code, mistyped) == ""
    assert accepted == (mistyped == code)


@given(codes(), st.integers(0, 16))
def test_no_two_neighbours_changed_over_get_through(code, place):
    swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    accepted = fault(validators.validate_credit_code, swapped) == ""
    assert accepted == (swapped == code)


@given(st.text(max_size=40))
def test_any_text_gets_an_answer(text):
    for validate in (
        validators.validate_credit_code,
        validators.validate_phone,
        validators.validate_id_number,
    ):
        said = fault(validate, text)
        assert said == "" or said.endswith(("。", "。）"))


@given(st.text(max_size=40))
@example("ß\u0327")
@example("i\u0307")
def test_the_usual_spelling_is_reached_at_once(text):
    for normal in (
        validators.normal_credit_code,
        validators.normal_phone,
        validators.normal_id_number,
    ):
        assert normal(normal(text)) == normal(text)


def test_a_code_is_stored_in_one_spelling():
    typed = "　９１２１０１０２ x999-0001 6m "
    assert validators.normal_credit_code(typed) == "91210102X99900016M"


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("13800005678", "13800005678"),
        ("138 0000 5678", "13800005678"),
        ("138-0000-5678", "13800005678"),
        ("+86 13800005678", "13800005678"),
        ("１３８００００５６７８", "13800005678"),
        ("19912345678", "19912345678"),
        ("024-22345678", "024-22345678"),
        ("02422345678", "024-22345678"),
        ("（024）22345678", "024-22345678"),
        ("86-024-22345678", "024-22345678"),
        ("010—62345678", "010-62345678"),
        ("0411-87654321转8001", "0411-87654321-8001"),
        ("0429-3456789", "0429-3456789"),
    ],
)
def test_mobiles_and_landlines_are_accepted_in_every_usual_spelling(typed, stored):
    assert fault(validators.validate_phone, typed) == ""
    assert validators.normal_phone(typed) == stored


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "12800005678",
        "1380000567",
        "138000056789",
        "22345678",
        "400-123-4567",
        "024-2234567890",
        "024-22345678-1234567",
        "电话同上",
    ],
)
def test_what_is_no_telephone_number_is_refused(typed):
    assert "联系电话应为" in fault(validators.validate_phone, typed)


def test_an_id_number_is_checked_by_checksum_and_date():
    number = ID_STEM + ric.calc_check_digit(ID_STEM + "0")
    assert fault(validators.validate_id_number, number.lower()) == ""
    wrong = ID_STEM + next(c for c in DIGITS if c != number[-1])
    assert "校验位不对" in fault(validators.validate_id_number, wrong)
    stem = "21010220010231002"
    no_such_day = stem + ric.calc_check_digit(stem + "0")
    assert "出生日期不存在" in fault(validators.validate_id_number, no_such_day)
    assert "应为 18 位" in fault(validators.validate_id_number, "21010220010203")


def test_an_unknown_county_in_an_id_number_only_warns():
    stem = "99010220010203002"
    number = stem + ric.calc_check_digit(stem + "0")
    assert fault(validators.validate_id_number, number) == ""
    assert "请核对" in validators.id_number_warning(number)
    known = ID_STEM + ric.calc_check_digit(ID_STEM + "0")
    assert validators.id_number_warning(known) == ""


def test_a_mobile_number_is_masked_and_a_bodys_landline_is_not():
    assert validators.masked_phone("13800005678") == "138****5678"
    assert validators.masked_phone("024-22345678") == "024-22345678"
