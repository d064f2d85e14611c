"""The check PROMOTIONS: promotions that the lines of a cart miss, so that it costs more than it need.

What a line shows as its promotion is what applies; a purchase with another term or billing cycle than the promotion's goes
through at the full price, without an error ("New commerce promotions").
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from decimal import Decimal

from gateway.errors import GatewayError, InvalidInput
from gateway.partner_center.models.carts import CartLineItem
from gateway.partner_center.models.problems import ProblemCode
from gateway.partner_center.models.promotion_eligibility import Eligibility
from gateway.partner_center.models.promotions import Promotion, RequiredProduct, is_same_promotion
from gateway.partner_center.models.values import BillingCycle
from gateway.partner_center.paths import CatalogItemId, catalog_item
from gateway.problems.cart_problem import CartProblem, Check, Severity, lines_not_checked, not_checked

LineVerdicts = tuple[CartLineItem, Sequence[Eligibility] | GatewayError | None]
"""A line that can have promotions, and the verdict on each; None where too little is known of the line to ask."""


def promotion_problems(
    asked: Sequence[LineVerdicts], market: Iterable[Promotion], *, now: datetime
) -> list[CartProblem]:
    """*market* are the promotions of the customer's market."""
    running = [each for each in market if _is_running(each, now)]
    problems = [problem for line, verdicts in asked for problem in _of_line(line, verdicts, running)]
    failed = [(line, verdicts) for line, verdicts in asked if isinstance(verdicts, GatewayError)]
    return problems + lines_not_checked(Check.PROMOTIONS, failed, looked_at=len(asked))


def _of_line(
    line: CartLineItem, verdicts: Sequence[Eligibility] | GatewayError | None, running: Sequence[Promotion]
) -> Iterator[CartProblem]:
    if verdicts is None:
        yield not_checked(Check.PROMOTIONS, "Partner Center says too little about the line.", line)
    elif not isinstance(verdicts, GatewayError):
        yield from _not_applied(line, verdicts, running)
    yield from _for_other_term(line, running)


def _not_applied(
    line: CartLineItem, verdicts: Iterable[Eligibility], running: Sequence[Promotion]
) -> Iterator[CartProblem]:
    """The promotions that the customer could have. A line has one at most, so beside it only larger discounts count."""
    applied = _discount(line, _named(line.promotion_id, running))
    for promotion_id in [each.promotion_id for each in verdicts if each.is_eligible]:
        promotion = _named(promotion_id, running)
        if is_same_promotion(line.promotion_id, promotion_id):
            continue
        if line.promotion_id is None or _is_larger(_discount(line, promotion), applied):
            message = f"The customer could have the promotion {promotion_id} for the line: set its promotionId."
            yield _notice(ProblemCode.PROMOTION_NOT_APPLIED, message, line, promotion)


def _for_other_term(line: CartLineItem, running: Iterable[Promotion]) -> Iterator[CartProblem]:
    """The promotions for the line's SKU, where none of them is for the line's term and billing cycle."""
    granted = [(each, _granted_on(line, each)) for each in running]
    if line.promotion_id is not None or any(_fits(line, product) for _, products in granted for product in products):
        return
    for promotion, products in granted:
        if products:
            terms = ", ".join(dict.fromkeys(map(_term, products)))
            message = f"The promotion {promotion.id} is granted for {terms}: this line pays the full price."
            yield _notice(ProblemCode.PROMOTION_FOR_OTHER_TERM, message, line, promotion)


def _notice(code: ProblemCode, message: str, line: CartLineItem, promotion: Promotion | None) -> CartProblem:
    return CartProblem(code=code, severity=Severity.NOTICE, message=message, line=line, promotion=promotion)


def _is_running(promotion: Promotion, now: datetime) -> bool:
    starts, ends = promotion.start_date, promotion.ends_at
    return (starts is None or starts <= now) and (ends is None or now <= ends)


def _named(promotion_id: str | None, promotions: Iterable[Promotion]) -> Promotion | None:
    return next((each for each in promotions if is_same_promotion(each.id, promotion_id)), None)


def _granted_on(line: CartLineItem, promotion: Promotion) -> list[RequiredProduct]:
    """The parts of the promotion for the line's SKU, one for each term."""
    item = _item(line)
    if item is None:
        return []
    sku = (item.product_id.lower(), item.sku_id.lower())
    return [
        each for each in promotion.required_products if (each.product_id.lower(), (each.sku_id or "").lower()) == sku
    ]


def _item(line: CartLineItem) -> CatalogItemId | None:
    try:
        return catalog_item(line.catalog_item_id or "")
    except InvalidInput:
        return None


def _fits(line: CartLineItem, product: RequiredProduct) -> bool:
    """Whether the promotion is for the line's term and billing cycle, as far as Partner Center says which."""
    term = product.term
    if term is None:
        return True
    has_duration = term.duration is None or term.duration.upper() == (line.term_duration or "").upper()
    has_cycle = line.billing_cycle == term.billing_cycle or _UNSAID.intersection(
        (line.billing_cycle, term.billing_cycle)
    )
    return has_duration and bool(has_cycle)


_UNSAID = frozenset({None, BillingCycle.UNKNOWN})


def _discount(line: CartLineItem, promotion: Promotion | None) -> Decimal | None:
    """The share of the price that the promotion takes off the line; None where that is not known."""
    granted = [] if promotion is None else _granted_on(line, promotion)
    return next((each.discount for each in granted if _fits(line, each)), None)


def _is_larger(discount: Decimal | None, applied: Decimal | None) -> bool:
    return discount is not None and applied is not None and discount > applied


def _term(product: RequiredProduct) -> str:
    term = product.term
    cycle = term.billing_cycle.name if term and term.billing_cycle else "any billing cycle"
    return f"{(term and term.duration) or 'any term'} {cycle}"
