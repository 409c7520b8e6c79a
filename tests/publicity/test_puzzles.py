"""The small question of public forms: answered by people, once, within its time."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django import forms
from django.core import signing
from django.utils import timezone

from publicity import fields
from publicity.fields import PuzzleField, TrapField
from publicity.puzzles import PUZZLES, canonical
from tests.puzzling import answer_to, answered


class Form(forms.Form):
    words = forms.CharField()
    puzzle = PuzzleField()
    website = TrapField(act="提交")


def drawn(form: Form) -> str:
    return f"{form['puzzle'].label}\n{form['puzzle']}"


def asked() -> dict[str, str]:
    return {"words": "一段话", **answered(drawn(Form()))}


def error_of(form: Form) -> str:
    return str(form.errors["puzzle"].as_data()[0].messages[0])


def test_every_question_has_one_answer_that_it_accepts_as_written():
    assert len(PUZZLES) > 100
    assert len({puzzle.question for puzzle in PUZZLES}) == len(PUZZLES)
    for puzzle in PUZZLES:
        assert canonical(puzzle.answer) == puzzle.answer
        if "哪一个" in puzzle.question:
            assert puzzle.question.count(f"“{puzzle.answer}”") == 1


def test_the_word_asked_for_stands_in_every_place():
    places = {
        [word.split("”")[0] for word in p.question.split("“")[1:4]].index(p.answer)
        for p in PUZZLES
        if "哪一个" in p.question
    }
    assert places == {0, 1, 2}


@pytest.mark.parametrize(
    ("typed", "same"),
    [
        ("八", "8"),
        (" ８。", "8"),
        ("08", "8"),
        ("十二", "12"),
        ("两", "2"),
        ("〇", "0"),
        ("“苹果”", "苹果"),
        ("苹 果", "苹果"),
        ("", ""),
        ("²", "2"),
        ("٣", "٣"),
    ],
)
def test_an_answer_may_be_written_in_many_ways(typed, same):
    assert canonical(typed) == same


def test_a_right_answer_passes():
    form = Form(asked())
    assert form.is_valid(), form.errors
    assert "验证问题：" in str(Form()["puzzle"].label)


def test_forms_do_not_share_a_question():
    questions = {str(Form()["puzzle"].label) for _ in range(30)}
    assert len(questions) > 3


def test_the_answer_does_not_stand_in_the_page():
    form = Form()
    html = drawn(form)
    token = answered(html)["puzzle_token"]
    _, question, digest = signing.loads(token, salt=fields.SALT)
    assert question in html
    assert len(digest) == 64
    assert "value=" not in str(form["puzzle"]).split('<input type="hidden"')[0]


def test_a_wrong_answer_brings_another_question():
    given = asked()
    form = Form(given | {"puzzle": "九百"})
    assert error_of(form) == fields.WRONG
    fresh = answered(drawn(form))
    assert fresh["puzzle_token"] != given["puzzle_token"]
    assert "九百" not in drawn(form)
    assert Form({"words": "一段话", **fresh}).is_valid()


def test_a_token_is_good_for_one_answer():
    given = asked()
    assert Form(given).is_valid()
    assert error_of(Form(given)) == fields.SPENT
    wrong = asked()
    Form(wrong | {"puzzle": "九百"}).is_valid()
    assert error_of(Form(wrong)) == fields.SPENT


def test_a_token_ends_with_its_time(monkeypatch):
    given = asked()
    later = (timezone.now() + timedelta(seconds=fields.SECONDS + 60)).timestamp()
    monkeypatch.setattr("time.time", lambda: later)
    assert error_of(Form(given)) == fields.LATE


@pytest.mark.parametrize("token", ["", "x", "x:y:z"])
def test_a_token_is_not_made_up(token):
    assert error_of(Form(asked() | {"puzzle_token": token})) == fields.LATE


def test_no_answer_is_asked_for_and_costs_no_token():
    given = asked()
    form = Form(given | {"puzzle": ""})
    assert form.errors.as_data()["puzzle"][0].code == "required"
    assert not Form(given | {"words": ""}).is_valid()


def test_beside_another_mistake_question_and_answer_stay_under_a_new_token():
    given = asked()
    form = Form(given | {"words": ""})
    assert list(form.errors) == ["words"]
    html = drawn(form)
    assert f'value="{given["puzzle"]}"' in html
    again = answered(html)
    assert again["puzzle"] == given["puzzle"]
    assert again["puzzle_token"] != given["puzzle_token"]
    assert Form({"words": "一段话", **again}).is_valid()


def test_the_question_is_the_label_in_page_and_summary():
    form = Form({"words": "x"})
    label = str(form["puzzle"].label)
    assert answer_to(label)
    assert label == str(form["puzzle"].label)
    assert not form["puzzle"].field.widget.value_omitted_from_data({"puzzle": ""}, {}, "puzzle")


def test_the_trap_shows_nothing_and_catches_programs():
    form = Form(asked() | {"website": "http://spam.example"})
    assert "未通过自动检查，请再次点击“提交”" in form.errors["website"][0]
    assert "spam" not in str(form["website"])
    assert 'aria-hidden="true"' in str(form["website"])
    assert 'tabindex="-1"' in str(form["website"])
