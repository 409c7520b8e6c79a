"""A notice 公示 and the decisions 授予决定 that follow it (S0, three (四))."""

from __future__ import annotations

from django.utils import timezone

from documents.papers import official, wording
from documents.papers.paper import Paper, common
from documents.papers.texts import Texts, filled
from documents.statuses import TEXTS_OF, Kind
from publicity.drafting import window_words
from publicity.models import Notice, Title
from workflow.models import Event

NOTICED = (("序号", 11), ("机构名称", 55), ("所在地", 34))
AWARDED = (("序号", 11), ("机构名称", 36), ("所在地", 22), ("证书编号", 31))


def notice(event: Event, texts: Texts) -> Paper:
    """The notice as it was published, with its list."""
    shown = _notice(event)
    rows = [[str(entry.number), entry.name, entry.area] for entry in shown.entries.as_listed()]
    values = _known(shown, event) | {
        "公示标题": shown.title,
        "公示内容": shown.body,
        "公示期": window_words(shown.printed_days),
        "联系方式": shown.contact,
        "异议办理日数": str(shown.cycle.objection_days),
        "文号": shown.number,
        "家数": str(len(rows)),
    }
    heading = f"{shown.cycle.year}年拟授予省级示范托育机构名单"
    annexes = [official.annex(heading, NOTICED, rows)] if rows else []
    return _paper(shown, Kind.NOTICE, event, filled(texts, values), annexes)


def award_decision(event: Event, texts: Texts) -> Paper | None:
    """The decision by which titles began in the same moment; None where none did."""
    shown = _notice(event)
    titles = titles_begun(event)
    if not titles:
        return None
    first, days = titles[0], shown.days
    values = _known(shown, event) | {
        "文号": first.decision_number,
        "家数": str(len(titles)),
        "公示期": f"{wording.day(days[0])}至{wording.day(days[-1])}",
        "有效期起": wording.day(first.valid_from),
        "有效期止": wording.day(first.valid_until),
        "有效年数": str(shown.cycle.title_years),
    }
    rows = [
        [str(number), title.nursery.name, title.region.full_name, title.number]
        for number, title in enumerate(titles, start=1)
    ]
    heading = f"{shown.cycle.year}年省级示范托育机构名单"
    annexes = [official.annex(heading, AWARDED, rows)]
    return _paper(shown, Kind.AWARD_DECISION, event, filled(texts, values), annexes)


def titles_begun(event: Event) -> list[Title]:
    """The titles of a notice that began with its `event`."""
    begun = Event.objects.filter(subject_type="publicity.title", verb="begin", at=event.at)
    titles = Title.objects.for_list().filter(
        application__entries__notice=event.subject_id, pk__in=begun.values("subject_id")
    )
    return list(titles.order_by("region_path", "number"))


def _notice(event: Event) -> Notice:
    return Notice.objects.with_cycle().get(pk=event.subject_id)


def _known(shown: Notice, event: Event) -> dict[str, str]:
    return common(shown.cycle, event.at, shown.cycle.province.commission)


def _paper(
    shown: Notice, kind: Kind, event: Event, texts: Texts, annexes: list[dict[str, object]]
) -> Paper:
    province = shown.cycle.province
    return Paper(
        subject=shown,
        region_path=shown.region_path,
        title=f"{kind.label} {shown.title}",
        layout=official.LAYOUT,
        facts=official.facts(
            TEXTS_OF[kind],
            texts,
            body=official.Body(province.commission, province.path),
            day=timezone.localdate(event.at),
            annexes=annexes,
        ),
    )
