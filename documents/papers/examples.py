"""Every kind of paper with made-up content: what the province sees while it changes the texts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

from applications.declarations import DECLARATIONS
from documents.papers import (
    application_form,
    archive,
    official,
    pdf,
    score_table,
    stamping,
    summary_table,
    titles,
)
from documents.papers.paper import Facts, paragraphs
from documents.papers.patterns import BODY, NURSERY, PATTERNS, TITLE
from documents.papers.publication import AWARDED, NOTICED
from documents.papers.texts import Texts, filled
from documents.statuses import TextKind

WATERMARK = "预览"
CODE = "EXAMPLE23456"
DAY = date(2023, 10, 10)
ISSUER = official.Body(BODY, "21")
NUMBER = "202321010200001"
CREDIT_CODE, RECEIPT, PHONE = "91210102X99900016M", "托备210102-001", "13800005678"
CYCLE = "2023年省级示范托育机构评选"
LISTS = {
    TextKind.CITY_LETTER: ("推荐名单", AWARDED[:3]),
    TextKind.NOTICE: ("2023年拟授予省级示范托育机构名单", NOTICED),
    TextKind.AWARD_DECISION: ("2023年省级示范托育机构名单", AWARDED),
}
SUMS = {0: "合计", 3: "1 家", 9: "60", 10: "40"}
ROW = ("1", NURSERY, "示例市示例区", TITLE["证书编号"])


def draw(kind: TextKind, texts: Texts, *, at: datetime) -> bytes:
    """The paper in these texts as PDF, marked as a preview."""
    layout, facts = example(kind, texts)
    marked = facts | {"watermark": WATERMARK}
    return pdf.render(layout, marked, code=CODE, digest="0" * 64, at=at).content


def draw_sealed(body: str, picture: bytes, *, at: datetime) -> bytes:
    """A letter in the name of a body with its seal on it, marked as a preview."""
    kind = TextKind.COUNTY_LETTER
    texts = PATTERNS[kind].defaults
    said = filled(texts, dict(PATTERNS[kind].examples) | {"发文机关": body})
    facts = official.facts(kind, said, body=official.Body(body, ISSUER.path), day=DAY)
    facts |= {"watermark": WATERMARK}
    drawn = pdf.render(official.LAYOUT, facts, code=CODE, digest="0" * 64, at=at)
    stamps = [stamping.Stamp("Seal", picture, place) for place in drawn.places]
    return stamping.written(stamping.stamped(drawn.content, stamps))


def example(kind: TextKind, texts: Texts) -> tuple[pdf.Layout, Facts]:
    """What the paper says, with the example of each placeholder in its place."""
    said = filled(texts, PATTERNS[kind].examples)
    if kind in TABLES:
        layout, facts_of = TABLES[kind]
        return layout, facts_of(said)
    if kind == TextKind.CERTIFICATE:
        return titles.CERTIFICATE, _certificate(said)
    title, columns = LISTS.get(kind, ("", ()))
    annexes = [official.annex(title, columns, [list(ROW[: len(columns)])])] if columns else []
    body = official.Body(PATTERNS[kind].examples["发文机关"], ISSUER.path)
    return official.LAYOUT, official.facts(kind, said, body=body, day=DAY, annexes=annexes)


def _certificate(said: Texts) -> Facts:
    return titles.certificate_facts(
        said,
        name=NURSERY,
        number=TITLE["证书编号"],
        decision=TITLE["授予文号"],
        body=ISSUER,
        day=TITLE["授予日期"],
    )


def _said(said: Texts) -> Facts:
    """The fields that forms and tables share."""
    return {
        "heading": paragraphs(said["heading"]),
        "marking": said["marking"],
        "notes": paragraphs(said["notes"]),
        "number": NUMBER,
        "cycle": CYCLE,
    }


def _form(said: Texts) -> Facts:
    return _said(said) | {
        "filled_on": "2023年6月10日",
        "nursery": {
            "name": NURSERY,
            "credit_code": CREDIT_CODE,
            "registration_body": "示例区市场监督管理局",
            "registration_kind": "企业（营利）",
            "filing_receipt_number": RECEIPT,
            "filed": "示例市示例区　2022年3月1日",
            "region": "示例市示例区",
            "address": "示例市示例区示例路 1 号",
            "legal_representative": "孙某",
            "head": "钱某",
            "organiser": "民办",
            "form": "独立",
            "inclusive": "是",
            "services": "全日托、半日托",
            "opened_on": "2021年9月1日",
            "floor_area": "620.5 平方米",
            "outdoor_area": "180 平方米",
            "capacity": 60,
            "classes": ["乳儿班 1 个班 8 人", "托小班 1 个班 14 人", "托大班 1 个班 18 人"],
            "children": 40,
            "staff": ["保育人员 10 人（持证 10 人）", "保健人员 1 人（持证 1 人）"],
            "staff_total": 11,
            "certified_total": 11,
            "fees": ["保育费 1980 元/月", "餐费 20 元/日"],
        },
        "contact_name": "陈某",
        "contact_phone": PHONE,
        "sections": [
            {"name": name, "total": total, "full": full}
            for name, total, full in (
                ("办托条件", "9", "10"),
                ("队伍建设", "13", "14"),
                ("行政管理", "6", "7"),
                ("安全卫生", "38", "41"),
                ("保育质量", "26", "28"),
            )
        ],
        "total": "92",
        "full": "100",
        "introduction": ["本园于 2021 年开办，面向 6 至 36 月龄婴幼儿提供照护服务。"],
        "practice": ["坚持医育结合，与社区卫生服务中心建立签约服务关系。"],
        "declarations": [{"text": text, "made": True} for text in DECLARATIONS.values()],
        "declared_on": "2023年6月10日",
        "opinions": [
            _cell("county", ["县级初审", "推　　荐"], "示例区卫生健康局", "县级评分", "91.5"),
            _cell("city", ["市级审核", "推　　荐"], "示例市卫生健康委员会", "市级评分", "91"),
            _cell("province", ["省级评审"], BODY, "评审得分", "90.2"),
        ],
    }


def _cell(tier: str, label: list[str], body: str, mark_label: str, mark: str) -> Facts:
    return {
        "tier": tier,
        "label": label,
        "body": body,
        "path": ISSUER.path,
        "text": ["经现场核查，该机构符合申报条件，同意推荐。"],
        "whole": True,
        "verdict": "同意推荐",
        "mark_label": mark_label,
        "mark": mark,
        "signed_on": "2023年7月10日",
    }


def _scores(said: Texts) -> Facts:
    rows = [
        {"code": "1.1", "title": "备案回执", "full": "否决项", "marks": ["符合"] * 3, "notes": []},
        {
            "code": "1.2",
            "title": "室外活动场地满足分班活动需要",
            "full": "4",
            "marks": ["4", "3", "3"],
            "notes": [{"who": "县级", "text": "活动场地与停车区域相邻，隔离设施不全。"}],
        },
    ]
    section = {"code": "1", "name": "办托条件", "full": "10", "totals": ["9", "8", "8"]}
    seals = zip(("机构自评", "县级初审", "市级审核"), ("92", "91.5", "91"), strict=True)
    return _said(said) | {
        "nursery": NURSERY,
        "region": "示例市示例区",
        "columns": ["自评", "县级", "市级"],
        "note_heading": "说明",
        "sections": [section | {"rows": rows}],
        "full": "100",
        "totals": ["92", "91.5", "91"],
        "result": "",
        "teams": [{"label": "县级评审组", "members": "王某（组长，示例区妇幼保健院，主任医师）"}],
        "seals": [
            {"who": who, "total": total, "at": "2023年7月10日 09:00", "digest": "0" * 64}
            for who, total in seals
        ],
    }


def _summary(said: Texts) -> Facts:
    values = f"1|示例市|示例区|{NURSERY}|{CREDIT_CODE}|{RECEIPT}|民办|独立|是|60|40|钱某|{PHONE}"
    values += f"|92|91.5|91|择优推荐。|{NUMBER}"
    columns = summary_table.COLUMNS
    cells = [
        {"kind": f"is-{column.kind} of-{column.name}", "text": value}
        for column, value in zip(columns, values.split("|"), strict=True)
    ]
    return _said(said) | {
        "heading": "".join(paragraphs(said["heading"])),
        "unit": "示例市卫生健康委员会",
        "path": ISSUER.path,
        "filled_on": "2023年8月20日",
        "columns": summary_table.headings(columns),
        "rows": [cells],
        "totals": [cell | {"text": SUMS.get(place, "")} for place, cell in enumerate(cells)],
    }


def _archive(said: Texts) -> Facts:
    submitted = {"day": "2023年6月10日", "group": "申报与评审", "what": "提交申报"}
    awarded = {"day": "2023年10月10日", "group": "称号", "what": "称号生效"}
    scores = [
        {"label": label, "total": total, "day": "2023年7月10日", "by": by}
        for label, total, by in (
            ("机构自评（第 1 次提交）", "92", ""),
            ("县级初审", "91.5", "王某（组长）"),
        )
    ]
    about = [["受理编号", NUMBER], ["状态", "已授予"], ["评审得分", "90.2"]]
    entries = [
        submitted | {"who": f"陈某（{NURSERY}）", "text": []},
        awarded | {"who": f"周某（{BODY}）", "text": [f"证书编号 {TITLE['证书编号']}。"]},
    ]
    chapter = {"title": CYCLE, "files": [{"facts": about, "scores": scores}], "entries": entries}
    return {
        "heading": paragraphs(said["heading"]),
        "marking": said["marking"],
        "notes": paragraphs(said["notes"]),
        "name": NURSERY,
        "facts": [[["机构名称", NURSERY], ["统一社会信用代码", CREDIT_CODE]]],
        "size": len(entries),
        "chapters": [chapter],
        "signed": {"body": BODY, "path": ISSUER.path, "day": "2023年10月10日"},
    }


TABLES: dict[TextKind, tuple[pdf.Layout, Callable[[Texts], Facts]]] = {
    TextKind.APPLICATION_FORM: (application_form.LAYOUT, _form),
    TextKind.SCORE_TABLE: (score_table.LAYOUT, _scores),
    TextKind.SUMMARY_TABLE: (summary_table.LAYOUT, _summary),
    TextKind.ARCHIVE: (archive.LAYOUT, _archive),
}
