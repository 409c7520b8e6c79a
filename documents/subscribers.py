"""The form is made anew whenever it reads differently."""

from documents import services
from workflow import clock, subscribe
from workflow.models import Event


@subscribe("applications.application", *services.FORM_VERBS)
def keep_form(event: Event) -> None:
    services.keep_form(event, at=clock.now())
