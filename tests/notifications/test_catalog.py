"""The catalog as a table: every line can be said, and speaks of things that happen."""

from __future__ import annotations

import re
from string import Formatter

import pytest
from django.apps import apps

from notifications import lines
from notifications.audiences import Audience
from notifications.catalog import LINES
from workflow.machine import transitions
from workflow.models import Subject
from workflow.subscriptions import subscribers_of

# What `words` has for each subject; the stories of test_messages show that it is really there.
CYCLE = {"cycle", "opens_on", "nursery_deadline", "county_deadline", "city_deadline"}
KNOWN = {
    lines.APPLICATION: CYCLE
    | {"nursery", "number", "county_body", "city_body", "total", "reason", "step", "move"},
    lines.NOTICE: {"notice", "opens_on", "closes_on", "reason"},
    lines.OBJECTION: {"nursery", "receipt", "due_on"},
    lines.STATEMENT: {"nursery", "receipt", "due_on"},
    lines.TITLE: {"nursery", "title", "valid_from", "valid_until", "ground", "reason"},
    lines.PROMPT: {"nursery", "title", "reason", "body"},
    lines.ORDER: {"nursery", "title", "reason", "due_on"},
    lines.REVOCATION: {"nursery", "title", "reason", "ground", "due_on"},
    lines.COMPLAINT: {"nursery", "receipt", "due_on"},
    lines.PRACTICE: {"practice", "author", "reason"},
    lines.CHECK: {"nursery", "region", "source", "visited_on", "result", "total"},
    lines.USER: set(),
    lines.BATCH: {"move", "done", "left"},
    lines.CYCLE: CYCLE | {"changes", "reason"},
    lines.QUOTA: {"cycle", "city", "before", "after", "count", "other", "reason"},
}
FACTS = {
    "appoint_inspector",
    "release_inspector",
    "refuse_publication",
    "supplement",
    "ask_extension",
    "decline_extension",
    "grant_extension",
    "issue",
    "assign",
    "assign_expert",
    "begin",
    "change_settings",
    "confirm_proposal",
    "file",
    "give_back_proposal",
    "hand_over",
    "propose",
    "recuse",
    "unassign_expert",
}


@pytest.mark.parametrize("line", LINES, ids=lambda line: line.name)
def test_every_line_is_made_of_known_words(line):
    named = {name for _, name, _, _ in Formatter().parse(line.title + line.text) if name}
    assert named <= KNOWN[line.subject_type]


@pytest.mark.parametrize("line", LINES, ids=lambda line: line.name)
def test_every_line_speaks_of_something_that_happens(line):
    model = apps.get_model(line.subject_type)
    if issubclass(model, Subject):
        assert line.verb in transitions(model) or line.verb in FACTS
        states = {value for value, _ in model._meta.get_field("state").choices}
        assert set(line.came_from) <= states
    else:
        assert line.verb in model.FACTS
        assert not line.came_from
    assert subscribers_of(line.subject_type, line.verb)


@pytest.mark.parametrize("line", LINES, ids=lambda line: line.name)
def test_every_line_is_written_as_the_office_writes(line):
    assert line.text.endswith(("。", "{reason}"))
    assert not re.search(r"[,;:?!()](?![^{]*})", line.title + line.text), "half-width"


def test_one_line_per_event_and_audience():
    keys = [(line.subject_type, line.verb, line.to, line.came_from) for line in LINES]
    assert len(set(keys)) == len(keys)


def test_objections_go_to_the_province_alone():
    """The person is the one it is assigned to, who is one of the handlers."""
    heard = {line.to for line in LINES if line.subject_type == lines.OBJECTION}
    assert heard == {Audience.HANDLERS, Audience.PUBLISHERS, Audience.PERSON}


def test_of_a_statement_only_the_nursery_hears_beside_the_province():
    told = {line.to: line for line in LINES if line.subject_type == lines.STATEMENT}
    assert set(told) == {Audience.NURSERY, Audience.HANDLERS}
    assert "{receipt}" not in told[Audience.NURSERY].title + told[Audience.NURSERY].text


def test_complaints_go_to_the_province_alone():
    heard = {line.to for line in LINES if line.subject_type == lines.COMPLAINT}
    assert heard == {Audience.SUPERVISORS}


def test_experts_hear_no_marks():
    for line in LINES:
        if line.to in {Audience.EXPERTS, Audience.PERSON}:
            assert "{total}" not in line.text
            assert "{reason}" not in line.text


def test_every_refusal_gives_its_reason():
    for line in LINES:
        if line.to == Audience.NURSERY and line.verb.startswith(("decline", "return", "fail")):
            assert "{reason}" in line.text
