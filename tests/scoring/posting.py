"""What the pages of a sheet post, and the scenes that the tests of pages begin with."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from scoring import services
from scoring.arithmetic import Answer
from scoring.examples import best
from scoring.models import Sheet
from tests.scenes import PDF
from tests.scoring.conftest import NOW, PURPOSE, Folder, mark

JSON = {"Accept": "application/json"}
SignIn = Callable[[User], Client]


def names(sheet: Sheet, code: str, **values: Any) -> dict[str, Any]:
    """The controls of one indicator as a form posts them, with the version now stored."""
    found = mark(sheet, code)
    values = {"version": found.version, **values}
    return {f"m{found.indicator_id}-{name}": value for name, value in values.items()}


def save(client: Client, sheet: Sheet, code: str, **values: Any) -> Any:
    url = f"/sheets/{sheet.pk}/marks/{mark(sheet, code).indicator_id}/"
    return client.post(url, names(sheet, code, **values), headers=JSON)


def fill(sheet: Sheet, by: User, **changed: Answer | None) -> None:
    layout = services.published_layout(sheet.version_id)
    given: dict[str, Answer | None] = {s.code: best(s) for s in layout.indicators()}
    given |= {code.replace("_", "."): answer for code, answer in changed.items()}
    services.fill_sheet(sheet, given, by=by, at=NOW)


def upload(name: str = "回执.pdf", content: bytes = PDF) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def body(reply: Any) -> bytes:
    """The whole file; reading to the end also closes it."""
    return b"".join(reply.streaming_content)


def section_form(client: Client, sheet: Sheet, code: str, **changed: Any) -> dict[str, Any]:
    """What the page of a section would post, as it was shown, with some controls changed."""
    data: dict[str, Any] = {}
    desk = client.get(f"/sheets/{sheet.pk}/?section={code}").context
    for card in desk["cards"]:
        values = {**card.values, "version": card.filled.version, "was": card.was}
        data |= {f"m{card.key}-{name}": value for name, value in values.items()}
    for name, value in changed.items():
        indicator, control = name.split("__")
        key = mark(sheet, indicator.replace("_", ".")).indicator_id
        data[f"m{key}-{control}"] = value
    return data


def queries_of(act: Callable[[], Any]) -> tuple[int, int]:
    """How many queries something takes, and how many of them go to the tables of scoring.

    The frame of the pages has its own (posts, unread messages), which other tests count.
    """
    with CaptureQueriesContext(connection) as captured:
        act()
    return len(captured), sum("scoring_" in query["sql"] for query in captured)


def beside(folders: dict[int, Folder], folder: Folder, reviewer: User) -> Folder:
    """The county's sheet beside the nursery's."""
    ours = services.open_sheet(folder.sheet.version, PURPOSE)
    folders[ours.pk] = Folder(
        ours, writers=[reviewer], reference=folder.sheet, title="和平区县级初审"
    )
    folder.readers.append(reviewer)
    return folders[ours.pk]
