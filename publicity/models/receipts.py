"""What the public hands in and follows by a number and a code."""

from __future__ import annotations

from typing import Self, TypeVar

from django.conf import settings
from django.db import models
from django.utils.crypto import constant_time_compare, salted_hmac

from publicity.numbers import as_typed, unguessable

CODE_LENGTH = 8
SALT = "publicity.receipts.code"
_R_co = TypeVar("_R_co", bound="Receipted", covariant=True)


def receipt_number() -> str:
    return unguessable(10)


class ReceiptedQuerySet(models.QuerySet[_R_co]):
    def with_receipt(self, typed: str) -> Self:
        """The one with this number, however it was typed."""
        return self.filter(receipt=as_typed(typed))


class Receipted(models.Model):
    """Has a public number that finds it, and a code that opens it.

    The code is shown once; only its digest under the portal's key is stored, so that nobody who
    reads the database can follow what somebody else handed in.
    """

    receipt = models.CharField("回执号", max_length=10, unique=True, default=receipt_number)
    code_digest = models.CharField("查询码摘要", max_length=64, blank=True, editable=False)

    class Meta:
        abstract = True

    def issue(self) -> str:
        """Give it a new code and return it; the row is the caller's to save."""
        code = unguessable(CODE_LENGTH)
        self.code_digest = self._digest(code, settings.SECRET_KEY)
        return code

    def opens_with(self, typed: str) -> bool:
        """Whether this is its code, however it was typed; without a code nothing opens it."""
        code = as_typed(typed)
        keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
        found = [constant_time_compare(self._digest(code, key), self.code_digest) for key in keys]
        return any(found)

    def _digest(self, code: str, key: str | bytes) -> str:
        text = f"{self.receipt}:{code}"
        return salted_hmac(SALT, text, secret=key, algorithm="sha256").hexdigest()
