"""What a line of the catalog says, and which subjects there are lines about."""

from __future__ import annotations

from dataclasses import dataclass

from notifications.audiences import Audience as To

APPLICATION = "applications.application"
NOTICE = "publicity.notice"
OBJECTION = "publicity.objection"
STATEMENT = "publicity.statementrequest"
TITLE = "publicity.title"
CHECK = "supervision.spotcheck"
PROMPT = "supervision.prompt"
ORDER = "supervision.rectificationorder"
REVOCATION = "supervision.revocation"
COMPLAINT = "supervision.complaint"
PRACTICE = "publicity.practice"
CYCLE = "quotas.cycle"
QUOTA = "quotas.quota"
USER = "accounts.user"
BATCH = "applications.batch"


@dataclass(frozen=True)
class Line:
    """One row. `mail` says whether it also goes out by e-mail, `came_from` from which states it
    applies (empty: all), `linked` whether the reader can open the subject, `receipt` whether who
    did it is told as well.
    """

    subject_type: str
    verb: str
    to: To
    title: str
    text: str
    mail: bool = True
    came_from: tuple[str, ...] = ()
    linked: bool = True
    receipt: bool = False

    @property
    def name(self) -> str:
        return f"{self.subject_type} {self.verb} → {self.to}"
