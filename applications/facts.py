"""A nursery and its application form as pairs of label and value."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from applications.declarations import DECLARATIONS

if TYPE_CHECKING:
    from applications.models import Application
    from nurseries.models import Nursery

Facts = list[tuple[str, Any]]


def nursery_facts(nursery: Nursery) -> Facts:
    """The registered facts that the form 申报表 repeats; two queries for children and staff."""
    children = sum(group.children for group in nursery.classes.all())
    staff = sum(group.headcount for group in nursery.staff.all())
    return [
        ("机构名称", nursery.name),
        ("统一社会信用代码", nursery.credit_code),
        ("机构性质", nursery.get_registration_kind_display()),
        ("登记机关", nursery.registration_body),
        ("备案回执编号", nursery.filing_receipt_number),
        ("备案日期", _day(nursery.filing_date)),
        ("所在地", nursery.region.full_name),
        ("详细地址", nursery.address),
        ("法定代表人", nursery.legal_representative),
        ("机构负责人", nursery.head),
        ("举办性质", nursery.get_organiser_display()),
        ("机构形式", nursery.get_form_display()),
        ("普惠性机构", "是" if nursery.inclusive else "否"),
        ("服务类型", "、".join(nursery.service_labels)),
        ("开办日期", _day(nursery.opened_on)),
        ("建筑面积", f"{nursery.floor_area.normalize():f} 平方米"),
        ("户外活动场地", f"{nursery.outdoor_area.normalize():f} 平方米"),
        ("托位数", nursery.capacity),
        ("在托人数", children),
        ("工作人员", f"{staff} 人"),
    ]


# What a decision turns on; the rest stands in the form.
BRIEF = (
    "统一社会信用代码",
    "机构性质",
    "备案回执编号",
    "法定代表人",
    "机构负责人",
    "举办性质",
    "普惠性机构",
    "服务类型",
    "开办日期",
    "托位数",
    "在托人数",
    "工作人员",
)


def brief(facts: Facts) -> Facts:
    """Those of a nursery's facts that stand at the head of its file."""
    return [(label, value) for label, value in facts if label in BRIEF]


def contact_facts(application: Application) -> Facts:
    return [("联系人", application.contact_name), ("联系电话", application.contact_phone)]


def declared(application: Application) -> list[tuple[str, bool]]:
    """Each declaration of the form with whether it was made."""
    return [(text, getattr(application, name)) for name, text in DECLARATIONS.items()]


def _day(day: Any) -> str:
    return f"{day.year}年{day.month}月{day.day}日" if day else ""
