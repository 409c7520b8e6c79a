"""Signatures: a standard validator takes a fresh paper, and no changed one."""

from __future__ import annotations

import subprocess
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from io import BytesIO
from pathlib import Path

import pytest
from asn1crypto import tsp
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pyhanko.keys.internal import translate_pyca_cryptography_key_to_asn1
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.timestamps.dummy_client import DummyTimeStamper
from pyhanko_certvalidator.registry import SimpleCertificateStore
from pypdf import PdfReader, PdfWriter
from pypdf.annotations import FreeText

from documents import services, signing
from documents.models import Certificate
from documents.papers import stamping
from documents.signing import Level, Said, validate
from documents.statuses import Kind
from documents.trust import configured
from documents.validation import BROKEN, CHANGED, UNKNOWN, UNREADABLE, UNSIGNED, UNTRUSTED
from portal.demo.paper import example_pdf
from portal.demo.seals import PASSWORD, Authority
from tests import scenes
from tests.documents.conftest import content_of, paper_of
from tests.documents.holdings import MAY, authority, give_certificate
from tests.scenes import AUGUST, JULY, JUNE
from workflow import clock

SAID = Said("和平区卫生健康委", "推荐至市级", "沈阳市和平区", JULY)


def signed(bundle: bytes, said: Said = SAID) -> signing.Signed:
    return signing.sign(lambda: stamping.stamped(example_pdf(), []), bundle, said)


def open_bundle(content: bytes) -> bytes:
    """A key file without its password."""
    key, own, others = pkcs12.load_key_and_certificates(content, PASSWORD.encode())
    assert isinstance(key, pkcs12.PKCS12PrivateKeyTypes)
    return pkcs12.serialize_key_and_certificates(None, key, own, others, NoEncryption())


@pytest.fixture
def content(scene) -> bytes:
    """A paper that the county of the scene has signed."""
    give_certificate(scene, scene.county)
    return signed(_bundle_of(Certificate.objects.get())).content


def _bundle_of(certificate: Certificate) -> bytes:
    from documents import vault

    return vault.decrypted(certificate.bundle)


class TestValidating:
    def test_a_fresh_one(self, content):
        found = validate(content)
        assert (found.signed, found.intact, found.trusted) == (True, True, True)
        assert (found.signer, found.at, found.problems) == ("和平区卫生健康委", JULY, [])
        assert found.is_good

    def test_one_byte_changed_anywhere_shows(self, content):
        start = content.index(b"/ByteRange")
        for place in (200, len(content) // 3, start - 40, len(content) - 60):
            changed = bytearray(content)
            changed[place] ^= 1
            found = validate(bytes(changed))
            assert not found.is_good
            assert found.problems
            assert not found.intact

    def test_a_page_added_as_an_update_shows(self, content):
        writer = PdfWriter(BytesIO(content), incremental=True)
        writer.add_blank_page(100, 100)
        assert self.after(writer).problems == [CHANGED]

    def test_an_annotation_added_shows(self, content):
        writer = PdfWriter(BytesIO(content), incremental=True)
        writer.add_annotation(0, FreeText(text="伪造", rect=(50, 50, 200, 100)))
        found = self.after(writer)
        assert found.signed
        assert not found.intact
        assert found.problems == [CHANGED]

    def after(self, writer: PdfWriter) -> signing.Validation:
        out = BytesIO()
        writer.write(out)
        return validate(out.getvalue())

    def test_written_anew_it_has_no_good_signature(self, content):
        out = BytesIO()
        writer = PdfWriter(clone_from=PdfReader(BytesIO(content)))
        writer.write(out)
        assert not validate(out.getvalue()).is_good

    @pytest.mark.parametrize(
        "garbage", [b"", b"nothing", b"%PDF-1.7\n1 0 obj", bytes(range(256)) * 40]
    )
    def test_what_is_no_pdf_is_said_to_be_none(self, db, garbage):
        assert validate(garbage).problems == [UNREADABLE]

    def test_cut_off_it_cannot_be_read_or_is_broken(self, content):
        for length in range(0, len(content), len(content) // 12):
            assert not validate(content[:length]).is_good

    def test_an_unsigned_one(self, db):
        found = validate(example_pdf())
        assert (found.signed, found.problems) == (False, [UNSIGNED])

    def test_a_signature_that_is_nonsense_is_broken(self, content):
        start = content.index(b"/Contents <") + 11
        nonsense = content[: start + 4] + b"00" * 200 + content[start + 404 :]
        found = validate(nonsense)
        assert found.signed
        assert found.problems == [BROKEN]

    def test_somebody_unknown_is_not_taken_for_the_body_of_that_name(self, scene):
        give_certificate(scene, scene.county)
        forger = Authority(MAY)
        found = validate(signed(open_bundle(forger.key_file(scene.county.commission))).content)
        assert (found.intact, found.trusted, found.problems) == (True, False, [UNKNOWN])

    def test_nor_is_another_certificate_of_the_same_authority(self, scene):
        give_certificate(scene, scene.county)
        other = open_bundle(authority().key_file("冒名单位"))
        assert validate(signed(other).content).problems == [UNKNOWN]

    def test_signed_after_the_certificate_was_put_out_of_use_it_is_not_trusted(self, scene):
        certificate = give_certificate(scene, scene.county)
        services.end_certificate(scene.county, reason="私钥泄露", by=scene.county_approver, at=JULY)
        late = Said(SAID.name, SAID.reason, SAID.location, AUGUST)
        found = validate(signed(_bundle_of(certificate), late).content)
        assert (found.intact, found.trusted, found.problems) == (True, False, [UNTRUSTED])
        early = Said(SAID.name, SAID.reason, SAID.location, JUNE)
        assert validate(signed(_bundle_of(certificate), early).content).is_good

    def test_poppler_says_the_same(self, content, tmp_path: Path):
        def verdict(paper: bytes) -> str:
            path = tmp_path / "paper.pdf"
            path.write_bytes(paper)
            return subprocess.run(
                ["pdfsig", str(path)], capture_output=True, text=True, check=False
            ).stdout

        assert "Signature is Valid" in verdict(content)
        assert "Total document signed" in verdict(content)
        assert "ETSI.CAdES.detached" in verdict(content)
        changed = bytearray(content)
        changed[len(content) // 3] ^= 1
        assert "Signature is Valid" not in verdict(bytes(changed))


def test_with_an_rsa_key_the_same_event_gives_the_same_bytes(db):
    bundle = _rsa_bundle()
    first = signed(bundle)
    time.sleep(1.1)  # the next second must not show
    assert signed(bundle).content == first.content
    assert first.level == Level.BASIC


def test_the_signature_says_what_was_decided_in_chinese(content):
    [found] = PdfFileReader(BytesIO(content)).embedded_regular_signatures
    said = found.sig_object
    assert (said["/Name"], said["/Reason"]) == ("和平区卫生健康委", "推荐至市级")
    assert said["/Location"] == "沈阳市和平区"
    assert found.docmdp_level is not None
    assert found.docmdp_level.name == "NO_CHANGES"


class TestWhichCertificate:
    def test_of_later_it_signs_from_its_own_first_moment(self, scene, carry):
        give_certificate(scene, scene.county, when=AUGUST)
        scenes.at_city(scene)
        carry()
        letter = paper_of(Kind.COUNTY_LETTER)
        assert validate(content_of(letter)).at == AUGUST
        assert letter.signature_level == "B-B"
        assert letter.seal_words == "和平区卫生健康委尚未用印；和平区卫生健康委已电子签名"

    def test_one_that_had_run_out_signs_nothing(self, scene, carry):
        certificate = give_certificate(scene, scene.county)
        ten_years = certificate.not_after + timedelta(days=1)
        assert not certificate.is_valid_at(ten_years)
        holding = services.holding_of(scene.county, at=ten_years)
        assert "已到期" in holding.warnings[-1]


class TestTimeStamps:
    @pytest.fixture
    def server(self, settings, tmp_path) -> Iterator[HTTPServer]:
        """A time-stamp server on this machine, trusted by the portal."""
        stamper = _stamper(tmp_path)

        class Answer(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                asked = self.rfile.read(int(self.headers["Content-Length"]))
                answer = stamper.request_tsa_response(tsp.TimeStampReq.load(asked))
                self.send_response(200)
                self.send_header("Content-Type", "application/timestamp-reply")
                self.end_headers()
                self.wfile.write(answer.dump())

            def log_message(self, *_: object) -> None:
                pass

        found = HTTPServer(("127.0.0.1", 0), Answer)
        threading.Thread(target=found.serve_forever, daemon=True).start()
        settings.TSA_URL = f"http://127.0.0.1:{found.server_port}/"
        settings.TRUST_ROOTS = [str(tmp_path / "tsa.pem")]
        yield found
        found.shutdown()
        found.server_close()

    def test_with_a_server_the_signature_is_b_lta(self, scene, server):
        certificate = give_certificate(scene, scene.county)
        done = signed(_bundle_of(certificate))
        assert done.level == Level.LONG_TERM
        reader = PdfFileReader(BytesIO(done.content))
        assert "/DSS" in reader.root
        assert len(reader.embedded_timestamp_signatures) == 1
        found = validate(done.content)
        assert found.is_good, found
        assert found.at is not None
        # The server's clock, not what the signature claims.
        assert abs(found.at - clock.real()) < timedelta(minutes=5)

    def test_a_server_that_is_away_loses_no_paper(self, scene, settings, caplog):
        settings.TSA_URL = "http://127.0.0.1:9/"
        certificate = give_certificate(scene, scene.county)
        done = signed(_bundle_of(certificate))
        assert done.level == Level.BASIC
        assert validate(done.content).is_good
        assert "no time stamp" in caplog.text

    def test_nor_does_one_that_nobody_trusts(self, scene, server, settings, caplog):
        settings.TRUST_ROOTS = []
        assert configured() == []
        certificate = give_certificate(scene, scene.county)
        assert signed(_bundle_of(certificate)).level == Level.BASIC
        assert "no time stamp" in caplog.text


def _issued(name: str, key: rsa.RSAPrivateKey, *, stamps: bool) -> x509.Certificate:
    own = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    builder = (
        x509.CertificateBuilder()
        .subject_name(own)
        .issuer_name(own)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(MAY)
        .not_valid_after(MAY + timedelta(days=9000))
    )
    if stamps:
        use = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
        builder = builder.add_extension(use, critical=True)
    return builder.sign(key, hashes.SHA256())


def _rsa_bundle() -> bytes:
    key = rsa.generate_private_key(65537, 2048)
    own = _issued("示例单位", key, stamps=False)
    return pkcs12.serialize_key_and_certificates(None, key, own, [], NoEncryption())


def _stamper(folder: Path) -> DummyTimeStamper:
    key = rsa.generate_private_key(65537, 2048)
    own = _issued("示例时间戳服务器", key, stamps=True)
    (folder / "tsa.pem").write_bytes(own.public_bytes(Encoding.PEM))
    certificate = asn1.Certificate.load(own.public_bytes(Encoding.DER))
    assert key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    return DummyTimeStamper(
        tsa_cert=certificate,
        tsa_key=translate_pyca_cryptography_key_to_asn1(key),
        certs_to_embed=SimpleCertificateStore(),
    )
