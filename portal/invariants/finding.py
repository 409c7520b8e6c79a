"""What a question finds."""

from collections.abc import Iterator

# Sentences that name the row.
Findings = Iterator[str]
