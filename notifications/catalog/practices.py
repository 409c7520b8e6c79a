"""Good practice from its handing-in to the public page."""

from __future__ import annotations

from notifications.audiences import Audience as To
from notifications.lines import PRACTICE, Line

LINES = (
    Line(
        PRACTICE,
        "submit",
        To.PUBLISHERS,
        "收到经验做法：{practice}",
        "{author}报送，请审核发布或退回修改。",
        mail=False,
    ),
    *(
        Line(PRACTICE, verb, to, f"经验做法{said}：{{practice}}", text, mail=to == To.NURSERY)
        for verb, said, text in (
            ("return_for_correction", "退回修改", "要求：{reason}修改后可再次报送。"),
            ("publish", "已发布", "本篇已在网站公开。"),
            ("withdraw", "已撤下", "本篇不再公开。理由：{reason}"),
        )
        for to in (To.NURSERY, To.COUNTY, To.CITY)
    ),
)
