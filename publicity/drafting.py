"""The words that a notice begins with; the officer changes what has to be changed. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

TITLE = "省级示范托育机构"  # S0's name for it, without the province's


@dataclass(frozen=True)
class Draft:
    """The suggested fields of a notice."""

    title: str
    body: str
    basis: str
    contact: str


def draft(*, year: int, commission: str, basis: str, count: int, days: int) -> Draft:
    """Words for a notice over `count` nurseries, `days` working days long.

    `basis` is the paper that the selection rests on; nothing is said of it where there is none.
    """
    ground = f"根据{basis}要求，" if basis else ""
    body = (
        f"{ground}经机构自评申报、县级初审、市级审核推荐和省级专家评审，"
        f"拟授予以下 {count} 家机构“{TITLE}”称号（名单附后）。\n\n"
        f"现予以公示，公示期为 {days} 个工作日，接受社会监督。公示期内，任何单位和个人如有异议，"
        "请以真实姓名或单位名称，通过本页面名单中的“提出异议”提交，也可按下列联系方式反映。"
        "对异议人的信息严格保密。"
    )
    return Draft(
        title=f"关于{year}年{TITLE}拟授予名单的公示",
        body=body,
        basis=basis,
        contact=commission,
    )


def window_words(days: Sequence[date]) -> str:
    """The window in one sentence: 2023年9月27日至2023年10月9日，共 5 个工作日。"""
    return f"{day_words(days[0])}至{day_words(days[-1])}，共 {len(days)} 个工作日"


def day_words(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
