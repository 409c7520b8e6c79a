"""Objections: nothing here names who objected."""

from __future__ import annotations

from notifications.audiences import Audience as To
from notifications.lines import APPLICATION, OBJECTION, STATEMENT, Line

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
        "assign",
        To.PERSON,
        "请承办异议：{nursery}",
        "异议 {receipt} 已指定由您承办，请于{due_on}前办结。",
    ),
    Line(
        STATEMENT,
        "ask_statement",
        To.NURSERY,
        "请就有关事项作出说明：{nursery}",
        "省级卫生健康委请贵单位就公示期间的有关事项作出说明。请于{due_on}前在线答复。",
    ),
    Line(
        STATEMENT,
        "give_statement",
        To.HANDLERS,
        "机构已作出说明：{nursery}",
        "异议 {receipt} 的情况说明已收到，请继续核查。",
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
