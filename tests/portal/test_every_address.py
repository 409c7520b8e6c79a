"""Every address of the portal, asked by those it is not for."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.access import regions_held
from accounts.checks import is_third_party, patterns
from accounts.models import User
from applications.models import Application
from applications.statuses import Step
from documents.services import keep_papers
from scoring import services as scoring
from scoring.models import Mark
from tests import scenes
from tests.scenes import JULY, JUNE, Province
from workflow import perform
from workflow.machine import transitions

OWN = [(route, view) for route, view in patterns() if not is_third_party(view)]
# Addresses that name a nursery, a file of it or anything that belongs to the file.
OF_A_FILE = re.compile(r"^(applications/<|sheets/<|evidence/<|nurseries/<|documents/<|moves/)")
ERRORS = re.compile(r"^(healthz|readyz)$")


def example(route: str) -> str:
    """The route with something in every place, for who never gets past the door."""
    values = {"int": "1", "slug": "county", "str": "x"}
    return "/" + re.sub(r"<(\w+):\w+>", lambda found: values[found[1]], route)


@pytest.mark.parametrize(("route", "view"), OWN, ids=[route or "front" for route, _ in OWN])
def test_strangers_reach_public_pages_only(db: None, route: str, view: Callable[..., Any]) -> None:
    if ERRORS.match(route):
        return
    client = Client()
    answer = client.get(example(route))
    if answer.status_code == 405:
        answer = client.post(example(route))
    if answer.streaming:
        list(answer.streaming_content)  # type: ignore[arg-type]
    if view.access_rule.kind == "public":  # type: ignore[attr-defined]
        assert answer.status_code in {200, 302, 404}, route
        assert "/login/" not in answer.headers.get("Location", "")
    else:
        assert answer.status_code == 302, route
        assert answer.headers["Location"].startswith("/login/")


@pytest.fixture
def addresses(scene: Province) -> dict[str, list[str]]:
    """Every address of one file in 和平区, by route."""
    application, staff = scenes.drafted(scene)
    mark = Mark.objects.filter(sheet=application.self_sheet)[0]
    evidence = scoring.add_evidence(mark, scenes.PDF, name="佐证.pdf", by=staff, at=JUNE)
    handed_in = perform(application, "submit", actor=staff, at=JUNE)
    review = scenes.scored(application, Step.COUNTY, scene.county_handler, when=JULY)
    document = keep_papers(handed_in, at=JULY)[0]
    keys = {
        "applications/": {
            "pk": application.pk,
            "step": "county",
            "review_pk": review.pk,
            "relation_pk": 1,
            "proposal_pk": 1,
        },
        "nurseries/": {"pk": application.nursery_id, "appointment": 1},
        "documents/": {"pk": document.pk},
        "sheets/": {
            "pk": application.self_sheet_id,
            "code": "1",
            "indicator_id": mark.indicator_id,
        },
        "evidence/": {"pk": evidence.pk},
    }
    found: dict[str, list[str]] = {}
    for route, _ in OWN:
        if not OF_A_FILE.match(route) or route.startswith("moves/"):
            continue
        values = next(v for prefix, v in keys.items() if route.startswith(prefix))
        found[route] = ["/" + re.sub(r"<\w+:(\w+)>", lambda m, v=values: str(v[m[1]]), route)]
    found["moves/"] = [
        reverse("move", args=["applications.application", application.pk, name])
        for name in transitions(Application)
    ]
    return found


@pytest.mark.parametrize("who", ["other_county_handler", "other_city_handler"])
def test_another_areas_file_is_not_there(
    scene: Province, addresses: dict[str, list[str]], who: str
) -> None:
    user: User = getattr(scene, who)
    client = Client()
    client.force_login(user)
    rules = {route: view.access_rule for route, view in OWN}  # type: ignore[attr-defined]
    assert len(addresses) >= 20
    for route, found in addresses.items():
        rule = rules.get(route)
        barred = (
            rule
            and rule.kind == "holding"
            and not any(regions_held(user, permission) for permission in rule.permissions)
        )
        for address in found:
            for ask in (client.get, client.post):
                status = ask(address).status_code
                expected = {403, 405} if barred else {404, 405}
                assert status in expected, f"{who} {ask.__name__} {address}: {status}"
