"""How dates, marks, states, fields and lists look on a page."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.paginator import Paginator
from django.template import Context, Template
from django.test import RequestFactory

from portal.ui import icons, tones, wording
from tests.codebase.source import APPS, ROOT, python_files, templates

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOON = datetime(2023, 7, 12, 12, tzinfo=SHANGHAI)


def render(source: str, **context: Any) -> str:
    return re.sub(r"\s+", " ", Template(source).render(Context(context))).strip()


# ---- dates and numbers ----


@pytest.mark.parametrize(
    ("day", "written", "tone"),
    [
        (date(2023, 7, 15), "7月15日（剩 3 天）", "wait"),
        (date(2023, 7, 16), "7月16日（剩 4 天）", "neutral"),
        (date(2023, 7, 12), "7月12日（今天截止）", "bad"),
        (date(2023, 7, 10), "7月10日（已逾期 2 天）", "bad"),
        (date(2024, 1, 5), "2024年1月5日（剩 177 天）", "neutral"),
    ],
)
def test_a_deadline_says_its_day_and_what_is_left(day, written, tone):
    shown = render("{% deadline day %}", day=day, site=SimpleNamespace(now=NOON))
    assert re.sub(r"<[^>]+>", "", shown) == written
    assert f"deadline-{tone}" in shown
    assert f'datetime="{day.isoformat()}"' in shown


def test_the_deadline_day_lasts_to_its_end_in_local_time():
    """23:59 in Shanghai is still the day itself, though it is 15:59 in UTC."""
    late = datetime(2023, 7, 15, 15, 59, 59, tzinfo=ZoneInfo("UTC"))
    assert wording.deadline(date(2023, 7, 15), late).left == "今天截止"
    after = datetime(2023, 7, 15, 16, 0, tzinfo=ZoneInfo("UTC"))
    assert wording.deadline(date(2023, 7, 15), after).left == "已逾期 1 天"


def test_a_deadline_may_be_counted_from_another_moment_or_be_missing():
    assert "剩 1 天" in render("{% deadline day at=at %}", day=date(2023, 7, 13), at=NOON)
    assert render("{% deadline day %}", day=None) == "—"


def test_dates_are_written_as_in_notices():
    stamp = datetime(2023, 5, 28, 6, 32, tzinfo=ZoneInfo("UTC"))
    assert render("{{ day|cn_date }}", day=date(2023, 5, 28)) == "2023年5月28日"
    assert render("{{ day|cn_datetime }}", day=stamp) == "2023年5月28日 14:32"
    assert render("{{ day|cn_datetime }}", day=datetime(2023, 5, 28, 9, 5)) == "2023年5月28日 09:05"
    assert render("{{ day|cn_date }} {{ day|cn_datetime }}", day=None) == "— —"
    assert wording.day_of(datetime(2023, 5, 28, 23)) == date(2023, 5, 28)


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (Decimal("85.00"), "85"),
        (Decimal("84.50"), "84.5"),
        (Decimal("100"), "100"),
        (Decimal("0.00"), "0"),
        (Decimal("1E+2"), "100"),
        (None, "—"),
        ("", "—"),
    ],
)
def test_a_mark_drops_its_empty_decimals(value, written):
    assert render("{{ value|mark }}", value=value) == f'<span class="num">{written}</span>'


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("13812345678", "138****5678"),
        ("024-12345678", "024-12****78"),
        ("12345", "*****"),
        ("", ""),
    ],
)
def test_a_phone_is_masked(number, shown):
    assert render("{{ number|mask_phone }}", number=number) == shown


def test_an_identity_number_keeps_its_first_and_last_two():
    assert render("{{ n|mask_identity }}", n="210102199001011234") == "2***************34"
    assert render("{{ n|mask_identity }}", n="12") == "**"


# ---- icons, badges, people ----


def test_an_icon_is_silent_unless_it_is_named():
    silent = render('{% icon "home" %}')
    assert 'aria-hidden="true"' in silent
    assert "<path" in silent
    spoken = render('{% icon "x" "icon-lg" label="关闭" %}')
    assert 'role="img" aria-label="关闭"' in spoken
    assert 'class="icon icon-lg"' in spoken


def test_an_unknown_icon_draws_nothing(tmp_path, settings):
    assert icons.drawing("../../package") == ""
    assert icons.drawing("no-such-icon") == ""
    folder = tmp_path / "@tabler" / "icons" / "icons" / "outline"
    folder.mkdir(parents=True)
    (folder / "broken-for-this-test.svg").write_text("not a drawing")
    settings.NODE_MODULES = tmp_path
    assert icons.drawing("broken-for-this-test") == ""


def test_every_icon_that_is_named_exists():
    """In templates, in the tables of navigation and tones, and as `icon=` of a component."""
    named = re.compile(
        r"\{% icon \"([a-z0-9-]+)\"|\bicon=\"([a-z0-9-]+)\"|_entry\([^)]*?/\", \"([a-z0-9-]+)\""
    )
    texts = [path.read_text() for path in templates() + python_files(*APPS)]
    wanted = {name for text in texts for found in named.findall(text) for name in found if name}
    assert len(wanted) > 20
    assert [name for name in sorted(wanted) if not icons.drawing(name)] == []


class Badged(SimpleNamespace):
    def get_state_display(self) -> str:
        return str(self.label)


@pytest.mark.parametrize(
    ("state", "tone"),
    [
        ("draft", "neutral"),
        ("returned", "wait"),
        ("county_review", "active"),
        ("awarded", "good"),
        ("not_passed", "bad"),
        ("lapsed", "ended"),
        ("never heard of", "neutral"),
    ],
)
def test_a_state_badge_says_the_state_and_has_a_tone(state, tone):
    shown = render("{% state_badge subject %}", subject=Badged(state=state, label="县级初审"))
    assert f"state-{tone}" in shown
    assert "县级初审</span>" in shown


def test_a_models_own_tones_come_first():
    subject = Badged(state="draft", label="草稿", TONES={"draft": "danger"})
    assert tones.of_state(subject) == "bad"


def test_a_badge_escapes_its_text():
    shown = render("{% badge text 'warning' %}", text="<b>")
    assert "&lt;b&gt;" in shown
    assert "state-wait" in shown


def test_a_person_stands_with_the_post_and_the_portal_with_its_name():
    shown = render("{% person user post %}", user=SimpleNamespace(name="王建国"), post="经办人")
    assert "王建国" in shown
    assert "经办人" in shown
    assert "系统" in render("{% person none %}", none=None)


# ---- lists ----


def pages(query: str, number: int, rows: int = 240) -> str:
    request = RequestFactory().get(f"/desk/{query}")
    page = Paginator(range(rows), 20).page(number)
    return render("{% paginate page %}", page=page, request=request)


def test_paging_keeps_filters_in_the_address():
    shown = pages("?state=draft&amp;page=3".replace("&amp;", "&"), 3)
    assert '共 <span class="num">240</span> 条' in shown
    assert 'href="?state=draft&amp;page=2"' in shown
    assert 'href="?state=draft&amp;page=4"' in shown
    assert 'aria-current="page" href="?state=draft&amp;page=3"' in shown
    assert "…" in shown


def test_the_ends_of_a_list_lead_nowhere():
    assert 'rel="prev"' not in pages("", 1)
    assert 'rel="next"' in pages("", 1)
    assert 'rel="next"' not in pages("", 12)


def test_one_page_has_no_pager():
    shown = pages("", 1, rows=3)
    assert "共" in shown
    assert "上一页" not in shown


@pytest.mark.parametrize(
    ("query", "order", "target"),
    [
        ("", "", "?sort=total"),
        ("?sort=total", "ascending", "?sort=-total"),
        ("?sort=-total&page=4&q=a", "descending", "?sort=total&amp;q=a"),
        ("?sort=name", "", "?sort=total"),
    ],
)
def test_a_heading_sorts_its_column_and_starts_again_at_the_first_page(query, order, target):
    request = RequestFactory().get(f"/desk/{query}")
    shown = render("{% sort_header 'total' '得分' 'num' %}", request=request)
    assert f'href="{target}"' in shown
    assert (f'aria-sort="{order}"' in shown) is bool(order)
    assert 'class="num"' in shown


# ---- larger parts ----


def test_an_empty_list_says_what_will_appear_and_what_to_do():
    shown = render("{% empty '暂无申报' '提交后显示。' url='/new/' action='开始申报' %}")
    assert "暂无申报" in shown
    assert "提交后显示。" in shown
    assert '<a class="btn btn-primary" href="/new/">开始申报</a>' in shown
    assert "btn" not in render("{% empty '暂无申报' %}")


def test_a_stepper_says_in_words_where_it_stands():
    steps = [
        {"label": "申报", "state": "done", "note": "7月6日"},
        {"label": "初审", "state": "current", "note": ""},
        {"label": "审核", "state": "todo", "note": ""},
        {"label": "终止", "state": "stopped", "note": ""},
    ]
    shown = render("{% stepper steps %}", steps=steps)
    for words in ("（已完成）", "（进行中）", "（未开始）", "（已终止）", "7月6日"):
        assert words in shown
    assert shown.count('aria-current="step"') == 1


def test_a_history_shows_who_when_and_why():
    event = SimpleNamespace(
        label="退回补正",
        actor=SimpleNamespace(name="王建国"),
        post="经办人",
        at=NOON,
        reason="一\n二",
    )
    shown = render("{% timeline events %}", events=[event])
    for words in ("退回补正", "王建国", "经办人", "2023年7月12日 12:00", "一<br>二"):
        assert words in shown


def test_a_measure_gives_its_numbers_beside_the_bar():
    shown = render("{% progress 12 60 '已评指标' 'success' %}")
    assert '<progress class="measure-bar" value="12" max="60" aria-label="已评指标">' in shown
    assert "measure-good" in shown
    assert re.sub(r"<[^>]+>", "", shown).split() == ["已评指标", "12", "/", "60"]


def test_figures_and_facts():
    figure = render("{% figure '待初审' 12 '今天截止 3 件' '/desk/' %}")
    assert 'href="/desk/">待初审</a>' in figure
    assert "今天截止 3 件" in figure
    shown = render("{% facts rows %}", rows=[("名称", "甲"), ("电话", "")])
    assert "<dt>名称</dt><dd>甲</dd>" in shown
    assert "<dt>电话</dt><dd>—</dd>" in shown


def test_colours_of_the_theme_are_plain_enough_for_old_browsers():
    """Office machines run browsers that know neither oklch() nor light-dark()."""
    theme = (ROOT / "static" / "css" / "portal.css").read_text()
    assert not re.search(r"oklch\(|light-dark\(|color-mix\(", theme)
