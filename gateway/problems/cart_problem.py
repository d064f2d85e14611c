"""One problem of a cart, and the checks that find problems.

The other modules of the package decide from a cart and facts that were read already: nothing here calls Partner Center.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from gateway.errors import GatewayError
from gateway.partner_center.models.carts import CartLineItem
from gateway.partner_center.models.problems import ProblemCode
from gateway.partner_center.models.promotions import Promotion


class Check(Enum):
    """What can be looked into, each at a price of its own."""

    LINE_ITEMS = "LINE_ITEMS"
    CATALOG = "CATALOG"
    AGREEMENT = "AGREEMENT"
    QUALIFICATION = "QUALIFICATION"
    REGISTRATION = "REGISTRATION"
    RESELLERS = "RESELLERS"
    PROMOTIONS = "PROMOTIONS"


class Severity(Enum):
    """What a problem does to the checkout: it will be refused, may be refused, or costs more than it need."""

    BLOCKER = "BLOCKER"
    RISK = "RISK"
    NOTICE = "NOTICE"


@dataclass(frozen=True, slots=True, kw_only=True)
class CartProblem:
    """`line` is None for a problem of the whole cart.

    `customer_id` and `subscription_id` name the customer's subscription to register; the latter is None where the
    customer has no such subscription, and for other problems.
    """

    code: ProblemCode
    severity: Severity
    message: str
    line: CartLineItem | None = None
    customer_id: str = ""
    subscription_id: str | None = None
    promotion: Promotion | None = None
    partner_id: str | None = None


def not_checked(check: Check, why: str, line: CartLineItem | None = None, partner_id: str | None = None) -> CartProblem:
    """A check that could not be made. It is a problem, so that an empty list means that everything was looked at."""
    return CartProblem(
        code=ProblemCode.NOT_CHECKED,
        severity=Severity.RISK,
        message=f"{check.value} was not checked: {why}",
        line=line,
        partner_id=partner_id,
    )


def lines_not_checked(
    check: Check, failed: Sequence[tuple[CartLineItem, GatewayError]], *, looked_at: int
) -> list[CartProblem]:
    """One problem for each line whose facts could not be read, or a single one where that holds for all *looked_at*."""
    if failed and len(failed) == looked_at:
        return [not_checked(check, failed[0][1].message)]
    return [not_checked(check, error.message, line) for line, error in failed]
