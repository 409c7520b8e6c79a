"""What the database itself refuses once a notice is public, whoever tries."""

from __future__ import annotations

import pgtrigger

# Everything that a reader of the notice relies on, but for its days, which may grow.
FIXED = (
    "cycle_id",
    "number",
    "title",
    "body",
    "basis",
    "contact",
    "opens_on",
    "opened_at",
    "digest",
)
ENTRY_FIXED = ("notice_id", "application_id", "number", "name", "city", "county")


def _differs(columns: tuple[str, ...]) -> str:
    old, new = (", ".join(f"{row}.{name}" for name in columns) for row in ("OLD", "NEW"))
    return f"({new}) IS DISTINCT FROM ({old})"


def _refuse(sentence: str) -> str:
    return f"RAISE EXCEPTION '{sentence}' USING ERRCODE = 'restrict_violation';"


def published_notice() -> pgtrigger.Trigger:
    """A published notice keeps its words; its days grow, and only by a supplement that says so."""
    return pgtrigger.Trigger(
        name="published_notice",
        when=pgtrigger.Before,
        operation=pgtrigger.Update | pgtrigger.Delete,
        condition=pgtrigger.Condition("OLD.state <> 'draft'"),
        func=f"""
            IF TG_OP = 'DELETE' THEN
                {_refuse("a published notice is never deleted")}
            END IF;
            IF NEW.state = 'draft' OR {_differs(FIXED)} THEN
                {_refuse("the words of a published notice never change")}
            END IF;
            IF OLD.state = 'concluded' AND {_differs(("decision_number", "concluded_at"))} THEN
                {_refuse("a decision that was announced never changes")}
            END IF;
            IF {_differs(("closes_on", "counted_days"))} AND (
                NEW.closes_on < OLD.closes_on
                OR NOT NEW.counted_days @> OLD.counted_days
                OR NOT EXISTS (
                    SELECT 1 FROM publicity_noticesupplement
                    WHERE notice_id = OLD.id AND closes_on = NEW.closes_on
                )
            ) THEN
                {_refuse("a printed window only grows, by a supplement")}
            END IF;
            RETURN NEW;
        """,  # noqa: S608 - nothing but constants of this module
    )


def published_entries() -> pgtrigger.Trigger:
    """No nursery comes to a published notice, leaves it or is called otherwise."""
    return pgtrigger.Trigger(
        name="published_entries",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        func=f"""
            IF TG_OP = 'UPDATE' AND NOT ({_differs(ENTRY_FIXED)}) THEN
                RETURN NEW;
            END IF;
            PERFORM 1 FROM publicity_notice
            WHERE id IN (OLD.notice_id, NEW.notice_id) AND state <> 'draft' FOR SHARE;
            IF FOUND THEN
                {_refuse("the entries of a published notice never change")}
            END IF;
            IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
            RETURN NEW;
        """,
    )
