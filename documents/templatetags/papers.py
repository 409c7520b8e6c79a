"""{% load papers %}: the papers of a file or of anything else, for any page."""

from __future__ import annotations

from typing import Any

from django import template
from django.db.models import Model
from django.template.context import Context

from applications.models import Application
from documents import services
from documents.models import Document
from documents.policies import may_draw_form
from documents.statuses import Kind
from publicity.models import Notice

register = template.Library()


@register.inclusion_tag("documents/for_file.html", takes_context=True)
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


@register.inclusion_tag("documents/links.html", takes_context=True)
def papers_about(context: Context, subject: Model) -> dict[str, Any]:
    """Links to the current papers about a notice, a title or an order, if there are any.

    One query, and the user's grants.
    """
    user = context["request"].user
    return {"documents": services.papers_about(subject, user), "public": not user.is_authenticated}


@register.simple_tag
def certificates_made(notice: Notice) -> int:
    """How many of the certificates of a notice's titles are made; one query."""
    current = Document.objects.current().filter(kind=Kind.CERTIFICATE)
    return current.filter(application__entries__notice=notice).count()
