"""What the loaders of a request are asked by. Keys of the catalog are in `catalog.keys`, those of carts in `carts.keys`.

Ids that compare without case are in lower case.
"""

from dataclasses import dataclass
from datetime import datetime

from gateway.partner_center.models.agreements import AgreementType
from gateway.partner_center.subscriptions import EligibilityType


@dataclass(frozen=True, slots=True)
class OrderKey:
    customer_id: str
    order_id: str


@dataclass(frozen=True, slots=True)
class OrderLineKey:
    order: OrderKey
    line_number: int


@dataclass(frozen=True, slots=True)
class SubscriptionKey:
    customer_id: str
    subscription_id: str


@dataclass(frozen=True, slots=True)
class UpgradesKey:
    subscription: SubscriptionKey
    eligibility_type: EligibilityType


@dataclass(frozen=True, slots=True)
class CustomersKey:
    """A chunk of a list of customers, opened by its continuation token.

    The list holds all customers, or only those whose company name starts with the given text.
    """

    company_name_starts_with: str | None
    token: str


@dataclass(frozen=True, slots=True)
class TermEndDatesKey:
    """A new term of a customer: its length, its start (now when None), and a subscription to align it with, if any."""

    customer_id: str
    term_duration: str
    starts_at: datetime | None = None
    subscription_id: str | None = None


@dataclass(frozen=True, slots=True)
class AgreementDocumentKey:
    """The text of one form of an agreement. *language* and *country* as Partner Center spells them."""

    template_id: str
    language: str
    country: str


@dataclass(frozen=True, slots=True)
class AgreementKey:
    """The partner's confirmations of one agreement of one customer."""

    customer_id: str
    type: AgreementType


@dataclass(frozen=True, slots=True)
class PartnerKey:
    mpn_id: str


@dataclass(frozen=True, slots=True)
class IndirectResellersKey:
    """The indirect resellers of the partner that asks."""


AskedItem = tuple[str, str | None, str | None]
"""A customer, the text of the item, and the market asked for, if any."""
