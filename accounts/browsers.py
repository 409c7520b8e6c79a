"""What a browser says of itself, in words by which its user knows it again."""

from __future__ import annotations

from collections.abc import Iterable

# The first that is named counts: most browsers also name those they resemble.
BROWSERS = (
    ("MicroMessenger", "微信"),
    ("Edg", "Edge"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS = (
    ("HarmonyOS", "鸿蒙"),
    ("Android", "安卓"),
    ("iPhone", "苹果手机"),
    ("iPad", "苹果平板"),
    ("Windows", "Windows"),
    ("Macintosh", "苹果电脑"),
    ("Linux", "Linux"),
)


def device_name(user_agent: str) -> str:
    """Like “Chrome，Windows”; what is not known is called 未知设备."""
    found = [_first(names, user_agent) for names in (BROWSERS, SYSTEMS)]
    return "，".join(name for name in found if name) or "未知设备"


def _first(names: Iterable[tuple[str, str]], user_agent: str) -> str:
    return next((name for mark, name in names if mark in user_agent), "")
