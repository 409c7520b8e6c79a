"""The archive 评选工作档案 of one nursery: all that ever happened, as somebody may read it.

It is told from the events alone, so that it can be told again as it stood after any of them.
"""

from documents.archive.assembly import assembled
from documents.archive.finding import archives
from documents.archive.reader import Reader, reader_of
from documents.archive.values import Archive, Chapter, Entry, FileRecord, ScoreLine

__all__ = [
    "Archive",
    "Chapter",
    "Entry",
    "FileRecord",
    "Reader",
    "ScoreLine",
    "archives",
    "assembled",
    "reader_of",
]
