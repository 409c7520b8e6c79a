"""The main navigation: which pages a person's permissions lead to. The one table of it."""

from collections.abc import Collection
from dataclasses import dataclass, field
from functools import cache

from django.urls import Resolver404, resolve


@dataclass(frozen=True)
class Entry:
    """A page of the navigation; no `permissions` means that everyone signed in has it."""

    label: str
    path: str
    icon: str = ""
    permissions: frozenset[str] = field(default_factory=frozenset)


def _entry(label: str, path: str, icon: str, *permissions: str) -> Entry:
    return Entry(label, path, icon, frozenset(permissions))


SIGNED_IN = (
    _entry("工作台", "/home/", "layout-dashboard"),
    _entry("我的申报", "/applications/", "file-text", "act_for"),
    _entry(
        "申报审核",
        "/desk/",
        "rubber-stamp",
        "review_county",
        "decide_county",
        "review_city",
        "decide_city",
        "decide_province",
    ),
    _entry("托育机构", "/nurseries/", "building-community", "act_for", "see_files"),
    _entry("评审任务", "/expert/", "clipboard-check", "be_expert"),
    _entry("专家库", "/experts/", "users-group", "assign_experts"),
    _entry("评选周期", "/cycles/", "calendar-event", "see_files", "run_cycle"),
    _entry("评分表", "/scoring/", "list-numbers", "run_cycle"),
    _entry("评选工作档案", "/archives/", "archive", "act_for", "see_files"),
    _entry("文书", "/documents/", "files", "see_files"),
    _entry("公示管理", "/desk/notices/", "speakerphone", "publish_notice"),
    _entry("工作日历", "/desk/calendar/", "calendar-cog", "publish_notice"),
    _entry("异议办理", "/desk/objections/", "message-report", "handle_objections"),
    _entry("监督管理", "/supervision/", "eye-check", "supervise"),
    _entry("抽查检查", "/supervision/checks/", "clipboard-search", "supervise"),
    _entry("我的检查", "/supervision/my-checks/", "checklist", "inspect"),
    _entry("经验做法", "/practices/mine/", "bulb", "act_for", "see_files"),
    _entry("经验做法审核", "/desk/practices/", "checklist", "publish_notice"),
    _entry("账号管理", "/people/", "users", "manage_accounts"),
    _entry("安全策略", "/security/", "shield-lock", "manage_security"),
    _entry("审计查询", "/audit/", "history", "read_audit"),
)
PUBLIC = (
    _entry("首页", "/", "home"),
    _entry("公示公告", "/notices/", "speakerphone"),
    _entry("示范名单", "/titles/", "award"),
    _entry("经验做法", "/practices/", "bulb"),
    _entry("文书查验", "/verify/", "qrcode"),
    _entry("办事指南", "/guide/", "book"),
)


@dataclass(frozen=True)
class Item:
    """An entry as one page shows it."""

    label: str
    url: str
    icon: str
    active: bool
    count: int = 0


@cache
def exists(path: str) -> bool:
    """Whether some page answers at `path`: an entry without a page is not offered."""
    try:
        resolve(path)
    except Resolver404:
        return False
    return True


def nearest(entries: Collection[Entry], here: str) -> Entry | None:
    """The entry that the page `here` belongs to: the longest address that `here` begins with."""
    above = [e for e in entries if here == e.path or (e.path != "/" and here.startswith(e.path))]
    return max(above, key=lambda entry: len(entry.path), default=None)


def items(entries: Collection[Entry], held: Collection[str], here: str) -> list[Item]:
    """The entries that the permissions `held` open, as seen from the page `here`."""
    current = nearest(entries, here)
    return [
        Item(entry.label, entry.path, entry.icon, entry == current)
        for entry in entries
        if (not entry.permissions or entry.permissions & set(held)) and exists(entry.path)
    ]
