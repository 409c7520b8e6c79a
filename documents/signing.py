"""Electronic signatures on papers: PAdES, by the certificate of the body that decided.

`validate` tells of any PDF whether it was signed, by whom, and whether it is as it was.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.conf import settings
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes
from pyhanko.sign.timestamps.requests_client import RequestsHTTPTimeStamper
from pyhanko_certvalidator import ValidationContext

from documents import trust
from documents.validation import Validation, validate

__all__ = ["Level", "Said", "Signed", "Validation", "sign", "validate"]

logger = logging.getLogger(__name__)

FIELD, TIMESTAMP_FIELD = "Signature", "Timestamp"
DIGEST = "sha256"
TSA_SECONDS = 10


class Level(StrEnum):
    """B-B proves who and what; B-LTA proves when as well, and for as long as papers are kept."""

    BASIC = "B-B"
    LONG_TERM = "B-LTA"


@dataclass(frozen=True)
class Said:
    """What the signature says of itself; `at` is the moment that it claims."""

    name: str
    reason: str
    location: str
    at: datetime


@dataclass(frozen=True)
class Signed:
    content: bytes
    level: Level


def sign(prepared: Callable[[], IncrementalPdfFileWriter], bundle: bytes, said: Said) -> Signed:
    """Sign what `prepared` gives with the key in `bundle` (PKCS#12 without a password).

    The signature closes the file: whatever is added later shows as a change. With a time-stamp
    server it is B-LTA; when that fails it is B-B, so that no paper is lost or late for it. The same
    arguments give the same bytes with an RSA key and without a time stamp.
    """
    signer = signers.SimpleSigner.load_pkcs12_data(bundle, [])
    if settings.TSA_URL:
        try:
            return Signed(_run(_long_term(prepared(), signer, said)), Level.LONG_TERM)
        except Exception:
            logger.exception("no time stamp from %s; signed without one", settings.TSA_URL)
    return Signed(_run(_basic(prepared(), signer, said)), Level.BASIC)


async def _basic(
    writer: IncrementalPdfFileWriter, signer: signers.SimpleSigner, said: Said
) -> bytes:
    return await _written(signers.PdfSigner(_metadata(said), signer), writer, said.at)


async def _long_term(
    writer: IncrementalPdfFileWriter, signer: signers.SimpleSigner, said: Said
) -> bytes:
    server = RequestsHTTPTimeStamper(settings.TSA_URL, timeout=TSA_SECONDS)
    context = ValidationContext(
        trust_roots=trust.of_signer(signer),
        other_certs=list(signer.cert_registry),
        allow_fetching=settings.FETCH_REVOCATIONS,
        revocation_mode="soft-fail",
    )
    metadata = _metadata(
        said,
        embed_validation_info=True,
        use_pades_lta=True,
        timestamp_field_name=TIMESTAMP_FIELD,
        validation_context=context,
        # Which use a certificate must be for was looked at when it was taken.
        signer_key_usage=set(),
    )
    async with aclosing(context):
        return await _written(
            signers.PdfSigner(metadata, signer, timestamper=server), writer, said.at
        )


def _metadata(said: Said, **more: Any) -> signers.PdfSignatureMetadata:
    return signers.PdfSignatureMetadata(
        field_name=FIELD,
        md_algorithm=DIGEST,
        subfilter=SigSeedSubFilter.PADES,
        certify=True,
        docmdp_permissions=MDPPerm.NO_CHANGES,
        name=said.name,
        reason=said.reason,
        location=said.location,
        **more,
    )


async def _written(
    signer: signers.PdfSigner, writer: IncrementalPdfFileWriter, at: datetime
) -> bytes:
    """As `PdfSigner.async_sign_pdf` does it, but at the moment of the decision."""
    session = signer.init_signing_session(writer)
    session.system_time = at
    checked = await session.perform_presign_validation(writer)
    size = await session.estimate_signature_container_size(checked, tight=False)
    document = session.prepare_tbs_document(validation_info=checked, bytes_reserved=size)
    digest, out = document.digest_tbs_document()
    signed = await document.perform_signature(
        document_digest=digest.document_digest,
        pdf_cms_signed_attrs=PdfCMSSignedAttributes(signing_time=at),
    )
    await signed.post_signature_processing(out)
    out.seek(0)
    return out.read()


def _run(work: Coroutine[Any, Any, bytes]) -> bytes:
    """To its end on a thread of its own: the caller's may have a running loop."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, work).result()
