"""A notice: who stands on it, when it is over."""

from __future__ import annotations

from notifications.audiences import Audience as To
from notifications.lines import NOTICE, Line

LINES = (
    # The notice
    Line(
        NOTICE,
        "publish",
        To.NURSERY,
        "贵机构已列入公示",
        "《{notice}》已发布，公示期为{opens_on}至{closes_on}。公示期间如有异议，省级将依规核查。",
    ),
    Line(
        NOTICE,
        "close",
        To.PUBLISHERS,
        "公示期满：{notice}",
        "公示已于{closes_on}期满。请核对异议办理情况，公布结果并授予称号。",
        mail=False,
    ),
    Line(
        NOTICE,
        "supplement",
        To.NURSERY,
        "公示有补充说明",
        "《{notice}》发布了补充说明，公示末日为{closes_on}。请在公示页面查看。",
        mail=False,
    ),
    Line(
        NOTICE,
        "refuse_publication",
        To.PUBLISHERS,
        "定时发布未成：{notice}",
        "到了设定的时间，公示未能发布：{reason}请处理后重新设定时间，或直接发布。",
    ),
)
