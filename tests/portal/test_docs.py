"""The documentation says what the code does."""

from pathlib import Path

import pytest

from portal.diagrams import diagram, redrawn
from portal.management.commands.draw_machines import FILES
from workflow.checks import machines

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("name", FILES)
def test_the_diagrams_are_those_of_the_tables(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert redrawn(text) == text, "run manage.py draw_machines"


def test_every_machine_is_drawn() -> None:
    text = (ROOT / "docs/machines.md").read_text(encoding="utf-8")
    assert all(diagram(model) in text for model in machines())
