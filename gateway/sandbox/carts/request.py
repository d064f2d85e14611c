"""What a caller asks for when creating or replacing a cart, and the refusals that concern the request as a whole.

Tables of "Create a cart" and "Update a cart". Members the server sets are not read at all, so they may be sent back.
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal

import msgspec

from gateway.sandbox import errors, wire
from gateway.sandbox.terms import BILLING_CYCLES, billing_cycle

LARGEST_INT = 2**31 - 1


class _Asked(msgspec.Struct, frozen=True, rename=wire.any_case, kw_only=True):
    """A part of the request: member names in any casing, an explicit null means absent."""


class AskedParticipant(_Asked, frozen=True, kw_only=True):
    key: str | None = None
    value: str | int | None = None


class AskedRenewal(_Asked, frozen=True, kw_only=True):
    term_duration: str | None = None


class AskedCommitment(_Asked, frozen=True, kw_only=True):
    amount: int | Decimal | None = None
    currency: str | None = None
    grain: str | None = None


class AskedLine(_Asked, frozen=True, kw_only=True):
    """A line as sent; `id` is a number (samples) or a text (the table of "Cart resources")."""

    id: int | str | None = None
    catalog_item_id: str | None = None
    friendly_name: str | None = None
    quantity: int | None = None
    currency_code: str | None = None
    billing_cycle: str | None = None
    term_duration: str | None = None
    participants: tuple[AskedParticipant, ...] | None = None
    provisioning_context: dict[str, str | None] | None = None
    addon_items: "tuple[AskedLine, ...] | None" = None
    renews_to: AskedRenewal | list[AskedRenewal] | None = None
    attestation_accepted: bool | None = None
    promotion_id: str | None = None
    custom_term_end_date: str | None = None
    purchase_commitment: AskedCommitment | None = None

    @property
    def item_id(self) -> str:
        return (self.catalog_item_id or "").strip()

    @property
    def seat_key(self) -> str:
        """By what seats are counted, in lower case: `product:sku`; for the old catalog the offer, with the
        subscription it is an add-on of.
        """
        item_id = self.item_id.lower()
        return item_id.rpartition(":")[0] or f"{item_id} {(self.parent_subscription or '').lower()}".rstrip()

    @property
    def parent_subscription(self) -> str | None:
        """The subscription that an add-on of the old catalog names in its context."""
        context = self.provisioning_context or {}
        return next(
            (value for name, value in context.items() if name.lower() == "parentsubscriptionid" and value), None
        )

    @property
    def addons(self) -> "tuple[AskedLine, ...]":
        return self.addon_items or ()

    @property
    def names_a_reseller(self) -> bool:
        return any((each.key or "").lower() == "transaction_reseller" for each in self.participants or ())

    @property
    def cycle(self) -> str | None:
        """The billing cycle in its wire form, `one_time` style; None when missing."""
        return None if self.billing_cycle is None else billing_cycle(self.billing_cycle)

    @property
    def number(self) -> int | None:
        """The line number that was sent, when it is one."""
        if isinstance(self.id, str):
            return int(self.id) if self.id.isascii() and self.id.isdigit() and len(self.id) < 10 else None
        return self.id if self.id is not None and 0 <= self.id <= LARGEST_INT else None


class AskedCart(_Asked, frozen=True, kw_only=True):
    """The cart as sent; *partner_on_record_attestation_accepted* None = not said."""

    line_items: tuple[AskedLine, ...] | None = None
    partner_on_record_attestation_accepted: bool | None = None

    @property
    def lines(self) -> tuple[AskedLine, ...]:
        return self.line_items or ()

    @property
    def all_lines(self) -> tuple[AskedLine, ...]:
        """The lines and their add-ons, in the order of numbering."""
        return tuple(flattened(self.lines))


def read_cart_request(body: bytes) -> AskedCart:
    """The cart asked for: at least one line, each with an item, a quantity and a readable billing cycle.

    Raises Refusal 400 otherwise (800002, 900142, 900275, 900126).
    """
    asked = wire.read_as(body, AskedCart)
    check_lines(asked.lines)
    return asked


def check_lines(lines: tuple[AskedLine, ...]) -> tuple[AskedLine, ...]:
    """*lines*; raises Refusal as `read_cart_request` does."""
    if not lines:
        raise errors.unreadable("lineItems must hold at least one line item.")
    for place, line in enumerate(flattened(lines)):
        _check(place, line)
    return lines


def flattened(lines: Sequence[AskedLine]) -> Iterator[AskedLine]:
    """Every line in the order of numbering: a line, then its add-ons, then the next line."""
    for line in lines:
        yield line
        yield from flattened(line.addons)


def _check(place: int, line: AskedLine) -> None:
    if not line.item_id:
        raise errors.catalog_item_missing(place)
    if line.quantity is None or not 1 <= line.quantity <= LARGEST_INT:
        raise errors.quantity_out_of_limits(place)
    if line.billing_cycle is not None and line.cycle is None:
        raise errors.unknown_enumeration(place, "billingCycle", line.billing_cycle, BILLING_CYCLES)
