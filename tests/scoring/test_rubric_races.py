"""Several officers at one score table at once, on the real engine."""

from __future__ import annotations

import pytest

from accounts.models import User
from scoring import services
from scoring.layout import digest
from scoring.models import RubricVersion
from scoring.services import drafts
from tests.scoring.conftest import NOW
from tests.scoring.test_races import at_once
from workflow import Refused
from workflow.models import Event

pytestmark = pytest.mark.django_db(transaction=True)


def test_of_five_copies_one_becomes_the_draft(version: RubricVersion, officer: User) -> None:
    found = at_once(*[lambda: drafts.copy_version(version, by=officer, at=NOW)] * 5)
    assert sum(isinstance(each, RubricVersion) for each in found) == 1
    assert sum(isinstance(each, Refused) for each in found) == 4
    assert RubricVersion.objects.drafts().count() == 1


def test_an_edit_and_the_publication_do_not_mix(version: RubricVersion, officer: User) -> None:
    """Either the edit came first and the publication sees it, or it is refused."""
    draft = drafts.copy_version(version, by=officer, at=NOW)
    seen = digest(services.layout_of(draft))
    edited, published = at_once(
        lambda: drafts.save_section(draft, None, code="3", name="晚到", by=officer, at=NOW),
        lambda: services.publish_version(draft, by=officer, at=NOW, seen=seen),
    )
    assert isinstance(edited, Refused) != isinstance(published, Refused)
    draft.refresh_from_db()
    assert draft.is_published == isinstance(edited, Refused)
    assert Event.objects.of(draft).count() == 2
