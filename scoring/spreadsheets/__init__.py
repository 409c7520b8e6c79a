"""Rubrics as spreadsheets: written for people, read back without loss. Pure."""

from scoring.spreadsheets.reading import CellFault, Reading, read
from scoring.spreadsheets.writing import write

__all__ = ["CellFault", "Reading", "read", "write"]
