"""The tone of a state's badge. The text says what it is; the tone only helps to find it."""

from typing import Any

TONES = ("neutral", "active", "wait", "good", "bad", "ended")
# django-fsm's moves and django's messages name tones in Bootstrap's words.
SYNONYMS = {
    "primary": "active",
    "info": "active",
    "secondary": "neutral",
    "debug": "neutral",
    "warning": "wait",
    "success": "good",
    "danger": "bad",
    "error": "bad",
}
STATES = {
    "draft": "neutral",
    "preparing": "neutral",
    "filed": "wait",
    "returned": "wait",
    "rectifying": "wait",
    "county_review": "active",
    "city_review": "active",
    "provincial_review": "active",
    "in_notice": "active",
    "accepted": "active",
    "open": "active",
    "passed": "good",
    "awarded": "good",
    "valid": "good",
    "concluded": "good",
    "revoked": "bad",
    "upheld": "bad",
    "objection_upheld": "bad",
    "not_passed": "bad",
    "county_declined": "ended",
    "city_declined": "ended",
    "withdrawn": "ended",
    "lapsed": "ended",
    "expired": "ended",
    "closed": "ended",
    "refused": "ended",
    "overruled": "ended",
}


def tone(name: str) -> str:
    """A known tone for `name`, neutral for what is not known."""
    name = SYNONYMS.get(name, name)
    return name if name in TONES else "neutral"


def of_state(subject: Any) -> str:
    """A model's own `TONES` come first, then the states of the evaluation."""
    own = getattr(subject, "TONES", {})
    state = str(subject.state)
    return tone(own.get(state, STATES.get(state, "neutral")))
