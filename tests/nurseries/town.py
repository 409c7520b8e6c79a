"""The people of the registry: two counties of one city, a county elsewhere, and the province."""

from __future__ import annotations

from dataclasses import dataclass

from accounts.models import Region, User
from accounts.statuses import Level
from tests import scenes


@dataclass
class Town:
    root: Region
    city: Region
    county: Region
    next_county: Region
    other_city: Region
    other_county: Region
    zone: Region
    wang: User  # handler of the county
    li: User  # handler of its city
    wu: User  # handler of the county in the other city
    zhou: User  # officer of the province


def town() -> Town:
    root = scenes.region("210000", "辽宁省", Level.PROVINCE, None)
    city = scenes.region("210100", "沈阳市", Level.CITY, root)
    county = scenes.region("210102", "和平区", Level.COUNTY, city)
    other_city = scenes.region("210300", "鞍山市", Level.CITY, root)
    other_county = scenes.region("210303", "铁西区", Level.COUNTY, other_city)
    return Town(
        root=root,
        city=city,
        county=county,
        next_county=scenes.region("210106", "铁西区", Level.COUNTY, city),
        other_city=other_city,
        other_county=other_county,
        zone=scenes.region("211500", "沈抚改革创新示范区", Level.ZONE, root),
        wang=scenes.official("wang", "王和", "county_handler", county),
        li=scenes.official("li", "李沈", "city_handler", city),
        wu=scenes.official("wu", "吴鞍", "county_handler", other_county),
        zhou=scenes.official("zhou", "周省", "province_officer", root),
    )
