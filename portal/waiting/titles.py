"""What a nursery has won: its title, until when, and what comes next."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone

from portal.ui.wording import cn_date
from portal.waiting.panel import Panel, Row
from publicity.eligibility import barred_cycles
from publicity.models import Title
from publicity.statuses import IN_FORCE, Standing, TitleState


def own_titles(user: Any, at: datetime) -> Iterator[Panel]:
    """The latest title of each of one's nurseries, also one that has ended."""
    today = timezone.localdate(at)
    for title in Title.objects.latest_of_nurseries_acted_for_by(user):
        standing = title.standing(today)
        yield Panel(f"{title.nursery.name} · 省级示范托育机构", "", rows=_rows(title, standing))


def _rows(title: Title, standing: Standing) -> list[Row]:
    in_force = standing.state in IN_FORCE
    number = Row(
        f"证书编号 {title.number}",
        _until(title, standing.state),
        title.get_absolute_url(),
        "查看称号",
        title.valid_until if in_force else None,
        standing,
    )
    check = Row(
        "查验证书",
        "凭证书上的二维码或者查验码，任何人都可以核对。",
        reverse("documents:verified", args=[title.code]),
        "打开",
    )
    following = Row("再次申报", _next(title, standing.state), reverse("applications:list"), "查看")
    return [number, check, following] if in_force else [number, following]


def _until(title: Title, state: str) -> str:
    if title.ended_at and state == TitleState.REVOKED:
        return f"{cn_date(title.ended_at)}撤销，原因：{title.get_revoked_for_display()}"
    last = cn_date(title.valid_until)
    return f"有效期已于{last}届满" if state == TitleState.EXPIRED else f"有效期至{last}"


def _next(title: Title, state: str) -> str:
    """When the nursery may apply again: see `publicity.eligibility`."""
    if state == TitleState.EXPIRED:
        return "评选周期接受申报时，可以再次申报。"
    if state == TitleState.REVOKED:
        missed = barred_cycles(title)
        return f"撤销后 {missed} 个评选周期内不得申报。" if missed else "可以再次申报。"
    first = "请先按期完成整改。" if state == TitleState.RECTIFYING else ""
    return f"{first}{title.valid_until.year}年的评选周期可以再次申报，申报时间以通知为准。"
