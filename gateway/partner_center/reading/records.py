"""Bodies of answers to records with their context: which customer, cart, line and market they belong to.

Ids that the request itself names stand in for those that cannot be read in the answer.
"""

from collections.abc import Callable, Sequence
from hashlib import sha256
from itertools import count
from typing import TypeVar, cast

from msgspec import Raw
from msgspec.structs import force_setattr

from gateway.errors import Malformed
from gateway.partner_center.models.carts import (
    Cart,
    CartCheckoutResult,
    CartLineItem,
    CartOutline,
    line_keys,
)
from gateway.partner_center.models.catalog import Availability, Product, Sku
from gateway.partner_center.models.collection import Collection
from gateway.partner_center.models.customers import Customer
from gateway.partner_center.models.orders import IdentifiedOrder, Order
from gateway.partner_center.models.pricing import Billing
from gateway.partner_center.models.promotion_eligibility import PromotionEligibilities
from gateway.partner_center.models.promotions import Promotion
from gateway.partner_center.models.respelling import member
from gateway.partner_center.models.stock import StockCheck
from gateway.partner_center.models.term_end_dates import TermEndDate
from gateway.partner_center.models.values import CartStatus
from gateway.partner_center.plain_json import document, encode
from gateway.partner_center.reading.decode import Reader
from gateway.partner_center.reading.tolerance import NOTHING, Known

CatalogEntry = Product | Sku | Availability | Promotion
CatalogAnswer = CatalogEntry | Collection[Product] | Collection[Sku] | Collection[Availability] | Collection[Promotion]
Sold = TypeVar("Sold", bound=CatalogAnswer)

_DEEPEST_ADDON = 16
_UNKNOWN_ID = "?"
"""Begins what stands for a missing order id. No id of Partner Center's begins so, and nothing can be read with it."""

products = Reader(Collection[Product])
promotions = Reader(Collection[Promotion])
eligibilities = Reader(Collection[PromotionEligibilities])
stock = Reader(tuple[StockCheck, ...])

_product = Reader(Product)
_sku = Reader(Sku)
_skus = Reader(Collection[Sku])
_promotion = Reader(Promotion)
_term_end_dates = Reader(Collection[TermEndDate])
_availability = Reader(Availability)
_availabilities = Reader(Collection[Availability])
_cart = Reader(Cart)
_outline = Reader(CartOutline)
_lines = Reader(tuple[CartLineItem, ...])
_customer = Reader(Customer)
_customers = Reader(Collection[Customer])
_checkout_result = Reader(CartCheckoutResult)
_order = Reader(IdentifiedOrder)
_orders = Reader(Collection[IdentifiedOrder])


def cart(body: bytes, *, customer_id: str, cart_id: str | None = None) -> Cart:
    """The cart in an answer. A new cart's own id is in its answer only. Raises Malformed."""
    cart = _cart.documented(body)
    is_documented = cart is not None
    if cart is None:
        cart = _cart.tolerantly(body, NOTHING if cart_id is None else {"id": cart_id})
        if cart.id is cart_id:  # the very text given, so the answer has none: put it where the next reader will find it
            body = encode({**document(body), "id": cart_id})
    _require_flat(cart.bare_lines)
    cart.set_context(
        customer_id=customer_id, body=body, is_documented=is_documented, on_first_use=(_set_line_contexts,)
    )
    return cart


def cart_outline(body: bytes, *, customer_id: str, cart_id: str) -> Cart:
    """The cart in an answer, for queries: many need no line, so documented lines are read on first use.

    Raises Malformed.
    """
    outline = _outline.documented(body)
    if outline is None or not _is_list(outline.bare_lines):
        return cart(body, customer_id=customer_id, cart_id=cart_id)
    outline.set_context(customer_id=customer_id, body=body, on_first_use=(_read_lines, _set_line_contexts))
    return outline


def checkout_result(body: bytes, *, customer_id: str) -> CartCheckoutResult:
    """The answer to a checkout. Raises Malformed."""
    result = _checkout_result(body)
    result.set_context(body=body)
    for index, order in enumerate(result.orders):
        _set_order_context(order, customer_id)
        if order.id is None:
            order.set_context(mark=f"{_UNKNOWN_ID}{sha256(body).hexdigest()[:16]}.{index}")
    return result


def order(body: bytes, *, customer_id: str, order_id: str) -> Order:
    """The order in an answer. Raises Malformed."""
    order = _order(body, {"id": order_id})
    _set_order_context(order, customer_id)
    return order


def orders(body: bytes, *, customer_id: str) -> Collection[IdentifiedOrder]:
    """The orders in a list answer. Raises Malformed."""
    orders = _orders(body)
    for order in orders.items:
        _set_order_context(order, customer_id)
    return orders


def customer(body: bytes, *, customer_id: str) -> Customer:
    """The customer in an answer. Raises Malformed."""
    return _customer(body, {"id": customer_id})


def customers(body: bytes) -> Collection[Customer]:
    """A page of the partner's customers, marked as coming from a list. Raises Malformed."""
    page = _customers(body)
    if page.total_count > len(page.items):
        page.set_context(unread=_item_count(body) - len(page.items))
    for listed in page.items:
        listed.set_context(is_listed=True)
    return page


def product(body: bytes, *, product_id: str) -> Product:
    """The product in an answer. Raises Malformed."""
    return _product(body, {"id": product_id})


def sku(body: bytes, *, product_id: str, sku_id: str) -> Sku:
    """The SKU in an answer. Raises Malformed."""
    return _sku(body, {"id": sku_id, "product_id": product_id})


def skus(body: bytes, *, product_id: str) -> Collection[Sku]:
    """The SKUs of a product in a list answer. Raises Malformed."""
    return _skus(body, {"items": {"product_id": product_id}})


def availability(body: bytes, *, product_id: str, sku_id: str, availability_id: str) -> Availability:
    """The availability in an answer, with the product and SKU embedded in it. Raises Malformed."""
    return _availability(body, {"id": availability_id, **_known_of_availability(product_id, sku_id)})


def availabilities(body: bytes, *, product_id: str, sku_id: str) -> Collection[Availability]:
    """The availabilities of a SKU in a list answer. Raises Malformed."""
    return _availabilities(body, {"items": _known_of_availability(product_id, sku_id)})


def term_end_dates(body: bytes, *, customer_id: str) -> Collection[TermEndDate]:
    """The dates on which a customer's first term may end, in a list answer. Raises Malformed."""
    dates = _term_end_dates(body)
    for each in dates.items:
        each.set_context(customer_id=customer_id)
    return dates


def promotion(body: bytes, *, promotion_id: str) -> Promotion:
    """The promotion in an answer by id, with its constraints. Raises Malformed."""
    promotion = _promotion(body, {"id": promotion_id})
    promotion.set_context(is_whole=True)
    return promotion


def of_country(read: Callable[[bytes], Sold], country: str) -> Callable[[bytes], Sold]:
    """The same reader for the catalog of one country, which its records then know."""

    def read_in_country(body: bytes) -> Sold:
        answer = read(body)
        _set_country(answer, country.upper())
        return answer

    return read_in_country


def _item_count(body: bytes) -> int:
    """How many items a list answer has, including those that cannot be read."""
    items = member(document(body), "items")
    return len(cast("list[object]", items)) if isinstance(items, list) else 0


def _known_of_availability(product_id: str, sku_id: str) -> dict[str, str | Known]:
    return {
        "product_id": product_id,
        "sku_id": sku_id,
        "product": {"id": product_id},
        "sku": {"id": sku_id, "product_id": product_id},
    }


def _set_country(answer: CatalogAnswer, country: str) -> None:
    match answer:
        case Collection():
            for item in answer.items:
                _set_country(item, country)
        case Availability():
            force_setattr(answer, "country", country)  # on the wire too, in any casing
            for embedded in (answer.product, answer.sku):
                if embedded is not None:
                    embedded.set_context(country=country)
        case Promotion():
            answer.set_context(country=country)
            for required in answer.required_products:
                required.set_context(country=country)
        case _:
            answer.set_context(country=country)


def _is_list(value: Raw) -> bool:
    """Whether it is a list that can be read, item by item at the least."""
    try:
        return str(value, "utf-8").startswith("[")
    except UnicodeDecodeError:
        return False


def _read_lines(outline: Cart) -> None:
    """Read the lines; lines that are not documented as those of the whole body, so that their places are logged."""
    documented = _lines.documented(bytes(cast("Raw", outline.bare_lines)))
    lines = _cart.tolerantly(outline.body).bare_lines if documented is None else documented
    _require_flat(lines)
    force_setattr(outline, "bare_lines", lines)
    outline.set_context(is_documented=documented is not None)


def _set_line_contexts(cart: Cart) -> None:
    """Give each line and add-on its cart, parent, key and, where the answer has none, its number.

    No line has the cart itself: a cycle would keep every cart in memory until the garbage collector finds it.
    """
    lines = _with_parents(cart.bare_lines, parent=None)
    keys = line_keys(line.catalog_item_id for line, _ in lines)
    customer_id, cart_id, is_ordered = cart.customer_id, cart.id, cart.status is CartStatus.ORDERED
    equal_before: dict[object, int] = {}
    for (line, parent), key in zip(lines, keys, strict=True):
        context = vars(line)  # set member by member, which takes half of the time: carts may have hundreds of lines
        context["customer_id"] = customer_id
        context["cart_id"] = cart_id
        context["parent"] = parent
        context["key"] = key
        context["is_in_ordered_cart"] = is_ordered
        if key.count > 1:  # the members of `content`, compared without making one for each line
            content = key.catalog_item_id, line.quantity, line.term_duration, id(line.billing_cycle), line.friendly_name
            context["equal_before"] = before = equal_before.get(content, 0)
            equal_before[content] = before + 1
        if line.pricing is not None:
            prices = vars(line.pricing)
            prices["currency_code"] = line.currency_code
            prices["billing"] = Billing(line.billing_cycle, line.term_duration, line.custom_term_end_date)
        if line.error is not None:
            line.error.set_context(
                customer_id=customer_id, catalog_item_id=line.catalog_item_id, term_duration=line.term_duration
            )
    _number([line for line, _ in lines])


def _number(lines: Sequence[CartLineItem]) -> None:
    """Give a number to each line that the answer has without one."""
    ids = [line.number for line in lines]
    if None in ids:
        for line, number in zip(lines, numbers(ids), strict=True):
            if line.number is None:
                force_setattr(line, "number", number)


def _require_flat(lines: Sequence[CartLineItem], depth: int = 0) -> None:
    """Raises Malformed for add-ons that are nested too deeply. Documented add-ons have none of their own."""
    if depth > _DEEPEST_ADDON:
        raise Malformed("Partner Center's answer nests add-ons too deeply.")
    for line in lines:
        if line.addon_items:
            _require_flat(line.addon_items, depth + 1)


def _with_parents(
    lines: Sequence[CartLineItem], *, parent: CartLineItem | None
) -> list[tuple[CartLineItem, CartLineItem | None]]:
    """Every line and add-on with the line it sits under."""
    found: list[tuple[CartLineItem, CartLineItem | None]] = []
    for line in lines:
        found.append((line, parent))
        if line.addon_items:
            found += _with_parents(line.addon_items, parent=line)
    return found


def numbers(ids: Sequence[int | str | None]) -> list[str]:
    """The ids of a cart's lines, in the order of its arrays, with add-ons right after their line.

    A missing id is the line's index, as Partner Center counts ("Create a cart with add-ons"), unless another line has
    that number: then it is the next free one.
    """
    taken = {str(each) for each in ids if each is not None}
    last = -1
    numbered: list[str] = []
    for index, each in enumerate(ids):
        if each is None:
            last = next(number for number in count(max(last + 1, index)) if str(number) not in taken)
        numbered.append(str(last if each is None else each))
    return numbered


def _set_order_context(order: Order, customer_id: str) -> None:
    order.set_context(customer_id=customer_id)
    for line in order.line_items:
        line.set_context(customer_id=customer_id, order=order)
        if line.pricing is not None:
            billing = Billing(order.billing_cycle, line.term_duration, line.custom_term_end_date)
            line.pricing.set_context(currency_code=order.currency_code, billing=billing)
