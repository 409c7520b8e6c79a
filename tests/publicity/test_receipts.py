"""Numbers and codes: one finds, the other opens; neither is told twice."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.sessions.backends.cache import SessionStore

from publicity import opened
from publicity.models import Objection
from publicity.models.receipts import CODE_LENGTH
from tests.publicity import crowd
from tests.scenes import NOTICED

pytestmark = pytest.mark.django_db


@pytest.fixture
def objection(notice):
    return crowd.objected(notice)


def test_a_code_opens_its_receipt_alone(notice, objection):
    other = crowd.objected(notice)
    code, others = objection.issue(), other.issue()
    assert len(code) == CODE_LENGTH
    assert objection.opens_with(code)
    assert objection.opens_with(f" {code[:4].lower()}-{code[4:]} ")
    assert not objection.opens_with(others)
    assert not objection.opens_with("")


def test_only_a_digest_is_stored_and_it_depends_on_the_key(objection, settings):
    code = objection.issue()
    objection.save()
    kept = Objection.objects.values_list("code_digest", flat=True).get()
    assert len(kept) == 64
    assert code not in str(Objection.objects.values().get())
    old = settings.SECRET_KEY
    settings.SECRET_KEY = "another key"
    assert not objection.opens_with(code)
    settings.SECRET_KEY_FALLBACKS = [old]
    assert objection.opens_with(code)


def test_without_a_code_nothing_opens_it(objection):
    assert objection.code_digest == ""
    assert not objection.opens_with("")
    assert not objection.opens_with("ABCDEFGH")


def test_a_new_code_ends_the_old_one(objection):
    first = objection.issue()
    second = objection.issue()
    assert not objection.opens_with(first)
    assert objection.opens_with(second)


def test_a_session_knows_for_a_while_what_was_opened():
    session = SessionStore()
    assert not opened.is_open(session, "AAAA", at=NOTICED)
    opened.remember(session, "AAAA", at=NOTICED)
    later = NOTICED + timedelta(minutes=20)
    opened.remember(session, "BBBB", at=later)
    assert opened.is_open(session, "AAAA", at=later)
    assert not opened.is_open(session, "CCCC", at=later)
    end = NOTICED + opened.OPEN_FOR
    assert not opened.is_open(session, "AAAA", at=end)
    opened.remember(session, "CCCC", at=end)
    assert set(session[opened.OPENED]) == {"BBBB", "CCCC"}


def test_a_code_is_shown_for_minutes_or_until_it_is_noted():
    session = SessionStore()
    assert opened.fresh_code(session, "AAAA", at=NOTICED) == ""
    opened.keep_code(session, "AAAA", "CODE", at=NOTICED)
    assert opened.is_open(session, "AAAA", at=NOTICED)
    assert opened.fresh_code(session, "AAAA", at=NOTICED) == "CODE"
    assert opened.fresh_code(session, "BBBB", at=NOTICED) == ""
    assert opened.fresh_code(session, "AAAA", at=NOTICED + opened.SHOWN_FOR) == ""
    opened.forget_code(session)
    opened.forget_code(session)
    assert opened.fresh_code(session, "AAAA", at=NOTICED) == ""
