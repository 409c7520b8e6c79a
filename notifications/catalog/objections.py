"""Objections: nothing here names who objected."""

from __future__ import annotations

from notifications.audiences import Audience as To
from notifications.lines import APPLICATION, OBJECTION, Line

LINES = (
    Line(
        OBJECTION,
        "file",
        To.HANDLERS,
        "收到公示异议：{nursery}",
        "异议回执号 {receipt}。请于{due_on}前办结；办结前该机构暂缓授予称号。",
    ),
    Line(
        OBJECTION,
        "overrule",
        To.PUBLISHERS,
        "异议不成立：{nursery}",
        "异议 {receipt} 已办结。公示期满后可授予称号；结果已公布的，请补办授予。",
        mail=False,
    ),
    Line(
        OBJECTION,
        "refuse",
        To.PUBLISHERS,
        "异议不予受理：{nursery}",
        "异议 {receipt} 已办结。公示期满后可授予称号；结果已公布的，请补办授予。",
        mail=False,
    ),
    *(
        Line(
            APPLICATION,
            "uphold_objection",
            to,
            "移出公示名单：{nursery}",
            "经核查，对该机构的异议成立，受理编号 {number} 不授予称号。",
            mail=to == To.NURSERY,
        )
        for to in (To.NURSERY, To.CITY, To.COUNTY)
    ),
)
