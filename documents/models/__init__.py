"""Papers, requests for them, their texts, and the seals and certificates of bodies."""

from documents.models.documents import SUMMARY_PERMISSIONS, Document
from documents.models.jobs import Job
from documents.models.packages import Package
from documents.models.seals import Certificate, HeldByBody, Impression, Seal
from documents.models.texts import PaperText

__all__ = [
    "SUMMARY_PERMISSIONS",
    "Certificate",
    "Document",
    "HeldByBody",
    "Impression",
    "Job",
    "Package",
    "PaperText",
    "Seal",
]
