"""A spot check 抽查. The nursery hears of it when it is finished, never before: nobody is warned of
a visit. County and city hear of it with the nursery.
"""

from __future__ import annotations

from notifications.audiences import Audience as To
from notifications.lines import CHECK, Line

LINES = (
    Line(
        CHECK,
        "appoint_inspector",
        To.PERSON,
        "指派检查任务：{nursery}",
        "请参加{source}，检查对象为{nursery}（{region}）。检查前请勿告知机构；"
        "如有应当回避的情形，请立即报告省卫生健康委。",
    ),
    Line(
        CHECK,
        "release_inspector",
        To.PERSON,
        "撤回检查任务：{nursery}",
        "您对{nursery}的检查任务已撤回。",
        linked=False,
    ),
    Line(
        CHECK,
        "finish",
        To.NURSERY,
        "抽查结果：{result}",
        "{visited_on}对{nursery}的抽查已经完成，结果为“{result}”，得分 {total}。"
        "请查看检查结论和所列问题。",
    ),
    *(
        Line(
            CHECK,
            "finish",
            to,
            "抽查完成：{nursery}，{result}",
            "{source}：{visited_on}对{nursery}（{region}）的检查已经完成，结果为“{result}”，"
            "得分 {total}。存在问题的，请按职责督促整改。",
            mail=to == To.PROVINCE,
        )
        for to in (To.PROVINCE, To.CITY, To.COUNTY)
    ),
)
