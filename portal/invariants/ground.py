"""Whatever has states, grants or files."""

from __future__ import annotations

import hashlib

from django.core.files.storage import default_storage
from django.db.models import F, OuterRef, Subquery

from accounts.models import Appointment, RegionUserObjectPermission
from accounts.roles import BY_CODE, REGION
from applications.models import (
    ApplicationUserObjectPermission,
)
from files import services as files
from files.models import StoredFile
from portal.invariants.finding import Findings
from workflow.checks import machines
from workflow.models import Event

# Reading every file would take hours in a province; the newest ones tell of a broken disk.
READ_WHOLE = 200


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
