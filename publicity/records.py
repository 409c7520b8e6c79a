"""Titles and notices as plain values, for JSON: what the public pages say, and nothing more."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date
from typing import IO, Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.urls import reverse
from django.utils import timezone

from accounts.models import Region
from publicity import listing
from publicity.listing import Row
from publicity.models import Notice, NoticeSupplement, Title
from publicity.statuses import EntryOutcome, RevocationGround, TitleState
from workflow.models import Event

Record = dict[str, Any]


def address(path: str) -> str:
    """With the site before it, since it is read elsewhere."""
    return f"{settings.SITE_URL}{path}"


def area(region: Region) -> Record:
    city = region.city_unit
    return {"code": region.code, "name": region.full_name, "city": city.name}


def of_title(title: Title, today: date) -> Record:
    """One line of the register as of `today`."""
    standing = title.standing(today)
    revoked = standing.state == TitleState.REVOKED
    return {
        "number": title.number,
        "name": title.nursery.name,
        "area": area(title.region),
        "year": title.cycle.year,
        "awarded_on": title.awarded_on,
        "valid_from": title.valid_from,
        "valid_until": title.valid_until,
        "decision_number": title.decision_number,
        "state": standing.state,
        "state_label": standing.label,
        "revoked_on": timezone.localdate(title.ended_at) if revoked and title.ended_at else None,
        "revoked_for": title.revoked_for or None,
        "revoked_for_label": title.get_revoked_for_display() or None,
        "url": address(title.get_absolute_url()),
        "verify_url": address(reverse("documents:verified", args=[title.code])),
    }


def of_other(title: Title, today: date) -> Record:
    """Another title of a nursery, as far as it is told beside the first."""
    return {
        "number": title.number,
        "year": title.cycle.year,
        "valid_from": title.valid_from,
        "valid_until": title.valid_until,
        "state": title.standing(today).state,
    }


def history(events: Iterable[Event]) -> list[Record]:
    """What became of a title: facts and days. Of a revocation the ground, never the reason."""
    return [
        {
            "on": timezone.localdate(event.at),
            "event": event.verb,
            "label": event.label,
            "ground": ground(event),
        }
        for event in events
    ]


def ground(event: Event) -> str:
    """Why a title was revoked, as far as the public is told; empty for everything else."""
    told = event.data.get("ground", "")
    return str(RevocationGround(told).label) if told else ""


def of_notice(notice: Notice, today: date) -> Record:
    """A notice without its list; it comes from `with_counts`."""
    standing = notice.standing(today)
    return {
        "id": notice.pk,
        "number": notice.number,
        "title": notice.title,
        "year": notice.cycle.year,
        "state": standing.state,
        "state_label": standing.label,
        "opens_on": notice.opens_on,
        "closes_on": notice.closes_on,
        "counted_days": notice.days,
        "opened_at": notice.opened_at and timezone.localtime(notice.opened_at),
        "concluded_at": notice.concluded_at and timezone.localtime(notice.concluded_at),
        "decision_number": notice.decision_number,
        "entry_count": notice.entry_count,  # type: ignore[attr-defined]
        "url": address(notice.get_absolute_url()),
    }


def with_entries(notice: Notice, today: date) -> Record:
    """A notice with its text and every nursery on it, numbered as the page does."""
    rows = [row for city in listing.by_city(notice, today) for row in city.rows]
    return of_notice(notice, today) | {
        "basis": notice.basis,
        "body": notice.body,
        "contact": notice.contact,
        "accepts_objections": notice.accepts_objections(today),
        "digest": notice.digest,
        "supplements": [_of_supplement(each) for each in notice.supplements.in_order()],
        "entries": [_of_entry(row) for row in rows],
    }


def _of_supplement(supplement: NoticeSupplement) -> Record:
    return {
        "number": supplement.number,
        "text": supplement.text,
        "reason": supplement.reason,
        "closes_on": supplement.closes_on,
        "at": timezone.localtime(supplement.at),
    }


def _of_entry(row: Row) -> Record:
    entry, title = row.entry, row.title
    return {
        "number": row.number,
        "name": row.name,
        "area": area(entry.application.region),
        "outcome": entry.outcome,
        "outcome_label": row.result or EntryOutcome(entry.outcome).label,
        "outcome_reason": entry.outcome_reason,
        "title_number": title.number if title else None,
    }


def write_titles(titles: Iterable[Title], *, today: date, to: IO[bytes]) -> None:
    """The register as one JSON file, row by row in little memory."""
    encode = DjangoJSONEncoder(ensure_ascii=False).encode
    to.write(f'{{"as_of": {json.dumps(today.isoformat())}, "titles": [\n'.encode())
    for number, title in enumerate(titles):
        to.write((",\n" if number else "").encode())
        to.write(encode(of_title(title, today)).encode())
    to.write(b"\n]}\n")
