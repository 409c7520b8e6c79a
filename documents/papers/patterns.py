"""What every paper says until the province changes it, and which placeholders it may use.

The texts of the notice's attachments are not public; these are the product's own (GK).
"""

from __future__ import annotations

from dataclasses import replace

from documents.papers.texts import Field, Pattern
from documents.statuses import TextKind

PROVINCE = "示例省"
BODY = f"{PROVINCE}卫生健康委员会"
NURSERY = "示例阳光托育园"
COMMON = {"省份": PROVINCE, "年份": "2023", "周期": "2023年省级示范托育机构评选"}
OFFICIAL = {**COMMON, "发文机关": BODY, "日期": "2023年10月10日"}
TITLE = {
    "机构名称": NURSERY,
    "所在地": "示例市示例区",
    "证书编号": "LNTY-2023-00001",
    "授予文号": "示例卫发〔2023〕12号",
    "授予日期": "2023年10月10日",
    "有效期起": "2023年10月10日",
    "有效期止": "2025年10月9日",
}
BASIS = {"依据": "《关于开展省级示范托育机构创建活动的通知》（示例）"}
BODY_HELP = "空行不计；以“一、”“（一）”开头的短行排为小标题。"

LETTERHEAD = Field("letterhead", "发文机关标志", "{发文机关}", limit=60)
NUMBER = Field("number", "发文字号", "", limit=60, blank=True)
HEADING = Field("heading", "标题", "", limit=120, rows=2)
ADDRESSEE = Field("addressee", "主送机关", "", limit=200, blank=True, help="不写末尾的冒号。")
TEXT = Field("body", "正文", "", rows=10, limit=4000, help=BODY_HELP)
NOTE = Field("note", "附注", "", limit=200, blank=True, help="如联系人和电话，排在成文日期之下。")
COPIES_TO = Field("copies_to", "抄送", "", limit=200, blank=True)
MARKING = Field("marking", "标注", "示例（非官方）", limit=40, blank=True)
NOTES = Field("notes", "注", "", rows=4, limit=1000, blank=True)


def _official(*, examples: dict[str, str], needs: tuple[str, ...] = (), **defaults: str) -> Pattern:
    """The fields of a document by GB/T 9704 with these defaults; `needs` of its body."""
    fields = (LETTERHEAD, NUMBER, HEADING, ADDRESSEE, TEXT, NOTE, COPIES_TO)
    changed = [replace(each, default=defaults.get(each.name, each.default)) for each in fields]
    named = tuple(replace(each, needs=needs) if each.name == "body" else each for each in changed)
    return Pattern(named, OFFICIAL | examples)


def _table(heading: str, notes: str) -> Pattern:
    return Pattern(
        (
            replace(HEADING, default=heading),
            MARKING,
            replace(NOTES, default=notes),
        ),
        COMMON,
    )


PATTERNS = {
    TextKind.ARCHIVE: Pattern(
        (
            replace(HEADING, default="{机构名称}\n评选工作档案"),
            MARKING,
            replace(
                NOTES,
                default="1. 本档案由平台按办理记录汇集，记录截至{日期}。\n"
                "2. 异议人和举报人的信息依法保密，不列入档案。",
            ),
        ),
        {"省份": PROVINCE, "机构名称": NURSERY, "日期": "2023年10月10日"},
    ),
    TextKind.APPLICATION_FORM: _table(
        "{省份}省级示范托育机构申报表",
        "1. 本表一式三份，由申报机构通过平台填写、打印并加盖公章，"
        "县、市、省级卫生健康部门各存一份。\n"
        "2. 本表版式为平台示例（非官方），以省级卫生健康部门正式印发的申报表为准。",
    ),
    TextKind.SCORE_TABLE: _table(
        "{省份}省级示范托育机构自评分表",
        "1. 各级评分均依据同一评分表；“说明”列为该项得分低于自评时评分组写明的理由。\n"
        "2. 本表由平台按已封存的评分生成，封存摘要可供核对。",
    ),
    TextKind.SUMMARY_TABLE: _table("{省份}省级示范托育机构申报汇总表", ""),
    TextKind.COUNTY_LETTER: _official(
        examples={
            **TITLE,
            "发文机关": "示例区卫生健康局",
            "主送机关": "示例市卫生健康委员会",
            "受理编号": "202321010200001",
            "自评得分": "92",
            "县级得分": "91.5",
            "推荐意见": "经评审组现场核查，该机构符合申报条件，同意推荐。",
            "序号": "1",
        },
        needs=("机构名称", "推荐意见"),
        number="卫托荐〔{年份}〕{序号}号",
        heading="关于推荐{机构名称}参评{年份}年省级示范托育机构的函",
        addressee="{主送机关}",
        body="按照{周期}工作安排，我单位组织评审组对{机构名称}（受理编号：{受理编号}）进行了初审。"
        "该机构自评 {自评得分} 分，县级评分 {县级得分} 分。\n{推荐意见}\n"
        "现将该机构申报表和评分表报上，请予审核。",
    ),
    TextKind.CITY_LETTER: _official(
        examples={
            "发文机关": "示例市卫生健康委员会",
            "主送机关": BODY,
            "家数": "2",
            "名额": "3",
            "序号": "1",
        },
        needs=("家数",),
        number="卫托荐〔{年份}〕{序号}号",
        heading="关于推荐{年份}年省级示范托育机构的函",
        addressee="{主送机关}",
        body="按照{周期}工作安排，我单位组织专家组对各县（市、区）报送的机构进行了审核，"
        "在分配的 {名额} 个名额内择优推荐 {家数} 家机构（名单见附件）。\n"
        "现将申报表、评分表和汇总表一并报上，请予评审。",
    ),
    TextKind.NOTICE: _official(
        examples={
            **BASIS,
            "公示标题": "关于2023年省级示范托育机构拟授予名单的公示",
            "文号": "示例卫公示〔2023〕1号",
            "公示内容": "经机构自评申报、县级初审、市级审核推荐和省级专家评审，"
            "拟授予下列机构“省级示范托育机构”称号，现予以公示，接受社会监督。",
            "公示期": "2023年9月27日至2023年10月9日，共 5 个工作日",
            "联系方式": f"{BODY}人口家庭处，电话 024-00000000",
            "异议办理日数": "15",
            "家数": "2",
        },
        needs=("公示内容", "公示期", "联系方式"),
        number="{文号}",
        heading="{公示标题}",
        body="{公示内容}\n公示期：{公示期}。\n受理异议：{联系方式}",
    ),
    TextKind.AWARD_DECISION: _official(
        examples={
            **BASIS,
            "文号": TITLE["授予文号"],
            "家数": "2",
            "公示期": "2023年9月27日至2023年10月9日",
            "有效期起": TITLE["有效期起"],
            "有效期止": TITLE["有效期止"],
            "有效年数": "2",
        },
        needs=("家数", "有效期起", "有效期止"),
        letterhead="{发文机关}文件",
        number="{文号}",
        heading="关于授予“省级示范托育机构”称号的决定",
        addressee="各市卫生健康委员会，沈抚改革创新示范区社会事业局",
        body="根据{依据}，经机构自评申报、县级初审、市级审核推荐、省级专家评审，"
        "并于{公示期}向社会公示，决定授予下列 {家数} 家机构“省级示范托育机构”称号（名单见附件），"
        "有效期 {有效年数} 年，自{有效期起}至{有效期止}。\n"
        "希望获得称号的机构珍惜荣誉，持续提高照护服务质量，发挥示范作用。"
        "各级卫生健康部门要加强指导和监督，对服务质量下降的及时督促整改；"
        "限期整改仍不达标的，撤销称号。",
    ),
    TextKind.CERTIFICATE: Pattern(
        (
            Field("heading", "标题", "证　书", limit=20),
            Field("title", "称号", "省级示范托育机构", limit=30),
            Field(
                "body",
                "正文",
                "经机构申报、县级初审、市级审核、省级评审和社会公示，"
                "授予你单位“省级示范托育机构”称号，特发此证。",
                rows=3,
                limit=200,
            ),
            Field(
                "validity",
                "有效期",
                "有效期：{有效期起}至{有效期止}",
                needs=("有效期起", "有效期止"),
                limit=80,
            ),
        ),
        OFFICIAL | TITLE,
    ),
    TextKind.RECTIFICATION_ORDER: _official(
        examples={
            **TITLE,
            "序号": "1",
            "整改要求": "抽查发现监控录像保存不足 90 日，晨午检记录不全，须全面整改。",
            "整改期限": "2024年6月30日",
            "整改日数": "30",
        },
        needs=("整改要求", "整改期限"),
        number="卫托改〔{年份}〕{序号}号",
        heading="限期整改通知书",
        addressee="{机构名称}",
        body="你单位于{授予日期}被授予“省级示范托育机构”称号（证书编号：{证书编号}）。"
        "在监督检查中发现下列问题，现责令限期整改：\n{整改要求}\n"
        "请于{整改期限}前完成整改，并将整改情况通过平台报告。"
        "逾期未整改或者整改后仍不达标的，将撤销称号。",
    ),
    TextKind.REVOCATION_NOTICE: _official(
        examples={
            **TITLE,
            **BASIS,
            "序号": "1",
            "撤销原因": "限期整改不合格",
            "查明的事实": "经复查，监控录像保存仍不足 90 日，晨午检记录仍不全。",
            "陈述期限": "2024年7月20日",
            "陈述日数": "5",
        },
        needs=("撤销原因", "查明的事实", "陈述期限"),
        number="卫托告〔{年份}〕{序号}号",
        heading="撤销称号事先告知书",
        addressee="{机构名称}",
        body="你单位于{授予日期}被授予“省级示范托育机构”称号（证书编号：{证书编号}）。"
        "现查明下列事实：\n{查明的事实}\n"
        "上述情形属于“{撤销原因}”。根据{依据}，拟撤销你单位“省级示范托育机构”称号。\n"
        "你单位有权陈述、申辩。请于{陈述期限}前（{陈述日数} 日内）通过平台提出；"
        "逾期未提出的，视为放弃陈述、申辩。",
    ),
    TextKind.REVOCATION_DECISION: _official(
        examples={
            **TITLE,
            **BASIS,
            "序号": "1",
            "撤销理由": "经复查，限期整改后仍不达标。",
            "撤销原因": "限期整改不合格",
            "听取陈述": "你单位的陈述、申辩意见已予复核。",
        },
        needs=("撤销理由",),
        letterhead="{发文机关}文件",
        number="卫托撤〔{年份}〕{序号}号",
        heading="关于撤销{机构名称}“省级示范托育机构”称号的决定",
        addressee="{机构名称}",
        body="你单位于{授予日期}被授予“省级示范托育机构”称号（证书编号：{证书编号}）。\n"
        "{撤销理由}\n"
        "{听取陈述}\n"
        "上述情形属于“{撤销原因}”。根据{依据}，决定自{日期}起撤销你单位“省级示范托育机构”称号，"
        "列入评选工作档案，原证书同时作废。\n"
        "如对本决定不服，可以依法申请行政复议或者提起行政诉讼。",
    ),
}
