"""The purpose of the score sheets that supervision holds."""

CHECK = "supervision.check"
