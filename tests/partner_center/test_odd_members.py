"""Every documented body, each of its members and items in turn made odd in a dozen ways: what stands beside it is read."""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import cast

import msgspec
import pytest
from msgspec.structs import fields

from gateway.errors import Malformed
from gateway.partner_center.models.collection import Collection
from gateway.partner_center.models.offers import Offer
from gateway.partner_center.models.provisioning import OrderLineProvisioning
from gateway.partner_center.models.refusals import RefusalBody, refusal_body
from gateway.partner_center.models.subscriptions import Subscription
from gateway.partner_center.plain_json import encode, parse
from gateway.partner_center.reading import records as reading
from gateway.partner_center.reading.decode import Reader
from tests.altered_bodies import ODD, WIRE, Way, beside, ways, with_odd

A = "6f4ce4d8-f42e-45e0-8661-92ad6ac9d003"
Read = Callable[[bytes], object]


def asked_for(read: Callable[..., object]) -> Read:
    """Reads an answer to a request that names the id."""
    return partial(read, known={"id": A})


READERS: Mapping[str, Read] = {
    "availabilities-list": partial(reading.availabilities, product_id=A, sku_id=A),
    "availability-get": partial(reading.availability, product_id=A, sku_id=A, availability_id=A),
    "cart-": partial(reading.cart, customer_id=A, cart_id=A),
    "checkout.response.nce-order": partial(reading.order, customer_id=A, order_id=A),
    "checkout": partial(reading.checkout_result, customer_id=A),
    "custom-term-end-dates": partial(reading.term_end_dates, customer_id=A),
    "customer-get": partial(reading.customer, customer_id=A),
    "customers-list": reading.customers,
    "error": lambda body: refusal_body(parse(body)),
    "inventory-check-by-resource-type": reading.stock,
    "offer-addons-list": Reader(Collection[Offer]),
    "offer-get": asked_for(Reader(Offer)),
    "order-cancel": partial(reading.order, customer_id=A, order_id=A),
    "order-get": partial(reading.order, customer_id=A, order_id=A),
    "order-provisioning-status": Reader(Collection[OrderLineProvisioning]),
    "orders-list": partial(reading.orders, customer_id=A),
    "product-get": partial(reading.product, product_id=A),
    "products-list": reading.products,
    "promotion-eligibility": reading.eligibilities,
    "promotion-get": partial(reading.promotion, promotion_id=A),
    "promotions-list": reading.promotions,
    "sku-get": partial(reading.sku, product_id=A, sku_id=A),
    "skus-list": partial(reading.skus, product_id=A),
    "subscription-get": asked_for(Reader(Subscription)),
    "subscriptions-by-order": Reader(Collection[Subscription]),
}

ANSWERS = [
    file for file in sorted(WIRE.glob("*.json")) if ".request" not in file.name and not file.name.startswith("token")
]
NEEDED = {
    "id",
    "productId",
    "skuId",
    "catalogItemId",
    "promotionId",
    "value",
    "key",
    "isRestricted",
    "allowedCustomTermEndDate",
    "bigId",
}
"""Members without which an item of some list is none: what identifies it, or all there is to it."""


THE_LISTS = {("items",), ("lineItems",), ("LineItems",)}
"""Shown as empty when they cannot be read, they would hide what there is."""


def shown(value: object) -> object:
    """A record as plain data under the wire's names, without what is not on the wire."""
    match value:
        case RefusalBody():
            return asdict(value)
        case msgspec.Struct():
            wire = {field.encode_name: field.name for field in fields(value)}
            return {name: shown(getattr(value, own)) for name, own in wire.items() if not name.startswith("(")}
        case dict():
            return {name: shown(member) for name, member in cast("dict[str, object]", value).items()}
        case tuple():
            return [shown(item) for item in cast("tuple[object, ...]", value)]
        case _:
            return value


def in_record(way: Way) -> Way:
    """The way in the record's data; some bodies spell members in Pascal case."""
    return tuple(step[0].lower() + step[1:] if isinstance(step, str) else step for step in way)


def all_there_is(body: object) -> Way:
    """The way to the one member of a body that a record reads, where there is but one; without it there is no answer."""
    names = (
        cast("dict[str, object]", body).keys() - {"additionalInformation", "attributes", "links"}
        if isinstance(body, dict)
        else ()
    )
    return tuple(names) if len(names) == 1 else ()


@pytest.mark.parametrize("file", ANSWERS, ids=lambda file: file.stem)
def test_an_odd_member_costs_nothing_beside_it(file: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Whatever stands in its place; of a list, at most the item that it is in is lost."""
    caplog.set_level("CRITICAL")
    body = file.read_bytes()
    read = next(reader for beginning, reader in READERS.items() if file.name.startswith(beginning))
    document, before = parse(body), shown(read(body))

    lost: dict[Way, list[Way]] = {}
    for way in set(ways(document)) - {all_there_is(document)}:
        for how, odd in ODD.items():
            try:
                after = shown(read(encode(with_odd(body, way, odd))))
            except Malformed:
                assert way in THE_LISTS
                continue
            if places := list(beside(before, after, in_record(way), needed=NEEDED)):
                lost[(*way, how)] = places

    assert lost == {}
