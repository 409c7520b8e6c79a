"""What the tests of supervision share: a title, an order on it, a picture."""

from __future__ import annotations

from datetime import date, datetime
from io import BytesIO
from typing import Any

from django.core.files.base import ContentFile
from PIL import Image

from publicity.models import Title
from publicity.statuses import RevocationGround
from supervision import services
from supervision.models import Complaint, Prompt, RectificationOrder, Revocation
from tests.scenes import Province, at

NOVEMBER = at("2023-11-01 09:00")
DUE = date(2023, 12, 1)
LATE = at("2023-12-02 00:00")


def picture(name: str = "整改后.png") -> ContentFile[Any]:
    drawn = BytesIO()
    Image.new("RGB", (640, 480), (90, 140, 120)).save(drawn, "PNG")
    return ContentFile(drawn.getvalue(), name=name)


def ordered(scene: Province, title: Title, **more: Any) -> RectificationOrder:
    values: dict[str, Any] = {"problem": "师幼比不足。", "by": scene.officer, "at": NOVEMBER}
    return services.order_rectification(title, **(values | more))


def prompted(title: Title, by: Any, **more: Any) -> Prompt:
    values: dict[str, Any] = {"text": "近期晨检记录不全，请自查。", "at": NOVEMBER}
    return services.prompt(title, by=by, **(values | more))


def proposed(
    scene: Province, title: Title, ground: RevocationGround = RevocationGround.CLOSED, **more: Any
) -> Revocation:
    values: dict[str, Any] = {
        "facts": "已停止收托三个月。",
        "basis": "《通知》（示例）",
        "by": scene.officer,
        "at": NOVEMBER,
    }
    return services.propose_revocation(title, ground=ground, **(values | more))


def complained(title: Title, when: datetime = NOVEMBER, **more: Any) -> tuple[Complaint, str]:
    """By somebody whose name stands nowhere else."""
    values: dict[str, Any] = {
        "name": "卫举报",
        "contact": "13722223333",
        "content": "十月二十日起二楼活动室无人看护。",
    }
    return services.file_complaint(title, **(values | more), at=when)
