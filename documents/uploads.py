"""A file that somebody brings to be checked: is it one of ours, to the last byte? Nothing is kept.

What is compared is the digest. Only of a PDF that does not match the code is read, by a process of
its own with limits on time and memory.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from documents import pdf_words
from documents.codes import LENGTH
from documents.papers.identity import ALPHABET

READER = Path(pdf_words.__file__)
# A little more than the reader may compute: it also waits for its turn.
SECONDS = pdf_words.SECONDS + 5
CODE = re.compile(rf"(?:查验码[:：]?|/verify/)([{ALPHABET}]{{{LENGTH}}})")


def words_in(content: bytes) -> str | None:
    """The words of a PDF; None when it cannot be read within the limits."""
    try:
        done = subprocess.run(  # noqa: S603 - our own program; the file comes on its input
            [sys.executable, "-I", "-X", "utf8", str(READER)],
            input=content,
            capture_output=True,
            timeout=SECONDS,
            check=True,
            env={},
        )
    except (subprocess.TimeoutExpired, subprocess.CalledProcessError):
        return None
    return done.stdout.decode()


def code_in(words: str) -> str:
    """The first verification code that a paper of ours could have printed; "" for none."""
    found = CODE.search("".join(words.split()))
    return found[1] if found else ""
