from __future__ import annotations

from dataclasses import dataclass

from django.db import models


class NoticeState(models.TextChoices):
    DRAFT = "draft", "草稿"
    OPEN = "open", "公示中"
    CLOSED = "closed", "期满"
    CONCLUDED = "concluded", "已公布"


class ObjectionState(models.TextChoices):
    FILED = "filed", "已提交"
    ACCEPTED = "accepted", "已受理"
    REFUSED = "refused", "不予受理"
    UPHELD = "upheld", "异议成立"
    OVERRULED = "overruled", "异议不成立"


UNSETTLED = (ObjectionState.FILED, ObjectionState.ACCEPTED)


class ObjectorKind(models.TextChoices):
    """Who objects: under real name, or under a seal."""

    PERSON = "person", "个人"
    UNIT = "unit", "单位"


class ObjectionMatter(models.TextChoices):
    """What is objected to."""

    CONDITIONS = "conditions", "办托条件与备案"
    FRAUD = "fraud", "申报材料弄虚作假"
    SAFETY = "safety", "安全与卫生"
    CARE = "care", "保育质量与人员配备"
    MISCONDUCT = "misconduct", "歧视、体罚、侮辱、虐待婴幼儿"
    PROCEDURE = "procedure", "评审程序"
    OTHER = "other", "其他"


class TitleState(models.TextChoices):
    VALID = "valid", "有效"
    RECTIFYING = "rectifying", "整改中"
    REVOKED = "revoked", "已撤销"
    EXPIRED = "expired", "已到期"


class RevocationGround(models.TextChoices):
    """Why a title was revoked, as far as the public is told (S0, four (三) and (四))."""

    NOT_RECTIFIED = "not_rectified", "限期整改不合格"
    FRAUD = "fraud", "弄虚作假"
    ACCIDENT = "accident", "发生重大安全责任事故"
    MISCONDUCT = "misconduct", "歧视、体罚、侮辱、虐待婴幼儿"
    CLOSED = "closed", "停止提供托育服务"
    OTHER = "other", "其他违反规定的情形"


class PracticeState(models.TextChoices):
    DRAFT = "draft", "草稿"
    SUBMITTED = "submitted", "待审核"
    RETURNED = "returned", "退回修改"
    PUBLISHED = "published", "已发布"
    WITHDRAWN = "withdrawn", "已撤下"


# Whoever wrote a good practice may change it in these.
WRITABLE = (PracticeState.DRAFT, PracticeState.RETURNED)
IN_FORCE = (TitleState.VALID, TitleState.RECTIFYING)


class EntryOutcome(models.TextChoices):
    PENDING = "pending", "公示中"
    AWARDED = "awarded", "已授予"
    REMOVED = "removed", "已移出"


@dataclass(frozen=True)
class Standing:
    """A state as it is on a day, also when the scheduler has not yet written it down."""

    state: str
    label: str

    def get_state_display(self) -> str:
        return self.label
