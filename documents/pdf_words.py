"""The words of a PDF that a stranger brings, read by a process of its own.

`python pdf_words.py` takes the file on its input and writes the words on its output. A hostile file
can make it slow or large only up to the limits below; whoever starts it takes any failure for
"cannot be read". Pure but for that.
"""

from __future__ import annotations

import io
import resource
import sys
from contextlib import suppress

from pypdf import PdfReader

SECONDS = 10
MEMORY = 768 * 1024 * 1024
FIRST_PAGES, LAST_PAGES = 3, 2
MOST = 200_000


def words_of(content: bytes) -> str:
    """The particulars and the words of the first and last pages, but of those that are broken.

    Raises what the reader raises where not even the pages can be found.
    """
    reader = PdfReader(io.BytesIO(content))
    said = [str(value) for value in (reader.metadata or {}).values()]
    count = reader.get_num_pages()
    wanted = {*range(min(FIRST_PAGES, count)), *range(max(count - LAST_PAGES, 0), count)}
    for number in sorted(wanted):
        with suppress(Exception):
            said.append(reader.pages[number].extract_text())
    return "\n".join(said)[:MOST]


def main() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    sys.stdout.buffer.write(words_of(sys.stdin.buffer.read()).encode("utf-8", "replace"))


if __name__ == "__main__":
    main()
