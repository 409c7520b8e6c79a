"""Whose signatures the portal knows: the bodies' certificates, and the authorities above them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from asn1crypto import pem, x509
from django.conf import settings
from pyhanko.sign.signers import SimpleSigner

from documents.models import Certificate


@dataclass(frozen=True)
class Trust:
    """`roots` are trusted to name people; `known` are the bodies' own certificates, by
    fingerprint, those out of use included: papers outlive them.
    """

    roots: list[x509.Certificate]
    known: dict[str, Certificate]


def registered() -> Trust:
    """What the portal knows now; one query."""
    rows = list(Certificate.objects.newest_first())
    tops = {top.sha256: top for top in (_certificates(row.chain)[-1] for row in rows)}
    return Trust([*configured(), *tops.values()], {row.fingerprint: row for row in rows})


def of_signer(signer: SimpleSigner) -> list[x509.Certificate]:
    """What a time stamp and the signer's own certificate are checked against while signing."""
    return [*configured(), *_tops([signer.signing_cert, *signer.cert_registry])]


def configured() -> list[x509.Certificate]:
    """Those in the files of TRUST_ROOTS: the authorities of time stamps, and of other bodies."""
    files = (Path(name).read_text() for name in settings.TRUST_ROOTS)
    return [each for text in files for each in _certificates(text)]


def _certificates(text: str) -> list[x509.Certificate]:
    parts = pem.unarmor(text.encode(), multiple=True)
    return [x509.Certificate.load(der) for _, _, der in parts]


def _tops(chain: Iterable[x509.Certificate]) -> list[x509.Certificate]:
    """Those that no other one of the chain has issued."""
    chain = list(chain)
    subjects = [each.subject for each in chain]
    return [each for each in chain if each.issuer == each.subject or each.issuer not in subjects]
