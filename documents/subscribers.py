"""What happens leaves its papers."""

from documents import services
from documents.statuses import MADE_AFTER
from workflow import clock, subscribe
from workflow.models import Event


def keep_papers(event: Event) -> None:
    services.keep_papers(event, at=clock.now())


for _subject_type, _verbs in MADE_AFTER.items():
    subscribe(_subject_type, *_verbs)(keep_papers)
