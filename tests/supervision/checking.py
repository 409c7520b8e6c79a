"""Scenes of spot checks 抽查: a campaign that was drawn, a check at each of its stages."""

from __future__ import annotations

from datetime import date, datetime
from io import BytesIO
from typing import Any

from PIL import Image

from publicity.models import Title
from supervision import services
from supervision.models import Campaign, SpotCheck
from supervision.statuses import CheckResult, Severity
from tests import scenes
from tests.scenes import Province, at
from workflow import perform

NOVEMBER = at("2023-11-01 09:00")
SEED = "2023-11-01 福彩3D 472"
PROBLEM = "监控录像保存不足 90 日。"


def jpeg() -> bytes:
    """A small photo."""
    stream = BytesIO()
    Image.new("RGB", (320, 240), "#7a9a6b").save(stream, "JPEG")
    return stream.getvalue()


def values(**more: Any) -> dict[str, Any]:
    """What an officer types for a campaign over everybody."""
    return {
        "name": "2023年度示范托育机构抽查",
        "year": 2023,
        "size": 2,
        "strata": [],
        "ends_on": date(2023, 12, 15),
    } | more


def prepared(scene: Province, **more: Any) -> Campaign:
    return services.prepare_campaign(
        values(**more), province=scene.root, by=scene.officer, at=NOVEMBER
    )


def drawn(scene: Province, **more: Any) -> Campaign:
    campaign = prepared(scene, **more)
    services.fix_seed(campaign, seed=SEED, source="公开摇号", by=scene.officer, at=NOVEMBER)
    services.draw_campaign(campaign, actor=scene.officer, at=NOVEMBER)
    return campaign


def running(scene: Province, **more: Any) -> Campaign:
    campaign = drawn(scene, **more)
    perform(campaign, "start", actor=scene.officer, at=NOVEMBER)
    return campaign


def opened(scene: Province, title: Title, *, when: datetime = NOVEMBER) -> SpotCheck:
    """A check outside any campaign."""
    return services.open_check(title, reason="群众举报。", by=scene.officer, at=when)


def staffed(scene: Province, check: SpotCheck, *, when: datetime = NOVEMBER) -> SpotCheck:
    """Two experts are sent, the first leads."""
    for person in scene.experts[:2]:
        services.appoint_inspector(check, person, by=scene.officer, at=when)
        person.forget_grants()
    return check


def begun(scene: Province, check: SpotCheck, *, when: datetime = NOVEMBER) -> SpotCheck:
    staffed(scene, check, when=when)
    perform(check, "begin", actor=scene.officer, at=when)
    return check


def visited(
    scene: Province,
    check: SpotCheck,
    *,
    problems: tuple[str, ...] = (PROBLEM,),
    total: str = "78",
    when: datetime = NOVEMBER,
) -> SpotCheck:
    """All is written down and sealed; only the last step is left."""
    lead = scene.experts[0]
    begun(scene, check, when=when)
    scenes.fill(check.sheet, total, lead, when)  # type: ignore[arg-type]  # begun: it has one
    for text in problems:
        services.add_finding(check, text=text, severity=Severity.SERIOUS, by=lead, at=when)
    result = CheckResult.PROBLEMS if problems else CheckResult.NO_PROBLEM
    services.save_outcome(
        check,
        visited_on=when.date(),
        result=result,
        conclusion="存在问题，须限期整改。" if problems else "管理规范。",
        by=lead,
        at=when,
    )
    services.seal_sheet(check, by=lead, at=when)
    check.refresh_from_db()
    return check


def finished(
    scene: Province,
    title: Title,
    *,
    problems: tuple[str, ...] = (PROBLEM,),
    when: datetime = NOVEMBER,
) -> SpotCheck:
    """A check outside any campaign that is finished, with problems unless told otherwise."""
    check = visited(scene, opened(scene, title, when=when), problems=problems, when=when)
    services.finish_check(check, actor=scene.experts[0], at=when)
    return check
