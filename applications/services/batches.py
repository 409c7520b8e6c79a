"""Batches 批量办理: previewed, confirmed once, moved file by file by the same moves as by hand."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

from celery import current_app
from django.core.exceptions import PermissionDenied
from django.db import transaction
from kombu.exceptions import OperationalError

from accounts.access import holds_anywhere, regions_held
from accounts.models import User
from applications import policies
from applications.models import Application, ApplicationQuerySet, Batch, BatchItem
from applications.queues import in_areas
from applications.services import foresight
from applications.statuses import Outcome, Tier
from workflow import Problem, Refused, perform, record
from workflow.machine import transitions
from workflow.models import Event

logger = logging.getLogger(__name__)

# More at once nobody can look over before confirming.
MOST = 300
# Who decides at a tier: the policy of its moves, the permission behind it.
DECIDERS = {
    Tier.COUNTY: (policies.may_decide_for_county, "accounts.decide_county"),
    Tier.CITY: (policies.may_decide_for_city, "accounts.decide_city"),
    Tier.PROVINCE: (policies.may_decide_for_province, "accounts.decide_province"),
}
NONE_YOURS = "所选申报中没有您可以办理的，请回到申报审核重新选择。"
CONFIRMED = "本批已确认办理，不会重复办理。"
NOT_ALLOWED = "您已无权办理本件。"
# Calm for people; the number finds the fault in the log.
FAULT = "系统故障，本件未办理，请稍后再试；仍有问题的，请将编号 {} 告知系统管理员。"


@dataclass(frozen=True)
class Choice:
    """What the maker settles on the preview: the keys of the items to be moved, one text for all
    and texts of their own by the key of the item, answers to the move's questions.
    """

    reason: str
    chosen: frozenset[int]
    texts: Mapping[int, str] = field(default_factory=dict)
    answers: Mapping[str, str] = field(default_factory=dict)


def batch_moves() -> dict[str, Tier]:
    """The moves of the table that can be made on many files at once: what a tier decides."""
    tiers = {policy: tier for tier, (policy, _) in DECIDERS.items()}
    found = {}
    for name, by_source in transitions(Application).items():
        transition = next(iter(by_source.values()))
        if transition.permission in tiers and transition.custom.get("offered", True):
            found[name] = tiers[transition.permission]
    return found


def moves_open_to(user: User) -> dict[str, Tier]:
    """Those that the user may make on any file at all."""
    held = {tier for tier, (_, right) in DECIDERS.items() if holds_anywhere(user, right)}
    return {name: tier for name, tier in batch_moves().items() if tier in held}


def decidable(user: User) -> ApplicationQuerySet:
    """The files that the user may see and decides on at some time, whatever their state now."""
    areas = [region for _, right in DECIDERS.values() for region in regions_held(user, right)]
    return Application.objects.visible_to(user).filter(in_areas(areas), submitted_at__isnull=False)


@transaction.atomic
def make_batch(
    keys: Iterable[int],
    move: str,
    *,
    reason: str,
    by: User,
    at: datetime,
    answers: Mapping[str, str] | None = None,
    texts: Mapping[int, str] | None = None,
    retry_of: Batch | None = None,
) -> Batch:
    """A draft of one move on many files, with its preview; nothing is moved yet.

    `texts` are opinions of single files by their keys. Files that are not the user's to decide on
    are left out. Raises PermissionDenied, Refused (none left, too many, no reason).
    """
    tier = moves_open_to(by).get(move)
    if tier is None:
        raise PermissionDenied
    found = list(_whole(decidable(by).filter(pk__in=list(keys))))
    if not found:
        raise Refused(NONE_YOURS)
    if len(found) > MOST:
        raise Refused(f"一次最多办理 {MOST} 件，现有 {len(found)} 件，请分批办理。")
    batch = Batch(
        maker=by,
        move=move,
        tier=tier,
        region_path=_common_path(file.region_path for file in found),
        retry_of=retry_of,
        made_at=at,
        previewed_at=at,
    )
    _write(batch, reason, answers or {})
    files = foresight.in_order(found, move)
    items = BatchItem.objects.bulk_create(
        BatchItem(
            batch=batch, application=file, ordinal=ordinal, text=(texts or {}).get(file.pk, "")
        )
        for ordinal, file in enumerate(files, 1)
    )
    _preview(batch, items, files, at)
    return batch


def _whole(files: ApplicationQuerySet) -> ApplicationQuerySet:
    """With everything that the guards of a tier ask of a file."""
    steps = ("region__two_steps", "region__parent__two_steps")
    return files.for_list().with_reviews().select_related("cycle__province", *steps)


def _common_path(paths: Iterable[str]) -> str:
    """The smallest area that holds all of them."""
    split = [path.split("/") for path in paths]
    shared = [codes[0] for codes in zip(*split, strict=False) if len(set(codes)) == 1]
    return "/".join(shared)


def _write(batch: Batch, reason: str, answers: Mapping[str, str]) -> None:
    """Keep the texts. Raises Refused when the move wants a reason and there is none."""
    custom = custom_of(batch.move)
    batch.reason = reason.strip()
    if custom.get("reason") and not batch.reason:
        label = custom.get("reason_label", "理由")
        raise Refused([Problem(f"请写明{label}。", field="reason")])
    asked = custom.get("asks", {})
    batch.answers = {
        name: text.strip() for name, text in answers.items() if name in asked and text.strip()
    }
    batch.save()


def custom_of(move: str) -> dict[str, Any]:
    """What the table says of a move: label, reason, questions."""
    custom: dict[str, Any] = next(iter(transitions(Application)[move].values())).custom
    return custom


def _preview(batch: Batch, items: list[BatchItem], files: list[Application], at: datetime) -> None:
    """Write down what each chosen file would come to now; the others stand aside."""
    chosen = {item.application_id for item in items if item.chosen}
    going = [file for file in files if file.pk in chosen]
    found = foresight.outlook(going, batch.move, batch.answers, by=batch.maker, at=at)
    for item in items:
        item.foreseen = _lines(found.problems.get(item.application_id, []))
    BatchItem.objects.bulk_update(items, ["chosen", "text", "foreseen"])
    batch.note, batch.previewed_at = "\n".join(found.notes), at
    batch.save(update_fields=["note", "previewed_at"])


def _lines(problems: Iterable[Problem]) -> str:
    return "\n".join(problem.text for problem in problems)


@transaction.atomic
def change_batch(batch: Batch, choice: Choice, *, at: datetime) -> None:
    """Settle which files and what is said, and look anew what they would come to.

    Raises Refused when there is no reason, or the batch has been confirmed.
    """
    held = _draft(batch)
    items = _settle_choice(held, choice)
    rows = {file.pk: file for file in _whole(Application.objects.filter(batch_items__batch=held))}
    _preview(held, items, [rows[item.application_id] for item in items], at)


@transaction.atomic
def confirm_batch(batch: Batch, choice: Choice, *, at: datetime) -> None:
    """Have the workers move the chosen files, once; the others leave the batch.

    Raises Refused when nothing is chosen, there is no reason, or it has been confirmed before.
    """
    held = _draft(batch)
    items = _settle_choice(held, choice)
    left_out = [item.pk for item in items if not item.chosen]
    if len(left_out) == len(items):
        raise Refused("请至少选择一件。")
    BatchItem.objects.bulk_update(items, ["text"])
    held.items.filter(pk__in=left_out).delete()
    held.confirmed_at = at
    held.save(update_fields=["confirmed_at"])
    files = len(items) - len(left_out)
    record(held, "confirm_batch", actor=held.maker, at=at, move=held.move, files=files)
    transaction.on_commit(partial(_send, held.pk))


def _draft(batch: Batch) -> Batch:
    """The row under a lock. Raises Refused unless it is a draft."""
    rows = Batch.objects.drafts().select_for_update(of=("self",)).select_related("maker")
    held = rows.filter(pk=batch.pk).first()
    if held is None:
        raise Refused(CONFIRMED)
    return held


def _settle_choice(batch: Batch, choice: Choice) -> list[BatchItem]:
    """The items of the batch with the choice put into them, not saved; the batch's texts are."""
    _write(batch, choice.reason, choice.answers)
    items = list(batch.items.order_by("ordinal"))
    for item in items:
        item.chosen = item.pk in choice.chosen
        item.text = choice.texts.get(item.pk, item.text).strip()
    return items


@transaction.atomic
def discard_batch(batch: Batch) -> None:
    """Give a draft up; nothing has happened yet. Raises Refused when it has been confirmed."""
    _draft(batch).delete()


def retry_batch(batch: Batch, *, at: datetime) -> Batch:
    """A new draft of those that could not be done, with the same texts.

    Raises PermissionDenied, Refused when there are none.
    """
    texts = dict(batch.items.shown("open").values_list("application", "text"))
    if not texts:
        raise Refused("本批没有未办理的申报。")
    return make_batch(
        texts,
        batch.move,
        reason=batch.reason,
        by=batch.maker,
        at=at,
        answers=batch.answers,
        texts=texts,
        retry_of=batch,
    )


def _send(batch_id: int) -> None:
    """Hand over to the workers. When the broker is away the sweep does it later."""
    try:
        current_app.send_task("applications.tasks.carry_on_batch", (batch_id,), retry=False)
    except OperationalError:
        logger.warning("broker away; batch %s waits for the sweep", batch_id)


def unfinished_batches() -> list[int]:
    """Confirmed and not done: under way, or left by a message or a worker that got lost."""
    return list(Batch.objects.under_way().values_list("pk", flat=True))


def carry_on_batch(batch_id: int, *, now: Callable[[], datetime]) -> None:
    """Move what is still to be moved, one file after the other, each in its own transaction.

    One worker at a time is at a batch, because its files stand in an order; whoever finds it held
    leaves it to the other. What one file comes to stops no other.
    """
    while _settle_next(batch_id, now()):
        pass


@transaction.atomic
def _settle_next(batch_id: int, at: datetime) -> bool:
    """Whether there was a file to move. The maker is read anew, with the rights of the moment."""
    rows = Batch.objects.under_way().select_related("maker")
    held = rows.select_for_update(of=("self",), skip_locked=True, no_key=True)
    batch = held.filter(pk=batch_id).first()
    if batch is None:
        return False
    item = batch.items.waiting().select_related("application").order_by("ordinal").first()
    if item is None:
        _finish(batch, at)
        return False
    item.outcome, item.told = Outcome.DONE, ""
    try:
        item.event = _move(batch, item, at)
    except Refused as refused:
        item.outcome, item.told = Outcome.REFUSED, _lines(refused.problems)
    except PermissionDenied:
        item.outcome, item.told = Outcome.REFUSED, NOT_ALLOWED
    except Exception:
        number = secrets.token_hex(4)
        logger.exception("batch %s: file %s [%s]", batch.pk, item.application_id, number)
        item.outcome, item.told = Outcome.FAILED, FAULT.format(number)
    item.settled_at = at
    item.save(update_fields=["outcome", "told", "event", "settled_at"])
    return True


@transaction.atomic
def _move(batch: Batch, item: BatchItem, at: datetime) -> Event:
    """The very move that the maker would make by hand."""
    return perform(
        item.application,
        batch.move,
        actor=batch.maker,
        at=at,
        reason=item.text or batch.reason,
        **batch.answers,
    )


def _finish(batch: Batch, at: datetime) -> None:
    batch.done_at = at
    batch.save(update_fields=["done_at"])
    done, left = (batch.items.shown(show).count() for show in ("done", "open"))
    record(batch, "finish_batch", actor=None, at=at, move=batch.move, done=done, left=left)
