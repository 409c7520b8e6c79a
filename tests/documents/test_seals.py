"""Seals and certificates: who may keep them, what is taken, how they lie."""

from __future__ import annotations

import hashlib
import io
from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.fernet import Fernet
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    NoEncryption,
    pkcs12,
)
from cryptography.x509.oid import NameOID
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command
from django.db import IntegrityError, InternalError, transaction
from PIL import Image, ImageDraw

from accounts.models import User
from documents import certificates, checks, pictures, services, vault
from documents.decisions import deciding
from documents.models import Certificate, Document, Impression, Seal
from documents.statuses import Kind
from portal import invariants
from portal.demo.seals import PASSWORD, Authority, drawn
from tests import scenes
from tests.documents.conftest import paper_of
from tests.documents.holdings import (
    MAY,
    equip,
    give_certificate,
    give_seal,
    key_file,
)
from tests.scenes import AUGUST, JULY, JUNE
from workflow import Refused
from workflow.models import Event

PNG = b"\x89PNG"
RED = (200, 30, 30, 255)
CLEAR = (0, 0, 0, 0)


def ring(side: int = 400, *, width: int = 0, ground=CLEAR, ink=RED, kind: str = "PNG") -> bytes:
    picture = Image.new("RGBA", (width or side, side), ground)
    ImageDraw.Draw(picture).ellipse((4, 4, side - 5, side - 5), outline=ink, width=20)
    out = io.BytesIO()
    (picture if kind == "PNG" else picture.convert("RGB")).save(out, kind)
    return out.getvalue()


def huge() -> bytes:
    """Small as a file, and more points than anybody wants to unpack."""
    out = io.BytesIO()
    Image.new("1", (14_000, 14_000)).save(out, "PNG")
    return out.getvalue()


class TestPictures:
    def test_it_is_drawn_anew_in_one_size_and_one_red(self):
        with Image.open(io.BytesIO(pictures.cleaned(ring(700)))) as found:
            assert (found.size, found.mode) == ((496, 496), "RGBA")
            assert found.getpixel((0, 0))[3] == 0
            colours = {point[:3] for _, point in found.getcolors(100_000)}
        assert len(colours) == 1

    @pytest.mark.parametrize(
        ("content", "sentence"),
        [
            (b"nothing", "请上传 PNG"),
            (ring(kind="JPEG"), "请上传 PNG"),
            (ring()[:20], "已损坏"),
            (huge(), "不能超过 4000"),
            (ring(width=500), "正方形"),
            (ring(200), "不能小于 300"),
            (ring(4200), "不能超过 4000"),
            (ring(ground=(255, 255, 255, 255)), "背景不透明"),
            (ring(ink=CLEAR), "没有可辨认"),
            (ring(ink=(20, 20, 200, 255)), "应为红色"),
            (PNG + b"0" * pictures.MAX_BYTES, "不能超过 2 MB"),
        ],
    )
    def test_what_is_no_seal_is_refused_in_words(self, content, sentence):
        with pytest.raises(pictures.Unfit, match=sentence):
            pictures.cleaned(content)


def own_file(key, *, signer=None, days=(-1, 100), use: bool | None = True, named: bool = True):
    """A PKCS#12 file with a certificate of one's own making."""
    attributes = [x509.NameAttribute(NameOID.ORGANIZATION_NAME, "示例单位")] if named else []
    if not named:
        attributes = [x509.NameAttribute(NameOID.LOCALITY_NAME, "Shenyang")]
    name = x509.Name(attributes)
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(11)
        .not_valid_before(JUNE + timedelta(days=days[0]))
        .not_valid_after(JUNE + timedelta(days=days[1]))
    )
    if use is not None:
        builder = builder.add_extension(
            x509.KeyUsage(use, *[False] * 4, not use, False, False, False), critical=True
        )
    algorithm = None if isinstance(key, ed25519.Ed25519PrivateKey) else hashes.SHA256()
    own = builder.sign(key, algorithm)
    lock = BestAvailableEncryption(PASSWORD.encode())
    return pkcs12.serialize_key_and_certificates(b"x", key, own, None, lock)


def without_key() -> bytes:
    authority = Authority(MAY)
    return pkcs12.serialize_key_and_certificates(
        b"x", None, authority.root, None, BestAvailableEncryption(PASSWORD.encode())
    )


CURVE = ec.generate_private_key(ec.SECP256R1())


class TestKeyFiles:
    def test_what_it_says_is_kept_without_the_password(self, scene):
        found = certificates.read(key_file(scene.county), PASSWORD, at=JUNE)
        assert found.subject == "和平区卫生健康委，演示用 不具法律效力"
        assert found.issuer == "示例根证书，演示用 不具法律效力"
        assert found.chain.count("BEGIN CERTIFICATE") == 2
        assert pkcs12.load_pkcs12(found.bundle, None).key is not None

    def test_a_certificate_without_an_organisation_or_its_chain_is_taken(self):
        found = certificates.read(own_file(CURVE, use=None, named=False), PASSWORD, at=JUNE)
        assert found.subject == "L=Shenyang"
        leaf_only = pkcs12.load_pkcs12(Authority(MAY).key_file("示例"), PASSWORD.encode())
        bare = pkcs12.serialize_key_and_certificates(
            None, leaf_only.key, leaf_only.cert.certificate, None, NoEncryption()
        )
        assert certificates.read(bare, "", at=JUNE).chain.count("BEGIN") == 1

    @pytest.mark.parametrize(
        ("content", "password", "field", "sentence"),
        [
            (b"nothing", PASSWORD, "password", "密码不正确，或者文件不是"),
            (own_file(CURVE), "wrong", "password", "密码不正确"),
            (own_file(CURVE, days=(-50, -1)), PASSWORD, "file", "已于 2023年6月9日 到期"),
            (own_file(CURVE, days=(1, 50)), PASSWORD, "file", "自 2023年6月11日 起才有效"),
            (own_file(CURVE, use=False), PASSWORD, "file", "用途不含数字签名"),
            (
                own_file(rsa.generate_private_key(65537, 1024)),  # noqa: S505 - just that is refused
                PASSWORD,
                "file",
                "不足 2048 位",
            ),
            (
                own_file(ed25519.Ed25519PrivateKey.generate()),
                PASSWORD,
                "file",
                "仅支持 RSA",
            ),
            (without_key(), PASSWORD, "file", "没有私钥或证书"),
            (b"0" * (certificates.MAX_BYTES + 1), PASSWORD, "file", "过大"),
        ],
    )
    def test_what_cannot_sign_is_refused_beside_its_field(self, content, password, field, sentence):
        with pytest.raises(Refused, match=sentence) as refused:
            certificates.read(content, password, at=JUNE)
        assert [problem.field for problem in refused.value.problems] == [field]

    def test_a_key_that_is_not_the_certificates_is_refused(self, monkeypatch):
        """No program writes such a file; the reading library hands over what it is told."""
        found = pkcs12.load_pkcs12(own_file(CURVE), PASSWORD.encode())

        class Mixed:
            key = ec.generate_private_key(ec.SECP256R1())
            cert = found.cert
            additional_certs = ()

        monkeypatch.setattr(pkcs12, "load_pkcs12", lambda *_: Mixed)
        with pytest.raises(Refused, match="不匹配"):
            certificates.read(b"", "", at=JUNE)


class TestKeeping:
    def test_only_who_signs_for_the_body_may(self, scene):
        for who in (scene.county_handler, scene.other_county_handler, scene.officer):
            with pytest.raises(PermissionDenied):
                services.use_seal(scene.county, drawn("甲"), reason="", by=who, at=JUNE)
            with pytest.raises(PermissionDenied):
                services.use_certificate(scene.county, b"", "", reason="", by=who, at=JUNE)
            with pytest.raises(PermissionDenied):
                services.end_seal(scene.county, reason="停用", by=who, at=JUNE)
        assert not Seal.objects.exists()

    def test_it_is_encrypted_and_what_was_done_is_recorded(self, scene):
        seal = give_seal(scene, scene.county)
        stored = bytes(Seal.objects.get().picture)
        assert not stored.startswith(PNG)
        assert PNG not in stored
        clear = services.clear_picture(seal)
        assert clear.startswith(PNG)
        assert hashlib.sha256(clear).hexdigest() == seal.sha256
        event = Event.objects.get(verb="use_seal")
        assert (event.actor, event.label) == (scene.county_approver, "启用印章")
        assert event.region_path == scene.county.path

    def test_the_key_is_encrypted_and_no_password_is_left_anywhere(self, scene):
        give_certificate(scene, scene.county)
        stored = Certificate.objects.get()
        with pytest.raises(ValueError, match="Could not deserialize"):
            pkcs12.load_pkcs12(bytes(stored.bundle), None)
        assert pkcs12.load_pkcs12(vault.decrypted(stored.bundle), None).key is not None
        assert PASSWORD not in str(Event.objects.get(verb="use_certificate").data)
        assert str(stored) == "和平区卫生健康委签名证书"

    def test_another_one_takes_its_place_with_a_reason(self, scene):
        first = give_seal(scene, scene.county)
        with pytest.raises(Refused, match="理由"):
            services.use_seal(
                scene.county, drawn("乙"), reason=" ", by=scene.county_approver, at=JULY
            )
        second = give_seal(scene, scene.county, when=JULY)
        first.refresh_from_db()
        assert (first.ended_at, first.ended_by, first.reason) == (
            JULY,
            scene.county_approver,
            "更换",
        )
        assert (first.stood_at(JUNE), first.stood_at(JULY), second.stood_at(JULY)) == (
            True,
            False,
            True,
        )
        assert Seal.objects.current().get() == second

    def test_ended_there_is_none(self, scene):
        give_seal(scene, scene.county)
        give_certificate(scene, scene.county)
        by = scene.county_approver
        services.end_seal(scene.county, reason="印章遗失", by=by, at=JULY)
        services.end_certificate(scene.county, reason="私钥泄露", by=by, at=JULY)
        holding = services.holding_of(scene.county, at=JULY)
        assert (holding.seal, holding.certificate) == (None, None)
        assert len(holding.warnings) == 2
        for end in (services.end_seal, services.end_certificate):
            with pytest.raises(Refused, match="没有在用的"):
                end(scene.county, reason="再次", by=by, at=JULY)

    def test_what_is_no_seal_is_refused_beside_the_field(self, scene):
        with pytest.raises(Refused) as refused:
            services.use_seal(
                scene.county, b"nothing", reason="", by=scene.county_approver, at=JUNE
            )
        assert refused.value.problems[0].field == "file"

    def test_without_keys_nothing_is_taken(self, scene, settings):
        settings.SEAL_KEYS = []
        with pytest.raises(Refused, match="SEAL_KEYS"):
            give_seal(scene, scene.county)
        with pytest.raises(vault.Locked):
            vault.encrypted(b"")

    def test_the_database_keeps_what_was(self, scene):
        seal = give_seal(scene, scene.county)
        services.end_seal(scene.county, reason="更换", by=scene.county_approver, at=JULY)
        for change in (
            lambda: Seal.objects.update(sha256="0" * 64),
            lambda: Seal.objects.update(reason="别的理由"),
            seal.delete,
        ):
            with pytest.raises(InternalError), transaction.atomic():
                change()

    def test_a_body_has_one_in_use(self, scene):
        seal = give_seal(scene, scene.county)
        seal.pk = None
        with pytest.raises(IntegrityError), transaction.atomic():
            seal.save(force_insert=True)


class TestRotation:
    def test_after_it_the_old_key_may_go(self, scene, settings, capsys):
        equip(scene, scene.county)
        [old] = settings.SEAL_KEYS
        new = Fernet.generate_key().decode()
        settings.SEAL_KEYS = [new, old]
        call_command("rotate_seal_keys")
        assert "印章 1 枚，证书 1 份" in capsys.readouterr().out
        settings.SEAL_KEYS = [new]
        assert services.clear_picture(Seal.objects.get()).startswith(PNG)
        assert vault.decrypted(Certificate.objects.get().bundle)
        settings.SEAL_KEYS = [old]
        with pytest.raises(vault.Locked):
            services.clear_picture(Seal.objects.get())

    def test_with_a_key_missing_nothing_is_changed(self, scene, settings):
        give_seal(scene, scene.county)
        before = bytes(Seal.objects.get().picture)
        settings.SEAL_KEYS = [Fernet.generate_key().decode()]
        with pytest.raises(CommandError, match="未作任何更改"):
            call_command("rotate_seal_keys")
        assert bytes(Seal.objects.get().picture) == before


class TestWarnings:
    def test_a_month_before_the_end_it_is_said(self, scene):
        certificate = give_certificate(scene, scene.county)
        end = certificate.not_after

        def said(at):
            return services.holding_of(scene.county, at=at).certificate_warning

        assert said(end - timedelta(days=31)) == ""
        assert "29 天后到期" in said(end - timedelta(days=29))
        assert "已到期" in said(end + timedelta(days=1))

    def test_the_list_takes_the_same_queries_however_many(self, scene, django_assert_num_queries):
        equip(scene, scene.root)
        user = User.objects.get(pk=scene.officer.pk)
        with django_assert_num_queries(3):
            [holding] = services.holdings_of(user, at=JUNE)
        assert holding.warnings == ()


class TestChecks:
    def test_a_portal_with_keys_and_roots_is_sound(self, settings, tmp_path):
        path = tmp_path / "root.pem"
        path.write_text("")
        settings.TRUST_ROOTS = [str(path)]
        found = (checks.check_seal_keys, checks.check_keys_are_keys, checks.check_trust_roots)
        assert [check() for check in found] == [[], [], []]

    def test_what_is_missing_is_named(self, settings):
        settings.SEAL_KEYS = []
        assert checks.check_seal_keys()[0].id == "documents.W001"
        settings.SEAL_KEYS = ["no key"]
        assert checks.check_keys_are_keys()[0].id == "documents.E001"
        settings.TRUST_ROOTS = ["/nowhere.pem"]
        assert "/nowhere.pem" in checks.check_trust_roots()[0].msg


class TestDecisions:
    def test_drafts_scores_and_summaries_carry_none(self):
        event = Event(subject_type="applications.application", verb="recommend_to_city")
        for kind in (Kind.APPLICATION_DRAFT, Kind.SCORES_COUNTY, Kind.SUMMARY_PDF):
            assert deciding(kind, event, [event]) == {}

    def test_what_was_only_noted_is_no_decision(self):
        noted = Event(subject_type="applications.application", verb="recommend_to_city")
        assert deciding(Kind.APPLICATION_FORM, noted, [noted]) == {}

    def test_a_paper_after_something_else_is_issued_by_nobody(self):
        event = Event(subject_type="publicity.notice", verb="close", target="closed")
        assert deciding(Kind.NOTICE, event, [event]) == {}


class TestInvariants:
    def test_seals_that_stand_for_nothing_are_found(self, scene, carry):
        equip(scene, scene.county, scene.city)
        scenes.at_city(scene)
        carry()
        assert list(invariants.papers.seals_stand_for_decisions()) == []
        form = paper_of(Kind.APPLICATION_FORM)
        late = give_seal(scene, scene.city, when=AUGUST)
        other = Event.objects.filter(subject_type="quotas.cycle").first()
        Impression.objects.create(
            document=form, seal=late, event=other, role="city", copy=1, page=0
        )
        tables = Document.objects.of_kinds(Kind.SCORES_SELF)
        tables.update(sealed_by="沈阳市卫生健康委")
        found = list(invariants.papers.seals_stand_for_decisions())
        assert len(found) == 4
        assert "沈阳市卫生健康委" in found[2]
        assert "没有用印记录" in found[3]
        assert "沈阳市卫生健康委印章" in str(Impression.objects.last())
