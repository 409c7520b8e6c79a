"""A title that ends takes its running order with it, whoever ended it."""

from __future__ import annotations

from publicity.models import Title
from supervision import services
from workflow import subscribe
from workflow.models import Event


@subscribe("publicity.title", "revoke", "expire")
def end_orders(event: Event) -> None:
    services.end_orders(Title.objects.get(pk=event.subject_id), at=event.at)
