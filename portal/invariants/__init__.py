"""What must always be true of the data, each as one question to the database.

A finding is a sentence that names the row. `manage.py check_invariants` runs them all.
"""

from __future__ import annotations

from collections.abc import Callable

from portal.invariants import filing, ground, papers, places, publicity, supervision
from portal.invariants.finding import Findings

ALL: tuple[Callable[[], Findings], ...] = (
    places.places_match_quotas,
    places.places_are_taken_by_applications,
    places.sizes_agree_with_history,
    places.counties_keep_to_their_caps,
    ground.states_agree_with_events,
    filing.totals_agree_with_marks,
    filing.sheets_are_held,
    filing.commissions_account_for_their_marks,
    publicity.awards_have_titles,
    publicity.entries_agree_with_applications,
    publicity.notices_are_as_published,
    publicity.titles_leave_room,
    supervision.titles_agree_with_what_runs,
    supervision.draws_can_be_repeated,
    ground.grants_come_from_appointments,
    filing.experts_see_what_they_review,
    filing.batches_are_settled,
    papers.seals_stand_for_decisions,
    ground.files_are_whole,
    ground.refused_files_are_gone,
)
