"""Values that several resources share: enumerations read in any spelling, currencies, links, collections.

A member's name is the GraphQL name, its value the wire's text. What Partner Center may add later reads as UNKNOWN.
"""

import re
from decimal import Decimal
from enum import Enum
from typing import Generic, Self, TypeVar
from urllib.parse import parse_qsl, urlencode

import msgspec

from gateway.partner_center.models.record import Record, Word, is_amount

T = TypeVar("T")

LARGEST_INT = 2**31 - 1
"""Of GraphQL's Int (GraphQL specification, 3.5.1)."""

_NEXT_PAGE = "ms-continuationtoken"
_PAGE_PARAMETERS = {
    "offset": re.compile(r"\d{1,9}", re.ASCII),
    "size": re.compile(r"\d{1,9}", re.ASCII),
    "seekOperation": re.compile("[A-Za-z]{1,20}", re.ASCII),
}
"""Of a link to another page, with what each may hold ("Get a list of customers"); nothing else in a link is followed."""
_NUMBER = re.compile(r"-?\d{1,40}(\.\d{1,40})?([eE][+-]?\d{1,2})?", re.ASCII)


def folded(name: str) -> str:
    """The letters of a name without casing and underscores: `one_time`, `oneTime` and `OneTime` are one."""
    return name.replace("_", "").lower()


def words(value: object) -> str | None:
    """A text, or another scalar as the text that JSON has for it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, str | int | Decimal) else None


def amount(value: object) -> Decimal | None:
    """A number, or a text that is one."""
    if isinstance(value, bool):
        return None
    if isinstance(value, str) and _NUMBER.fullmatch(value.strip()):
        value = Decimal(value.strip())
    if isinstance(value, int):
        value = Decimal(value)
    return value if isinstance(value, Decimal) and is_amount(value) else None


def whole_number(value: object) -> int | None:
    """A whole number, sent as 5, 5.0 or `"5"`; however large."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    number = amount(value)
    return int(number) if number is not None and number == number.to_integral_value() else None


def truth(value: object) -> bool | None:
    """A boolean, sent as one, as 0 or 1, or as a text in any casing, as .NET writes `True`."""
    if isinstance(value, str):
        return {"true": True, "false": False}.get(value.strip().lower())
    return bool(value) if isinstance(value, int) and value in (0, 1) else None


class OpenEnum(Enum):
    """An enumeration read in any casing; a text it does not have reads as its UNKNOWN, if it has one."""

    @classmethod
    def _missing_(cls, value: object) -> Self | None:
        if isinstance(value, str):
            wanted = folded(value)
            for member in cls:
                if folded(str(member.value)) == wanted:
                    return member
        return cls.__members__.get("UNKNOWN")


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
    """What a participant is to a purchase ("Cart resources", participants)."""

    TRANSACTION_RESELLER = "transaction_reseller"
    ADDITIONAL_TRANSACTION_RESELLER = "additional_transaction_reseller"
    CONSUMPTION_RESELLER = "consumption_reseller"
    UNKNOWN = "unknown"


class CartStatus(OpenEnum):
    """State of a cart ("Cart resources"). Answers before 2019 have none; they read as UNKNOWN."""

    ACTIVE = "Active"
    ORDERED = "Ordered"
    UNKNOWN = "Unknown"


class TargetSegment(OpenEnum):
    """Kind of customer a catalog answer is meant for ("Get a list of products"); only ever sent."""

    COMMERCIAL = "commercial"
    EDUCATION = "education"
    GOVERNMENT = "government"
    NONPROFIT = "nonprofit"


class CartErrorCode(Enum):
    """What is wrong with a cart line ("Cart resources", CartErrorCode; the later ones from Microsoft's own client).

    A number on the wire; number, number as text and name in any casing are read. Other codes occur and are UNKNOWN.
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
    """A currency with its sign for display; the sign may be missing."""

    code: Word | None
    symbol: str | None = None


class Header(Record, frozen=True, kw_only=True):
    key: str
    value: str


class Link(Record, frozen=True, kw_only=True):
    """Where a related resource lies, as Partner Center says it. Data: never follow one without checking its host."""

    uri: str | None = None
    method: str | None = None
    headers: tuple[Header, ...] = ()


class RenewsTo(Record, frozen=True, kw_only=True, omit_defaults=True):
    """The term a subscription turns into when its own ends: `P1M` or `P1Y` ("Cart resources", RenewsTo)."""

    term_duration: Word | None = None


def renewals(wire: RenewsTo | tuple[RenewsTo, ...] | None) -> tuple[RenewsTo, ...]:
    """The renewal as a list: an object in samples and clients, a list in the documentation's table, or null."""
    if wire is None:
        return ()
    return wire if isinstance(wire, tuple) else (wire,)


def page_query(address: str) -> dict[str, str] | None:
    """The parameters that ask for a page by its offset; None for an address without a usable offset."""
    found: dict[str, str] = {}
    for name, value in parse_qsl(address.partition("#")[0].partition("?")[2]):
        for known, shape in _PAGE_PARAMETERS.items():
            if name.lower() == known.lower() and shape.fullmatch(value):
                found[known] = value
    return found if "offset" in found else None


def leads_back(page: str, following: str | None) -> bool:
    """Whether what is `following` a page, both by offset or the first page, is not behind it."""
    query = page_query(following or "")
    before = page_query(page) if page else {"offset": "0"}
    return query is not None and before is not None and int(query["offset"]) <= int(before["offset"])


class Collection(Record, Generic[T], frozen=True, kw_only=True):
    """A list answer. Lists of one country or customer come whole; lists of customers come page by page.

    `unread` counts the items that could not be read; it is not on the wire.
    """

    needs_its_list = True

    items: tuple[T, ...]
    counted: int | None = msgspec.field(default=None, name="totalCount")
    continuation_token: str | None = None
    links: dict[str, Link] = msgspec.field(default_factory=dict[str, Link])
    unread: int = msgspec.field(default=0, name="(unread)")

    @property
    def following(self) -> str | None:
        """What asks for the next page, None where nothing does: a token, or `?` and the parameters of its link.

        A token comes in the body or with the link to that page. A page without items that leads on by offset is the end.
        """
        if self.continuation_token:
            return self.continuation_token
        link = self.links.get("next")
        if link is None:
            return None
        token = next((header.value for header in link.headers if header.key.lower() == _NEXT_PAGE), None)
        if token:
            return token
        query = page_query(link.uri or "")
        return f"?{urlencode(query)}" if query and self.items else None

    @property
    def is_cut(self) -> bool:
        """Whether more items follow, by a link that does not say how to ask for them."""
        link = self.links.get("next")
        return self.following is None and link is not None and bool(link.uri) and page_query(link.uri or "") is None

    @property
    def total_count(self) -> int:
        """What Partner Center counts, which may be more than it lists; the listed ones when it does not say, or cannot be right."""
        listed = len(self.items)
        return self.counted if self.counted is not None and listed <= self.counted <= LARGEST_INT else listed
