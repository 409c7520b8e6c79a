"""Beat settles what is over."""

from __future__ import annotations

from publicity.statuses import NoticeState
from publicity.tasks import settle


def test_the_task_settles_by_the_clock(notice, set_clock):
    set_clock("2023-10-09 23:59")
    settle()
    notice.refresh_from_db()
    assert notice.state == NoticeState.OPEN
    set_clock("2023-10-13 00:10")
    settle()
    notice.refresh_from_db()
    assert notice.state == NoticeState.CLOSED
