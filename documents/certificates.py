"""Reading a body's PKCS#12 file: the certificate it signs with, checked before it is kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, pkcs12
from cryptography.x509.oid import NameOID
from django.utils import timezone

from workflow import Problem, Refused

MAX_BYTES = 256 * 1024
SMALLEST_RSA = 2048
# Who it is, by what a reader recognises first.
NAMED_BY = (NameOID.ORGANIZATION_NAME, NameOID.COMMON_NAME)


@dataclass(frozen=True)
class KeyFile:
    """`bundle` holds key and certificates without a password, to be encrypted by the portal."""

    bundle: bytes
    chain: str
    subject: str
    issuer: str
    serial: str
    fingerprint: str
    not_before: datetime
    not_after: datetime


def read(content: bytes, password: str, *, at: datetime) -> KeyFile:
    """What a PKCS#12 file holds. Raises Refused with the sentence beside its field."""
    if len(content) > MAX_BYTES:
        raise _refused("证书文件过大，请选择扩展名为 .p12 或 .pfx 的文件。")
    try:
        found = pkcs12.load_pkcs12(content, password.encode() or None)
    except (ValueError, TypeError):
        raise _refused("密码不正确，或者文件不是 PKCS#12 证书文件。", field="password") from None
    key, kept = found.key, found.cert
    if key is None or kept is None:
        raise _refused("文件中没有私钥或证书，请导出包含私钥的 PKCS#12 文件。")
    if not isinstance(key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey):
        raise _refused("仅支持 RSA 或椭圆曲线（ECDSA）证书。")
    if isinstance(key, rsa.RSAPrivateKey) and key.key_size < SMALLEST_RSA:
        raise _refused(f"RSA 密钥不足 {SMALLEST_RSA} 位，不够安全。")
    own = kept.certificate
    if key.public_key() != own.public_key():
        raise _refused("私钥与证书不匹配。")
    _check_use(own)
    _check_period(own, at)
    chain = _in_order(own, [each.certificate for each in found.additional_certs])
    return KeyFile(
        bundle=pkcs12.serialize_key_and_certificates(None, key, own, chain[1:], NoEncryption()),
        chain="".join(each.public_bytes(Encoding.PEM).decode() for each in chain),
        subject=name_of(own.subject),
        issuer=name_of(own.issuer),
        serial=f"{own.serial_number:X}",
        fingerprint=fingerprint_of(own),
        not_before=own.not_valid_before_utc,
        not_after=own.not_valid_after_utc,
    )


def name_of(name: x509.Name) -> str:
    """The organisation and the common name, as far as they are there and differ."""
    values = [str(each.value) for oid in NAMED_BY for each in name.get_attributes_for_oid(oid)]
    return "，".join(dict.fromkeys(values))[:200] or name.rfc4514_string()[:200]


def fingerprint_of(certificate: x509.Certificate) -> str:
    return certificate.fingerprint(hashes.SHA256()).hex()


def _check_use(certificate: x509.Certificate) -> None:
    """A certificate for something else, or for issuing others, signs no papers."""
    try:
        use = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return
    if not (use.digital_signature or use.content_commitment):
        raise _refused("该证书的用途不含数字签名。")


def _check_period(certificate: x509.Certificate, at: datetime) -> None:
    begins, ends = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    if at < begins:
        raise _refused(f"证书自 {_day(begins)} 起才有效。")
    if at > ends:
        raise _refused(f"证书已于 {_day(ends)} 到期。")


def _day(moment: datetime) -> str:
    local = timezone.localdate(moment)
    return f"{local.year}年{local.month}月{local.day}日"


def _in_order(own: x509.Certificate, others: Sequence[x509.Certificate]) -> list[x509.Certificate]:
    """From the body's own to the root, as far as the file goes; anything else is left out."""
    chain, left = [own], list(others)
    while chain[-1].issuer != chain[-1].subject:
        issuer = next((each for each in left if each.subject == chain[-1].issuer), None)
        if issuer is None:
            break
        left.remove(issuer)
        chain.append(issuer)
    return chain


def _refused(sentence: str, field: str = "file") -> Refused:
    return Refused([Problem(sentence, field=field)])
