"""The long life of one nursery: from its application to the proposal to revoke its title."""

from __future__ import annotations

from dataclasses import dataclass

from accounts.models import User
from applications.models import Application
from nurseries.models import Nursery
from publicity import services as publicity
from publicity.models import Objection, Title
from publicity.services import Writing
from supervision import services as supervision
from tests import scenes
from tests.publicity import crowd
from tests.scenes import Province, at
from tests.supervision import checking, stories
from workflow import perform

CONCLUDED = at("2023-10-10 09:00")
DECEMBER = at("2023-12-20 09:00")
ANSWER = "经现场核查，护栏符合规定。"
OBJECTOR = ("冯异议", "13711112222", "幼儿跌落")
COMPLAINANT = ("卫举报", "13722223333", "无人看护")


@dataclass
class Life:
    scene: Province
    nursery: Nursery
    application: Application
    staff: User
    title: Title
    objection: Objection


def lived(scene: Province) -> Life:
    """Everything that an archive may have to tell, once."""
    notice, application, staff = scenes.on_notice(scene)
    objection = crowd.objected(notice)
    perform(objection, "accept", actor=scene.officer, at=scenes.NOTICED)
    perform(objection, "overrule", actor=scene.officer, at=scenes.NOTICED, reason=ANSWER)
    (title,) = publicity.conclude(
        notice, actor=scene.officer, at=CONCLUDED, decision_number="示例〔2023〕2号"
    )
    life = Life(scene, application.nursery, application, staff, title, objection)
    supervised(life)
    return life


def supervised(life: Life) -> None:
    scene, title = life.scene, life.title
    stories.prompted(title, scene.city_handler)
    complaint, _ = stories.complained(title)
    perform(complaint, "accept", actor=scene.officer, at=stories.NOVEMBER)
    checking.finished(scene, title)
    order = stories.ordered(scene, title)
    supervision.hand_in_report(
        order,
        text="已补齐监控存储。",
        uploads=[stories.picture()],
        by=life.staff,
        at=stories.NOVEMBER,
    )
    supervision.bar(
        life.nursery,
        cycle=scene.cycle,
        reason="查实自评材料造假。",
        by=scene.officer,
        at=stories.NOVEMBER,
    )
    write(life)
    stories.proposed(scene, title, at=DECEMBER)


def write(life: Life) -> None:
    """A good practice that was published."""
    words = Writing("晨检的做法", "每日晨检。", "每日两次。", consents=True)
    made = publicity.draft_practice(life.nursery, words, by=life.staff, at=stories.NOVEMBER)
    perform(made, "submit", actor=life.staff, at=stories.NOVEMBER)
    publicity.publish_practice(made, actor=life.scene.officer, at=stories.NOVEMBER)
