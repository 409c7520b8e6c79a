"""House rules that no general linter knows."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.codebase.source import APPS, ROOT, nodes, place, python_files

THE_CLOCK = ROOT / "workflow" / "clock.py"
PRESENT = {
    ("timezone", "now"),
    ("datetime", "now"),
    ("datetime", "utcnow"),
    ("datetime", "today"),
    ("date", "today"),
    ("time", "time"),
}
# public_pages wraps public views and keeps their answers for the day.
EDGES = {
    "backends",
    "commands",
    "context",
    "middleware",
    "public_pages",
    "subscribers",
    "tasks",
    "templatetags",
    "views",
}
ONE_MACHINE = re.compile(r"(?:^|[^\w.~-])/(?:work|root|home/\w+)/")
PARTS = (
    *APPS,
    ".ci",
    "bench",
    "bin",
    "docs",
    "fixtures",
    "requirements",
    "static",
    "templates",
    "tests",
)
TEXTS = {
    "",
    ".css",
    ".html",
    ".js",
    ".json",
    ".lock",
    ".md",
    ".py",
    ".svg",
    ".toml",
    ".txt",
    ".yml",
}
QUERY_WORDS = {"filter", "exclude"}
DRAWERS = {"utils", "util", "common", "helpers", "misc"}


def calls_of_the_present(path: Path) -> Iterator[ast.Call]:
    for call in nodes(path, ast.Call):
        function = call.func
        if isinstance(function, ast.Attribute):
            owner = function.value
            name = owner.attr if isinstance(owner, ast.Attribute) else getattr(owner, "id", "")
            bare_localdate = function.attr == "localdate" and not call.args
            if (name, function.attr) in PRESENT or bare_localdate:
                yield call


def test_only_the_clock_asks_what_time_it_is():
    asked = [
        place(path, call)
        for path in python_files(*APPS)
        if path != THE_CLOCK
        for call in calls_of_the_present(path)
    ]
    assert asked == []


def test_the_present_enters_at_the_edge():
    """`clock.now()` is asked by views, tasks and commands; below them it arrives as `at`."""
    inner = [
        place(path, call)
        for path in python_files(*APPS)
        if path != THE_CLOCK and not EDGES & {part.removesuffix(".py") for part in path.parts}
        for call in nodes(path, ast.Call)
        if ast.unparse(call.func).endswith("clock.now")
    ]
    assert inner == []


def test_querysets_speak_the_offices_language():
    """A view names what it wants; how it is found stands beside the model."""
    found = [
        place(path, call)
        for path in python_files(*APPS)
        if "views" in {part.removesuffix(".py") for part in path.relative_to(ROOT).parts}
        for call in nodes(path, ast.Call)
        if isinstance(call.func, ast.Attribute) and call.func.attr in QUERY_WORDS
    ]
    assert found == []


def test_no_drawer_for_everything():
    drawers = [
        place(path)
        for path in python_files(*APPS, "bin", "tests")
        if DRAWERS & {part.removesuffix(".py") for part in path.relative_to(ROOT).parts}
    ]
    assert drawers == []


def test_no_path_of_one_machine():
    texts = [path for path in ROOT.iterdir() if path.is_file()]
    texts += [path for part in PARTS for path in (ROOT / part).rglob("*") if path.is_file()]
    found = [
        f"{place(path)}:{number} {line.strip()[:80]}"
        for path in texts
        if path.suffix in TEXTS and path != Path(__file__) and path.name != ".coverage"
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if ONE_MACHINE.search(line)
    ]
    assert len(texts) > 100
    assert found == []
