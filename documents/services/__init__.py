"""Papers: asked for or caused by a move, made by a worker, kept with digest and event."""

from documents.services.finding import (
    Papers,
    SummaryRow,
    cycles_with_summaries,
    documents_of,
    papers_about,
    summaries_of,
)
from documents.services.making import keep_papers, waiting_jobs, work
from documents.services.requests import request_form, request_from_city
from documents.services.rewording import (
    Conflict,
    Version,
    history,
    reword,
    texts_of,
    wordings,
)

__all__ = [
    "Conflict",
    "Papers",
    "SummaryRow",
    "Version",
    "cycles_with_summaries",
    "documents_of",
    "history",
    "keep_papers",
    "papers_about",
    "request_form",
    "request_from_city",
    "reword",
    "summaries_of",
    "texts_of",
    "waiting_jobs",
    "wordings",
    "work",
]
