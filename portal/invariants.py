"""What must always be true of the data, each as one question to the database.

A finding is a sentence that names the row. `manage.py check_invariants` runs them all.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator

from django.core.files.storage import default_storage
from django.db.models import Count, F, OuterRef, Q, Subquery, Sum

from accounts.models import Appointment, RegionUserObjectPermission
from accounts.roles import BY_CODE, REGION
from applications.caps import uses_of
from applications.models import (
    Application,
    ApplicationUserObjectPermission,
    Batch,
    BatchItem,
    Review,
)
from documents.models import Document, Impression
from documents.statuses import ABOUT_RECOMMENDED, RECOMMENDED
from files import services as files
from files.models import StoredFile
from publicity.models import NoticeEntry, Title
from publicity.statuses import EntryOutcome
from quotas.models import CountyCap, Place, Quota
from scoring.models import Mark, Sheet
from scoring.statuses import Kind
from workflow.checks import machines
from workflow.models import Event

Findings = Iterator[str]


def places_match_quotas() -> Findings:
    """Every quota has exactly as many places as it says."""
    for quota in Quota.objects.annotate(n=Count("places")).exclude(n=F("size")):
        yield f"名额 {quota.pk}：应有 {quota.size} 个，实有 {quota.n} 个。"


def places_are_taken_by_applications() -> Findings:
    """A place is taken exactly when an application holds it, and in its own unit and cycle."""
    held = Place.objects.filter(application__isnull=False)
    for place in held.filter(taken_at=None):
        yield f"名额 {place.pk}：有申报占用，却标为空闲。"
    for place in Place.objects.filter(taken_at__isnull=False, application=None):
        yield f"名额 {place.pk}：标为占用，却没有申报。"
    for application in Application.objects.filter(place__isnull=False).select_related(
        "place__quota__region", "region__parent"
    ):
        quota = application.place.quota  # type: ignore[union-attr]
        if quota.cycle_id != application.cycle_id or quota.region != application.region.city_unit:
            yield f"申报 {application.number}：占用了其他地区或周期的名额。"


def sizes_agree_with_history() -> Findings:
    """The size of every quota is what its last change left; what a transfer gave was received."""
    changes = Event.objects.filter(
        subject_type=Quota._meta.label_lower, subject_id=OuterRef("pk"), data__has_key="after"
    )
    told = Quota.objects.annotate(said=Subquery(changes.order_by("-pk").values("data__after")[:1]))
    for quota in told.select_related("region"):
        if quota.said != quota.size:
            yield f"名额 {quota.pk}：现为 {quota.size} 个，变更记录为 {quota.said}。"
    for event in Event.objects.telling("transfer_places"):
        sides = event.data["quotas"]
        before, after = (sum(side[when] for side in sides) for when in ("before", "after"))
        if before != after:
            yield f"名额调剂 {event.pk}：调剂前合计 {before} 个，调剂后合计 {after} 个。"


def counties_keep_to_their_caps() -> Findings:
    """No county has recommended more than its city allows, and a cap is one of a city's county."""
    caps = CountyCap.objects.select_related("quota__cycle", "region__parent")
    cycles = {cap.quota.cycle for cap in caps}
    for cycle, use in uses_of(Application.objects.all(), caps, cycles):
        if use.size is not None and use.used > use.size:
            yield f"{cycle}{use.county}：可推荐 {use.size} 件，已推荐 {use.used} 件。"
    for cap in caps:
        if cap.region.parent_id != cap.quota.region_id:
            yield f"县级推荐上限 {cap.pk}：{cap.region}不属于该市。"


def states_agree_with_events() -> Findings:
    """The state of every subject is the target of its last move."""
    for model in machines():
        label = model._meta.label_lower
        last = Event.objects.filter(subject_type=label, subject_id=OuterRef("pk")).exclude(
            target=""
        )
        initial = model._meta.get_field("state").default
        rows = model._base_manager.annotate(
            said=Subquery(last.order_by("-pk").values("target")[:1])
        )
        for row in rows.exclude(state=F("said")).exclude(said=None, state=initial):
            yield f"{model._meta.verbose_name} {row.pk}：状态 {row.state}，事件记录为 {row.said}。"


def totals_agree_with_marks() -> Findings:
    """The total of a sealed sheet is the sum of its marks, and every item is answered."""
    sheets = Sheet.objects.filter(sealed_at__isnull=False).annotate(
        summed=Sum("marks__value"), open=Count("marks", filter=Q(marks__value=None))
    )
    for sheet in sheets.filter(~Q(total=F("summed")) | Q(open__gt=0)):
        yield f"评分 {sheet.pk}：封存总分 {sheet.total}，各项合计 {sheet.summed}。"


def sheets_are_held() -> Findings:
    """No sheet without an application or a review, but those replaced when a file was returned."""
    orphans = Sheet.objects.filter(application=None, review=None, sealed_at=None)
    for sheet in orphans:
        yield f"评分 {sheet.pk}：没有归属。"
    for mark in Mark.objects.exclude(indicator__section__version=F("sheet__version"))[:100]:
        yield f"得分 {mark.pk}：指标不属于该评分表版本。"


def commissions_account_for_their_marks() -> Findings:
    """A sealed sheet of a commission has a team, and a reason for every mark below the nursery's.

    Only of the present round: the self-score that an earlier one stood beside has been replaced.
    """
    sealed = Review.objects.current().of_commissions().filter(sheet__sealed_at__isnull=False)
    for review in sealed.filter(team=None):
        yield f"评分 {review.sheet_id}：已封存，却没有评审组成员。"
    self_sheet = F("sheet__review__application__self_sheet")
    lower = Q(indicator__marks__value__gt=F("value")) | Q(
        indicator__kind=Kind.VETO, answer={"met": False}, indicator__marks__answer={"met": True}
    )
    silent = Mark.objects.filter(sheet__review__in=sealed, note="")
    for mark in silent.filter(lower, indicator__marks__sheet=self_sheet):
        yield f"得分 {mark.pk}：低于机构自评，却没有理由。"


def awards_have_titles() -> Findings:
    """An awarded application has a title, and only an awarded one."""
    for application in Application.objects.in_state("awarded").filter(title=None):
        yield f"申报 {application.number}：已授予，却没有称号。"
    for title in Title.objects.exclude(application__state="awarded"):
        yield f"称号 {title.number}：申报并非已授予。"


def entries_agree_with_applications() -> Findings:
    """A pending entry of an opened notice is an application in notice, and so on."""
    expected = {
        EntryOutcome.PENDING: ("in_notice",),
        EntryOutcome.AWARDED: ("awarded",),
        EntryOutcome.REMOVED: ("objection_upheld",),
    }
    opened = NoticeEntry.objects.exclude(notice__state="draft").select_related("application")
    for outcome, states in expected.items():
        for entry in opened.filter(outcome=outcome).exclude(application__state__in=states):
            yield f"公示条目 {entry.pk}：{outcome.label}，申报为 {entry.application.state}。"


def grants_come_from_appointments() -> Findings:
    """Nobody holds a permission that no current appointment gives."""
    given = {
        (post.user_id, post.on_type, post.on_id, permission)
        for post in Appointment.objects.current()
        for permission in BY_CODE[post.role].permissions
    }
    for label, model in (
        (REGION, RegionUserObjectPermission),
        ("applications.application", ApplicationUserObjectPermission),
    ):
        rows = model.objects.values_list("user_id", "content_object_id", "permission__codename")
        for user, target, permission in rows:
            if (user, label, target, permission) not in given:
                yield f"用户 {user}：对 {label} {target} 的权限 {permission} 没有任职依据。"


def experts_see_what_they_review() -> Findings:
    """Every expert with a current review may see the file, and only such experts."""
    reviewing = set(
        Review.objects.current()
        .filter(reviewer__isnull=False)
        .values_list("reviewer_id", "application_id")
    )
    seeing = set(
        ApplicationUserObjectPermission.objects.values_list("user_id", "content_object_id")
    )
    for user, application in sorted(reviewing - seeing):
        yield f"专家 {user}：有评审任务，却看不到申报 {application}。"


def batches_are_settled() -> Findings:
    """A batch that is done has nothing left to do, and what it did is the event it names."""
    for item in BatchItem.objects.filter(batch__done_at__isnull=False, outcome="waiting"):
        yield f"批量办理 {item.batch_id}：已完成，第 {item.ordinal} 件却待办理。"
    moved = BatchItem.objects.filter(event__isnull=False)
    own = Q(
        event__subject_type=Application._meta.label_lower,
        event__subject_id=F("application"),
        event__verb=F("batch__move"),
        event__actor=F("batch__maker"),
    )
    for item in moved.exclude(own):
        yield f"批量办理 {item.batch_id}：第 {item.ordinal} 件的办理记录不符。"
    for batch in Batch.objects.filter(items=None):
        yield f"批量办理 {batch.pk}：没有申报。"


def seals_stand_for_decisions() -> Findings:
    """Every seal on a paper was in use when its body decided, about that very file."""
    impressions = Impression.objects.select_related("document", "seal__body", "event__post")
    for each in impressions.iterator():
        event, seal = each.event, each.seal
        if not _stands_behind(event, each.document):
            yield f"用印 {each.pk}：所依据的决定不是该文书的。"
        if not seal.stood_at(event.at):
            yield f"用印 {each.pk}：作出决定时该印章不在使用中。"
        if event.post is None or event.post.on_id != seal.body_id:
            yield f"用印 {each.pk}：决定不是{seal.body.commission}作出的。"
    for document in Document.objects.exclude(sealed_by="").filter(impressions=None):
        yield f"文书 {document.pk}：注明已用印，却没有用印记录。"


def _stands_behind(event: Event, document: Document) -> bool:
    """Whether it is about the same; what a city writes rests on its files."""
    if document.kind in ABOUT_RECOMMENDED:
        return event.verb == RECOMMENDED and event.region_path.startswith(document.region_path)
    about = (event.subject_type, event.subject_id)
    return about == (document.subject_type, document.subject_id)


# Reading every file would take hours in a province; the newest ones tell of a broken disk.
READ_WHOLE = 200


def files_are_whole() -> Findings:
    """Every file lies where its digest says, with its length; the newest are read to the end."""
    kept = StoredFile.objects.not_refused().order_by("-pk")
    for number, stored in enumerate(kept.iterator()):
        if not default_storage.exists(stored.path):
            yield f"文件 {stored.pk}：内容缺失。"
        elif default_storage.size(stored.path) != stored.size:
            yield f"文件 {stored.pk}：内容长度与登记不符。"
        elif number < READ_WHOLE and _digest(stored) != stored.digest:
            yield f"文件 {stored.pk}：内容与摘要不符。"


def refused_files_are_gone() -> Findings:
    """Nothing that did not pass the inspection is left, but where a passed file has it too."""
    kept = StoredFile.objects.not_refused().values("digest")
    refused = StoredFile.objects.filter(inspection__passed=False).exclude(digest__in=kept)
    for stored in refused.iterator():
        if default_storage.exists(stored.path):
            yield f"文件 {stored.pk}：未通过安全检查，内容却仍在。"


def _digest(stored: StoredFile) -> str:
    with files.opened(stored) as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


ALL: tuple[Callable[[], Findings], ...] = (
    places_match_quotas,
    places_are_taken_by_applications,
    sizes_agree_with_history,
    counties_keep_to_their_caps,
    states_agree_with_events,
    totals_agree_with_marks,
    sheets_are_held,
    commissions_account_for_their_marks,
    awards_have_titles,
    entries_agree_with_applications,
    grants_come_from_appointments,
    experts_see_what_they_review,
    batches_are_settled,
    seals_stand_for_decisions,
    files_are_whole,
    refused_files_are_gone,
)
