"""The commands of the portal at the terminal."""

from io import StringIO

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command

from accounts.models import Region, User
from files import services as files
from files.models import StoredFile
from portal import invariants
from quotas.models import CountyCap, Place, Quota
from scoring.models import RubricVersion
from tests import scenes
from tests.files import samples
from tests.scenes import JUNE, Province
from workflow import record


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


def test_files_that_are_missing_torn_or_changed_are_named(db: None) -> None:
    colours = ("red", "green", "blue")
    kept = [files.store(samples.picture(c), name="照片.png", by=None, at=JUNE) for c in colours]
    assert list(invariants.ground.files_are_whole()) == []
    with files.opened(kept[2]) as stream:
        content = stream.read()
    for stored in kept:
        default_storage.delete(stored.path)
    default_storage.save(kept[1].path, ContentFile(content + b"x"))
    default_storage.save(kept[2].path, ContentFile(content[:-1] + b"x"))
    assert list(invariants.ground.files_are_whole()) == [
        f"文件 {kept[2].pk}：内容与摘要不符。",
        f"文件 {kept[1].pk}：内容长度与登记不符。",
        f"文件 {kept[0].pk}：内容缺失。",
    ]


def test_refused_files_that_are_still_there_are_named(db: None) -> None:
    """The test's transaction never commits, so what goes after the commit stays."""
    script = samples.pdf_with_script()
    stored = files.store(script, name="方案.pdf", by=None, at=JUNE)
    files.inspect(stored, at=JUNE)
    assert list(invariants.ground.refused_files_are_gone()) == [
        f"文件 {stored.pk}：未通过安全检查，内容却仍在。"
    ]
    files.store(script, name="方案.pdf", by=None, at=JUNE, trusted=True)
    assert list(invariants.ground.refused_files_are_gone()) == []
    StoredFile.objects.not_refused().delete()
    default_storage.delete(stored.path)
    assert list(invariants.ground.refused_files_are_gone()) == []


def test_sizes_without_a_history_are_named(scene: Province) -> None:
    quota = Quota.objects.get(cycle=scene.cycle, region=scene.city)
    assert list(invariants.places.sizes_agree_with_history()) == []
    Quota.objects.filter(pk=quota.pk).update(size=9)
    record(
        scene.cycle,
        "transfer_places",
        actor=scene.officer,
        at=JUNE,
        quotas=[{"before": 3, "after": 1}, {"before": 1, "after": 4}],
    )
    size, moved = invariants.places.sizes_agree_with_history()
    assert size == f"名额 {quota.pk}：现为 9 个，变更记录为 2。"
    assert moved.endswith("调剂前合计 4 个，调剂后合计 5 个。")


def test_counties_over_their_caps_are_named(scene: Province) -> None:
    scenes.at_city(scene)
    quota = Quota.objects.get(cycle=scene.cycle, region=scene.city)
    CountyCap.objects.create(quota=quota, region=scene.county, size=1)
    assert list(invariants.places.counties_keep_to_their_caps()) == []
    CountyCap.objects.update(size=0)
    strange = CountyCap.objects.create(quota=quota, region=scene.other_county, size=1)
    assert list(invariants.places.counties_keep_to_their_caps()) == [
        "2023年省级示范托育机构评选和平区：可推荐 0 件，已推荐 1 件。",
        f"县级推荐上限 {strange.pk}：铁西区不属于该市。",
    ]
