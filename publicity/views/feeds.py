"""The feed of what is published: notices, their supplements, their results."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed, Rss201rev2Feed
from django.views.decorators.http import require_safe

from accounts import access
from publicity.news import Item, latest
from publicity.public_pages import kept_for_strangers

WHY = "a notice is for everyone to read (S0, three (四)), by a reader program as well"


class Notices(Feed):
    """Newest first. Addresses are those of the site, whichever way the reader came."""

    title = "省级示范托育机构评选 公示公告"
    subtitle = description = "公示、补充说明与结果公告"
    language = "zh-CN"

    def link(self) -> str:
        return _whole(reverse("publicity:notices"))

    def items(self) -> list[Item]:
        return latest()

    def item_title(self, item: Any) -> str:
        return str(item.title)

    def item_description(self, item: Any) -> str:
        return str(item.text)

    def item_link(self, item: Any) -> str:
        return _whole(item.address)

    def item_guid(self, item: Any) -> str:
        return _whole(item.address)

    def item_pubdate(self, item: Any) -> Any:
        return item.at

    item_updateddate = item_pubdate


class Unhurried:
    """A feed without items is as old as can be, not as new as the question for it."""

    items: list[Any]

    def latest_post_date(self) -> datetime:
        latest: datetime = super().latest_post_date()  # type: ignore[misc]
        return latest if self.items else datetime.fromtimestamp(0, UTC)


class AtomFeed(Unhurried, Atom1Feed):
    pass


class RssFeed(Unhurried, Rss201rev2Feed):
    pass


class Atom(Notices):
    feed_type = AtomFeed

    def feed_url(self) -> str:
        return _whole(reverse("publicity:atom"))


class Rss(Notices):
    feed_type = RssFeed

    def feed_url(self) -> str:
        return _whole(reverse("publicity:rss"))


def _whole(address: str) -> str:
    return f"{settings.SITE_URL}{address}"


def _view(feed: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    def answer(request: HttpRequest) -> HttpResponse:
        return feed(request)

    return require_safe(access.public(why=WHY)(kept_for_strangers(answer)))  # type: ignore[return-value]


atom = _view(Atom())
rss = _view(Rss())
