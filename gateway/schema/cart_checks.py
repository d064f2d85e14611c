"""The facts that each check of a cart needs, read by the loaders that the fields use which show them.

All checks are made side by side. One that cannot be made is a problem of its own, and costs the others nothing.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import TypeVar, cast

from gateway.carts.keys import CartKey
from gateway.carts.summary import every_line
from gateway.catalog.eligibility import can_have_promotions, eligibility_key
from gateway.catalog.keys import CustomerKey, PromotionsKey
from gateway.context import Info
from gateway.errors import GatewayError, NotFound
from gateway.loaders.batching import Later, itself, then
from gateway.loaders.keys import AgreementKey, SubscriptionKey
from gateway.partner_center.models.agreements import AgreementType
from gateway.partner_center.models.carts import Cart, CartLineItem
from gateway.partner_center.models.catalog import Availability
from gateway.partner_center.models.promotion_eligibility import Eligibility
from gateway.partner_center.models.promotions import Promotion
from gateway.partner_center.models.provisioning import RegistrationStatus, SubscriptionRegistration
from gateway.problems.cart_problem import CartProblem, Check, not_checked
from gateway.problems.customer import (
    agreement_problems,
    lines_for_special_customers,
    qualification_problems,
    registration_problems,
    subscription_needs,
)
from gateway.problems.line_items import Items, SoldItem, catalog_problems, items_not_checked, line_item_problems
from gateway.problems.promotions import promotion_problems
from gateway.problems.resellers import attestation_problems, partners_named, reseller_problems
from gateway.schema.catalog import sku_of_availability
from gateway.schema.catalog_item import availability_or_absence
from gateway.schema.promotions import in_market_of

T = TypeVar("T")
Lines = Sequence[CartLineItem]
Problems = list[CartProblem]

_AGREEMENT = AgreementType.MICROSOFT_CUSTOMER_AGREEMENT


async def problems_found(info: Info, cart: Cart, checks: Iterable[Check]) -> Problems:
    """What the checks find on the lines that are not ordered yet, in the order of the checks."""
    lines = await _open_lines(info, cart)
    found = await asyncio.gather(*(_made(check, _CHECKS[check](info, cart, lines)) for check in checks))
    return [problem for problems in found for problem in problems]


async def _open_lines(info: Info, cart: Cart) -> Lines:
    """All lines where it is not known which of them are ordered."""
    key = CartKey(cart.customer_id, cart.id.lower())
    try:
        history = await info.context.loaders.checkouts.load(key)
    except GatewayError:
        return every_line(cart)
    lines = history.open_lines(cart)
    return every_line(cart) if lines is None else lines


async def _made(check: Check, finding: Awaitable[Problems]) -> Problems:
    try:
        return await finding
    except GatewayError as error:
        return [not_checked(check, error.message)]


async def _check_line_items(info: Info, cart: Cart, lines: Lines) -> Problems:
    return line_item_problems(cart, lines, now=info.context.now())


async def _check_catalog(info: Info, cart: Cart, lines: Lines) -> Problems:
    return catalog_problems(lines, await _items(info, cart, lines))


async def _check_agreement(info: Info, cart: Cart, lines: Lines) -> Problems:
    """Two calls side by side. Where one of them shows that the agreement stands, the other may fail."""
    if not lines or not info.context.tracks_agreements:
        return []
    loaders, customer_id = info.context.loaders, cart.customer_id.lower()
    confirming = _or_failure(loaders.agreement_confirmations.get(AgreementKey(customer_id, _AGREEMENT)))
    signing = _or_failure(loaders.agreement_signatures.get(CustomerKey(customer_id)))
    confirmations, is_signed = await asyncio.gather(confirming, signing)
    is_confirmed = not isinstance(confirmations, GatewayError) and bool(confirmations)
    if is_confirmed or is_signed is True:
        return []
    return agreement_problems(is_confirmed=bool(_known(confirmations)), is_signed=_known(is_signed))


async def _check_qualification(info: Info, cart: Cart, lines: Lines) -> Problems:
    items = await _items(info, cart, lines)
    unknown = items_not_checked(Check.QUALIFICATION, lines, items)
    special = lines_for_special_customers(lines, items)
    if not special:
        return unknown
    key = CustomerKey(cart.customer_id.lower())
    qualifications = await info.context.loaders.qualifications.load(key)
    return qualification_problems(special, qualifications) + unknown


async def _check_registration(info: Info, cart: Cart, lines: Lines) -> Problems:
    items = await _items(info, cart, lines)
    needs = subscription_needs(lines, items)
    named = dict.fromkeys(each.subscription_id for each in needs if each.subscription_id)
    customer_id, loader = cart.customer_id.lower(), info.context.loaders.registrations
    keys = [SubscriptionKey(customer_id, subscription_id) for subscription_id in named]
    statuses = await _each_or_failure(loader.then(key, _status) for key in keys)
    problems = registration_problems(needs, dict(zip(named, statuses, strict=True)), customer_id=customer_id)
    return problems + items_not_checked(Check.REGISTRATION, lines, items)


async def _check_resellers(info: Info, cart: Cart, lines: Lines) -> Problems:
    named = partners_named(lines)
    return attestation_problems(cart, lines) + await _made(Check.RESELLERS, _judged(info, lines, named))


async def _judged(info: Info, lines: Lines, named: Sequence[str]) -> Problems:
    loader = info.context.loaders.reseller_verdicts
    verdicts = await asyncio.gather(*(_awaited(loader.get(partner_id)) for partner_id in named))
    return reseller_problems(lines, dict(zip(named, verdicts, strict=True)))


async def _check_promotions(info: Info, cart: Cart, lines: Lines) -> Problems:
    """Two calls side by side, and none without a line that can have a promotion."""
    able = [line for line in lines if can_have_promotions(line)]
    if not able:
        return []
    judging = _each_or_failure(_verdicts(info, line) for line in able)
    listing = _or_failure(_promotions_of_market(info, cart))
    market, verdicts = await asyncio.gather(listing, judging)
    promotions = _known(market)
    return promotion_problems(list(zip(able, verdicts, strict=True)), promotions or (), now=info.context.now())


def _promotions_of_market(info: Info, cart: Cart) -> Later[tuple[Promotion, ...] | None]:
    loader = info.context.loaders.promotions_of_market
    return in_market_of(info, cart.customer_id, lambda country: loader.get(PromotionsKey(country)))


def _verdicts(info: Info, line: CartLineItem) -> Later[Sequence[Eligibility] | None]:
    key = eligibility_key(line)
    return None if key is None else info.context.loaders.eligibilities.then(key, itself)


async def _items(info: Info, cart: Cart, lines: Lines) -> Items:
    """The items of the new catalog that the lines sell, each looked up once, or why that failed."""
    wanted = dict.fromkeys(line.catalog_item_id for line in lines if line.catalog_item_id)
    found = await _each_or_failure(_item(info, cart, each) for each in wanted)
    return {text: item for text, item in zip(wanted, found, strict=True) if item is not None}


def _item(info: Info, cart: Cart, item_text: str) -> Later[SoldItem | NotFound | None]:
    found = availability_or_absence(info, customer_id=cart.customer_id, item_text=item_text)
    return then(found, partial(_with_sku, info))


def _with_sku(info: Info, found: Availability | NotFound | None) -> Later[SoldItem | NotFound | None]:
    if not isinstance(found, Availability):
        return found
    return then(sku_of_availability(found, info), lambda sku: SoldItem(found, sku))


def _status(found: SubscriptionRegistration | None) -> RegistrationStatus | None:
    return found.status if found else None


async def _awaited(value: Later[T]) -> T:
    return await cast("asyncio.Future[T]", value) if isinstance(value, asyncio.Future) else value


async def _or_failure(value: Later[T]) -> T | GatewayError:
    try:
        return await _awaited(value)
    except GatewayError as error:
        return error


async def _each_or_failure(values: Iterable[Later[T]]) -> list[T | GatewayError]:
    awaited = [_awaited(each) for each in values]
    return [_settled(each) for each in await asyncio.gather(*awaited, return_exceptions=True)]


def _settled(found: T | BaseException) -> T | GatewayError:
    if isinstance(found, BaseException) and not isinstance(found, GatewayError):
        raise found
    return found


def _known(value: T | GatewayError) -> T:
    if isinstance(value, GatewayError):
        raise value
    return value


_CHECKS: Mapping[Check, Callable[[Info, Cart, Lines], Awaitable[Problems]]] = {
    Check.LINE_ITEMS: _check_line_items,
    Check.CATALOG: _check_catalog,
    Check.AGREEMENT: _check_agreement,
    Check.QUALIFICATION: _check_qualification,
    Check.REGISTRATION: _check_registration,
    Check.RESELLERS: _check_resellers,
    Check.PROMOTIONS: _check_promotions,
}
