"""A province in miniature: a few named people, one cycle, files at every stage.

Everything is made by the portal's own services, so that a scene is a possible world. The dates are
those of S0: hand in by 15 July 2023, to the city by 10 August, to the province by 30 August.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import chain
from typing import Any
from zoneinfo import ZoneInfo

from accounts import services as accounts
from accounts.models import Region, User
from accounts.statuses import Level
from applications import services as applications
from applications.models import Application, ExpertProfile, Review, TeamMember
from applications.statuses import Step
from files import services as files
from files.models import StoredFile
from nurseries import services as nurseries
from nurseries.models import Nursery
from publicity import services as publicity
from publicity.models import Notice
from quotas.models import Cycle
from quotas.services import set_quotas
from scoring import examples
from scoring import services as scoring
from scoring.models import RubricVersion, Sheet
from workflow import perform

SHANGHAI = ZoneInfo("Asia/Shanghai")
PASSWORD = "Demo-2026-portal"
# Valid by checksum, belong to nobody.
CREDIT_CODES = (
    "91210102X99900016M",
    "91210202X99900024M",
    "52210302X99900032N",
    "12210411X99900040U",
    "51211402X999000593",
    "93210281X99900091T",
)


# The smallest file that is a PDF to everyone.
PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    b"2 0 obj<</Type/Pages/Count 0/Kids[]>>endobj\n"
    b"xref\n0 3\n0000000000 65535 f \n0000000009 00000 n \n0000000052 00000 n \n"
    b"trailer<</Size 3/Root 1 0 R>>\nstartxref\n96\n%%EOF"
)


def at(text: str) -> datetime:
    """A moment like 2023-07-01 09:00, local time."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def inspected(when: datetime) -> None:
    """What the workers would have done by now: nothing lies in quarantine."""
    for stored in StoredFile.objects.waiting():
        files.inspect(stored, at=when)


JUNE = at("2023-06-10 09:00")
JULY = at("2023-07-20 09:00")
AUGUST = at("2023-08-15 09:00")
SEPTEMBER = at("2023-09-15 09:00")

# 100 points and a veto item; every half point from 50 up can be reached, and 84.99.
SMALL_RUBRIC: dict[str, Any] = {
    "code": "small",
    "name": "小评分表",
    "full_mark": "100",
    "note": "示例（非官方）",
    "sections": [
        {
            "code": "1",
            "name": "办托条件",
            "indicators": [
                {
                    "code": "1.1",
                    "title": "备案回执在有效期内",
                    "kind": "veto",
                    "mark": "0",
                },
                {
                    "code": "1.2",
                    "title": "场地",
                    "kind": "scale",
                    "mark": "40",
                    "options": [
                        {"label": "优", "value": "40"},
                        {"label": "良", "value": "30"},
                        {"label": "中", "value": "20"},
                    ],
                },
            ],
        },
        {
            "code": "2",
            "name": "安全卫生",
            "indicators": [
                {
                    "code": "2.1",
                    "title": "检查记录",
                    "kind": "deduct",
                    "mark": "30",
                    "options": [{"label": f"缺 {n} 次", "value": str(n)} for n in range(1, 16)],
                },
                {
                    "code": "2.4",
                    "title": "台账",
                    "kind": "deduct",
                    "mark": "10",
                    "options": [
                        {"label": "不完整", "value": "0.5"},
                        {"label": "笔误", "value": "0.01"},
                    ],
                },
                {
                    "code": "2.2",
                    "title": "荣誉",
                    "kind": "award",
                    "mark": "10",
                    "options": [{"label": "一项", "value": "5"}],
                },
                {"code": "2.3", "title": "保险", "kind": "all_or_nothing", "mark": "10"},
            ],
        },
    ],
}


def region(code: str, name: str, level: str, parent: Region | None) -> Region:
    own = code[:2] if level == Level.PROVINCE else code if level == Level.COUNTY else code[:4]
    path = f"{parent.path}/{own}" if parent else own
    return Region.objects.create(
        code=code, name=name, level=level, parent=parent, path=path, commission=f"{name}卫生健康委"
    )


def person(username: str, name: str, **more: Any) -> User:
    """Somebody who can sign in with PASSWORD; no post yet."""
    user = User(username=username, name=name, must_change_password=False, **more)
    user.set_password(PASSWORD)
    user.save()
    return user


def official(username: str, name: str, role: str, on: Region, when: datetime = JUNE) -> User:
    user = person(username, name)
    accounts.appoint(user, role, on, by=None, at=when)
    return user


@dataclass
class Province:
    """The regions, the people and the open cycle of the tests."""

    root: Region
    city: Region
    county: Region
    next_county: Region
    other_city: Region
    other_county: Region
    zone: Region
    version: RubricVersion
    cycle: Cycle
    county_handler: User
    county_approver: User
    city_handler: User
    other_county_handler: User
    other_city_handler: User
    zone_county: User
    zone_city: User
    officer: User
    experts: list[User]


def province(places: int = 2) -> Province:
    """Two cities and the zone, each with its officials; the cycle of 2023 is open."""
    root = region("210000", "辽宁省", Level.PROVINCE, None)
    city = region("210100", "沈阳市", Level.CITY, root)
    county = region("210102", "和平区", Level.COUNTY, city)
    next_county = region("210106", "铁西区", Level.COUNTY, city)
    other_city = region("210300", "鞍山市", Level.CITY, root)
    other_county = region("210303", "铁西区", Level.COUNTY, other_city)
    zone = region("211500", "沈抚改革创新示范区", Level.ZONE, root)
    officer = official("officer", "周省", "province_officer", root)
    zone_county = official("zone-county", "沈初", "county_handler", zone)
    zone_city = official("zone-city", "沈审", "city_handler", zone)
    version = rubric(officer)
    cycle = open_cycle(root, version, officer, {city: places, other_city: 1, zone: 1})
    return Province(
        root=root,
        city=city,
        county=county,
        next_county=next_county,
        other_city=other_city,
        other_county=other_county,
        zone=zone,
        version=version,
        cycle=cycle,
        county_handler=official("county", "王和", "county_handler", county),
        county_approver=official("county-approver", "赵和", "county_approver", county),
        city_handler=official("city", "李沈", "city_handler", city),
        other_county_handler=official("other-county", "吴鞍", "county_handler", other_county),
        other_city_handler=official("other-city", "郑鞍", "city_handler", other_city),
        zone_county=zone_county,
        zone_city=zone_city,
        officer=officer,
        experts=[official(f"expert{n}", f"专家{n}", "expert", root) for n in (1, 2, 3, 4)],
    )


def rubric(by: User, data: dict[str, Any] | None = None, when: datetime = JUNE) -> RubricVersion:
    """A published rubric version; the small one unless `data` says otherwise."""
    version = scoring.load_rubric(data or SMALL_RUBRIC, by=by, at=when)
    return scoring.publish_version(version, by=by, at=when)


def draft_cycle(root: Region, version: RubricVersion, **more: Any) -> Cycle:
    values: dict[str, Any] = {
        "name": "2023年省级示范托育机构评选",
        "year": 2023,
        "opens_on": date(2023, 5, 28),
        "nursery_deadline": date(2023, 7, 15),
        "county_deadline": date(2023, 8, 10),
        "city_deadline": date(2023, 8, 30),
    }
    return Cycle.objects.create(province=root, version=version, **(values | more))


def open_cycle(
    root: Region, version: RubricVersion, officer: User, places: dict[Region, int], **more: Any
) -> Cycle:
    cycle = draft_cycle(root, version, **more)
    set_quotas(cycle, places, by=officer, at=JUNE)
    perform(cycle, "start", actor=officer, at=JUNE)
    return cycle


def nursery(region: Region, name: str = "阳光托育园", code: str = "", **more: Any) -> Nursery:
    """A filed nursery; the next free example code unless one is given."""
    values: dict[str, Any] = {
        "name": name,
        "credit_code": code or _next_code(),
        "registration_body": f"{region.name}市场监督管理局",
        "registration_kind": "enterprise",
        "filing_receipt_number": f"托备{region.code}-001",
        "filing_date": date(2022, 3, 1),
        "filing_county": region,
        "address": f"{region.full_name}中山路 1 号",
        "region": region,
        "legal_representative": "孙法",
        "head": "钱园",
        "phone": "13800005678",
        "organiser": "private",
        "form": "independent",
        "inclusive": True,
        "services_offered": ["full_day"],
        "opened_on": date(2021, 9, 1),
        "floor_area": Decimal("620.50"),
        "outdoor_area": Decimal("180.00"),
        "capacity": 60,
    }
    return nurseries.create(values | more, by=None, at=JUNE)


def _next_code() -> str:
    taken = set(Nursery.objects.values_list("credit_code", flat=True))
    return next(code for code in chain(CREDIT_CODES, made_codes()) if code not in taken)


def made_codes() -> Any:
    """Any number of further codes that are right by checksum and belong to nobody."""
    from stdnum.cn import uscc

    for n in range(100, 1_000_000):
        body = f"91210102X9{n:06d}"
        # The last two places are check digits: of the organisation code and of the whole.
        organisation = body[8:] + _organisation_digit(body[8:])
        stem = body[:8] + organisation
        yield stem + uscc.calc_check_digit(stem)


def _organisation_digit(stem: str) -> str:
    """GB 11714: weights 3 7 9 10 5 8 4 2, modulo 11."""
    values = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    weights = (3, 7, 9, 10, 5, 8, 4, 2)
    total = sum(w * values.index(c) for w, c in zip(weights, stem, strict=True))
    return "0123456789X0"[(11 - total % 11) % 11]


def staff(of: Nursery, username: str = "staff", name: str = "陈园长") -> User:
    user = person(username, name, phone="13900001234")
    nurseries.appoint_staff(of, user, by=None, at=JUNE)
    return user


def fill(
    sheet: Sheet,
    total: str | Decimal,
    by: User,
    when: datetime,
    reference: Sheet | None = None,
) -> Sheet:
    """Answers that come to exactly `total`, every veto item met; with a `reference`, a reason
    wherever a mark is below its own.
    """
    layout = scoring.layout_of(sheet.version)
    answers = examples.answers_reaching(layout, Decimal(total), seed=sheet.pk)
    notes = {}
    if reference:
        theirs = scoring.readings(reference)[reference.pk]
        notes = examples.reasons_below(layout, answers, theirs, "现场核查与自评不符。")
    scoring.fill_sheet(sheet, answers, by=by, at=when, notes=notes)
    return sheet


def team(review: Review, by: User) -> None:
    """Two people score for the commission, one of them leads."""
    members = [
        TeamMember(name="冯组长", employer="市妇幼保健院", position="主任医师", leads=True),
        TeamMember(name="蒋组员", employer="市疾病预防控制中心", position="副主任技师"),
    ]
    applications.name_team(review, members, by=by)


def drafted(
    scene: Province,
    where: Region | None = None,
    *,
    total: str = "90",
    name: str = "阳光托育园",
    username: str = "staff",
    when: datetime = JUNE,
) -> tuple[Application, User]:
    """A complete draft that could be submitted, and who may submit it."""
    of = nursery(where or scene.county, name)
    by = staff(of, username)
    application = applications.draft(of, scene.cycle, by=by, at=when)
    complete(application, by, total=total, when=when)
    return application, by


def complete(application: Application, by: User, *, total: str, when: datetime = JUNE) -> None:
    """Fill in all that the checklist asks for."""
    values = {
        "contact_name": "陈园长",
        "contact_phone": "13900001234",
        "introduction": "本园于 2021 年开办。",
        "practice": "坚持医育结合。",
        "declares_filed": True,
        "declares_no_dishonesty": True,
        "declares_no_mistreatment": True,
        "declares_no_accident": True,
        "declares_true": True,
    }
    applications.save_form(application, values, by=by)
    fill(application.self_sheet, total, by, when)
    application.refresh_from_db()


def submitted(
    scene: Province, where: Region | None = None, **more: Any
) -> tuple[Application, User]:
    application, by = drafted(scene, where, **more)
    perform(application, "submit", actor=by, at=more.get("when", JUNE))
    return application, by


def scored(
    application: Application, step: Step, by: User, *, total: str = "90", when: datetime
) -> Review:
    """The county's or the city's own sheet, filled in and sealed."""
    review = applications.start_review(application, step, by=by, at=when)
    fill(review.sheet, total, by, when, application.self_sheet)
    team(review, by)
    scoring.seal(review.sheet, by=by, at=when)
    application.refresh_from_db()
    return review


def at_city(scene: Province, **more: Any) -> tuple[Application, User]:
    """Recommended by the county."""
    application, by = submitted(scene, **more)
    scored(application, Step.COUNTY, scene.county_handler, when=JULY)
    perform(
        application, "recommend_to_city", actor=scene.county_handler, at=JULY, reason="同意推荐。"
    )
    return application, by


def at_province(scene: Province, **more: Any) -> tuple[Application, User]:
    """Recommended by the city, in a place of its quota."""
    application, by = at_city(scene, **more)
    scored(application, Step.CITY, scene.city_handler, when=AUGUST)
    perform(
        application,
        "recommend_to_province",
        actor=scene.city_handler,
        at=AUGUST,
        reason="同意推荐。",
    )
    return application, by


def seat_panel(
    scene: Province,
    application: Application,
    *,
    paper: tuple[str, ...] = ("88", "90", "89"),
    site: tuple[str, ...] = ("91", "90", "92"),
    sealed: bool = True,
    when: datetime = SEPTEMBER,
) -> list[Review]:
    """Three experts on paper and on site with these totals; all have accepted."""
    seats = [(Step.PAPER, paper), (Step.SITE, site)]
    reviews = [
        applications.assign_expert(application, expert, step, by=scene.officer, at=when)
        for step, totals in seats
        for expert, _ in zip(scene.experts, totals, strict=False)
    ]
    accept(reviews, when)
    totals = [*paper, *site]
    for review, total in zip(reviews, totals, strict=True):
        fill(review.sheet, total, review.reviewer, when)  # type: ignore[arg-type]
        if sealed:
            scoring.seal(review.sheet, by=review.reviewer, at=when)
    application.refresh_from_db()
    return reviews


def accept(reviews: list[Review], when: datetime = SEPTEMBER) -> None:
    """Everybody takes on what they were given."""
    for review in reviews:
        applications.accept_task(review, by=review.reviewer, at=when)  # type: ignore[arg-type]
        review.refresh_from_db(fields=["accepted_at"])


def profile(
    scene: Province, expert: User, where: Region | None = None, **more: Any
) -> ExpertProfile:
    """What the pool knows of an expert; one who works at the province unless `where` is given."""
    values = {"field": "health", "region": where or scene.root, "title": "", "max_load": 40}
    return applications.save_profile(expert, values | more, by=scene.officer, at=JUNE)


def passed(scene: Province, **more: Any) -> tuple[Application, User]:
    application, by = at_province(scene, **more)
    seat_panel(scene, application)
    perform(application, "pass_review", actor=scene.officer, at=SEPTEMBER)
    return application, by


NOTICED = at("2023-09-27 09:00")


def on_notice(scene: Province, **more: Any) -> tuple[Notice, Application, User]:
    """The notice of 27 September 2023; over the National Day it ends on 9 October."""
    application, by = passed(scene, **more)
    notice = publicity.compose(
        scene.cycle,
        title="2023年省级示范托育机构名单公示",
        body="现将名单予以公示。",
        contact="省卫生健康委人口家庭处 024-00000000",
        number="示例〔2023〕1号",
        by=scene.officer,
        at=SEPTEMBER,
    )
    publicity.publish(notice, actor=scene.officer, at=NOTICED)
    application.refresh_from_db()
    return notice, application, by
