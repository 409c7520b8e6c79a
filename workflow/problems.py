"""What stands in the way of a move, as values: one sentence each, for people."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """One reason why a move is refused now.

    `text` is a whole Chinese sentence; `field` names the form field it stands beside, if any;
    `url` is where it can be put right, if there is such a page.
    """

    text: str
    field: str = ""
    url: str = ""


class Refused(Exception):
    """The move is not possible now. `problems` is never empty; nothing was changed."""

    def __init__(self, problems: Iterable[Problem] | str) -> None:
        self.problems = [Problem(problems)] if isinstance(problems, str) else list(problems)
        super().__init__(" ".join(problem.text for problem in self.problems))
