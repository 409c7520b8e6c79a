"""Papers, requests for them, and the texts that the province has given them."""

from documents.models.documents import SUMMARY_PERMISSIONS, Document
from documents.models.jobs import Job
from documents.models.texts import PaperText

__all__ = ["SUMMARY_PERMISSIONS", "Document", "Job", "PaperText"]
