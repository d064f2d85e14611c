"""What the middle itself declines: problems of one request, each naming the value at fault and what would help.

A path leads from the caller's input to that value, in the names Partner Center and the graph share, such as
("lineItems", "0", "quantity"). It is empty when no single value is at fault.
"""

from dataclasses import dataclass
from typing import ClassVar, Literal

from gateway.errors import GatewayError
from gateway.partner_center.models.carts import Cart

Path = tuple[str, ...]
NotEditableReason = Literal["ALREADY_ORDERED", "EXPIRED"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing the caller can act on. Bare, it is a value that breaks a rule."""

    message: str
    path: Path = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NoSuchCart(Problem):
    """`cart_id` is the identifier as the caller sent it."""

    cart_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoSuchCustomer(Problem):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class NoSuchLine(Problem):
    """`line_id` is the identifier as the caller sent it."""

    line_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NotEditable(Problem):
    reason: NotEditableReason
    cart: Cart


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionConflict(Problem):
    """`expected_version` is None when the caller gave none and Partner Center refused because of another change."""

    expected_version: str | None
    cart: Cart


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyReused(Problem):
    """An idempotency key that was used before with another input."""

    idempotency_key: str


class CartRule(GatewayError):
    """An edit or a checkout that the gateway declines, with everything that is wrong with it."""

    code: ClassVar[str] = "BAD_USER_INPUT"

    def __init__(self, *problems: Problem) -> None:
        super().__init__(" ".join(problem.message for problem in problems))
        self.problems = problems
