"""The papers of a title: certificate 证书, rectification order 限期整改, the notice before a
revocation 事先告知书, revocation 撤销决定.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from django.utils import timezone

from documents.papers import official, wording
from documents.papers.paper import Facts, Paper, common, paragraphs
from documents.papers.pdf import Layout
from documents.papers.texts import Texts, filled
from documents.statuses import Kind, TextKind
from publicity.models import Title
from publicity.statuses import RevocationGround
from supervision.models import RectificationOrder, Revocation
from workflow.models import Event

CERTIFICATE = Layout("documents/papers/certificate.html", "documents/papers/certificate.css")
# A longer name is written smaller, so that it stays on two lines.
NAME_SIZES = ((18, 30), (26, 26), (40, 22))
SMALLEST_NAME = 18


def certificate(event: Event, texts: Texts) -> Paper:
    """One sheet for one title; its code is the title's own (S0, three (四): 有效期 2 年)."""
    title = _title(event.subject_id)
    said = filled(texts, _values(title, event))
    province = title.cycle.province
    facts = certificate_facts(
        said,
        name=title.nursery.name,
        number=title.number,
        decision=title.decision_number,
        body=official.Body(province.commission, province.path),
        day=wording.day(title.awarded_on),
    )
    paper = _paper(title, title, Kind.CERTIFICATE, facts)
    return replace(paper, layout=CERTIFICATE, code=title.code)


def certificate_facts(
    texts: Texts, *, name: str, number: str, decision: str, body: official.Body, day: str
) -> Facts:
    return {
        "heading": texts["heading"],
        "name": name,
        "name_size": name_size(name),
        "title": texts["title"],
        "paragraphs": paragraphs(texts["body"]),
        "validity": texts["validity"],
        "number": number,
        "decision": decision,
        "signed": {"body": body.name, "path": body.path, "day": day},
    }


def name_size(name: str) -> int:
    return next((size for length, size in NAME_SIZES if len(name) <= length), SMALLEST_NAME)


def rectification_order(event: Event, texts: Texts) -> Paper:
    """What to put right within the limit (S0, four (三))."""
    order = RectificationOrder.objects.with_title().get(pk=event.subject_id)
    title = order.title
    # As it was ordered: an extension moves the limit, not what the paper says.
    due = date.fromisoformat(event.data["due_on"])
    values = _values(title, event) | {
        "序号": str(order.pk),
        "整改要求": order.problem,
        "整改期限": wording.day(due),
        "整改日数": str((due - timezone.localdate(event.at)).days),
    }
    facts = _official(TextKind.RECTIFICATION_ORDER, title, event, filled(texts, values))
    return _paper(order, title, Kind.RECTIFICATION_ORDER, facts)


def revocation_notice(event: Event, texts: Texts) -> Paper:
    """What is intended, why, and until when the nursery may state its case."""
    revocation = Revocation.objects.with_title().get(pk=event.subject_id)
    title, due = revocation.title, revocation.statement_due_on
    values = _values(title, event) | {
        "序号": str(revocation.pk),
        "依据": revocation.basis,
        "撤销原因": revocation.get_ground_display(),
        "查明的事实": revocation.facts,
        "陈述期限": wording.day(due),
        "陈述日数": str((due - timezone.localdate(event.at)).days),
    }
    facts = _official(TextKind.REVOCATION_NOTICE, title, event, filled(texts, values))
    return _paper(revocation, title, Kind.REVOCATION_NOTICE, facts)


def revocation_decision(event: Event, texts: Texts) -> Paper:
    """The title ends, with its ground, the reason and what the nursery said (S0, four (三)(四))."""
    title = _title(event.subject_id)
    # None where it ended at once, as for fraud: then nobody was asked first.
    decided = Revocation.objects.decided().of(title).first()
    values = _values(title, event) | {
        "序号": str(title.pk),
        "撤销理由": event.reason,
        "撤销原因": RevocationGround(title.revoked_for).label,
        "听取陈述": decided.heard_in_words if decided else "",
    }
    if decided:
        values["依据"] = decided.basis
    facts = _official(TextKind.REVOCATION_DECISION, title, event, filled(texts, values))
    return _paper(title, title, Kind.REVOCATION_DECISION, facts)


def _title(pk: int) -> Title:
    return Title.objects.for_list().select_related("application").get(pk=pk)


def _values(title: Title, event: Event) -> dict[str, str]:
    return common(title.cycle, event.at, title.cycle.province.commission) | {
        "年份": str(timezone.localdate(event.at).year),
        "机构名称": title.nursery.name,
        "所在地": title.region.full_name,
        "证书编号": title.number,
        "授予文号": title.decision_number,
        "授予日期": wording.day(title.awarded_on),
        "有效期起": wording.day(title.valid_from),
        "有效期止": wording.day(title.valid_until),
    }


def _official(kind: TextKind, title: Title, event: Event, texts: Texts) -> Facts:
    province = title.cycle.province
    return official.facts(
        kind,
        texts,
        body=official.Body(province.commission, province.path),
        day=timezone.localdate(event.at),
    )


def _paper(
    subject: Title | RectificationOrder | Revocation, title: Title, kind: Kind, facts: Facts
) -> Paper:
    return Paper(
        subject=subject,
        application=title.application,
        region_path=title.region_path,
        title=f"{title.nursery.name} {kind.label} {title.number}",
        layout=official.LAYOUT,
        facts=facts,
    )
