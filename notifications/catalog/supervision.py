"""Supervision after the award: prompts, orders, revocations, complaints.

What moves the title itself (ordered, restored, revoked) is told in `titles`. Nothing here tells of
who complained, and of complaints nobody hears but the province.
"""

from __future__ import annotations

from notifications.audiences import Audience as To
from notifications.lines import COMPLAINT, ORDER, PROMPT, REVOCATION, Line

LINES = (
    # Prompts
    Line(PROMPT, "issue", To.NURSERY, "提醒督促：{nursery}", "{body}提醒：{reason}"),
    *(
        Line(
            PROMPT,
            "issue",
            to,
            "已提醒机构：{nursery}",
            "{body}已对该机构提醒督促，证书编号 {title}。",
            mail=False,
        )
        for to in (To.COUNTY, To.CITY)
    ),
    Line(
        PROMPT,
        "answer",
        To.PERSON,
        "机构已答复提醒：{nursery}",
        "证书编号 {title} 的提醒已有答复，请查看。",
    ),
    # Orders
    Line(
        ORDER,
        "hand_in_report",
        To.SUPERVISORS,
        "整改报告待复查：{nursery}",
        "证书编号 {title} 已报告整改情况，请组织复查并登记结果。",
    ),
    *(
        Line(
            ORDER,
            "hand_in_report",
            to,
            "机构已报告整改情况：{nursery}",
            "证书编号 {title} 的整改报告已提交，待省级复查。",
            mail=False,
        )
        for to in (To.CITY, To.COUNTY)
    ),
    Line(
        ORDER,
        "ask_extension",
        To.SUPERVISORS,
        "整改延期申请待答复：{nursery}",
        "证书编号 {title}，整改期限{due_on}。机构申请延期，请及时答复。",
    ),
    *(
        Line(
            ORDER,
            "grant_extension",
            to,
            "整改期限已延长：{nursery}",
            "证书编号 {title} 的整改期限延长至{due_on}。",
            mail=to == To.NURSERY,
        )
        for to in (To.NURSERY, To.CITY, To.COUNTY)
    ),
    Line(
        ORDER,
        "decline_extension",
        To.NURSERY,
        "整改期限不延长：{nursery}",
        "证书编号 {title} 的整改期限仍为{due_on}。理由：{reason}",
    ),
    # Revocations
    Line(
        REVOCATION,
        "propose",
        To.NURSERY,
        "拟撤销称号，请陈述、申辩：{nursery}",
        "证书编号 {title}，拟撤销原因：{ground}。"
        "请于{due_on}前陈述、申辩，逾期视为放弃。查明的事实：{reason}",
    ),
    *(
        Line(
            REVOCATION,
            "propose",
            to,
            "拟撤销称号：{nursery}",
            "证书编号 {title}，拟撤销原因：{ground}。",
            mail=False,
        )
        for to in (To.CITY, To.COUNTY)
    ),
    *(
        Line(
            REVOCATION,
            verb,
            To.SUPERVISORS,
            f"机构{what}：{{nursery}}",
            "证书编号 {title} 的撤销事项可以作出决定。",
        )
        for verb, what in (
            ("make_statement", "已陈述、申辩"),
            ("waive_statement", "放弃陈述、申辩"),
        )
    ),
    *(
        Line(
            REVOCATION,
            "drop",
            to,
            "不予撤销称号：{nursery}",
            "证书编号 {title} 的称号不予撤销。理由：{reason}",
            mail=to == To.NURSERY,
        )
        for to in (To.NURSERY, To.CITY, To.COUNTY)
    ),
    # Complaints
    Line(
        COMPLAINT,
        "file",
        To.SUPERVISORS,
        "收到举报：{nursery}",
        "举报回执号 {receipt}。请于{due_on}前办结并答复。",
    ),
    *(
        Line(
            COMPLAINT,
            verb,
            To.SUPERVISORS,
            f"{heading}：{{nursery}}",
            "举报 {receipt} 已办结并答复。",
            mail=False,
        )
        for verb, heading in (
            ("refuse", "举报不予受理"),
            ("substantiate", "举报属实"),
            ("dismiss", "举报不属实"),
        )
    ),
)
