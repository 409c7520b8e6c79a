from django.db import models

from publicity.statuses import RevocationGround


class OrderState(models.TextChoices):
    ORDERED = "ordered", "整改中"
    REPORTED = "reported", "待复查"
    PASSED = "passed", "整改合格"
    FAILED = "failed", "整改不合格"
    ENDED = "ended", "随称号终止"


# The limit runs, or the re-check is due.
RUNNING = (OrderState.ORDERED, OrderState.REPORTED)


class PromptState(models.TextChoices):
    OPEN = "open", "待答复"
    ANSWERED = "answered", "已答复"
    ENDED = "ended", "随称号终止"


class RevocationState(models.TextChoices):
    PROPOSED = "proposed", "拟撤销"
    STATED = "stated", "已陈述申辩"
    WAIVED = "waived", "放弃陈述申辩"
    DECIDED = "decided", "已决定撤销"
    DROPPED = "dropped", "不予撤销"
    ENDED = "ended", "随称号终止"


OPEN_REVOCATIONS = (RevocationState.PROPOSED, RevocationState.STATED, RevocationState.WAIVED)
# S0, four (四): what ends a title at once; the rest is proposed first and the nursery heard.
AT_ONCE = (RevocationGround.FRAUD, RevocationGround.ACCIDENT, RevocationGround.MISCONDUCT)


class CampaignState(models.TextChoices):
    PREPARING = "preparing", "准备中"
    DRAWN = "drawn", "已抽取"
    RUNNING = "running", "检查中"
    CLOSED = "closed", "已结束"


class StratumKind(models.TextChoices):
    """By what a draw may be stratified."""

    CITY = "city", "市"
    YEAR = "year", "评选年度"
    ORGANISER = "organiser", "举办性质"
    FORM = "form", "机构形式"


class CheckState(models.TextChoices):
    PLANNED = "planned", "待检查"
    UNDER_WAY = "under_way", "检查中"
    FINISHED = "finished", "已完成"
    CANCELLED = "cancelled", "已取消"


# The check is still to be made, or is being made.
PENDING = (CheckState.PLANNED, CheckState.UNDER_WAY)


# Nobody inspects alone.
LEAST_INSPECTORS = 2


class CheckResult(models.TextChoices):
    NO_PROBLEM = "no_problem", "未发现问题"
    PROBLEMS = "problems", "发现问题"


class Severity(models.TextChoices):
    MINOR = "minor", "一般"
    SERIOUS = "serious", "严重"


class ComplaintState(models.TextChoices):
    FILED = "filed", "已提交"
    ACCEPTED = "accepted", "已受理"
    REFUSED = "refused", "不予受理"
    SUBSTANTIATED = "substantiated", "举报属实"
    UNSUBSTANTIATED = "unsubstantiated", "举报不属实"


UNSETTLED_COMPLAINTS = (ComplaintState.FILED, ComplaintState.ACCEPTED)
