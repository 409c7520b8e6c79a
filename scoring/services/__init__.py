"""Everything that changes rubrics, sheets, marks and evidence."""

from scoring.services.evidence import add_evidence, add_uploads, remove_evidence
from scoring.services.reasons import unexplained
from scoring.services.rubrics import (
    EXAMPLE,
    codes_of,
    layout_of,
    load_example_rubric,
    load_rubric,
    publish_version,
    published_layout,
)
from scoring.services.sections import Entry, Outcome, save_section
from scoring.services.sheets import (
    Conflict,
    Saved,
    copy_sheet,
    digest_of,
    fill_sheet,
    missing_evidence,
    open_sheet,
    problems,
    readings,
    save_mark,
    seal,
    tally,
    unanswered,
    url_of,
    vetoed,
)

__all__ = [
    "EXAMPLE",
    "Conflict",
    "Entry",
    "Outcome",
    "Saved",
    "add_evidence",
    "add_uploads",
    "codes_of",
    "copy_sheet",
    "digest_of",
    "fill_sheet",
    "layout_of",
    "load_example_rubric",
    "load_rubric",
    "missing_evidence",
    "open_sheet",
    "problems",
    "publish_version",
    "published_layout",
    "readings",
    "remove_evidence",
    "save_mark",
    "save_section",
    "seal",
    "tally",
    "unanswered",
    "unexplained",
    "url_of",
    "vetoed",
]
