"""Everything that the catalog speaks of."""

from notifications import catalog, services
from workflow import subscribe
from workflow.models import Event


def announce(event: Event) -> None:
    services.announce(event)


for _subject_type, _verbs in catalog.verbs().items():
    subscribe(_subject_type, *_verbs)(announce)
