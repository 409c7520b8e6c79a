"""What a signature on a PDF says, and whether the file is still what was signed."""

from __future__ import annotations

import asyncio
import io
import logging
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime

from asn1crypto import parser
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.validation import (
    EmbeddedPdfSignature,
    PdfSignatureStatus,
    SignatureCoverageLevel,
    async_validate_pdf_signature,
)
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko_certvalidator import ValidationContext

from documents.trust import Trust, registered

logger = logging.getLogger(__name__)

UNREADABLE = "文件不是 PDF，或者已经损坏，无法读取。"
UNSIGNED = "文件没有电子签名。"
CHANGED = "文件在签名之后被改动过。"
BROKEN = "签名与文件内容不符，文件已被改动。"
UNKNOWN = "签名人不是本平台登记的单位。"
UNTRUSTED = "签名时该证书未启用、已停用或者不在有效期内。"
# A later time stamp and what is needed to check it change nothing of what was signed.
HARMLESS = {ModificationLevel.NONE, ModificationLevel.LTA_UPDATES}
ANY_SIGNING = KeyUsageConstraints(
    key_usage={"digital_signature", "non_repudiation"}, match_all_key_usages=False
)


@dataclass(frozen=True)
class Validation:
    """`signed`: there is a signature. `intact`: every byte is as it was signed. `trusted`: by a
    body of this portal, with a certificate that was good then. `at` is the time of a time stamp,
    else what the signature claims. `problems` are sentences for people.
    """

    signed: bool = False
    intact: bool = False
    signer: str = ""
    at: datetime | None = None
    trusted: bool = False
    problems: list[str] = field(default_factory=list)

    @property
    def is_good(self) -> bool:
        return self.signed and self.intact and self.trusted


def validate(content: bytes) -> Validation:
    """What the signature on any file says. Never raises on what the file holds."""
    trust = registered()
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, _validated(content, trust)).result()


async def _validated(content: bytes, trust: Trust) -> Validation:
    try:
        reader = PdfFileReader(io.BytesIO(content))
        _ = reader.root
    except Exception:  # noqa: BLE001 - a file from outside may be broken in any way
        return Validation(problems=[UNREADABLE])
    try:
        found = reader.embedded_regular_signatures
        if not found:
            return Validation(problems=[UNSIGNED])
        # A second signature is itself a change of what the first one closed.
        return await _told(content, found[0], trust)
    except Exception:
        logger.info("a signature could not be read", exc_info=True)
        return Validation(signed=True, problems=[BROKEN])


async def _told(content: bytes, signature: EmbeddedPdfSignature, trust: Trust) -> Validation:
    claimed = signature.self_reported_timestamp
    status = await _status(signature, trust, claimed)
    body = trust.known.get(signature.signer_cert.sha256.hex())
    problems = _changes(status) if _is_as_written(content, signature) else [BROKEN]
    intact = not problems
    trusted = bool(status.trusted and body and claimed and body.stood_at(claimed))
    if intact and not trusted:
        problems.append(UNTRUSTED if body else UNKNOWN)
    stamped = status.timestamp_validity
    proved = stamped is not None and stamped.valid and stamped.intact and stamped.trusted
    return Validation(
        signed=True,
        intact=intact,
        signer=body.body.commission if body else signature.signer_cert.subject.human_friendly,
        at=stamped.timestamp if stamped is not None and proved else claimed,
        trusted=trusted,
        problems=problems,
    )


async def _status(
    signature: EmbeddedPdfSignature, trust: Trust, moment: datetime | None
) -> PdfSignatureStatus:
    """Certificates are judged as of the signing: papers outlive them."""
    signers, stamps = (
        ValidationContext(
            trust_roots=trust.roots, moment=at, allow_fetching=False, revocation_mode="soft-fail"
        )
        for at in (moment, None)
    )
    return await async_validate_pdf_signature(
        signature, signers, stamps, key_usage_settings=ANY_SIGNING
    )


def _is_as_written(content: bytes, signature: EmbeddedPdfSignature) -> bool:
    """No signature covers the room that it stands in: its hexadecimal digits are all of one kind,
    and what is left of the room is zeros.
    """
    begin, length, resume, _ = (int(number) for number in signature.byte_range)
    digits = content[begin + length + 1 : resume - 1]
    room = bytes.fromhex(digits.decode())
    _, _, _, header, value, trailer = parser.parse(room, strict=False)
    used = len(header) + len(value) + len(trailer)
    return digits in {digits.lower(), digits.upper()} and not any(room[used:])


def _changes(status: PdfSignatureStatus) -> list[str]:
    if not (status.intact and status.valid):
        return [BROKEN]
    whole = status.coverage == SignatureCoverageLevel.ENTIRE_FILE
    if not (whole or status.modification_level in HARMLESS) or not status.docmdp_ok:
        return [CHANGED]
    return []
