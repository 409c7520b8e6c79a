"""Good practice 经验做法 in each of its states, with drawn pictures: nobody can be seen on them."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.files.base import ContentFile
from PIL import Image, ImageDraw

from accounts.models import Appointment, Region, User
from files import services as files
from nurseries.models import Nursery
from portal.demo.days import Days
from portal.demo.people import HOME_CITY, HOME_COUNTY, Offices
from portal.demo.seals import font
from publicity import services as publicity
from publicity.authors import Author
from publicity.models import Practice, Title
from publicity.services import Writing
from workflow import perform

SIZE = (960, 640)
SKY, WALL, FLOOR, WOOD = "#dfeaf2", "#f6efe2", "#d8c6a8", "#b98a56"
LEAF, CLOTH, INK = "#7fa37a", "#c9705f", "#5c6b78"
MARK = "示例图片"


@dataclass(frozen=True)
class Piece:
    """One text; `pictures` are captions, each under a drawing."""

    title: str
    summary: str
    text: str
    pictures: tuple[str, ...] = ()


HEALTH = Piece(
    "医育结合守护婴幼儿健康（示例）",
    "与社区卫生服务中心签约，医生每周到园巡诊，晨午检记录当日归档。",
    "一、做法\n"
    "（一）签约共建\n"
    "与社区卫生服务中心签订医育结合协议，明确巡诊、培训和应急转诊的分工，每学期共同评估一次。\n"
    "（二）巡诊到园\n"
    "医生每周三到园巡诊，查看晨午检记录，指导喂养、睡眠和常见病预防。\n"
    "二、成效\n"
    "一年来晨午检记录完整率由 86% 提高到 100%，因病缺勤天数下降三成。\n"
    "三、体会\n"
    "医育结合重在日常：协议、台账、复盘三件事做实，才能长期坚持。",
    ("晨检角：体温记录和物品消毒分区摆放", "保健室：药品柜、体重秤和巡诊记录"),
)
OUTDOORS = Piece(
    "小院子里的户外两小时（示例）",
    "场地只有 180 平方米，通过分时、分区和一物多用保证每日户外活动两小时。",
    "一、问题\n"
    "场地小、班级多，户外活动时间难以保证。\n"
    "二、做法\n"
    "按班级错峰安排四个时段；划分沙水、攀爬、种植三个区域；轮胎、木箱一物多用。\n"
    "三、成效\n"
    "各班每日户外活动均达到两小时，雨雪天在连廊开展替代活动。",
    ("种植区：低矮种植箱和工具架",),
)
COMMISSION = Piece(
    "以问题清单带动全市托育服务提质（示例）",
    "市级建立问题清单和帮带机制，示范机构与新开办机构结对，逐项销号。",
    "一、建立清单\n"
    "结合日常检查汇总共性问题，按安全、卫生、照护、管理四类列入清单。\n"
    "二、结对帮带\n"
    "每家示范机构结对两家新开办机构，按季度开放观摩。\n"
    "三、逐项销号\n"
    "县级复核、市级抽查，整改一项销号一项。",
    ("帮带机制示意：清单、结对、复核",),
)
NAPS = Piece(
    "安静入睡的十个细节（示例）",
    "从光线、声音、温度和陪伴四个方面改进午睡照护。",
    "一、环境\n拉上遮光帘，室温保持 22 至 24 摄氏度。\n二、陪伴\n固定照护人员，轻声安抚。",
    ("午睡室：小床间距和巡视通道",),
)
MEALS = Piece(
    "膳食公示与家长开放日（示例）",
    "每周公示带量食谱，每月邀请家长试餐。",
    "一、公示\n每周五公示下周食谱和用量。\n二、开放\n每月一次家长试餐，现场征求意见。",
)
DRAFT = Piece("保育人员培训的一点体会（示例）", "", "一、培训安排\n每月一次，案例为主。")


def tell(offices: Offices, days: Days) -> None:
    """Three published, one waiting, one returned, one withdrawn, one draft."""
    officer = offices.province
    later, third, second, first = _models()
    city = _commission(HOME_CITY, offices.people.made["city"])
    county = _commission(HOME_COUNTY, offices.people.made["county"])
    for writer, piece, back in (
        (first, HEALTH, 40),
        (second, OUTDOORS, 26),
        (city, COMMISSION, 12),
    ):
        made = _submitted(writer, piece, days, back)
        publicity.publish_practice(made, actor=officer, at=days.back(back - 3))
    withdrawn = _submitted(third, NAPS, days, 60)
    publicity.publish_practice(withdrawn, actor=officer, at=days.back(57))
    publicity.withdraw_practice(
        withdrawn, actor=officer, at=days.back(50), reason="图片未取得在场人员书面同意，先行撤下。"
    )
    _submitted(later, MEALS, days, 2)
    returned = _submitted(county, MEALS, days, 9)
    perform(
        returned,
        "return_for_correction",
        actor=officer,
        at=days.back(7),
        reason="请补充成效数据，并配一至两张不出现婴幼儿面部的图片。",
    )
    _written(first, DRAFT, days.back(1))


@dataclass(frozen=True)
class Writer:
    """In whose name, and who writes."""

    author: Author
    by: User


def _models() -> list[Writer]:
    """The nurseries whose titles were never touched, with one of their staff each."""
    titles = Title.objects.in_force().select_related("nursery__region").order_by("pk")
    return [Writer(Author(each.nursery), _staff_of(each.nursery)) for each in titles][-4:]


def _commission(code: str, by: User) -> Writer:
    return Writer(Author(Region.objects.get(code=code)), by)


def _staff_of(nursery: Nursery) -> User:
    return Appointment.objects.current().on(nursery).select_related("user")[0].user


def _submitted(writer: Writer, piece: Piece, days: Days, back: int) -> Practice:
    made = _written(writer, piece, days.back(back))
    perform(made, "submit", actor=writer.by, at=days.back(back))
    return made


def _written(writer: Writer, piece: Piece, at: datetime) -> Practice:
    """A draft with its drawings, released from quarantine and described."""
    uploads = [
        ContentFile(_drawing(number), name=f"示例{number}.png")
        for number, _ in enumerate(piece.pictures)
    ]
    begun = _words(piece, uploads=uploads)
    made = publicity.draft_practice(writer.author.body, begun, by=writer.by, at=at)
    captions = {}
    for picture, caption in zip(made.pictures.in_order(), piece.pictures, strict=True):
        files.inspect(picture.file, at=at)
        captions[picture.pk] = caption
    described = _words(piece, captions=captions)
    publicity.edit_practice(made, described, seen_version=1, by=writer.by, at=at)
    return Practice.objects.get(pk=made.pk)


def _words(piece: Piece, **more: Any) -> Writing:
    return Writing(title=piece.title, summary=piece.summary, text=piece.text, consents=True, **more)


def _drawing(number: int) -> bytes:
    """An empty room with furniture, or a yard with plants; and the word that it is an example."""
    picture = Image.new("RGB", SIZE, SKY if number else WALL)
    pen = ImageDraw.Draw(picture)
    pen.rectangle((0, 430, *SIZE), fill=FLOOR)
    pen.rectangle((560, 90, 860, 300), fill=SKY, outline=INK, width=8)
    pen.line((710, 90, 710, 300), fill=INK, width=6)
    for left in (90, 250, 410):
        pen.rectangle((left, 330, left + 110, 470), fill=WOOD)
        pen.rectangle((left + 12, 345, left + 98, 395), fill=CLOTH if number else WALL)
    for left in (600, 700, 800):
        pen.rectangle((left, 400, left + 60, 460), fill=WOOD)
        pen.ellipse((left - 15, 320, left + 75, 410), fill=LEAF)
    pen.text((40, 240), MARK, font=font(54), fill=INK)
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()
