"""Form fields and their errors, as pages show them."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.template import Context, Template

from portal.ui import fields
from workflow import Problem

SHANGHAI = ZoneInfo("Asia/Shanghai")


def render(source: str, **context: Any) -> str:
    return re.sub(r"\s+", " ", Template(source).render(Context(context))).strip()


class Record(forms.Form):
    name = forms.CharField(label="机构名称", help_text="与证书一致。")
    kind = forms.ChoiceField(label="形式", choices=[("a", "独立"), ("b", "嵌入")])
    nature = forms.ChoiceField(
        label="性质", choices=[("1", "营利"), ("2", "非营利")], widget=forms.RadioSelect
    )
    services = forms.MultipleChoiceField(
        label="服务", choices=[("1", "全日托")], widget=forms.CheckboxSelectMultiple, required=False
    )
    places = forms.IntegerField(label="托位", required=False, min_value=1)
    opened = forms.DateField(label="开办日期", required=False)
    note = forms.CharField(label="简介", widget=forms.Textarea, required=False)
    receipt = forms.FileField(label="回执")
    agree = forms.BooleanField(label="承诺真实。")
    page = forms.CharField(widget=forms.HiddenInput, required=False)


def test_a_field_brings_its_label_help_and_required_mark():
    shown = render(
        "{% field form.name 'col-md-6' placeholder='全称' data_version='3' %}", form=Record()
    )
    assert '<label class="form-label" for="id_name">机构名称' in shown
    assert 'class="must" aria-hidden="true"' in shown
    assert 'class="form-control"' in shown
    assert 'aria-describedby="id_name_helptext"' in shown
    assert 'id="id_name_helptext">与证书一致。' in shown
    assert 'placeholder="全称"' in shown
    assert 'data-version="3"' in shown
    assert 'class="field col-md-6"' in shown
    assert " required" in shown


def test_a_field_with_an_error_says_so_beside_it_and_to_screen_readers():
    form = Record({"name": "", "places": "0"})
    shown = render("{% field form.name %}{% field form.places %}", form=form)
    assert 'aria-invalid="true"' in shown
    assert 'aria-describedby="id_name_helptext id_name_error"' in shown
    assert 'class="form-control is-invalid"' in shown
    assert 'id="id_name_error"' in shown
    assert "请填写此项。" in shown
    assert 'value="0"' in shown


def test_each_widget_gets_its_own_look():
    form = Record(initial={"opened": date(2019, 9, 1)})
    assert 'class="form-select"' in render("{% field form.kind %}", form=form)
    opened = render("{% field form.opened %}", form=form)
    assert 'type="date"' in opened
    assert 'value="2019-09-01"' in opened
    assert 'inputmode="decimal"' in render("{% field form.places %}", form=form)
    assert 'rows="4"' in render("{% field form.note %}", form=form)
    assert 'class="form-check-input"' in render("{% field form.agree %}", form=form)
    assert 'type="file"' in render("{% field form.receipt %}", form=form)


def test_the_picked_date_is_understood_again():
    form = Record({"name": "甲", "kind": "a", "nature": "1", "opened": "2019-09-01", "agree": "on"})
    render("{% field form.opened %}", form=form)
    assert form["opened"].errors == []
    assert form.cleaned_data["opened"] == date(2019, 9, 1)


def test_choices_stand_in_a_fieldset_with_a_legend():
    form = Record({"nature": "2"})
    shown = render("{% field form.nature %}{% field form.services %}", form=form)
    assert '<legend class="form-label">性质' in shown
    assert "（必填）" in shown
    assert re.search(r'value="2" id="id_nature_1" checked', shown)
    assert 'type="checkbox"' in shown


def test_a_form_shows_its_fields_once_and_in_order():
    shown = render("{% fields form %}", form=Record())
    labels = re.findall(r'(?:<label class="form-label"[^>]*>|<legend[^>]*>)([^<]+)', shown)
    assert labels == ["机构名称", "形式", "性质", "服务", "托位", "开办日期", "简介", "回执"]
    assert shown.count('type="hidden"') == 1


def test_the_summary_names_each_field_and_leads_to_it():
    form = Record({})
    form.add_error(None, "两次提交的内容不一致。")
    shown = render("{% form_errors form %}", form=form)
    assert 'role="alert"' in shown
    assert "<li>两次提交的内容不一致。</li>" in shown
    assert '<a href="#id_name">机构名称：请填写此项。</a>' in shown
    assert '<a href="#id_kind">形式：请选择。</a>' in shown
    assert '<a href="#id_nature">性质：请选择。</a>' in shown
    assert "回执：请选择文件。" in shown
    assert "承诺真实：请勾选此项。" in shown


def test_a_form_without_errors_has_no_summary():
    assert render("{% form_errors form %}", form=Record()) == ""


def test_an_error_that_names_its_field_is_not_named_twice():
    form = Record({"name": "甲"})
    form.add_error("name", "机构名称已登记。")
    assert fields.summary(form["name"]) == ["机构名称已登记。"]


def test_problems_link_to_where_they_can_be_put_right():
    found = [
        Problem("未达分数线。", url="/sheet/"),
        Problem("缺理由。", field="reason"),
        Problem("已截止。"),
    ]
    shown = render("{% problems found '现在还不能提交：' %}", found=found)
    assert "现在还不能提交：" in shown
    assert '<a href="/sheet/">未达分数线。</a>' in shown
    assert '<a href="#id_reason">缺理由。</a>' in shown
    assert "<li>已截止。</li>" in shown


def test_choices_that_are_asked_for_by_a_moment_and_a_number():
    class Visit(forms.Form):
        at = forms.DateTimeField(initial=datetime(2023, 7, 12, 9, 30, tzinfo=SHANGHAI))
        since = forms.TimeField(initial="09:30", widget=forms.TimeInput)
        count = forms.IntegerField(widget=forms.NumberInput(attrs={"step": 1, "class": "short"}))

    shown = render("{% fields form %}", form=Visit())
    assert 'type="datetime-local"' in shown
    assert 'value="2023-07-12T09:30"' in shown
    assert 'type="time"' in shown
    assert 'inputmode="numeric"' in shown
    assert 'class="form-control short"' in shown
