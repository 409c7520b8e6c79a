"""A cycle's settings, the changes of its quotas and caps, in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from quotas.models import Cycle

if TYPE_CHECKING:
    from decimal import Decimal

    from workflow.models import Event


def settings_in_words(cycle: Cycle) -> list[tuple[str, str]]:
    """What the settings mean, as (subject, sentence)."""
    first = "计入" if cycle.first_day_counts else "不计入"
    return [
        ("评分表", f"{cycle.version}，满分 {plain(cycle.version.full_mark)} 分"),
        ("自评申报", f"自评 {plain(cycle.entry_mark)} 分及以上可以申报"),
        ("专家评审", f"每件 {cycle.panel_size} 名专家"),
        ("评审权重", f"书面占 {cycle.paper_weight}%，实地占 {cycle.site_weight}%"),
        ("评审通过", f"{plain(cycle.pass_mark)} 分及以上通过"),
        ("复核评审", f"专家分差超过 {plain(cycle.max_spread)} 分或结论不一时进行"),
        ("公示", f"{cycle.publicity_days} 个工作日，首日为工作日时{first}"),
        ("异议", f"收到之日起 {cycle.objection_days} 日内办理"),
        ("称号", f"自授予之日起有效 {cycle.title_years} 年"),
        ("限期整改", f"{cycle.rectification_days} 日，可延长一次，至多 {cycle.extension_days} 日"),
        ("陈述申辩", f"拟撤销称号的，机构在 {cycle.statement_days} 日内可以陈述、申辩"),
        ("举报", f"收到之日起 {cycle.complaint_days} 日内办理"),
        ("撤销后申报", _barred(cycle.barred_cycles)),
        ("弄虚作假后申报", _barred(cycle.fraud_barred_cycles)),
    ]


def _barred(cycles: int) -> str:
    return f"此后 {cycles} 个周期内不得申报" if cycles else "不限制"


def plain(number: Decimal) -> str:
    """85.00 → 85, 84.50 → 84.5"""
    written = f"{number:f}"
    return written.rstrip("0").rstrip(".") if "." in written else written


@dataclass(frozen=True)
class Change:
    """One value that an event changed."""

    label: str
    before: str
    after: str
    note: str = ""


@dataclass(frozen=True)
class Entry:
    """One event of a cycle or a quota with what it changed."""

    event: Event
    changes: list[Change]


def history(events: Iterable[Event]) -> list[Entry]:
    """Events of cycles and quotas, with the changed settings, quotas and caps in words."""
    return [Entry(event, list(_changes(event.data))) for event in events]


def _changes(data: dict[str, Any]) -> Iterator[Change]:
    for quota in data.get("quotas", ()):
        yield _resized(f"{quota['name']}名额", quota)
    if "after" in data:
        yield _resized(f"与{data['other']}调剂后的名额" if "other" in data else "名额", data)
    for cap in data.get("caps", ()):
        yield Change(f"{cap['name']}可推荐件数", _cap(cap["before"]), _cap(cap["after"]))
    changed = data.get("changed", {})
    for field in Cycle._meta.concrete_fields:
        if field.name in changed:
            before, after = changed[field.name]
            yield Change(str(field.verbose_name), _value(before), _value(after))


def _resized(label: str, told: dict[str, Any]) -> Change:
    return Change(label, str(told["before"]), str(told["after"]), told["note"])


def _cap(size: int | None) -> str:
    return "不限" if size is None else str(size)


def _value(text: str) -> str:
    if text in {"True", "False"}:
        return "是" if text == "True" else "否"
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return text or "（空）"
    return f"{day.year}年{day.month}月{day.day}日"
