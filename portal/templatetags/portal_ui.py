"""Tags and filters of every template: how states, dates, marks, fields and lists look."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import template
from django.core.paginator import Page
from django.forms import BaseForm
from django.forms.boundfield import BoundField
from django.http import QueryDict
from django.template.context import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString

from portal.ui import fields, icons, tones, wording

register = template.Library()

TONE_ICONS = {
    "neutral": "circle-dashed",
    "active": "progress",
    "wait": "clock",
    "good": "circle-check",
    "bad": "alert-circle",
    "ended": "circle-minus",
}


@register.simple_tag
def icon(name: str, css: str = "", label: str = "") -> SafeString:
    """{% icon "home" %} {% icon "bell" "icon-lg" label="收件箱" %}"""
    return icons.icon(name, css, label)


@register.simple_tag
def badge(text: str, tone: str = "neutral") -> SafeString:
    """{% badge "示例" "wait" %}: a text badge; tones: neutral active wait good bad ended."""
    known = tones.tone(tone)
    return format_html(
        '<span class="badge state state-{}">{}{}</span>',
        known,
        icons.icon(TONE_ICONS[known]),
        text,
    )


@register.simple_tag
def state_badge(subject: Any) -> SafeString:
    """{% state_badge application %}: the state's label in its tone (`TONES` of the model first)."""
    return badge(subject.get_state_display(), tones.of_state(subject))


@register.simple_tag(takes_context=True)
def deadline(context: Context, value: date | datetime | None, at: datetime | None = None) -> str:
    """{% deadline cycle.county_deadline %}: 7月15日（剩 3 天）, counted from `site.now`."""
    if value is None:
        return "—"
    told = wording.deadline(value, at or context["site"].now)
    return format_html(
        '<span class="deadline deadline-{}"><time datetime="{}">{}</time>'
        '<span class="deadline-left">（{}）</span></span>',
        told.tone,
        told.day.isoformat(),
        told.date,
        told.left,
    )


@register.filter
def cn_date(value: date | datetime | None) -> str:
    """{{ notice.opens_on|cn_date }}: 2023年5月28日"""
    return wording.cn_date(value) if value else "—"


@register.filter
def cn_datetime(value: datetime | None) -> str:
    """{{ event.at|cn_datetime }}: 2023年5月28日 14:32"""
    return wording.cn_datetime(value) if value else "—"


@register.filter
def mark(value: Decimal | None) -> SafeString:
    """{{ sheet.total|mark }}: 85.00 → 85, in tabular figures; nothing → —"""
    return format_html('<span class="num">{}</span>', wording.plain_mark(value))


@register.filter
def mask_phone(value: str) -> str:
    """{{ nursery.phone|mask_phone }}: 138****5678"""
    return wording.mask_phone(value)


@register.filter
def mask_identity(value: str) -> str:
    """{{ person.identity|mask_identity }}: 2***************34"""
    return wording.mask_identity(value)


@register.inclusion_tag("components/field.html")
def field(
    bound: BoundField, css: str = "", label: str = "", help_text: str = "", **attrs: Any
) -> dict[str, Any]:
    """{% field form.name %}: label, control, help and error together.

    `css` goes to the wrapper ("col-md-6"), other keywords to the control; `_` reads as `-`.
    """
    shown_help = str(help_text or bound.help_text)
    extra = {name.replace("_", "-"): value for name, value in attrs.items()}
    shape = fields.shape(bound.field.widget)
    apart = shape.kind == "choices"
    return {
        "bound": bound,
        "kind": shape.kind,
        "css": css,
        "label": label or bound.label,
        "help_text": shown_help,
        "errors": fields.errors(bound),
        "described_by": fields.described_by(bound, shown_help),
        "control": "" if apart else fields.control(bound, shown_help, extra),
        "choices": fields.choices(bound) if apart else [],
    }


@register.inclusion_tag("components/fields.html", name="fields")
def all_fields(form: BaseForm) -> dict[str, Any]:
    """{% fields form %}: every field of a form in its own order, hidden ones included."""
    return {"form": form}


@register.inclusion_tag("components/problems.html")
def form_errors(form: BaseForm) -> dict[str, Any]:
    """{% form_errors form %}: what is wrong, at the top, each sentence a link to its field."""
    found = [{"text": text, "url": "", "field": ""} for text in form.non_field_errors()]
    for bound in form:
        url = f"#{bound.id_for_label or bound.auto_id}"
        found += [{"text": text, "url": url, "field": ""} for text in fields.summary(bound)]
    return {"problems": found, "title": "内容未能保存，请更正以下各项："}


@register.inclusion_tag("components/problems.html")
def problems(found: Iterable[Any], title: str = "现在还不能办理：") -> dict[str, Any]:
    """{% problems refused.problems %}: sentences, linked to the page that puts them right."""
    return {"problems": list(found), "title": title}


def query_with(query: QueryDict, **changes: Any) -> str:
    """The present address with other parameters; None takes one away."""
    changed = query.copy()
    for name, value in changes.items():
        if value is None:
            changed.pop(name, None)
        else:
            changed[name] = value
    return f"?{changed.urlencode()}"


@register.inclusion_tag("components/paginate.html", takes_context=True)
def paginate(
    context: Context, page: Page, parameter: str = "page", label: str = "分页"
) -> dict[str, Any]:
    """{% paginate page_obj %}: pages of a list; filters and sorting stay in the address.

    Several lists on one page want a `parameter` and a `label` each.
    """
    query = context["request"].GET
    numbers = page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    links = [
        {
            "number": number,
            "current": number == page.number,
            "url": query_with(query, **{parameter: number}) if isinstance(number, int) else "",
        }
        for number in numbers
    ]
    return {
        "page": page,
        "label": label,
        "links": links,
        "previous": query_with(query, **{parameter: page.number - 1}),
        "next": query_with(query, **{parameter: page.number + 1}),
    }


@register.inclusion_tag("components/sort_header.html", takes_context=True)
def sort_header(
    context: Context, name: str, label: str, css: str = "", parameter: str = "sort"
) -> dict[str, Any]:
    """{% sort_header "submitted_at" "提交时间" "num" %}: a heading cell that sorts its column."""
    query = context["request"].GET
    current = query.get(parameter, "")
    order = {name: "ascending", f"-{name}": "descending"}.get(current, "")
    target = f"-{name}" if order == "ascending" else name
    return {
        "label": label,
        "css": css,
        "order": order,
        "url": query_with(query, **{parameter: target, "page": None}),
    }


@register.inclusion_tag("components/empty.html")
def empty(
    title: str, text: str = "", icon: str = "inbox", url: str = "", action: str = ""
) -> dict[str, Any]:
    """{% empty "暂无申报" "机构提交后，申报将在此显示。" icon="file-text" %}"""
    return {"title": title, "text": text, "icon": icon, "url": url, "action": action}


@register.inclusion_tag("components/progress.html")
def progress(value: Any, full: Any, label: str, tone: str = "active") -> dict[str, Any]:
    """{% progress 12 60 "已评指标" %}: a bar with its numbers beside it."""
    return {"value": value, "full": full, "label": label, "tone": tones.tone(tone)}


@register.inclusion_tag("components/stepper.html")
def stepper(steps: Sequence[Any], label: str = "办理进度") -> dict[str, Any]:
    """{% stepper steps %}: steps with `label`, `state` (done current todo stopped), `note`."""
    return {"steps": steps, "label": label}


@register.inclusion_tag("components/timeline.html")
def timeline(events: Iterable[Any]) -> dict[str, Any]:
    """{% timeline events %}: a history, in the order given; the events bring actor and post."""
    return {"events": list(events)}


@register.inclusion_tag("components/person.html")
def person(user: Any, post: Any = None) -> dict[str, Any]:
    """{% person event.actor event.post %}: a name with the post it acts in; 系统 when nobody."""
    return {"user": user, "post": post}


@register.inclusion_tag("components/figure.html")
def figure(label: str, value: Any, note: str = "", url: str = "") -> dict[str, Any]:
    """{% figure "待初审" 12 "今天截止 3 件" url %}: one number of a home page."""
    return {"label": label, "value": value, "note": note, "url": url}


@register.inclusion_tag("components/facts.html")
def facts(rows: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """{% facts rows %}: pairs of label and value as a description list."""
    return {"rows": list(rows)}
