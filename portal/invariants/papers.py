"""Papers and seals."""

from __future__ import annotations

from documents.models import Document, Impression
from documents.statuses import ABOUT_RECOMMENDED, RECOMMENDED
from portal.invariants.finding import Findings
from workflow.models import Event


def seals_stand_for_decisions() -> Findings:
    """Every seal on a paper was in use when its body decided, about that very file."""
    impressions = Impression.objects.select_related("document", "seal__body", "event__post")
    for each in impressions.iterator():
        event, seal = each.event, each.seal
        if not _stands_behind(event, each.document):
            yield f"用印 {each.pk}：所依据的决定不是该文书的。"
        if not seal.stood_at(event.at):
            yield f"用印 {each.pk}：作出决定时该印章不在使用中。"
        if event.post is None or event.post.on_id != seal.body_id:
            yield f"用印 {each.pk}：决定不是{seal.body.commission}作出的。"
    for document in Document.objects.exclude(sealed_by="").filter(impressions=None):
        yield f"文书 {document.pk}：注明已用印，却没有用印记录。"


def _stands_behind(event: Event, document: Document) -> bool:
    """Whether it is about the same; what a city writes rests on its files."""
    if document.kind in ABOUT_RECOMMENDED:
        return event.verb == RECOMMENDED and event.region_path.startswith(document.region_path)
    about = (event.subject_type, event.subject_id)
    return about == (document.subject_type, document.subject_id)
