"""Values that several resources share: scalars and enumerations in any spelling, currencies, renewals.

An enum member's name is the GraphQL name, its value the wire's text. Values that Partner Center may add later read as
UNKNOWN.
"""

import re
from decimal import Clamped, Context, Decimal, InvalidOperation, Overflow, Rounded, Subnormal
from enum import Enum
from functools import cache
from typing import Self, cast

import msgspec
from msgspec.structs import force_setattr

from gateway.partner_center.models.record import Record, Word

LARGEST_INT = 2**31 - 1
"""The largest value of GraphQL's Int (GraphQL specification, 3.5.1)."""

_MOST_DIGITS = 40
"""Before the point, and after it: more than any price has, and few enough to be written out."""

_AMOUNTS = Context(
    prec=2 * _MOST_DIGITS,
    Emin=-_MOST_DIGITS,
    Emax=_MOST_DIGITS,
    traps=[Clamped, InvalidOperation, Overflow, Rounded, Subnormal],
)
"""Holds all amounts without a change. Arithmetic on other finite numbers raises ArithmeticError."""

_exactly = _AMOUNTS.plus

_NUMBER = re.compile(r"-?\d{1,40}(\.\d{1,40})?([eE][+-]?\d{1,2})?", re.ASCII)


def folded(name: str) -> str:
    """A name without casing, spaces and underscores: `one_time`, `oneTime` and `One Time` become the same."""
    return name.replace("_", "").replace(" ", "").lower()


def words(value: object) -> str | None:
    """A text, or another scalar as JSON writes it; None for anything else."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, str | int | Decimal) else None


def amount(value: object) -> Decimal | None:
    """A number, or a text that is one; None for anything else."""
    if isinstance(value, bool):
        return None
    if isinstance(value, str) and _NUMBER.fullmatch(value.strip()):
        value = Decimal(value.strip())
    if isinstance(value, int):
        value = Decimal(value)
    return value if isinstance(value, Decimal) and _is_amount(value) else None


def _is_amount(number: Decimal) -> bool:
    try:
        require_amounts(number)
    except ValueError:
        return False
    return True


def require_amounts(*numbers: Decimal | None) -> None:
    """Raise ValueError unless each is absent or an amount.

    NaN and infinities, which a text may spell, are none, nor are exponents that no price has, such as 1e999999.
    """
    try:
        for number in numbers:
            if number is not None and not _exactly(number).is_finite():
                raise ValueError("a number is not finite")
    except ArithmeticError:
        raise ValueError("a number is not an amount of money") from None


def whole_number(value: object) -> int | None:
    """A whole number of any size, sent as 5, 5.0 or `"5"`; None for anything else."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    number = amount(value)
    return int(number) if number is not None and number == number.to_integral_value() else None


def truth(value: object) -> bool | None:
    """A boolean, also sent as 0 or 1 or as a text in any casing (.NET writes `True`); None for anything else."""
    if isinstance(value, str):
        return {"true": True, "false": False}.get(value.strip().lower())
    return bool(value) if isinstance(value, int) and value in (0, 1) else None


class OpenEnum(Enum):
    """An enumeration read in any casing. Any other text reads as UNKNOWN, where there is such a member."""

    @classmethod
    def _missing_(cls, value: object) -> Self | None:
        found = _folded_members(cls).get(folded(value)) if isinstance(value, str) else None
        return cls.__members__.get("UNKNOWN") if found is None else cast("Self", found)


@cache
def _folded_members(enum: type[OpenEnum]) -> dict[str, OpenEnum]:
    """The members by their values without casing and underscores."""
    return {folded(str(member.value)): member for member in enum}


class BillingCycle(OpenEnum):
    """How often the partner is billed. Cart lines say `one_time`, terms say `OneTime` ("Cart resources", samples)."""

    MONTHLY = "monthly"
    ANNUAL = "annual"
    BIENNIAL = "biennial"
    TRIENNIAL = "triennial"
    ONE_TIME = "one_time"
    NONE = "none"
    UNKNOWN = "unknown"


class ParticipantType(OpenEnum):
    """The role of a participant in a purchase ("Cart resources", participants)."""

    TRANSACTION_RESELLER = "transaction_reseller"
    ADDITIONAL_TRANSACTION_RESELLER = "additional_transaction_reseller"
    CONSUMPTION_RESELLER = "consumption_reseller"
    UNKNOWN = "unknown"


class CartStatus(OpenEnum):
    """State of a cart ("Cart resources"). UNKNOWN for answers without one, as before 2019."""

    ACTIVE = "Active"
    ORDERED = "Ordered"
    UNKNOWN = "Unknown"


class OrderStatus(OpenEnum):
    """State of an order ("Order resources"). Most members are printed only as names of Microsoft's own client."""

    PENDING = "pending"
    COMPLETED = "completed"
    PARTIALLY_SUCCEEDED = "partially_succeeded"
    CANCELLED = "cancelled"
    SUSPENDED = "suspended"
    PENDING_REVIEW = "pending_review"
    PENDING_PURCHASE_ORDER = "pending_purchase_order"
    PURCHASE_ORDER_UPLOADED = "purchase_order_uploaded"
    PURCHASE_ORDER_REJECTED = "purchase_order_rejected"
    FAILED = "failed"
    UNKNOWN = "unknown"


class CatalogView(Enum):
    """A part of the catalog ("Get a list of products", targetView). Sent only."""

    ONLINE_SERVICES = "OnlineServices"
    AZURE = "Azure"
    MICROSOFT_AZURE = "MicrosoftAzure"
    AZURE_RESERVATIONS = "AzureReservations"
    AZURE_RESERVATIONS_VM = "AzureReservationsVM"
    AZURE_RESERVATIONS_SQL = "AzureReservationsSQL"
    AZURE_RESERVATIONS_COSMOS_DB = "AzureReservationsCosmosDb"
    SOFTWARE = "Software"
    SOFTWARE_PERPETUAL = "SoftwarePerpetual"
    SOFTWARE_SUBSCRIPTIONS = "SoftwareSubscriptions"
    SOFTWARE_SUSE_LINUX = "SoftwareSUSELinux"
    MARKETPLACE_SAAS = "MarketplaceSaaS"
    SPECIALIZED_OFFERS = "SpecializedOffers"


class TargetSegment(OpenEnum):
    """Kind of customer a catalog answer is meant for ("Get a list of products"). Sent only."""

    COMMERCIAL = "commercial"
    EDUCATION = "education"
    GOVERNMENT = "government"
    NONPROFIT = "nonprofit"


class CartErrorCode(Enum):
    """Codes of errors on a cart line ("Cart resources", CartErrorCode; the later ones from Microsoft's own client).

    A number on the wire; also read as text, and as a name in any casing. Other codes occur and are UNKNOWN.
    """

    UNKNOWN = 0
    CURRENCY_IS_NOT_SUPPORTED = 10000
    CATALOG_ITEM_ID_IS_NOT_VALID = 10001
    QUOTA_NOT_AVAILABLE = 10002
    INVENTORY_NOT_AVAILABLE = 10003
    PARTICIPANTS_IS_NOT_SUPPORTED_FOR_PARTNER = 10004
    UNABLE_TO_PROCESS_CART_LINE_ITEM = 10006
    SUBSCRIPTION_IS_NOT_VALID = 10007
    SUBSCRIPTION_IS_NOT_ENABLED_FOR_RI = 10008
    SANDBOX_LIMIT_EXCEEDED = 10009
    INVALID_INPUT = 10010
    SUBSCRIPTION_NOT_REGISTERED = 10011
    ATTESTATION_NOT_ACCEPTED = 10012
    BILLING_PLAN_NOT_SUPPORTED = 10013
    INVALID_PROMOTION_ID = 10014
    MAX_ALLOWED_SEATS_PER_SUBSCRIPTION_EXCEEDED = 10015
    INVALID_CUSTOM_TERM_END_DATE_PRODUCT = 10016
    INVALID_CUSTOM_TERM_END_DATE = 10017
    BASE_OFFER_SEAT_QUANTITY_NOT_MET = 10018
    MINIMUM_ADD_ON_SEATS_NOT_MET = 10019
    LEGACY_OFFER_NOT_ELIGIBLE_FOR_PURCHASE = 500600

    @classmethod
    def _missing_(cls, value: object) -> "CartErrorCode":
        # The documentation spells two names with a doubled ending: ...Exceededed.
        wanted = folded(str(value)).removesuffix("ed")
        for member in cls:
            if wanted in {str(member.value), folded(member.name).removesuffix("ed"), folded(member.name)}:
                return member
        return cls.UNKNOWN


class Currency(Record, frozen=True, kw_only=True):
    """A currency, and its symbol for display."""

    code: Word | None
    symbol: str | None = None


class RenewsTo(Record, frozen=True, kw_only=True, omit_defaults=True):
    """The term a subscription renews to: `P1M` or `P1Y` ("Cart resources", RenewsTo)."""

    term_duration: Word | None = None


def renewals(wire: RenewsTo | tuple[RenewsTo, ...] | None) -> tuple[RenewsTo, ...]:
    """The renewal as a list. On the wire it is an object in samples, a list in the documentation's table, or null."""
    if wire is None:
        return ()
    return wire if isinstance(wire, tuple) else (wire,)


class PurchaseCommitment(Record, frozen=True, kw_only=True):
    """What a savings plan commits to spend ("Purchase an Azure savings plan"): an amount for each `grain` of time.

    The currency is in lower case on the wire (`usd`) and in capitals here.
    """

    amount: Decimal | None
    currency_code: Word | None = msgspec.field(name="currency")
    grain: str | None

    def __post_init__(self) -> None:
        require_amounts(self.amount)
        if self.currency_code is not None:
            force_setattr(self, "currency_code", self.currency_code.upper())
