"""Digests and verification codes."""

from __future__ import annotations

from documents.papers import identity, wording


def test_the_digest_depends_on_what_is_said_and_not_on_its_order():
    assert identity.content_digest({"a": 1, "b": "喆"}) == identity.content_digest(
        {"b": "喆", "a": 1}
    )
    assert identity.content_digest({"a": 1}) != identity.content_digest({"a": 2})


def test_a_code_is_the_same_for_the_same_paper_and_another_for_any_other():
    codes = {identity.verification_code("form", n, "x") for n in range(2000)}
    assert len(codes) == 2000
    assert identity.verification_code("form", 1, "x") == identity.verification_code("form", 1, "x")
    assert all(len(code) == 12 and set(code) <= set(identity.ALPHABET) for code in codes)
    # Neighbours share no beginning by which one could be worked out from the other.
    assert len({code[:4] for code in codes}) > 1900


def test_a_code_depends_on_this_installation(settings):
    here = identity.verification_code("form", 1)
    settings.SECRET_KEY = "another"
    assert identity.verification_code("form", 1) != here


def test_parts_cannot_run_into_each_other():
    assert identity.verification_code("1", "23") != identity.verification_code("12", "3")


def test_words():
    assert wording.grouped("ABCDEFGHJKLM") == "ABCD EFGH JKLM"
    assert wording.copy_label(2, 3) == "第二份（共三份）"
    assert wording.copy_label(1, 1) == ""
    assert wording.day(None) == ""
    assert wording.mark(None) == "—"
    assert wording.area(None) == "—"
