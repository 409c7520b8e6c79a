"""A title from its award to its end."""

from __future__ import annotations

from notifications.audiences import Audience as To
from notifications.lines import TITLE, Line

LINES = (
    # The title
    Line(
        TITLE,
        "begin",
        To.NURSERY,
        "授予“省级示范托育机构”称号：{nursery}",
        "证书编号 {title}，有效期{valid_from}至{valid_until}。到期当年的评选周期可再次申报。",
    ),
    *(
        Line(
            TITLE,
            "begin",
            to,
            "授予称号：{nursery}",
            "证书编号 {title}，有效期{valid_from}至{valid_until}。",
            mail=False,
        )
        for to in (To.CITY, To.COUNTY)
    ),
    *(
        Line(TITLE, verb, to, f"{heading}：{{nursery}}", text, mail=to == To.NURSERY)
        for verb, heading, text in (
            ("order_rectification", "责令限期整改", "证书编号 {title}。要求：{reason}"),
            ("restore", "整改合格", "证书编号 {title}，称号继续有效。"),
            ("revoke", "撤销称号", "证书编号 {title} 因{ground}撤销，证书不再有效。理由：{reason}"),
            ("expire", "称号到期", "证书编号 {title} 已于{valid_until}到期，可再次申报。"),
        )
        for to in (To.NURSERY, To.CITY, To.COUNTY)
    ),
)
