"""The request that creates or replaces a cart, and the checks that refuse it as a whole.

Tables of "Create a cart" and "Update a cart". Members that the server sets are ignored, so they may be sent back.
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal

import msgspec

from gateway.sandbox import errors, wire
from gateway.sandbox.terms import BILLING_CYCLES, billing_cycle

LARGEST_INT = 2**31 - 1


class _RequestPart(msgspec.Struct, frozen=True, rename=wire.normalized_name, kw_only=True):
    """Part of the request: member names in any case; null means absent."""


class ParticipantRequest(_RequestPart, frozen=True, kw_only=True):
    key: str | None = None
    value: str | int | None = None


class RenewalRequest(_RequestPart, frozen=True, kw_only=True):
    term_duration: str | None = None


class CommitmentRequest(_RequestPart, frozen=True, kw_only=True):
    amount: int | Decimal | None = None
    currency: str | None = None
    grain: str | None = None


class LineRequest(_RequestPart, frozen=True, kw_only=True):
    """A line item as sent; `id` is a number (samples) or a string (the table of "Cart resources")."""

    id: int | str | None = None
    catalog_item_id: str | None = None
    friendly_name: str | None = None
    quantity: int | None = None
    currency_code: str | None = None
    billing_cycle: str | None = None
    term_duration: str | None = None
    participants: tuple[ParticipantRequest, ...] | None = None
    provisioning_context: dict[str, str | None] | None = None
    addon_items: "tuple[LineRequest, ...] | None" = None
    renews_to: RenewalRequest | list[RenewalRequest] | None = None
    attestation_accepted: bool | None = None
    promotion_id: str | None = None
    custom_term_end_date: str | None = None
    purchase_commitment: CommitmentRequest | None = None

    @property
    def item_id(self) -> str:
        return (self.catalog_item_id or "").strip()

    @property
    def seat_key(self) -> str:
        """The key by which seats are counted, in lower case: `product:sku`; in the old catalog the offer, followed by
        the parent subscription of an add-on.
        """
        item_id = self.item_id.lower()
        return item_id.rpartition(":")[0] or f"{item_id} {(self.parent_subscription or '').lower()}".rstrip()

    @property
    def parent_subscription(self) -> str | None:
        """The parent subscription that an add-on of the old catalog names in its context."""
        context = self.provisioning_context or {}
        return next(
            (value for name, value in context.items() if name.lower() == "parentsubscriptionid" and value), None
        )

    @property
    def addons(self) -> "tuple[LineRequest, ...]":
        return self.addon_items or ()

    @property
    def names_a_reseller(self) -> bool:
        return any((each.key or "").lower() == "transaction_reseller" for each in self.participants or ())

    @property
    def cycle(self) -> str | None:
        """The billing cycle as the service writes it (`one_time`); None if missing or unknown."""
        return None if self.billing_cycle is None else billing_cycle(self.billing_cycle)

    @property
    def number(self) -> int | None:
        """The line number, if the id is a valid one."""
        if isinstance(self.id, str):
            return int(self.id) if self.id.isascii() and self.id.isdigit() and len(self.id) < 10 else None
        return self.id if self.id is not None and 0 <= self.id <= LARGEST_INT else None


class CartRequest(_RequestPart, frozen=True, kw_only=True):
    """The cart as sent; *partner_on_record_attestation_accepted* is None if missing."""

    line_items: tuple[LineRequest, ...] | None = None
    partner_on_record_attestation_accepted: bool | None = None

    @property
    def lines(self) -> tuple[LineRequest, ...]:
        return self.line_items or ()

    @property
    def all_lines(self) -> tuple[LineRequest, ...]:
        """The lines and their add-ons, in the order of line numbers."""
        return tuple(flattened(self.lines))


def read_cart_request(body: bytes) -> CartRequest:
    """Raises Refusal 400 unless there is a line, and each has an item, a quantity and a known billing cycle (800002,
    900142, 900275, 900126).
    """
    request = wire.decode_as(body, CartRequest)
    check_lines(request.lines)
    return request


def check_lines(lines: tuple[LineRequest, ...]) -> tuple[LineRequest, ...]:
    """Returns *lines*; raises Refusal as `read_cart_request` does."""
    if not lines:
        raise errors.unreadable("lineItems must hold at least one line item.")
    for place, line in enumerate(flattened(lines)):
        _check(place, line)
    return lines


def flattened(lines: Sequence[LineRequest]) -> Iterator[LineRequest]:
    """Every line in the order of line numbers: a line, then its add-ons, then the next line."""
    for line in lines:
        yield line
        yield from flattened(line.addons)


def _check(place: int, line: LineRequest) -> None:
    if not line.item_id:
        raise errors.catalog_item_missing(place)
    if line.quantity is None or not 1 <= line.quantity <= LARGEST_INT:
        raise errors.quantity_out_of_limits(place)
    if line.billing_cycle is not None and line.cycle is None:
        raise errors.unknown_enumeration(place, "billingCycle", line.billing_cycle, BILLING_CYCLES)
