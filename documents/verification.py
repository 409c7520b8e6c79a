"""What the portal says of a paper to anybody who holds it: facts in words, nothing personal.

A public paper (notice, award decision, certificate, revocation) says everything it is about; of an
internal one only what is printed on it for whoever has it in hand.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from accounts.models import Region
from documents.codes import readings
from documents.models import Document
from documents.papers.identity import SHOWN_OF_DIGEST
from documents.papers.publication import titles_begun
from documents.papers.wording import day, grouped
from documents.statuses import FORMS, Kind
from nurseries.models import Nursery
from publicity.models import Notice, Title

MOST_NAMED = 30
# Who issues a paper: the commission of the county, of the city or of the province.
OF_COUNTY = (Kind.SCORES_COUNTY, Kind.COUNTY_LETTER)
OF_CITY = (Kind.SCORES_CITY,)
BY_NURSERY = (*FORMS, Kind.SCORES_SELF)
Facts = list[tuple[str, str]]


@dataclass(frozen=True)
class Finding:
    """What is said of a paper. `holds` is whether one may rely on it now.

    `title` is there for a certificate, whose verdict is the title's; `document` is not while the
    certificate is still being drawn. `more_url` leads to the public page about the same.
    """

    heading: str
    sentence: str
    holds: bool
    facts: Facts
    title: Title | None = None
    document: Document | None = None
    more_url: str = ""


def with_code(typed: str, today: date) -> Finding | None:
    """The paper whose code was typed, with small slips of reading; None where there is none.

    Always the same two questions to the database.
    """
    codes = readings(typed)
    title = Title.objects.for_list().with_codes(codes).first()
    document = Document.objects.with_codes(codes).for_verification().first()
    if title:
        return _of_certificate(title, document, today)
    return _of_document(document, today) if document else None


def with_digest(sha256: str, today: date) -> Finding | None:
    """The paper whose file has this digest."""
    found = Document.objects.with_digest(sha256).for_verification().first()
    if found is None:
        return None
    title = Title.objects.for_list().with_codes([found.code]).first()
    return _of_certificate(title, found, today) if title else _of_document(found, today)


def _of_certificate(title: Title, document: Document | None, today: date) -> Finding:
    standing = title.standing(today)
    return Finding(
        heading=f"称号{standing.label}",
        sentence="",
        holds=title.is_in_force and not title.is_over(today),
        facts=[
            *title.facts,
            ("称号状态", standing.label),
            *_seals(document),
            ("查验码", grouped(title.code)),
        ],
        title=title,
        document=document,
        more_url=title.get_absolute_url(),
    )


def _of_document(document: Document, today: date) -> Finding:
    heading, sentence = _standing(document)
    about, more_url = _about(document, today)
    facts = [
        ("文书种类", document.label),
        *about,
        ("日期", day(document.event.at)),
        *_seals(document),
        ("查验码", grouped(document.code)),
        ("内容摘要", document.content_digest[:SHOWN_OF_DIGEST]),
    ]
    return Finding(
        heading, sentence, document.is_current, facts, document=document, more_url=more_url
    )


def _seals(document: Document | None) -> Facts:
    """Whose seals are on it and who signed, where the paper has a place for any."""
    words = document.seal_words if document else ""
    return [("用印和签名", words)] if words else []


def _standing(document: Document) -> tuple[str, str]:
    """Whether the paper is still the one to go by; of a newer one only that there is one."""
    if document.is_current:
        if document.kind == Kind.APPLICATION_DRAFT:
            return "文书为草稿", "该文书由本平台生成，为提交前的草稿，不作为申报依据。"
        return "文书为现行版本", "该文书由本平台出具，至今未被替代。"
    since = day(document.superseded_at)
    if Document.objects.newer_than(document).exists():
        sentence = f"该文书由本平台出具，已于{since}由新的版本替代，请以新版本为准。"
        return "已有更新的版本", sentence
    return "文书已失效", f"该文书由本平台出具，因办理情况变化，已于{since}失效。"


def _about(document: Document, today: date) -> tuple[Facts, str]:
    """What and who the paper is about, and the public page of the same."""
    if document.kind in {Kind.NOTICE, Kind.AWARD_DECISION}:
        notice = Notice.objects.with_cycle().get(pk=document.subject_id)
        facts = _notice(notice, today) if document.kind == Kind.NOTICE else _award(document, notice)
        return facts, notice.get_absolute_url()
    if document.kind == Kind.REVOCATION_DECISION:
        title = Title.objects.for_list().get(pk=document.subject_id)
        return _revocation(title), title.get_absolute_url()
    if document.kind == Kind.ARCHIVE:
        name = Nursery.objects.get(pk=document.subject_id).name
        return [("机构名称", name), ("出具单位", _issuer(document))], ""
    return _internal(document), ""


def _notice(notice: Notice, today: date) -> Facts:
    return [
        ("标题", notice.title),
        ("文号", notice.number),
        ("发布单位", notice.cycle.province.commission),
        ("公示期", notice.window_words),
        ("公示机构", f"{notice.entries.count()} 家"),
        ("公示状态", notice.standing(today).label),
    ]


def _award(document: Document, notice: Notice) -> Facts:
    titles = titles_begun(document.event)
    names = "、".join(title.nursery.name for title in titles[:MOST_NAMED])
    more = f"等 {len(titles)} 家" if len(titles) > MOST_NAMED else f"（{len(titles)} 家）"
    first = titles[0]
    return [
        ("授予决定文号", first.decision_number),
        ("授予单位", notice.cycle.province.commission),
        ("授予机构", f"{names}{more}"),
        ("称号", "省级示范托育机构"),
        ("有效期", f"{day(first.valid_from)}至{day(first.valid_until)}"),
    ]


def _revocation(title: Title) -> Facts:
    return [
        ("机构名称", title.nursery.name),
        ("证书编号", title.number),
        ("作出单位", title.cycle.province.commission),
        ("授予日期", day(title.awarded_on)),
        ("撤销日期", day(title.ended_at)),
    ]


def _internal(document: Document) -> Facts:
    name = document.application.nursery.name if document.application else ""
    if document.kind in BY_NURSERY:
        facts = [("填报单位", name)]
    else:
        facts = [("机构名称", name)] if name else []
        facts.append(("出具单位", _issuer(document)))
    return [*facts, ("份数", f"{document.copies} 份")]


def _issuer(document: Document) -> str:
    """The body that speaks on the paper."""
    if document.application is None:
        return Region.objects.get(path=document.region_path).commission
    region = document.application.region
    if document.kind in OF_COUNTY:
        return region.county_unit.commission
    if document.kind in OF_CITY:
        return region.city_unit.commission
    return Region.objects.province().commission
