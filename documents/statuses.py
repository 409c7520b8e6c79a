from django.db import models


class Kind(models.TextChoices):
    """The papers that the portal makes."""

    APPLICATION_FORM = "application_form", "申报表"
    APPLICATION_DRAFT = "application_draft", "申报表（草稿）"
    SCORES_SELF = "scores_self", "自评分表"
    SCORES_COUNTY = "scores_county", "自评分表（县级）"
    SCORES_CITY = "scores_city", "自评分表（市级）"
    SCORES_PROVINCE = "scores_province", "自评分表（省级）"
    SUMMARY_PDF = "summary_table_pdf", "汇总表（PDF）"
    SUMMARY_XLSX = "summary_table_xlsx", "汇总表（Excel）"
    COUNTY_LETTER = "county_recommendation", "推荐函（县级）"
    CITY_LETTER = "city_recommendation", "推荐函（市级）"
    NOTICE = "notice", "公示"
    AWARD_DECISION = "award_decision", "授予决定"
    CERTIFICATE = "certificate", "证书"
    RECTIFICATION_ORDER = "rectification_order", "限期整改通知书"
    REVOCATION_NOTICE = "revocation_notice", "撤销称号事先告知书"
    REVOCATION_DECISION = "revocation_decision", "撤销决定"
    ARCHIVE = "archive", "评选工作档案"


class TextKind(models.TextChoices):
    """The papers whose texts the province may change; several kinds may share theirs."""

    APPLICATION_FORM = "application_form", "申报表"
    SCORE_TABLE = "score_table", "自评分表"
    SUMMARY_TABLE = "summary_table", "汇总表"
    COUNTY_LETTER = "county_recommendation", "推荐函（县级报市级）"
    CITY_LETTER = "city_recommendation", "推荐函（市级报省级）"
    NOTICE = "notice", "公示"
    AWARD_DECISION = "award_decision", "授予决定"
    CERTIFICATE = "certificate", "证书"
    RECTIFICATION_ORDER = "rectification_order", "限期整改通知书"
    REVOCATION_NOTICE = "revocation_notice", "撤销称号事先告知书"
    REVOCATION_DECISION = "revocation_decision", "撤销决定"
    ARCHIVE = "archive", "评选工作档案"


FORMS = (Kind.APPLICATION_FORM, Kind.APPLICATION_DRAFT)
SUMMARIES = (Kind.SUMMARY_PDF, Kind.SUMMARY_XLSX)
SCORES = (Kind.SCORES_SELF, Kind.SCORES_COUNTY, Kind.SCORES_CITY, Kind.SCORES_PROVINCE)
# What a city hands in to the province (S0, three (三)), each when somebody asks for it.
SENT_BY_CITY = (*SUMMARIES, Kind.CITY_LETTER)
# Anybody may read these.
PUBLIC = (Kind.NOTICE, Kind.AWARD_DECISION)
# One subject may have several that stand side by side: each award decision names others.
EACH_STANDS = (Kind.AWARD_DECISION,)
TEXTS_OF = {
    Kind.APPLICATION_FORM: TextKind.APPLICATION_FORM,
    Kind.APPLICATION_DRAFT: TextKind.APPLICATION_FORM,
    **dict.fromkeys(SCORES, TextKind.SCORE_TABLE),
    **dict.fromkeys(SUMMARIES, TextKind.SUMMARY_TABLE),
    Kind.COUNTY_LETTER: TextKind.COUNTY_LETTER,
    Kind.CITY_LETTER: TextKind.CITY_LETTER,
    Kind.NOTICE: TextKind.NOTICE,
    Kind.AWARD_DECISION: TextKind.AWARD_DECISION,
    Kind.CERTIFICATE: TextKind.CERTIFICATE,
    Kind.RECTIFICATION_ORDER: TextKind.RECTIFICATION_ORDER,
    Kind.REVOCATION_NOTICE: TextKind.REVOCATION_NOTICE,
    Kind.REVOCATION_DECISION: TextKind.REVOCATION_DECISION,
    Kind.ARCHIVE: TextKind.ARCHIVE,
}
# A paper of the key takes the place of earlier ones of these kinds.
REPLACES = {
    **{kind: (kind,) for kind in Kind},
    Kind.APPLICATION_FORM: FORMS,
    # A table of a lower tier begins a new round: those of the tiers above it rest on the old one.
    **{kind: SCORES[place:] for place, kind in enumerate(SCORES)},
}
# Which papers read differently after which event of what they are about.
MADE_AFTER: dict[str, dict[str, tuple[Kind, ...]]] = {
    "applications.application": {
        "submit": (Kind.APPLICATION_FORM, Kind.SCORES_SELF),
        "resubmit": (Kind.APPLICATION_FORM, Kind.SCORES_SELF),
        "return_for_correction": (),
        "recommend_to_city": (Kind.APPLICATION_FORM, Kind.SCORES_COUNTY, Kind.COUNTY_LETTER),
        "decline_by_county": (Kind.APPLICATION_FORM, Kind.SCORES_COUNTY),
        "send_back_to_county": (Kind.APPLICATION_FORM,),
        "recommend_to_province": (Kind.APPLICATION_FORM, Kind.SCORES_CITY),
        "decline_by_city": (Kind.APPLICATION_FORM, Kind.SCORES_CITY),
        "send_back_to_city": (Kind.APPLICATION_FORM,),
        "pass_review": (Kind.APPLICATION_FORM, Kind.SCORES_PROVINCE),
        "fail_review": (Kind.APPLICATION_FORM, Kind.SCORES_PROVINCE),
    },
    "publicity.notice": {
        "publish": (Kind.NOTICE,),
        "conclude": (Kind.AWARD_DECISION,),
        "award_held": (Kind.AWARD_DECISION,),
    },
    "publicity.title": {
        "begin": (Kind.CERTIFICATE,),
        "revoke": (Kind.REVOCATION_DECISION,),
    },
    "supervision.rectificationorder": {"issue": (Kind.RECTIFICATION_ORDER,)},
    "supervision.revocation": {"propose": (Kind.REVOCATION_NOTICE,)},
}
# The moves of its subject that end a paper of this kind without another in its place.
ENDED_BY = {
    Kind.SCORES_COUNTY: ("return_for_correction", "send_back_to_county"),
    Kind.SCORES_CITY: ("send_back_to_county", "send_back_to_city"),
    Kind.SCORES_PROVINCE: ("send_back_to_city",),
    Kind.COUNTY_LETTER: ("return_for_correction", "send_back_to_county"),
    Kind.CERTIFICATE: ("revoke",),
}
# How many copies of a paper one file may hold (S0, three (一): 一式三份).
COPIES = (1, 3)
# Papers that the body which decided issues under its own seal; the others have none of an issuer.
ISSUED = (
    Kind.COUNTY_LETTER,
    Kind.NOTICE,
    Kind.AWARD_DECISION,
    Kind.CERTIFICATE,
    Kind.RECTIFICATION_ORDER,
    Kind.REVOCATION_NOTICE,
    Kind.REVOCATION_DECISION,
    Kind.ARCHIVE,
)
# Papers that a body puts together when it is asked for them: the fact that records it.
COMPILED_BY = {Kind.ARCHIVE: "compile_archive"}
# The role of the issuer's place for a seal; on the form each tier has a place of its own.
ISSUER = "issuer"
# The moves by which a body decides on a file: its cell of the form is then filled and sealed.
DECIDED_BY = {
    "recommend_to_city": "county",
    "decline_by_county": "county",
    "recommend_to_province": "city",
    "decline_by_city": "city",
    "pass_review": "province",
    "fail_review": "province",
}
# What a city writes about the files that it has recommended, and the decision on each of them.
ABOUT_RECOMMENDED = (Kind.CITY_LETTER, Kind.SUMMARY_PDF)
RECOMMENDED = "recommend_to_province"
# The moves after which these cells are empty again, seal and all.
UNDONE_BY = {
    "return_for_correction": ("county", "city", "province"),
    "send_back_to_county": ("county", "city"),
    "send_back_to_city": ("city", "province"),
}
