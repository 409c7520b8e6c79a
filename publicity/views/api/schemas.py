"""What the API is asked and what it answers: the one source of the checks and of the document."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from ninja import Field, Schema

from publicity.statuses import EntryOutcome, NoticeState, RevocationGround, TitleState

MOST = 100
Sort = Literal[
    "",
    "name",
    "-name",
    "area",
    "-area",
    "year",
    "-year",
    "from",
    "-from",
    "until",
    "-until",
    "number",
    "-number",
]


class Paging(Schema):
    page: int = Field(1, ge=1, description="页码，从 1 起")
    page_size: int = Field(50, ge=1, le=MOST, description=f"每页条数，至多 {MOST}")


class TitleSearch(Paging):
    q: str = Field("", max_length=60, description="机构名称中的词，或者证书编号的开头")
    area: str = Field("", max_length=6, description="市或县（市、区）的六位区划代码")
    state: TitleState | None = Field(None, description="称号状态")
    year: int | None = Field(None, ge=2000, le=2100, description="评选年度")
    sort: Sort = Field("", description="排序字段，前加减号为倒序；默认按地区和证书编号")


class NoticeSearch(Paging):
    year: int | None = Field(None, ge=2000, le=2100, description="评选年度")


class TitleKey(Schema):
    number: str = Field(description="证书编号")


class NoticeKey(Schema):
    notice_id: int = Field(description="公示的序号")


class Area(Schema):
    code: str = Field(description="区划代码", examples=["210102"])
    name: str = Field(description="全称", examples=["沈阳市和平区"])
    city: str = Field(description="所属的市或示范区", examples=["沈阳市"])


class TitleLine(Schema):
    number: str = Field(description="证书编号", examples=["LNTY-2023-00012"])
    name: str = Field(description="机构名称")
    area: Area = Field(description="所在地")
    year: int = Field(description="评选年度", examples=[2023])
    awarded_on: date = Field(description="授予日期", examples=["2023-10-10"])
    valid_from: date = Field(description="有效期起", examples=["2023-10-10"])
    valid_until: date = Field(description="有效期止，当日仍有效", examples=["2025-10-09"])
    decision_number: str = Field(description="授予决定文号")
    state: TitleState = Field(description="称号状态，以查询当日为准")
    state_label: str = Field(description="称号状态的名称", examples=["有效"])
    revoked_on: date | None = Field(description="撤销日期")
    revoked_for: RevocationGround | None = Field(description="撤销原因")
    revoked_for_label: str | None = Field(description="撤销原因的名称")
    url: str = Field(description="称号的页面")
    verify_url: str = Field(description="查验证书的页面")


class Change(Schema):
    on: date = Field(description="日期")
    event: str = Field(description="事项", examples=["begin"])
    label: str = Field(description="事项的名称", examples=["称号生效"])
    ground: str = Field(description="撤销的，为撤销原因；其余为空")


class OtherTitle(Schema):
    number: str = Field(description="证书编号")
    year: int = Field(description="评选年度")
    valid_from: date = Field(description="有效期起")
    valid_until: date = Field(description="有效期止")
    state: TitleState = Field(description="称号状态")


class TitleDetail(TitleLine):
    history: list[Change] = Field(description="变动记录，由先到后")
    others: list[OtherTitle] = Field(description="同一机构的其他称号")


class NoticeLine(Schema):
    id: int = Field(description="公示的序号")
    number: str = Field(description="文号")
    title: str = Field(description="标题")
    year: int = Field(description="评选年度")
    state: NoticeState = Field(description="公示状态，以查询当日为准")
    state_label: str = Field(description="公示状态的名称", examples=["公示中"])
    opens_on: date = Field(description="公示首日")
    closes_on: date = Field(description="公示末日")
    counted_days: list[date] = Field(description="计入公示期的每个工作日")
    opened_at: datetime = Field(description="发布时间")
    concluded_at: datetime | None = Field(description="公布结果的时间")
    decision_number: str = Field(description="授予决定文号")
    entry_count: int = Field(description="名单上的机构数")
    url: str = Field(description="公示的页面")


class Entry(Schema):
    number: int = Field(description="名单中的序号")
    name: str = Field(description="机构名称")
    area: Area = Field(description="所在地")
    outcome: EntryOutcome = Field(description="结果")
    outcome_label: str = Field(description="结果的名称", examples=["已授予称号"])
    outcome_reason: str = Field(description="移出名单的，为公开的原因")
    title_number: str | None = Field(description="已授予的，为证书编号")


class Supplement(Schema):
    number: int = Field(description="补充说明的序号")
    text: str = Field(description="说明")
    reason: str = Field(description="原因")
    closes_on: date | None = Field(description="顺延的，为新的末日")
    at: datetime = Field(description="发布时间")


class NoticeDetail(NoticeLine):
    basis: str = Field(description="依据")
    body: str = Field(description="正文")
    contact: str = Field(description="受理异议的联系方式")
    accepts_objections: bool = Field(description="现在是否接受异议")
    digest: str = Field(description="发布内容的校验值（SHA-256）")
    supplements: list[Supplement] = Field(description="发布以后的补充说明，按序号排列")
    entries: list[Entry] = Field(description="名单，按地区排列")


class Listing(Schema):
    total: int = Field(description="符合条件的总数")
    page: int = Field(description="本页页码")
    pages: int = Field(description="总页数")
    next: str | None = Field(description="下一页的地址")
    previous: str | None = Field(description="上一页的地址")


class TitleListing(Listing):
    results: list[TitleLine] = Field(description="本页的称号")


class NoticeListing(Listing):
    results: list[NoticeLine] = Field(description="本页的公示，最近发布的在前")


class Fault(Schema):
    message: str = Field(description="说明", examples=["请求参数有误。"])
    fields: dict[str, str] = Field({}, description="有误的参数及其原因")
