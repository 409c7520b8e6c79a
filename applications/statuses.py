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


class Step(models.TextChoices):
    """At which step a score sheet is filled in."""

    COUNTY = "county", "县级初审"
    CITY = "city", "市级审核"
    PAPER = "paper", "书面评审"
    SITE = "site", "实地评审"
    MODERATION = "moderation", "复核评审"


EXPERT_STEPS = (Step.PAPER, Step.SITE)


class ExpertField(models.TextChoices):
    """What an expert knows best: the parts of the score table (general knowledge, no notice)."""

    MANAGEMENT = "management", "机构管理"
    HEALTH = "health", "卫生保健"
    NUTRITION = "nutrition", "营养膳食"
    SAFETY = "safety", "安全防护"
    CARE = "care", "照护与早期发展"
    STAFFING = "staffing", "队伍建设"
