"""What the rows of a spot check that is over have in common: they never change."""

from __future__ import annotations

import pgtrigger


def frozen(name: str, check_of: str) -> pgtrigger.Trigger:
    """Rows of a check that is over refuse every change.

    `check_of` is SQL for the check's id, with ROW in place of the row. The check is locked for
    sharing: a change that began before its end is waited for, one that comes after it is refused.
    """
    old, new = check_of.replace("ROW", "OLD"), check_of.replace("ROW", "NEW")
    return pgtrigger.Trigger(
        name=name,
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        declare=[("held", "RECORD")],
        func=f"""
            FOR held IN
                SELECT closed_at FROM supervision_spotcheck WHERE id IN ({old}, {new}) FOR SHARE
            LOOP
                IF held.closed_at IS NOT NULL THEN
                    RAISE EXCEPTION 'a check that is over never changes'
                        USING ERRCODE = 'restrict_violation';
                END IF;
            END LOOP;
            IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
            RETURN NEW;
        """,  # noqa: S608 - both names are constants of this module
    )
