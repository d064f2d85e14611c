"""The inputs and results of the rules for line items. Values only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from gateway.sandbox.carts.records import CartError
from gateway.sandbox.carts.request import LineRequest
from gateway.sandbox.catalog.promotion_limits import EarlierPurchase
from gateway.sandbox.world.assortment import Assortment, Item, is_old_catalog
from gateway.sandbox.world.seed import Customer, Offer, Promotion, Term
from gateway.sandbox.world.subscription_records import SubscriptionRecord


@dataclass(frozen=True)
class RuleContext:
    """Everything outside a line item that decides whether it can be bought.

    *owned*: the customer's active and suspended subscriptions. *sold*: units ever ordered, by `seat_key`.
    *seats*: seats requested by the whole cart, by `seat_key`. *taken*: seats of the valid lines before this one, by
    `seat_key`. Both exclude the lines *ordered* earlier (by line number), whose seats are in *owned* or *sold* already.
    *earlier*: all purchases before this line, for the limits of promotions; empty for a line *ordered* earlier, which
    keeps its promotion. *auto_promotions*: ids, in lower case, of promotions that the server had applied to the cart automatically.
    *unqualified_code*: see `qualification`.
    """

    assortment: Assortment
    customer: Customer
    currency: str
    now: datetime
    owned: Sequence[SubscriptionRecord]
    sold: Mapping[str, int]
    seats: Mapping[str, int] = field(default_factory=dict[str, int])
    taken: Mapping[str, int] = field(default_factory=dict[str, int])
    earlier: Sequence[EarlierPurchase] = ()
    ordered: frozenset[int] = frozenset()
    auto_promotions: frozenset[str] = frozenset()
    has_account_limits: bool = False
    unqualified_code: int = 10001


@dataclass(frozen=True)
class CheckedLine:
    """A requested line item with what it refers to; *error* is None if it can be bought."""

    request: LineRequest
    item: Item | None = None
    offer: Offer | None = None
    term: Term | None = None
    promotion: Promotion | None = None
    error: CartError | None = None

    @property
    def is_old_catalog(self) -> bool:
        return is_old_catalog(self.request.item_id)

    @property
    def term_duration(self) -> str | None:
        """The requested duration, or else that of the matching term."""
        return self.request.term_duration or (None if self.term is None else self.term.duration)
