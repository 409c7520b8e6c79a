"""A state has one writer: workflow.perform."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.codebase.source import APPS, nodes, place, python_files
from workflow.checks import machines
from workflow.machine import transitions

ABOVE_THE_GROUND = [app for app in APPS if app != "workflow"]
QUERYSET_WRITERS = {
    "update",
    "create",
    "get_or_create",
    "update_or_create",
    "acreate",
    "aupdate",
    "aget_or_create",
    "aupdate_or_create",
}
BULK_WRITERS = {"bulk_update", "abulk_update"}
MOVES = {name for machine in machines() for name in transitions(machine)}


def assigned_states(path: Path) -> Iterator[ast.AST]:
    for kind in (ast.Assign, ast.AugAssign, ast.AnnAssign):
        for node in nodes(path, kind):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            for target in (each for top in targets for each in ast.walk(top)):
                if isinstance(target, ast.Attribute) and target.attr == "state":
                    yield node
    for call in nodes(path, ast.Call):
        by_name = any(isinstance(a, ast.Constant) and a.value == "state" for a in call.args)
        if by_name and isinstance(call.func, ast.Name) and call.func.id == "setattr":
            yield call


def states_written_by_queryset(path: Path) -> Iterator[ast.Call]:
    for call in nodes(path, ast.Call):
        if not isinstance(call.func, ast.Attribute):
            continue
        if call.func.attr in QUERYSET_WRITERS and "state" in _names_given(call):
            yield call
        if call.func.attr in BULK_WRITERS and any(
            isinstance(each, ast.Constant) and each.value == "state"
            for argument in call.args + [keyword.value for keyword in call.keywords]
            for each in ast.walk(argument)
        ):
            yield call


def _names_given(call: ast.Call) -> set[str]:
    """The keywords of a call, those inside `defaults={…}` too."""
    names = {keyword.arg for keyword in call.keywords if keyword.arg}
    for keyword in call.keywords:
        if keyword.arg in {"defaults", "create_defaults"} and isinstance(keyword.value, ast.Dict):
            names |= {key.value for key in keyword.value.keys if isinstance(key, ast.Constant)}
    return names


def moves_called_past_the_mover(path: Path) -> Iterator[ast.Call]:
    """A transition takes one argument, the Move; `file.open()` and `form.submit("x")` do not."""
    for call in nodes(path, ast.Call):
        if not isinstance(call.func, ast.Attribute) or call.func.attr not in MOVES:
            continue
        given = [*call.args, *(keyword.value for keyword in call.keywords)]
        if any(_is_move(value) for value in given):
            yield call


def _is_move(value: ast.expr) -> bool:
    if isinstance(value, ast.Call):
        return ast.unparse(value.func).split(".")[-1] == "Move"
    return isinstance(value, ast.Name) and value.id == "move"


SEARCHES = [assigned_states, states_written_by_queryset, moves_called_past_the_mover]


@pytest.mark.parametrize("find", SEARCHES)
def test_nothing_but_the_mover_writes_a_state(find):
    assert MOVES, "no machine was found"
    found = [place(path, node) for path in python_files(*ABOVE_THE_GROUND) for node in find(path)]
    assert found == []


@pytest.mark.parametrize(
    ("find", "line"),
    [
        (assigned_states, "application.state = State.PASSED"),
        (assigned_states, "a.state, b = 1, 2"),
        (assigned_states, 'setattr(application, "state", "passed")'),
        (states_written_by_queryset, 'Application.objects.update(state="passed")'),
        (states_written_by_queryset, 'Application.objects.filter(pk=1).update(state="passed")'),
        (
            states_written_by_queryset,
            'Application.objects.update_or_create(pk=1, defaults={"state": "x"})',
        ),
        (states_written_by_queryset, 'Application.objects.bulk_update(rows, ["state"])'),
        (states_written_by_queryset, 'Application.objects.create(state="passed")'),
        (moves_called_past_the_mover, "application.submit(move)"),
        (moves_called_past_the_mover, 'application.submit(Move("submit", None, at))'),
    ],
)
def test_the_searches_find_what_they_look_for(find, line, tmp_path):
    path = tmp_path / "example.py"
    path.write_text(line)
    assert list(find(path))


@pytest.mark.parametrize("find", SEARCHES)
def test_the_searches_leave_reading_alone(find, tmp_path):
    path = tmp_path / "example.py"
    path.write_text(
        'seen = application.state\nrows.filter(state="draft")\npath.open("rb").close()\n'
    )
    assert list(find(path)) == []
