"""The rules that no form of Django's brings along."""

from __future__ import annotations

import pytest
from django.contrib.auth.password_validation import (
    get_password_validators,
    password_validators_help_texts,
    validate_password,
)
from django.core.exceptions import ValidationError

from accounts.models import User
from accounts.passwords import LongEnoughValidator, NotRecentValidator
from tests import scenes


def refused(password, user=None):
    try:
        validate_password(password, user)
    except ValidationError as refusal:
        return refusal.messages
    return []


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("Kurz-7", ["密码长度太短，至少须有 10 位。"]),
        ("kleinundlang", ["密码须包含大写字母、小写字母、数字、符号中的至少三类。"]),
        ("KLEINUNDLANG7", ["密码须包含大写字母、小写字母、数字、符号中的至少三类。"]),
        ("Password123", ["这个密码太常见了。"]),
        ("Gross-und-klein", []),
        ("grossund-7klein", []),
        ("中文也算符号一二三Abc", []),
    ],
)
def test_what_a_password_needs(password, why):
    assert refused(password) == why


@pytest.mark.parametrize("user", [None, User(username="neu")])
def test_who_has_no_password_yet_has_none_to_repeat(user):
    NotRecentValidator().validate("Neues-Wort-7", user)


def test_it_must_not_be_the_person_s_own_name_or_number():
    user = User(username="wangxiaomei", name="王晓梅", phone="13812345678")
    assert any("用户名" in text for text in refused("Wangxiaomei-7", user))
    assert any("联系电话" in text for text in refused("Tel-13812345678", user))


@pytest.mark.django_db
def test_a_person_s_own_recent_ones_are_refused():
    wang = scenes.person("wang", "王新")
    assert refused(scenes.PASSWORD, wang) == ["新密码不能与当前及最近五次使用过的密码相同。"]


def test_every_rule_is_said_in_chinese(settings):
    texts = password_validators_help_texts(
        get_password_validators(settings.AUTH_PASSWORD_VALIDATORS)
    )
    assert len(texts) == 5
    assert all("密码" in text for text in texts)
    assert LongEnoughValidator(12).get_error_message() == "密码长度太短，至少须有 12 位。"
