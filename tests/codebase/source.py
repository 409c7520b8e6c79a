"""The source as data: what the tests of the codebase read."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TypeVar

ROOT = Path(__file__).resolve().parents[2]
# From the ground to the roof; the same line as in pyproject's contracts.
LINE_OF_APPS = (
    ("workflow",),
    ("files",),
    ("accounts",),
    ("nurseries", "scoring"),
    ("quotas",),
    ("applications",),
    ("publicity",),
    ("supervision",),
    ("documents", "notifications"),
    ("portal",),
)
APPS = tuple(app for step in LINE_OF_APPS for app in step)
HEIGHT = {app: height for height, step in enumerate(LINE_OF_APPS) for app in step}


def python_files(*folders: str) -> list[Path]:
    """The Python files of these top-level folders, migrations left out."""
    return sorted(
        path
        for folder in folders
        for path in (ROOT / folder).rglob("*.py")
        if "migrations" not in path.relative_to(ROOT).parts
    )


def templates() -> list[Path]:
    return sorted(path for path in (ROOT / "templates").rglob("*") if path.is_file())


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(), filename=str(path))


Node = TypeVar("Node", bound=ast.AST)


def nodes(path: Path, kind: type[Node]) -> Iterator[Node]:
    return (node for node in ast.walk(tree(path)) if isinstance(node, kind))


def place(path: Path, node: ast.AST | None = None) -> str:
    """Where something stands, as an editor opens it."""
    line = f":{node.lineno}" if node is not None and hasattr(node, "lineno") else ""
    return f"{path.relative_to(ROOT)}{line}"
