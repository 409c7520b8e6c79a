"""A title that ends takes with it what runs about it, whoever ended it."""

from __future__ import annotations

from publicity.models import Title
from supervision import services
from workflow import subscribe
from workflow.models import Event


@subscribe("publicity.title", "revoke", "expire")
def end_orders(event: Event) -> None:
    services.end_orders(Title.objects.get(pk=event.subject_id), at=event.at)


@subscribe("publicity.title", "revoke", "expire")
def end_proceedings(event: Event) -> None:
    services.end_proceedings(Title.objects.get(pk=event.subject_id), at=event.at)
