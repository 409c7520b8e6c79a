"""Building the region tree from a table of divisions."""

from __future__ import annotations

import csv
from pathlib import Path

from django.db import transaction

from accounts.models import Region
from accounts.statuses import Level

# The zone is addressed through its social affairs bureau, the others through their commission.
ZONE_BODY = "社会事业局"
BODY = "卫生健康委员会"
COUNTY_BODY = "卫生健康局"


@transaction.atomic
def load_regions(table: Path) -> int:
    """Create or update the regions of a CSV `code,name,level,parent_code`, parents first.

    Returns how many rows were read.
    """
    known: dict[str, Region] = {}
    with table.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    for row in rows:
        parent = known.get(row["parent_code"])
        region, _ = Region.objects.update_or_create(
            code=row["code"],
            defaults={
                "name": row["name"],
                "level": row["level"],
                "parent": parent,
                "path": _path(row["code"], row["level"], parent),
                "commission": _commission(row["name"], row["level"]),
            },
        )
        known[region.code] = region
    return len(rows)


def _path(code: str, level: str, parent: Region | None) -> str:
    own = {Level.PROVINCE: code[:2], Level.COUNTY: code}.get(Level(level), code[:4])
    return f"{parent.path}/{own}" if parent else own


def _commission(name: str, level: str) -> str:
    body = {Level.ZONE: ZONE_BODY, Level.COUNTY: COUNTY_BODY}.get(Level(level), BODY)
    return f"{name}{body}"
