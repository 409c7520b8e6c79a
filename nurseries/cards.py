"""The record of one nursery as its page shows it."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from nurseries import history, kinds, policies, services
from nurseries.parts import Parts
from nurseries.wording import shown
from workflow.models import Event

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from accounts.models import Appointment, User
    from nurseries.models import Nursery

HISTORY = 20
Facts = list[tuple[str, Any]]


class Card:
    """Everything the page names, each worked out once."""

    def __init__(self, nursery: Nursery, user: User) -> None:
        self.nursery = nursery
        self.may_edit = policies.may_edit(nursery, user)
        self.may_keep = policies.may_keep(nursery, user)

    @property
    def basics(self) -> Facts:
        nursery = self.nursery
        return [
            ("统一社会信用代码", nursery.credit_code),
            ("所在县（市、区）", nursery.region.full_name),
            ("详细地址", nursery.address),
            ("举办性质", nursery.get_organiser_display()),
            ("机构形式", nursery.get_form_display()),
            ("服务类型", "、".join(nursery.service_labels)),
            ("开办日期", nursery.opened_on),
            ("法定代表人", nursery.legal_representative),
            ("机构负责人", nursery.head),
            ("联系电话", nursery.masked_phone),
        ]

    @property
    def registration(self) -> Facts:
        nursery = self.nursery
        office = nursery.filing_county
        return [
            ("登记机关", nursery.registration_body),
            ("机构性质", nursery.get_registration_kind_display()),
            ("营利性质", "营利" if nursery.for_profit else "非营利"),
            ("备案回执编号", nursery.filing_receipt_number),
            ("备案日期", nursery.filing_date),
            ("备案机关", office.commission if office else ""),
        ]

    @property
    def premises(self) -> Facts:
        nursery = self.nursery
        return [
            ("建筑面积", f"{shown('floor_area', nursery.floor_area)} 平方米"),
            ("户外活动场地", f"{shown('outdoor_area', nursery.outdoor_area)} 平方米"),
            ("托位数", f"{nursery.capacity} 个"),
        ]

    @cached_property
    def parts(self) -> Parts:
        return services.parts_of(self.nursery)

    @property
    def classes(self) -> list[tuple[str, int, int]]:
        return [
            (kinds.ClassKind(line.kind).label, line.class_count, line.children)
            for line in self.parts.classes
        ]

    @property
    def staff(self) -> list[tuple[str, int, int]]:
        return [
            (kinds.Post(line.post).label, line.headcount, line.certified)
            for line in self.parts.staff
        ]

    @property
    def fees(self) -> list[tuple[str, Any, str]]:
        return [
            (line.item, line.amount, kinds.FeeUnit(line.unit).label) for line in self.parts.fees
        ]

    @property
    def class_total(self) -> int:
        return sum(line.class_count for line in self.parts.classes)

    @property
    def children_total(self) -> int:
        return sum(line.children for line in self.parts.classes)

    @property
    def staff_total(self) -> int:
        return sum(line.headcount for line in self.parts.staff)

    @property
    def certified_total(self) -> int:
        return sum(line.certified for line in self.parts.staff)

    @property
    def overfull(self) -> bool:
        return self.children_total > self.nursery.capacity

    @cached_property
    def history(self) -> list[history.Entry]:
        """The latest events, newest first."""
        events = Event.objects.of(self.nursery).with_people().newest_first()[:HISTORY]
        return history.entries(events)

    @cached_property
    def people(self) -> QuerySet[Appointment]:
        return services.staff_of(self.nursery)
