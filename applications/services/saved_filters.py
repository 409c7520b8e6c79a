"""The filters of a desk that people keep under names of their own."""

from __future__ import annotations

from django.db import transaction

from accounts.models import User
from applications.models import SavedFilter
from workflow import Problem, Refused

MOST = 20


@transaction.atomic
def save_filter(own: SavedFilter) -> SavedFilter:
    """Keep a new or changed filter; as the default it takes the place of the former one.

    Raises Refused when the name is taken or there are enough of them.
    """
    # Two windows of one person must not both pass the count.
    User.objects.select_for_update(no_key=True).get(pk=own.user_id)
    others = SavedFilter.objects.others(own)
    if others.named(own.name).exists():
        raise Refused([Problem("已有同名的常用筛选，请另取名称。", field="name")])
    if own.is_new and others.count() >= MOST:
        text = f"最多保存 {MOST} 个常用筛选，请先删除不再使用的。"
        raise Refused([Problem(text, field="name")])
    if own.is_default:
        others.defaults().update(is_default=False)
    own.save()
    return own


def delete_filter(own: SavedFilter) -> None:
    own.delete()
