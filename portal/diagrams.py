"""The machines drawn as Mermaid state diagrams, from the tables themselves."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from workflow.checks import machines
from workflow.machine import transitions

BEGIN = "<!-- machine:{label} -->"
END = "<!-- /machine -->"


def diagram(model: Any) -> str:
    """One machine as the text of a Mermaid block; states and moves by their Chinese labels."""
    field = model._meta.get_field("state")
    labels = dict(field.flatchoices)
    lines = ["```mermaid", "stateDiagram-v2", f"  [*] --> {field.default}"]
    lines += [f"  {state} : {label}" for state, label in labels.items()]
    lines += [f"  {source} --> {target} : {label}" for source, target, label in _arrows(model)]
    return "\n".join([*lines, "```"])


def _arrows(model: Any) -> Iterator[tuple[str, str, str]]:
    for by_source in transitions(model).values():
        for source, transition in by_source.items():
            yield str(source), str(transition.target), transition.custom["label"]


def redrawn(text: str) -> str:
    """`text` with the block between each pair of markers drawn anew."""
    for model in machines():
        begin = BEGIN.format(label=model._meta.label_lower)
        if begin in text:
            before, rest = text.split(begin, 1)
            after = rest.split(END, 1)[1]
            text = f"{before}{begin}\n{diagram(model)}\n{END}{after}"
    return text
