"""One spot check: who is sent, what is written down, when it is finished, who sees it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction

from accounts import services as accounts
from accounts.access import holds
from accounts.models import Appointment
from applications import services as applications
from publicity import services as publicity
from publicity.models import Title
from publicity.statuses import RevocationGround
from scoring import services as scoring
from scoring.holders import holder_of
from supervision import services
from supervision.models import SpotCheck, possible_inspectors
from supervision.statuses import CheckResult, CheckState, Severity
from tests import scenes
from tests.publicity import crowd
from tests.supervision import checking
from tests.supervision.checking import NOVEMBER
from workflow import Refused, open_to, perform, why_not
from workflow.models import Event

pytestmark = pytest.mark.django_db
TODAY = NOVEMBER.date()


@pytest.fixture
def scene(db):
    return scenes.province()


@pytest.fixture
def title(scene):
    return crowd.concluded(scene)[0]


@pytest.fixture
def check(scene, title):
    return checking.opened(scene, title)


def fresh(user):
    """As the next request of this person finds them."""
    return type(user).objects.get(pk=user.pk)


# Opening


def test_a_check_outside_a_campaign_has_a_reason(scene, title, check):
    assert (check.state, check.reason, check.source) == ("planned", "群众举报。", "专项检查")
    assert Event.objects.of(check).get().reason == "群众举报。"
    assert str(check) == f"{title.nursery.name}的抽查"
    with pytest.raises(Refused, match="检查事由"):
        services.open_check(title, reason=" ", by=scene.officer, at=NOVEMBER)
    with pytest.raises(PermissionDenied):
        services.open_check(title, reason="查。", by=scene.city_handler, at=NOVEMBER)


def test_no_check_of_what_has_ended(scene, title):
    late = scenes.at("2025-10-10 09:00")
    with pytest.raises(Refused, match="已经终止"):
        services.open_check(title, reason="查。", by=scene.officer, at=late)
    publicity.revoke_title(
        title,
        ground=RevocationGround.FRAUD,
        actor=scene.officer,
        at=NOVEMBER,
        reason="弄虚作假。",
    )
    with pytest.raises(Refused, match="已经终止"):
        services.open_check(title, reason="查。", by=scene.officer, at=NOVEMBER)


# Who is sent


def test_two_are_sent_and_the_first_leads(scene, check):
    (problem,) = why_not(check, "begin", user=scene.officer, at=NOVEMBER)
    assert problem.text == "检查人员不得少于 2 人，现有 0 人。"
    checking.staffed(scene, check)
    one, two = check.inspectors.order_by("pk")
    assert (one.leads, two.leads) == (True, False)
    assert (str(one), str(two)) == ("专家1（组长）", "专家2")
    assert holds(fresh(scene.experts[0]), "supervision.inspect", check)
    assert not why_not(check, "begin", user=scene.officer, at=NOVEMBER)
    third = services.appoint_inspector(
        check, scene.experts[2], by=scene.officer, at=NOVEMBER, leads=True
    )
    assert check.inspectors.get(leads=True) == third
    services.name_leader(check, scene.experts[1], by=scene.officer, at=NOVEMBER)
    assert check.inspectors.get(leads=True).user == scene.experts[1]


def test_whoever_is_near_the_nursery_stands_aside(scene, title, check):
    employed, near, tied, official, staff = (*scene.experts[:3], scene.city_handler, None)
    employed.employer = title.nursery.name
    employed.save()
    scenes.profile(scene, near, scene.next_county)
    profile = scenes.profile(scene, tied)
    applications.declare_tie(profile, title.nursery, what="理事", by=scene.officer, at=NOVEMBER)
    staff = scenes.staff(title.nursery)
    accounts.appoint(staff, "expert", scene.root, by=None, at=NOVEMBER)
    people = [employed, near, tied, official, staff, scene.other_city_handler]
    against = services.conflicts_of(people, check)
    assert against == {
        employed.pk: ["专家1在该机构任职，应当回避。"],
        near.pk: ["专家2与该机构在同一市工作，应当回避。"],
        tied.pk: ["专家3申报与该机构有利害关系（理事），应当回避。"],
        official.pk: ["李沈与该机构在同一市工作，应当回避。"],
        staff.pk: ["陈园长是该机构的工作人员，应当回避。"],
        scene.other_city_handler.pk: [],
    }
    for person in people[:5]:
        with pytest.raises(Refused, match="应当回避"):
            services.appoint_inspector(check, person, by=scene.officer, at=NOVEMBER)
    assert not check.inspectors.exists()
    services.appoint_inspector(check, scene.other_city_handler, by=scene.officer, at=NOVEMBER)


def test_who_cannot_be_sent(scene, check):
    stranger = scenes.person("stranger", "路人")
    assert stranger not in possible_inspectors()
    with pytest.raises(Refused, match="不是专家库成员"):
        services.appoint_inspector(check, stranger, by=scene.officer, at=NOVEMBER)
    with pytest.raises(Refused, match="不能任命本人"):
        services.appoint_inspector(check, scene.officer, by=scene.officer, at=NOVEMBER)
    checking.staffed(scene, check)
    with pytest.raises(Refused, match="已在检查组中"):
        services.appoint_inspector(check, scene.experts[0], by=scene.officer, at=NOVEMBER)
    with pytest.raises(PermissionDenied):
        services.appoint_inspector(check, scene.experts[2], by=scene.city_handler, at=NOVEMBER)


def test_a_task_is_taken_back_with_a_reason(scene, check):
    checking.begun(scene, check)
    lead, other = scene.experts[:2]
    with pytest.raises(Refused, match="请写明理由"):
        services.release_inspector(check, lead, by=scene.officer, at=NOVEMBER, reason="")
    with pytest.raises(Refused, match="不在检查组中"):
        services.release_inspector(
            check, scene.experts[3], by=scene.officer, at=NOVEMBER, reason="错。"
        )
    services.release_inspector(check, lead, by=scene.officer, at=NOVEMBER, reason="生病。")
    assert not holds(fresh(lead), "supervision.inspect", check)
    assert not SpotCheck.objects.visible_to(fresh(lead)).exists()
    assert Event.objects.of(check).get(verb="release_inspector").reason == "生病。"
    texts = [problem.text for problem in why_not_finish(check, other)]
    assert texts == []
    services.appoint_inspector(check, scene.experts[2], by=scene.officer, at=NOVEMBER)
    services.release_inspector(check, other, by=scene.officer, at=NOVEMBER, reason="换人。")
    services.appoint_inspector(check, other, by=scene.officer, at=NOVEMBER)
    assert check.inspectors.get(leads=True).user == scene.experts[2]


def why_not_finish(check, user):
    try:
        return why_not(check, "finish", user=fresh(user), at=NOVEMBER)
    except PermissionDenied:
        return []


def test_a_team_without_a_leader_does_not_set_out(scene, check):
    checking.staffed(scene, check)
    check.inspectors.update(leads=False)
    (problem,) = why_not(check, "begin", user=scene.officer, at=NOVEMBER)
    assert problem.text == "尚未指定检查组组长。"


def test_suggested_teams_are_free_and_without_conflict(scene):
    titles = crowd.concluded(scene, 3)
    scenes.profile(scene, scene.experts[0], scene.next_county)
    campaign = checking.drawn(scene, size=3)
    checks = list(campaign.checks.order_by("pk"))
    services.appoint_inspector(checks[0], scene.experts[3], by=scene.officer, at=NOVEMBER)
    assert services.suggest_inspectors(checks, by=scene.officer, at=NOVEMBER) == []
    teams = [{each.user for each in check.inspectors.all()} for check in checks]
    assert all(len(team) == 2 and scene.experts[0] not in team for team in teams)
    assert scene.experts[3] in teams[0]
    loads = [sum(expert in team for team in teams) for expert in scene.experts]
    assert loads == [0, 2, 2, 2]
    assert services.suggest_inspectors(checks, by=scene.officer, at=NOVEMBER) == []
    assert len(titles) == len(checks)


def test_too_few_to_suggest_is_said(scene, check):
    for expert in scene.experts[1:]:
        scenes.profile(scene, expert, scene.county)
    assert services.suggest_inspectors([check], by=scene.officer, at=NOVEMBER) == [check]
    assert [each.user for each in check.inspectors.all()] == [scene.experts[0]]


def test_a_team_is_suggested_in_as_many_queries_for_many_people(
    scene, check, django_assert_max_num_queries
):
    people = scene.experts
    with django_assert_max_num_queries(9):
        services.conflicts_of(people, check)


# Setting out


def test_the_sheet_is_the_awards_own_table(scene, title, check):
    checking.begun(scene, check)
    assert check.state == CheckState.UNDER_WAY
    assert check.sheet.version == title.cycle.version
    assert check.sheet.purpose == "supervision.check"
    assert check.begun_at == NOVEMBER


def test_of_a_campaign_nobody_sets_out_before_it_runs(scene, title):
    campaign = checking.drawn(scene, size=1)
    check = campaign.checks.get()
    checking.staffed(scene, check)
    (problem,) = why_not(check, "begin", user=scene.officer, at=NOVEMBER)
    assert problem.text == "所属抽查目前为“已抽取”，不能开始检查。"
    perform(campaign, "start", actor=scene.officer, at=NOVEMBER)
    check.refresh_from_db()
    assert check.source == campaign.name
    perform(check, "begin", actor=fresh(scene.experts[0]), at=NOVEMBER)


def test_a_title_that_ended_meanwhile_is_not_visited(scene, title, check):
    checking.staffed(scene, check)
    publicity.revoke_title(
        title, ground=RevocationGround.OTHER, actor=scene.officer, at=NOVEMBER, reason="注销。"
    )
    check.refresh_from_db()
    (problem,) = why_not(check, "begin", user=scene.officer, at=NOVEMBER)
    assert "已经终止" in problem.text
    Title.objects.filter(pk=title.pk).update(state="valid", ended_at=None, revoked_for="")
    check.refresh_from_db()
    assert why_not(check, "begin", user=scene.officer, at=scenes.at("2025-10-10 09:00"))


# On site


def test_inspectors_fill_in_and_note_while_it_is_under_way(scene, check):
    lead, other = scene.experts[:2]
    with pytest.raises(PermissionDenied):
        services.add_finding(check, text="一。", severity=Severity.MINOR, by=lead, at=NOVEMBER)
    checking.staffed(scene, check)
    with pytest.raises(Refused, match="目前为“待检查”"):
        services.add_finding(check, text="一。", severity=Severity.MINOR, by=lead, at=NOVEMBER)
    perform(check, "begin", actor=scene.officer, at=NOVEMBER)
    indicator = check.sheet.marks.get(indicator__code="2.1").indicator
    found = services.add_finding(
        check, text="缺。", severity=Severity.MINOR, indicator=indicator, by=other, at=NOVEMBER
    )
    services.add_finding(check, text="门未锁。", severity=Severity.SERIOUS, by=lead, at=NOVEMBER)
    assert check.findings_in_words() == "1. 【一般】2.1 检查记录：缺。\n2. 【严重】门未锁。"
    assert str(found) == found.in_words
    services.change_finding(
        found, text="缺 3 次。", severity=Severity.SERIOUS, by=lead, at=NOVEMBER
    )
    assert check.findings_in_words() == "1. 【严重】缺 3 次。\n2. 【严重】门未锁。"
    services.remove_finding(found, by=lead, at=NOVEMBER)
    assert check.findings_in_words() == "1. 【严重】门未锁。"
    with pytest.raises(PermissionDenied):
        services.add_finding(
            check, text="三。", severity=Severity.MINOR, by=scene.officer, at=NOVEMBER
        )


def test_an_indicator_of_another_table_is_refused(scene, check):
    checking.begun(scene, check)
    data = scenes.SMALL_RUBRIC | {"code": "other", "name": "另一张表"}
    other = scenes.rubric(scene.officer, data)
    indicator = other.sections.first().indicators.first()
    with pytest.raises(Refused, match="不在本次检查所用的评分表中"):
        services.add_finding(
            check,
            text="一。",
            severity=Severity.MINOR,
            indicator=indicator,
            by=scene.experts[0],
            at=NOVEMBER,
        )


def test_photos_stand_beside_a_finding(scene, check):
    checking.begun(scene, check)
    lead = scene.experts[0]
    found = services.add_finding(
        check, text="门未锁。", severity=Severity.MINOR, by=lead, at=NOVEMBER
    )
    assert services.add_photos(found, [upload("门.pdf")], by=lead, at=NOVEMBER) == []
    assert services.add_photos(found, [upload("又是门.pdf")], by=lead, at=NOVEMBER) == []
    photo = found.photos.get()
    assert str(photo) == "门.pdf"
    (sentence,) = services.add_photos(found, [upload("x.exe", b"MZ")], by=lead, at=NOVEMBER)
    assert sentence.startswith("x.exe：文件内容不是可接受的类型")
    services.remove_photo(photo, by=lead, at=NOVEMBER)
    assert not found.photos.exists()
    more = [upload(f"{n}.pdf", scenes.PDF + b"%%%d" % n) for n in range(11)]
    (sentence,) = services.add_photos(found, more, by=lead, at=NOVEMBER)
    assert "每个问题最多上传 10 个文件" in sentence
    services.remove_finding(found, by=lead, at=NOVEMBER)


def upload(name, content=scenes.PDF):
    from django.core.files.uploadedfile import SimpleUploadedFile

    return SimpleUploadedFile(name, content)


def test_the_day_lies_within_the_check(scene, check):
    checking.begun(scene, check)
    for days, sentence in ((1, "不能晚于今天"), (-1, "不能早于确定检查之日")):
        with pytest.raises(Refused, match=sentence):
            services.save_outcome(
                check,
                visited_on=TODAY + timedelta(days=days),
                result=CheckResult.NO_PROBLEM,
                conclusion="好。",
                by=scene.experts[0],
                at=NOVEMBER,
            )


def test_the_leader_alone_seals_and_answers_for_the_result(scene, check):
    checking.begun(scene, check)
    other = scene.experts[1]
    with pytest.raises(PermissionDenied):
        services.seal_sheet(check, by=other, at=NOVEMBER)
    with pytest.raises(PermissionDenied):
        services.save_outcome(
            check,
            visited_on=TODAY,
            result=CheckResult.NO_PROBLEM,
            conclusion="好。",
            by=other,
            at=NOVEMBER,
        )
    with pytest.raises(PermissionDenied):
        perform(check, "finish", actor=fresh(other), at=NOVEMBER)
    with pytest.raises(Refused, match="未评"):
        services.seal_sheet(check, by=scene.experts[0], at=NOVEMBER)


# Finishing


def test_finishing_says_all_that_is_missing(scene, check):
    checking.begun(scene, check)
    texts = [p.text for p in why_not(check, "finish", user=scene.experts[0], at=NOVEMBER)]
    assert texts == ["现场评分尚未完成。", "检查日期、结果和结论尚未填写。"]


def test_a_finished_check_stands_and_the_inspectors_are_free(scene, title, check):
    checking.visited(scene, check)
    lead = fresh(scene.experts[0])
    services.finish_check(check, actor=lead, at=NOVEMBER)
    assert (check.state, check.result) == ("finished", "problems")
    assert check.sheet.total == 78
    assert not Appointment.objects.standing().on(check).exists()
    assert not holds(fresh(scene.experts[0]), "supervision.inspect", check)
    assert SpotCheck.objects.visible_to(fresh(scene.experts[0])).get() == check
    assert open_to(fresh(scene.experts[0]), check, at=NOVEMBER) == []
    assert Event.objects.of(check).get(verb="finish").post.role == "check_inspector"
    assert list(SpotCheck.objects.about_nursery(title.nursery_id)) == [check]


def test_problems_want_findings_and_findings_problems(scene, check):
    checking.visited(scene, check)
    lead = scene.experts[0]
    services.remove_finding(check.findings.get(), by=lead, at=NOVEMBER)
    (problem,) = why_not(check, "finish", user=fresh(lead), at=NOVEMBER)
    assert "至少须列明一个问题" in problem.text
    services.save_outcome(
        check,
        visited_on=TODAY,
        result=CheckResult.NO_PROBLEM,
        conclusion="好。",
        by=lead,
        at=NOVEMBER,
    )
    check.refresh_from_db()
    assert not why_not(check, "finish", user=fresh(lead), at=NOVEMBER)
    services.add_finding(check, text="一。", severity=Severity.MINOR, by=lead, at=NOVEMBER)
    (problem,) = why_not(check, "finish", user=fresh(lead), at=NOVEMBER)
    assert "不能是“未发现问题”" in problem.text


def test_a_check_is_called_off_with_a_reason(scene, check):
    checking.begun(scene, check)
    with pytest.raises(Refused, match="请写明理由"):
        services.cancel_check(check, actor=scene.officer, at=NOVEMBER, reason="")
    services.cancel_check(check, actor=scene.officer, at=NOVEMBER, reason="机构停业。")
    assert (check.state, check.cancelled_for) == ("cancelled", "机构停业。")
    assert not Appointment.objects.standing().on(check).exists()
    with pytest.raises(Refused, match="不能再变动"):
        services.appoint_inspector(check, scene.experts[2], by=scene.officer, at=NOVEMBER)


@pytest.mark.parametrize("what", ["check", "finding", "inspector", "photo"])
def test_what_is_over_never_changes(scene, title, check, what):
    checking.visited(scene, check)
    lead = scene.experts[0]
    services.add_photos(check.findings.get(), [upload("门.pdf")], by=lead, at=NOVEMBER)
    services.finish_check(check, actor=fresh(lead), at=NOVEMBER)
    finding = check.findings.get()
    change = {
        "check": lambda: SpotCheck.objects.update(conclusion="改。"),
        "finding": lambda: check.findings.update(text="改。"),
        "inspector": lambda: check.inspectors.update(leads=False),
        "photo": lambda: finding.photos.update(added_at=NOVEMBER),
    }[what]
    with pytest.raises(DatabaseError, match=r"never changes|pgtrigger"), transaction.atomic():
        change()


# Who sees it


def test_nobody_is_warned_of_a_visit(scene, title):
    check = checking.opened(scene, title)
    staff = scenes.staff(title.nursery)

    def seen_by(*people):
        return [SpotCheck.objects.visible_to(fresh(user)).exists() for user in people]

    local = (scene.city_handler, scene.county_handler)
    assert seen_by(scene.officer, *local, staff) == [True, False, False, False]
    checking.begun(scene, check)
    assert seen_by(scene.officer, *local, staff) == [True, True, True, False]
    assert seen_by(scene.other_city_handler, scene.experts[2]) == [False, False]
    assert list(SpotCheck.objects.about_nursery(title.nursery_id)) == []
    assert not SpotCheck.objects.visible_to(None).exists()
    check.refresh_from_db()


def test_the_nursery_sees_its_own_finished_check(scene, title):
    check = checking.finished(scene, title)
    staff = scenes.staff(title.nursery)
    other = scenes.staff(scenes.nursery(scene.county, "别家园"), "other")
    assert SpotCheck.objects.visible_to(staff).get() == check
    assert not SpotCheck.objects.visible_to(other).exists()


def test_who_reads_and_who_fills_in_the_sheet(scene, title, check):
    checking.begun(scene, check)
    holder = holder_of(check.sheet)
    staff = scenes.staff(title.nursery)
    lead = fresh(scene.experts[0])
    people = (lead, scene.officer, scene.city_handler, scene.other_city_handler, staff)
    assert [holder.may_see(user) for user in people] == [True, True, True, False, False]
    assert [holder.may_fill(user, NOVEMBER) for user in people] == [True] + [False] * 4
    assert "由检查人员填写" in holder.why_locked(NOVEMBER)
    assert holder.finish_url == check.seal_url
    scenes.fill(check.sheet, "90", lead, NOVEMBER)
    services.cancel_check(check, actor=scene.officer, at=NOVEMBER, reason="停业。")
    holder = holder_of(SpotCheck.objects.get().sheet)
    assert not holder.may_fill(fresh(lead), NOVEMBER)
    assert holder.may_see(fresh(lead))
    assert "已取消" in holder.why_locked(NOVEMBER)
    assert not holder.finish_url


def test_lists(scene):
    crowd.concluded(scene, 2)
    campaign = checking.running(scene, size=1)
    drawn = campaign.checks.get()
    other = Title.objects.exclude(pk=drawn.title_id).get()
    done = checking.finished(scene, other)
    rows = SpotCheck.objects.all()
    assert list(rows.pending()) == list(rows.in_campaign(campaign)) == [drawn]
    assert list(rows.outside_campaigns()) == list(rows.with_result("problems")) == [done]
    assert list(rows.in_state("finished")) == list(rows.of(other)) == [done]
    assert list(rows.matching(f"{other.nursery.name} {other.number}")) == [done]
    services.appoint_inspector(drawn, scene.experts[0], by=scene.officer, at=NOVEMBER)
    assert list(rows.given_to(scene.experts[0])) == [drawn, done]
    assert [check.pk for check in rows.in_order()] == [
        check.pk for check in sorted(rows, key=lambda each: each.title.number)
    ]
    assert drawn.is_pending
    assert done.is_finished


def test_scoring_refuses_to_seal_twice(scene, check):
    checking.visited(scene, check)
    with pytest.raises(Refused, match="已封存"):
        services.seal_sheet(check, by=scene.experts[0], at=NOVEMBER)
    assert scoring.tally(check.sheet).total == 78
