"""What the rules look at, and what they find: a line, its surroundings, and the verdict on it. Values only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from gateway.sandbox.assortment import Assortment, Item, is_old_catalog
from gateway.sandbox.cart_records import CartError
from gateway.sandbox.cart_request import AskedLine
from gateway.sandbox.seed import Customer, Offer, Promotion, Term
from gateway.sandbox.subscription_records import SubscriptionRecord


@dataclass(frozen=True)
class Surroundings:
    """Everything outside the line that decides whether it can be bought.

    *seats*: seats on the whole cart by `product:sku` in lower case; *sold*: units ever ordered, by the same key.
    *filled_in*: promotions, in lower case, that stood on the cart before, and so may come from the server itself.
    """

    assortment: Assortment
    customer: Customer
    currency: str
    now: datetime
    owned: Sequence[SubscriptionRecord]
    seats: Mapping[str, int]
    sold: Mapping[str, int]
    filled_in: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Judged:
    """A line with what it turned out to name; *error* None = it can be bought."""

    asked: AskedLine
    item: Item | None = None
    offer: Offer | None = None
    term: Term | None = None
    promotion: Promotion | None = None
    error: CartError | None = None

    @property
    def is_old_catalog(self) -> bool:
        return is_old_catalog(self.asked.item_id)

    @property
    def term_duration(self) -> str | None:
        """The duration sent, else the one of the term it fits."""
        return self.asked.term_duration or (None if self.term is None else self.term.duration)
