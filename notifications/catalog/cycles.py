"""A cycle with its dates and places."""

from __future__ import annotations

from notifications.audiences import Audience as To
from notifications.lines import CYCLE, QUOTA, Line

LINES = (
    # The cycle
    *(
        Line(
            CYCLE,
            "start",
            to,
            "{cycle}启动",
            f"{{opens_on}}起接受申报，申报截止{{nursery_deadline}}，"
            f"县级报送截止{{county_deadline}}，市级报送截止{{city_deadline}}。{next_step}",
            mail=to != To.EVERY_NURSERY,
        )
        for to, next_step in (
            (To.EVERY_NURSERY, "符合条件的，请自评后申报。"),
            (To.EVERY_COUNTY, "请组织辖区机构申报并做好初审。"),
            (To.EVERY_CITY, "请做好审核，在名额内推荐。"),
        )
    ),
    *(
        Line(
            CYCLE,
            "change_settings",
            to,
            "{cycle}期限调整",
            "{changes}请按调整后的期限办理。理由：{reason}",
        )
        for to in (To.EVERY_NURSERY, To.EVERY_COUNTY, To.EVERY_CITY)
    ),
    Line(
        QUOTA,
        "set_quota",
        To.CITY,
        "{cycle}名额调整",
        "{city}本周期名额由 {before} 个调整为 {after} 个。理由：{reason}",
    ),
    Line(
        QUOTA,
        "give_places",
        To.CITY,
        "{cycle}名额调出",
        "{city}调出 {count} 个名额至{other}，名额由 {before} 个变为 {after} 个。理由：{reason}",
    ),
    Line(
        QUOTA,
        "receive_places",
        To.CITY,
        "{cycle}名额调入",
        "{city}自{other}调入 {count} 个名额，名额由 {before} 个变为 {after} 个。理由：{reason}",
    ),
)
