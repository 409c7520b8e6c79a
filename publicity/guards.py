from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.utils import timezone

from accounts.access import holds
from publicity.confidence import gives_away
from publicity.impartiality import parts_in
from publicity.statuses import TitleState
from publicity.working_days import CalendarUnknown
from workflow import Move, Problem, guard

if TYPE_CHECKING:
    from publicity.models import Notice, Objection, Practice, Title


@guard("已列入评审通过的机构")
def has_entries(notice: Notice, move: Move) -> Iterator[Problem]:
    if not notice.entries.exists():
        yield Problem("公示名单为空，请先选择评审通过的机构。")


@guard("公示期可以确定")
def window_is_known(notice: Notice, move: Move) -> Iterator[Problem]:
    """S0, three (四). Where a year's plan is not out the window is refused, never guessed."""
    try:
        notice.window_from(timezone.localdate(move.at))
    except CalendarUnknown as unknown:
        yield Problem(f"{unknown}请先在工作日历中录入该年安排。")


@guard("到了设定的发布时间")
def set_time_has_come(notice: Notice, move: Move) -> Iterator[Problem]:
    """Binds the portal alone; people publish when they see fit."""
    if move.actor is None and not notice.is_due(move.at):
        yield Problem("尚未到设定的发布时间。")


@guard("公示期已满")
def window_is_over(notice: Notice, move: Move) -> Iterator[Problem]:
    day = notice.closes_on
    if day is not None and not notice.is_over(timezone.localdate(move.at)):
        yield Problem(f"公示至{day.year}年{day.month}月{day.day}日止，尚未期满。")


@guard("称号在有效期内")
def term_is_running(title: Title, move: Move) -> Iterator[Problem]:
    """Also before the expiry has been written down."""
    if title.is_over(timezone.localdate(move.at)):
        day = title.valid_until
        yield Problem(f"称号有效期已于{day.year}年{day.month}月{day.day}日届满。")


@guard("称号已满有效期")
def term_is_over(title: Title, move: Move) -> Iterator[Problem]:
    if not title.is_over(timezone.localdate(move.at)):
        yield Problem("称号仍在有效期内。")


@guard("经办人与本件评审无关")
def handler_is_impartial(objection: Objection, move: Move) -> Iterator[Problem]:
    """Whoever had a part in the review of the file cannot decide on an objection to it.

    See publicity.impartiality for what counts; rounds that were superseded count as well.
    """
    if move.actor is None:
        return
    if part := parts_in(objection.entry.application).of(move.actor):
        yield Problem(f"您{part}，应当回避，不能办理此异议。")


@guard("由承办人办理")
def handler_is_assigned(objection: Objection, move: Move) -> Iterator[Problem]:
    """Once it is somebody's, nobody else decides; it can be assigned anew."""
    assignee = objection.assignee
    if assignee is not None and move.actor is not None and assignee.pk != move.actor.pk:
        yield Problem(f"本件由{assignee.name}承办；需由您办理的，请先变更承办人。")


@guard("答复不透露异议人")
def answer_names_nobody(objection: Objection, move: Move) -> Iterator[Problem]:
    """The answer is kept in the events and read on a page without a login."""
    if gives_away(move.reason, objection.secrets):
        yield Problem("答复中含有异议人的姓名或联系方式，请删去。", field="reason")


@guard("报送单位为示范托育机构或卫生健康委")
def author_is_a_model(practice: Practice, move: Move) -> Iterator[Problem]:
    """S0: 示范托育机构 and commissions write; who lost the title is no model any more."""
    if practice.nursery is None:
        return
    titles = practice.nursery.titles.order_by("-valid_from")
    latest = titles.first()
    if latest is None:
        yield Problem("本机构尚未获得“省级示范托育机构”称号，不能报送经验做法。")
    elif latest.state == TitleState.REVOKED:
        yield Problem("本机构的称号已被撤销，不能报送经验做法。", url=latest.get_absolute_url())


@guard("标题、摘要和正文已填写")
def practice_is_whole(practice: Practice, move: Move) -> Iterator[Problem]:
    blank = [
        label
        for label, value in (("摘要", practice.summary), ("正文", practice.text))
        if not value.strip()
    ]
    if blank:
        yield Problem(f"请填写{'和'.join(blank)}。", url=practice.editing_url)


@guard("每张图片都有说明")
def pictures_are_described(practice: Practice, move: Move) -> Iterator[Problem]:
    """A caption is also what a reader hears who cannot see the picture."""
    silent = [str(each.place) for each in practice.pictures.all() if not each.caption.strip()]
    if silent:
        yield Problem(f"请为图 {'、'.join(silent)} 填写说明。", url=practice.editing_url)


@guard("图片已通过安全检查")
def pictures_are_safe(practice: Practice, move: Move) -> Iterator[Problem]:
    for each in practice.pictures.in_order():
        if each.file.is_waiting:
            yield Problem(f"图 {each.place} 正在进行安全检查，请稍候。")
        elif each.file.is_refused:
            finding = each.file.inspection.finding
            yield Problem(
                f"图 {each.place} 未通过安全检查（{finding}），请删除。", url=practice.editing_url
            )


@guard("已确认图片可以公开")
def consents_are_there(practice: Practice, move: Move) -> Iterator[Problem]:
    """No child's face or name; whoever else can be seen has agreed (PIPL)."""
    if not practice.consents:
        yield Problem(
            "请确认文字和图片中没有婴幼儿的面部和姓名，出现的其他人员已同意公开。",
            url=practice.editing_url,
        )


@guard("发布人与撰写单位无关")
def publisher_is_not_the_author(practice: Practice, move: Move) -> Iterator[Problem]:
    """Nobody publishes what they wrote for a nursery, or what is their own nursery's."""
    if practice.nursery is None or move.actor is None:
        return
    wrote = practice.written_by_id == move.actor.pk
    if wrote or holds(move.actor, "nurseries.act_for", practice.nursery):
        yield Problem("您是本篇的撰写人或该机构的工作人员，应由其他人员发布。")
