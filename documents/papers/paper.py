"""What a paper says, before it is drawn and kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models

from applications.models import Application
from documents.papers import wording
from documents.papers.pdf import Layout
from quotas.models import Cycle

UNNAMED_BASIS = "有关规定"
Facts = dict[str, Any]


@dataclass(frozen=True)
class Paper:
    """`facts` are JSON data for the layout, and all that the content digest covers.

    `application` is the file that the paper belongs to, if it is about one nursery. `code` is the
    verification code of a paper that has one of its own; the others get one from what they are.
    """

    subject: models.Model
    region_path: str
    title: str
    layout: Layout
    facts: Facts
    application: Application | None = None
    code: str = ""


def paragraphs(text: str) -> list[str]:
    """The lines that say something."""
    return [line for line in map(str.strip, text.splitlines()) if line]


def common(cycle: Cycle, at: datetime, body: str) -> dict[str, str]:
    """What the placeholders that every paper of a cycle knows stand for."""
    return {
        "省份": cycle.province.name,
        "年份": str(cycle.year),
        "周期": cycle.name,
        "依据": cycle.basis or UNNAMED_BASIS,
        "发文机关": body,
        "日期": wording.day(at),
    }
