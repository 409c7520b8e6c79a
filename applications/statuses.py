from __future__ import annotations

from django.db import models


class ApplicationState(models.TextChoices):
    DRAFT = "draft", "草稿"
    COUNTY_REVIEW = "county_review", "县级初审"
    RETURNED = "returned", "退回补正"
    CITY_REVIEW = "city_review", "市级审核"
    PROVINCIAL_REVIEW = "provincial_review", "省级评审"
    PASSED = "passed", "评审通过"
    IN_NOTICE = "in_notice", "公示中"
    AWARDED = "awarded", "已授予"
    COUNTY_DECLINED = "county_declined", "县级不予推荐"
    CITY_DECLINED = "city_declined", "市级不予推荐"
    NOT_PASSED = "not_passed", "评审未通过"
    OBJECTION_UPHELD = "objection_upheld", "异议成立"
    WITHDRAWN = "withdrawn", "已撤回"
    LAPSED = "lapsed", "逾期失效"


# The nursery may still write.
EDITABLE = (ApplicationState.DRAFT, ApplicationState.RETURNED)
# Handed in or not, without the province's result.
BEFORE_RESULT = (
    *EDITABLE,
    ApplicationState.COUNTY_REVIEW,
    ApplicationState.CITY_REVIEW,
    ApplicationState.PROVINCIAL_REVIEW,
)
# Ended without a title; the nursery may draft anew in the same cycle.
ENDED = (
    ApplicationState.COUNTY_DECLINED,
    ApplicationState.CITY_DECLINED,
    ApplicationState.NOT_PASSED,
    ApplicationState.OBJECTION_UPHELD,
    ApplicationState.WITHDRAWN,
    ApplicationState.LAPSED,
)
# Recommended by a city: these hold one of its places.
PAST_CITY = (
    ApplicationState.PROVINCIAL_REVIEW,
    ApplicationState.PASSED,
    ApplicationState.NOT_PASSED,
    ApplicationState.IN_NOTICE,
    ApplicationState.AWARDED,
    ApplicationState.OBJECTION_UPHELD,
)
# Recommended by a county, and neither sent back nor ended by the city.
PAST_COUNTY = (ApplicationState.CITY_REVIEW, *PAST_CITY)
# The stages as a nursery follows them, each with the states that belong to it.
STAGES = (
    ("自评申报", (ApplicationState.DRAFT, ApplicationState.RETURNED)),
    ("县级初审", (ApplicationState.COUNTY_REVIEW,)),
    ("市级审核", (ApplicationState.CITY_REVIEW,)),
    ("省级评审", (ApplicationState.PROVINCIAL_REVIEW, ApplicationState.PASSED)),
    ("社会公示", (ApplicationState.IN_NOTICE,)),
    ("授予称号", (ApplicationState.AWARDED,)),
)


class Tier(models.TextChoices):
    COUNTY = "county", "县级"
    CITY = "city", "市级"
    PROVINCE = "province", "省级"


class Verdict(models.TextChoices):
    RECOMMEND = "recommend", "同意推荐"
    DECLINE = "decline", "不予推荐"
    RETURN = "return", "退回补正"
    SEND_BACK = "send_back", "退回重审"
    PASS = "pass", "评审通过"
    FAIL = "fail", "评审未通过"


class CorrectionKind(models.TextChoices):
    """What is wrong with what a correction 补正要求 names."""

    MISSING = "missing", "缺失"
    WRONG = "wrong", "有误"
    OUTDATED = "outdated", "过期"
    OTHER = "other", "其他"


class Reply(models.TextChoices):
    """How a nursery answers a correction."""

    CORRECTED = "corrected", "已补正"
    EXPLAINED = "explained", "说明情况"


class Purpose(models.TextChoices):
    """For which kind of opinion a phrase 常用语 is meant."""

    ANY = "any", "通用"
    RECOMMEND = "recommend", "同意推荐"
    DECLINE = "decline", "不予推荐"
    RETURN = "return", "退回补正"
    SEND_BACK = "send_back", "退回重审"


class ProposalState(models.TextChoices):
    """Where a handler's proposal 拟办 stands."""

    STANDING = "standing", "待签批"
    CARRIED = "carried", "已签批"
    RETURNED = "returned", "已退回"
    DROPPED = "dropped", "已失效"


class Step(models.TextChoices):
    """At which step a score sheet is filled in."""

    COUNTY = "county", "县级初审"
    CITY = "city", "市级审核"
    PAPER = "paper", "书面评审"
    SITE = "site", "实地评审"
    MODERATION = "moderation", "复核评审"


COMMISSION_STEPS = (Step.COUNTY, Step.CITY)
EXPERT_STEPS = (Step.PAPER, Step.SITE)


class ExpertField(models.TextChoices):
    """What an expert knows best: the parts of the score table (general knowledge, no notice)."""

    MANAGEMENT = "management", "机构管理"
    HEALTH = "health", "卫生保健"
    NUTRITION = "nutrition", "营养膳食"
    SAFETY = "safety", "安全防护"
    CARE = "care", "照护与早期发展"
    STAFFING = "staffing", "队伍建设"


class TaskState(models.TextChoices):
    """Where an expert's task stands, in the words of the offices."""

    OFFERED = "offered", "待接受"
    SCORING = "scoring", "评分中"
    SEALED = "sealed", "已完成"
    RECUSED = "recused", "已回避"
    TAKEN_BACK = "taken_back", "已取消"

    @property
    def tone(self) -> str:
        return _TASK_TONES[self]


_TASK_TONES = {
    TaskState.OFFERED: "wait",
    TaskState.SCORING: "active",
    TaskState.SEALED: "good",
    TaskState.RECUSED: "ended",
    TaskState.TAKEN_BACK: "ended",
}


class Recusal(models.TextChoices):
    """Why an expert asks to stand aside."""

    EMPLOYER = "employer", "在该机构任职或兼职"
    FAMILY = "family", "与该机构人员有亲属关系"
    INTEREST = "interest", "与该机构有经济等利害关系"
    OTHER = "other", "其他原因"


class Outcome(models.TextChoices):
    """What became of one file of a batch."""

    WAITING = "waiting", "待办理"
    DONE = "done", "已办理"
    REFUSED = "refused", "不能办理"
    FAILED = "failed", "系统故障"

    @classmethod
    def open_ones(cls) -> list[Outcome]:
        """Tried and not done."""
        return [cls.REFUSED, cls.FAILED]

    @property
    def tone(self) -> str:
        return _OUTCOME_TONES[self]


_OUTCOME_TONES = {
    Outcome.WAITING: "wait",
    Outcome.DONE: "good",
    Outcome.REFUSED: "bad",
    Outcome.FAILED: "bad",
}
