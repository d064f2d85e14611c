"""What the rules look at, and what they find: a line, its surroundings, and the verdict on it. Values only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from gateway.sandbox.carts.records import CartError
from gateway.sandbox.carts.request import AskedLine
from gateway.sandbox.world.assortment import Assortment, Item, is_old_catalog
from gateway.sandbox.world.seed import Customer, Offer, Promotion, Term
from gateway.sandbox.world.subscription_records import SubscriptionRecord


@dataclass(frozen=True)
class Surroundings:
    """Everything outside the line that decides whether it can be bought.

    *owned*: the customer's subscriptions that run or are suspended. *sold*: units ever ordered, by `seat_key`.
    *seats*: seats asked for on the whole cart; *taken*: seats of the lines before this one that can be bought, both
    by `seat_key`, and both without the lines *ordered* earlier (by number), whose seats are among those owned or sold.
    *filled_in*: promotions, in lower case, that stood on the cart before, and so may come from the server itself.
    """

    assortment: Assortment
    customer: Customer
    currency: str
    now: datetime
    owned: Sequence[SubscriptionRecord]
    sold: Mapping[str, int]
    seats: Mapping[str, int] = field(default_factory=dict[str, int])
    taken: Mapping[str, int] = field(default_factory=dict[str, int])
    ordered: frozenset[int] = frozenset()
    filled_in: frozenset[str] = frozenset()
    has_account_limits: bool = False


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
