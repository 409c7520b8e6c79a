"""Seals and certificates of bodies: taken into use, replaced and ended by who signs for them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.access import regions_held
from accounts.models import Region
from documents import certificates, pictures, policies, vault
from documents.models import Certificate, Seal
from workflow import Problem, Refused, record

NO_KEYS = "平台尚未配置印章密钥（SEAL_KEYS），请联系运维人员。"
LONGEST_REASON = 200
Held = TypeVar("Held", Seal, Certificate)


@dataclass(frozen=True)
class Holding:
    """What one body has in use, with a sentence for each thing that needs care."""

    body: Region
    seal: Seal | None
    certificate: Certificate | None
    warnings: tuple[str, ...]
    certificate_warning: str = ""


def holdings_of(user: Any, *, at: datetime) -> list[Holding]:
    """The bodies that the user signs for; two queries, however many."""
    bodies = regions_held(user, "accounts.approve")
    seals = {each.body_id: each for each in Seal.objects.of_bodies(bodies).current()}
    found = Certificate.objects.of_bodies(bodies).current()
    signing = {each.body_id: each for each in found}
    return [_holding(body, seals.get(body.pk), signing.get(body.pk), at) for body in bodies]


def holding_of(body: Region, *, at: datetime) -> Holding:
    """What one body has in use; two queries."""
    seal, certificate = _current(Seal, body), _current(Certificate, body)
    return _holding(body, seal, certificate, at)


@transaction.atomic
def use_seal(body: Region, picture: bytes, *, reason: str, by: Any, at: datetime) -> Seal:
    """Take a picture into use as the body's seal, from now on; one in use before ends, for which
    a reason is needed.

    Raises PermissionDenied; Refused with the problem beside its field.
    """
    _check(body, by)
    clear = cleaned_picture(picture)
    _make_room(Seal, body, reason, by=by, at=at)
    seal = Seal.objects.create(
        body=body,
        picture=vault.encrypted(clear),
        sha256=hashlib.sha256(clear).hexdigest(),
        uploaded_by=by,
        uploaded_at=at,
        in_force_from=at,
    )
    record(seal, "use_seal", actor=by, at=at, body=body.commission, sha256=seal.sha256)
    return seal


@transaction.atomic
def use_certificate(
    body: Region, content: bytes, password: str, *, reason: str, by: Any, at: datetime
) -> Certificate:
    """Take a PKCS#12 file into use for the body's signatures; `password` is not kept.

    Raises PermissionDenied; Refused with the problem beside its field.
    """
    _check(body, by)
    found = certificates.read(content, password, at=at)
    _make_room(Certificate, body, reason, by=by, at=at)
    certificate = Certificate.objects.create(
        body=body,
        bundle=vault.encrypted(found.bundle),
        chain=found.chain,
        subject=found.subject,
        issuer=found.issuer,
        serial=found.serial,
        fingerprint=found.fingerprint,
        not_before=found.not_before,
        not_after=found.not_after,
        uploaded_by=by,
        uploaded_at=at,
        in_force_from=at,
    )
    facts = {"body": body.commission, "fingerprint": found.fingerprint, "serial": found.serial}
    record(certificate, "use_certificate", actor=by, at=at, **facts)
    return certificate


@transaction.atomic
def end_seal(body: Region, *, reason: str, by: Any, at: datetime) -> None:
    """Nothing decided from now on is sealed. Raises PermissionDenied, Refused."""
    _end(Seal, body, reason, by=by, at=at)


@transaction.atomic
def end_certificate(body: Region, *, reason: str, by: Any, at: datetime) -> None:
    """Nothing more is signed with it. Raises PermissionDenied, Refused."""
    _end(Certificate, body, reason, by=by, at=at)


def cleaned_picture(picture: bytes) -> bytes:
    """The picture as it would be stamped. Raises Refused."""
    try:
        return pictures.cleaned(picture)
    except pictures.Unfit as unfit:
        raise Refused([Problem(unfit.sentence, field="file")]) from None


def clear_picture(seal: Seal) -> bytes:
    """The picture of a seal, to be shown to who signs for its body. Raises vault.Locked."""
    return vault.decrypted(seal.picture)


@transaction.atomic
def rotate_keys(tell: Callable[[str], object]) -> int:
    """Encrypt everything anew under the first key; earlier keys may then go. Raises vault.Locked
    and changes nothing when something cannot be opened.
    """
    seals = list(Seal.objects.select_for_update().order_by("pk"))
    for seal in seals:
        Seal.objects.filter(pk=seal.pk).update(picture=vault.reencrypted(seal.picture))
    found = list(Certificate.objects.select_for_update().order_by("pk"))
    for certificate in found:
        bundle = vault.reencrypted(certificate.bundle)
        Certificate.objects.filter(pk=certificate.pk).update(bundle=bundle)
    tell(f"已更换密钥：印章 {len(seals)} 枚，证书 {len(found)} 份。")
    return len(seals) + len(found)


def _check(body: Region, by: Any) -> None:
    if not policies.may_keep_seals(body, by):
        raise PermissionDenied
    if not vault.is_open():
        raise Refused(NO_KEYS)
    # One at a time for each body.
    Region.objects.select_for_update().get(pk=body.pk)


def _make_room(kind: type[Held], body: Region, reason: str, *, by: Any, at: datetime) -> None:
    current = _current(kind, body)
    if current:
        _finish(current, reason, by=by, at=at)


def _end(kind: type[Held], body: Region, reason: str, *, by: Any, at: datetime) -> None:
    _check(body, by)
    current = _current(kind, body)
    if current is None:
        raise Refused(f"该单位没有在用的{kind._meta.verbose_name}。")
    _finish(current, reason, by=by, at=at)


def _finish(held: Seal | Certificate, reason: str, *, by: Any, at: datetime) -> None:
    reason = reason.strip()
    if not reason:
        raise Refused([Problem("请填写更换或停用的理由。", field="reason")])
    held.ended_at, held.ended_by, held.reason = at, by, reason[:LONGEST_REASON]
    held.save(update_fields=["ended_at", "ended_by", "reason"])
    verb = "end_seal" if isinstance(held, Seal) else "end_certificate"
    record(held, verb, actor=by, at=at, reason=reason, body=held.body.commission)


def _current(kind: type[Held], body: Region) -> Held | None:
    return kind.objects.of_body(body).current().select_related("body", "uploaded_by").first()


def _holding(
    body: Region, seal: Seal | None, certificate: Certificate | None, at: datetime
) -> Holding:
    unsealed = "" if seal else "尚未启用印章，本单位的决定暂不用印。"
    unsigned = _unsigned(certificate, at)
    warnings = tuple(filter(None, (unsealed, unsigned)))
    return Holding(body, seal, certificate, warnings, unsigned)


def _unsigned(certificate: Certificate | None, at: datetime) -> str:
    """Why papers are not signed, or soon will not be."""
    if certificate is None:
        return "尚未启用签名证书，本单位的文书暂不作电子签名。"
    if not certificate.is_valid_at(at):
        return "签名证书已到期，本单位的文书暂不作电子签名，请更换。"
    if certificate.ends_soon(at):
        return f"签名证书将于 {certificate.days_left(at)} 天后到期，请及时更换。"
    return ""
