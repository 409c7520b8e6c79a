"""The pages of seals: for who signs for the body, after a code, and for nobody else."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts import proof
from documents.models import Certificate, Seal
from portal.demo.seals import PASSWORD, drawn
from tests import scenes
from tests.documents.holdings import (
    approver_of,
    equip,
    give_certificate,
    give_seal,
    key_file,
)
from workflow import clock


def page(name: str, *args: object) -> str:
    return reverse(f"documents:{name}", args=args)


def png(name: str = "和平区卫生健康委") -> SimpleUploadedFile:
    return SimpleUploadedFile("seal.png", drawn(name), "image/png")


@pytest.fixture
def approver(scene, browse):
    return browse(scene.county_approver)


@pytest.fixture
def now(monkeypatch):
    """The portal's clock stands in the time of the scenes."""
    monkeypatch.setattr(clock, "now", lambda: scenes.JULY)


def addresses(scene) -> list[str]:
    seal = Seal.objects.get(body=scene.county)
    pk = scene.county.pk
    return [
        page("body", pk),
        page("use_seal", pk),
        page("use_certificate", pk),
        page("end", pk, "seal"),
        page("end", pk, "certificate"),
        page("sample", pk),
        page("seal_picture", seal.pk),
    ]


@pytest.mark.usefixtures("now")
class TestWhoSees:
    def test_another_bodys_approver_finds_nothing(self, scene, browse):
        equip(scene, scene.county)
        for body in (scene.city, scene.next_county, scene.root):
            client = browse(approver_of(scene, body))
            for address in addresses(scene):
                assert client.get(address).status_code == 404, address
                assert client.post(address).status_code in {404, 405}, address

    def test_handlers_and_administrators_may_not(self, scene, browse):
        equip(scene, scene.county)
        sysadmin = scenes.official("sysadmin", "管理", "system_admin", scene.root)
        for user in (scene.county_handler, sysadmin):
            client = browse(user)
            for address in [page("seals"), *addresses(scene)]:
                assert client.get(address).status_code == 403, address

    def test_its_own_approver_does(self, scene, approver):
        equip(scene, scene.county)
        for address in addresses(scene):
            assert approver.get(address).status_code == 200, address
        assert approver.get(page("end", scene.county.pk, "other")).status_code == 404

    def test_the_picture_is_kept_by_no_cache(self, scene, approver):
        seal = give_seal(scene, scene.county)
        answer = approver.get(page("seal_picture", seal.pk))
        assert answer["Content-Type"] == "image/png"
        assert "no-store" in answer["Cache-Control"]
        assert answer.content.startswith(b"\x89PNG")

    def test_the_code_is_asked_for_first(self, scene, approver, settings):
        equip(scene, scene.county)
        session = approver.session
        session[proof._CODE_GIVEN] = clock.real().timestamp() - 700
        session.save()
        for address in addresses(scene)[1:6]:
            answer = approver.get(address)
            assert answer.status_code == 302, address
            assert answer["Location"].startswith("/login/confirm/"), address
        assert approver.get(page("body", scene.county.pk)).status_code == 200


@pytest.mark.usefixtures("now")
class TestSeals:
    def test_a_picture_is_taken_into_use(self, scene, approver):
        address = page("use_seal", scene.county.pk)
        answer = approver.post(address, {"file": png()}, follow=True)
        assert "印章已启用" in answer.content.decode()
        assert Seal.objects.get().body == scene.county
        answer = approver.post(address, {"file": png()})
        assert answer.status_code == 422
        approver.post(address, {"file": png("另一枚"), "reason": "机构更名"})
        assert Seal.objects.count() == 2
        shown = approver.get(page("body", scene.county.pk)).content.decode()
        assert "机构更名" in shown

    def test_a_wrong_picture_is_explained_beside_its_field(self, scene, approver):
        wrong = SimpleUploadedFile("seal.png", b"nothing", "image/png")
        answer = approver.post(page("use_seal", scene.county.pk), {"file": wrong})
        assert answer.status_code == 422
        assert "请上传 PNG 图片" in answer.content.decode()
        assert "file" in answer.context["form"].errors

    def test_a_sample_shows_it_and_keeps_nothing(self, scene, approver):
        address = page("sample", scene.county.pk)
        assert approver.get(address).status_code == 404
        answer = approver.post(address, {"file": png()})
        assert answer["Content-Type"] == "application/pdf"
        assert answer.content.startswith(b"%PDF")
        assert not Seal.objects.exists()
        assert approver.post(address).status_code == 422
        wrong = SimpleUploadedFile("seal.png", b"nothing", "image/png")
        refused = approver.post(address, {"file": wrong})
        assert "请上传 PNG" in refused.content.decode()

    def test_it_is_put_out_of_use_with_a_reason(self, scene, approver):
        give_seal(scene, scene.county)
        address = page("end", scene.county.pk, "seal")
        assert approver.post(address, {"reason": ""}).status_code == 422
        answer = approver.post(address, {"reason": "印章遗失"}, follow=True)
        assert "印章已停用" in answer.content.decode()
        assert Seal.objects.get().reason == "印章遗失"
        again = approver.post(address, {"reason": "再次"})
        assert "没有在用的印章" in again.content.decode()


@pytest.mark.usefixtures("now")
class TestCertificates:
    def send(self, scene, client, password: str = PASSWORD, **more: str):
        sent = SimpleUploadedFile("a.p12", key_file(scene.county))
        data = {"file": sent, "password": password, **more}
        return client.post(page("use_certificate", scene.county.pk), data)

    def test_a_file_is_taken_with_its_password(self, scene, approver):
        assert self.send(scene, approver).status_code == 302
        assert Certificate.objects.get().subject.startswith("和平区卫生健康委")
        assert self.send(scene, approver, reason="续期").status_code == 302
        assert Certificate.objects.count() == 2

    def test_a_wrong_password_is_said_beside_it_and_not_shown(self, scene, approver):
        answer = self.send(scene, approver, "a-wrong-password")
        assert answer.status_code == 422
        assert "password" in answer.context["form"].errors
        assert "a-wrong-password" not in answer.content.decode()

    def test_nothing_sent_is_explained(self, scene, approver):
        assert approver.post(page("use_certificate", scene.county.pk)).status_code == 422

    def test_the_list_says_when_it_ends(self, scene, browse, approver):
        give_certificate(scene, scene.county)
        shown = approver.get(page("seals")).content.decode()
        assert "2033年4月28日" in shown
        assert "尚未启用" in shown


def test_who_signs_finds_the_way_from_the_papers(scene, browse):
    address = page("seals")
    papers = page("documents")
    assert address in browse(scene.county_approver).get(papers).content.decode()
    assert address not in browse(scene.county_handler).get(papers).content.decode()
