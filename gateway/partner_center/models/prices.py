"""Amounts of money on cart and order lines, before tax ("Cart resources", Pricing)."""

from decimal import Decimal

import msgspec
from msgspec.structs import force_setattr

from gateway.partner_center.models.record import Record, Word, require_amounts


class Pricing(Record, frozen=True, kw_only=True):
    """Prices of a line. `extended_price` covers the line's quantity over its whole term; the others are per unit.

    `currency_code` is not on the wire: what reads the answer takes it from the line, or the order around it.
    """

    list_price: Decimal | None = None
    discounted_price: Decimal | None = None
    prorated_price: Decimal | None = None
    price: Decimal | None = None
    extended_price: Decimal | None = None
    currency_code: str | None = msgspec.field(default=None, name="(currency)")

    def __post_init__(self) -> None:
        require_amounts(self.list_price, self.discounted_price, self.prorated_price, self.price, self.extended_price)


class PurchaseCommitment(Record, frozen=True, kw_only=True):
    """What a savings plan commits to spend ("Purchase an Azure savings plan"): an amount for each `grain` of time.

    The wire spells the currency in lower case (`usd`), we in capitals.
    """

    amount: Decimal | None
    currency_code: Word | None = msgspec.field(name="currency")
    grain: str | None

    def __post_init__(self) -> None:
        require_amounts(self.amount)
        if self.currency_code is not None:
            force_setattr(self, "currency_code", self.currency_code.upper())
