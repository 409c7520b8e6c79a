"""The fixed kinds that a nursery's record is made of, in the words of the forms."""

from django.db.models import TextChoices


class RegistrationKind(TextChoices):
    """What the nursery is registered as; whether it works for profit follows from it."""

    ENTERPRISE = "enterprise", "企业"
    SOLE_TRADER = "sole_trader", "个体工商户"
    PRIVATE_NON_ENTERPRISE = "private_non_enterprise", "民办非企业单位"
    PUBLIC_INSTITUTION = "public_institution", "事业单位"
    OTHER_NON_PROFIT = "other_non_profit", "其他非营利组织"

    @property
    def for_profit(self) -> bool:
        return self in (RegistrationKind.ENTERPRISE, RegistrationKind.SOLE_TRADER)


class Organiser(TextChoices):
    PUBLIC = "public", "公办"
    PRIVATE = "private", "民办"
    PUBLIC_PRIVATELY_RUN = "public_privately_run", "公办民营"
    PRIVATE_PUBLICLY_AIDED = "private_publicly_aided", "民办公助"
    OTHER = "other", "其他"


class Form(TextChoices):
    INDEPENDENT = "independent", "独立设置"
    COMMUNITY = "community", "社区嵌入"
    KINDERGARTEN = "kindergarten", "幼儿园托班"
    EMPLOYER = "employer", "用人单位举办"
    HOME = "home", "家庭托育点"
    OTHER = "other", "其他"


class Service(TextChoices):
    FULL_DAY = "full_day", "全日托"
    HALF_DAY = "half_day", "半日托"
    HOURLY = "hourly", "计时托"
    OCCASIONAL = "occasional", "临时托"
    OTHER = "other", "其他"


class ClassKind(TextChoices):
    """The kinds of class, by age in months."""

    INFANT = "infant", "乳儿班（6–12 个月）"
    YOUNGER = "younger", "托小班（12–24 个月）"
    OLDER = "older", "托大班（24–36 个月）"
    MIXED = "mixed", "混合编班（18 个月以上）"


class Post(TextChoices):
    """The posts that a nursery's staff are counted by."""

    HEAD = "head", "负责人"
    CARER = "carer", "保育人员"
    HEALTH_WORKER = "health_worker", "卫生保健人员"
    GUARD = "guard", "安保人员"
    COOK = "cook", "炊事人员"
    OTHER = "other", "其他人员"


class FeeUnit(TextChoices):
    MONTH = "month", "元/月"
    DAY = "day", "元/天"
    HOUR = "hour", "元/小时"
    MEAL = "meal", "元/餐"
    TERM = "term", "元/学期"
    YEAR = "year", "元/年"
    ONCE = "once", "元/次"
