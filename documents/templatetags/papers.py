"""{% load papers %}{% papers_of application %}: the papers of a file, for any page."""

from __future__ import annotations

from typing import Any

from django import template
from django.template.context import Context

from applications.models import Application
from documents import services
from documents.policies import may_draw_form

register = template.Library()


@register.inclusion_tag("documents/for_subject.html", takes_context=True)
def papers_of(context: Context, application: Application) -> dict[str, Any]:
    """The current papers of an application, with the buttons to have them made.

    Two queries, and the user's grants.
    """
    user = context["request"].user
    return {
        "application": application,
        "papers": services.documents_of(application, user),
        "may_draw": may_draw_form(application, user),
    }
