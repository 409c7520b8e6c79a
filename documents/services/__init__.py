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
from documents.services.packages import (
    PackageRow,
    ask_package,
    drop_packages,
    is_taking,
    packages_of,
    take_package,
    waiting_packages,
)
from documents.services.packing import build_package
from documents.services.requests import request_archive, request_form, request_from_city
from documents.services.rewording import (
    Conflict,
    Version,
    history,
    reword,
    texts_of,
    wordings,
)
from documents.services.seals import (
    Holding,
    cleaned_picture,
    clear_picture,
    end_certificate,
    end_seal,
    holding_of,
    holdings_of,
    rotate_keys,
    use_certificate,
    use_seal,
)

__all__ = [
    "Conflict",
    "Holding",
    "PackageRow",
    "Papers",
    "SummaryRow",
    "Version",
    "ask_package",
    "build_package",
    "cleaned_picture",
    "clear_picture",
    "cycles_with_summaries",
    "documents_of",
    "drop_packages",
    "end_certificate",
    "end_seal",
    "history",
    "holding_of",
    "holdings_of",
    "is_taking",
    "keep_papers",
    "packages_of",
    "papers_about",
    "request_archive",
    "request_form",
    "request_from_city",
    "reword",
    "rotate_keys",
    "summaries_of",
    "take_package",
    "texts_of",
    "use_certificate",
    "use_seal",
    "waiting_jobs",
    "waiting_packages",
    "wordings",
    "work",
]
