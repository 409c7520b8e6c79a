"""The commands of the portal at the terminal."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from accounts.models import Region, User
from quotas.models import Place
from scoring.models import RubricVersion
from tests import scenes
from tests.scenes import JUNE, Province


def test_outside_demo_mode_there_are_no_known_passwords(db: None) -> None:
    with pytest.raises(CommandError, match="口令是公开的"):
        call_command("demo")
    assert not User.objects.exists()


def test_reference_data_may_be_loaded_again_and_again(db: None) -> None:
    for _ in range(2):
        call_command("reference_data", stdout=StringIO())
    assert (Region.objects.count(), RubricVersion.objects.count()) == (116, 1)


def test_sound_data_pass(scene: Province) -> None:
    scenes.at_province(scene)
    said = StringIO()
    call_command("check_invariants", stdout=said)
    assert "发现 0 处问题" in said.getvalue()


def test_what_is_wrong_is_named_and_ends_with_1(scene: Province) -> None:
    application, _ = scenes.at_province(scene)
    Place.objects.filter(pk=application.place_id).update(taken_at=None)
    Place.objects.filter(quota__region=scene.other_city).update(taken_at=JUNE)
    said = StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("check_invariants", stdout=StringIO(), stderr=said)
    assert ended.value.code == 1
    assert f"名额 {application.place_id}：有申报占用，却标为空闲。" in said.getvalue()
    assert "标为占用，却没有申报" in said.getvalue()
