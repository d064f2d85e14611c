"""What the gateway itself declines: problems, each with the value at fault and what would help.

A path leads from the caller's input to that value, in the names Partner Center and the graph share, such as
("lineItems", "0", "quantity"). It is empty when no single value is at fault.
"""

from dataclasses import dataclass
from typing import ClassVar

from gateway.errors import GatewayError

Path = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing the caller can act on. The base class itself stands for a value that breaks a rule."""

    message: str
    path: Path = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NoSuchCustomer(Problem):
    pass


class Declined(GatewayError):
    """What the gateway itself declines, with all of its problems."""

    code: ClassVar[str] = "BAD_USER_INPUT"

    def __init__(self, *problems: Problem) -> None:
        super().__init__(" ".join(problem.message for problem in problems))
        self.problems = problems
