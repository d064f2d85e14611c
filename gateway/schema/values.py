"""Small values that carts, orders and the catalog share. The values of enums are the records' own members."""

from collections.abc import Mapping
from decimal import Decimal
from enum import Enum
from typing import TypeVar

import strawberry

from gateway.partner_center.models.values import BillingCycle
from gateway.partner_center.models.values import ParticipantType as Participation
from gateway.schema.scalars import CurrencyCode, Duration

T = TypeVar("T")


@strawberry.enum(description="How often the partner is billed.")
class BillingCycleType(Enum):
    MONTHLY = strawberry.enum_value(BillingCycle.MONTHLY, description="Every month.")
    ANNUAL = strawberry.enum_value(BillingCycle.ANNUAL, description="Every year.")
    BIENNIAL = strawberry.enum_value(BillingCycle.BIENNIAL, description="Every two years.")
    TRIENNIAL = strawberry.enum_value(BillingCycle.TRIENNIAL, description="Every three years.")
    ONE_TIME = strawberry.enum_value(BillingCycle.ONE_TIME, description="Once.")
    NONE = strawberry.enum_value(BillingCycle.NONE, description="Never, as for trials.")
    UNKNOWN = strawberry.enum_value(
        BillingCycle.UNKNOWN,
        description="A cycle that this version of the gateway does not know. Not accepted in inputs.",
    )


@strawberry.enum(description="Roles a partner can have in a purchase.")
class ParticipantType(Enum):
    TRANSACTION_RESELLER = strawberry.enum_value(
        Participation.TRANSACTION_RESELLER, description="The indirect reseller on record for the transaction."
    )
    ADDITIONAL_TRANSACTION_RESELLER = strawberry.enum_value(
        Participation.ADDITIONAL_TRANSACTION_RESELLER,
        description="A further indirect reseller on the transaction, beside the main one.",
    )
    CONSUMPTION_RESELLER = strawberry.enum_value(
        Participation.CONSUMPTION_RESELLER, description="The indirect reseller on record for consumption."
    )
    UNKNOWN = strawberry.enum_value(
        Participation.UNKNOWN,
        description="A role that this version of the gateway does not know. Not accepted in inputs.",
    )


@strawberry.type(description="A named text value.")
class KeyValuePair:
    key: str = strawberry.field(description="Name of the value.")
    value: str = strawberry.field(
        description="The value; written as JSON when Partner Center sends anything but a text."
    )


@strawberry.type(
    description="Prices of one line, before tax, all in the same currency. Partner Center calculates them; do not recalculate."
)
class Pricing:
    list_price: Decimal | None = strawberry.field(description="Unit price as the catalog lists it, without modifiers.")
    discounted_price: Decimal | None = strawberry.field(
        description="Unit price after every price modifier that applies."
    )
    prorated_price: Decimal | None = strawberry.field(description="Discounted unit price after proration.")
    price: Decimal | None = strawberry.field(
        description="Unit price for one billing period in the billing currency, after discounts and proration."
    )
    extended_price: Decimal | None = strawberry.field(
        description=(
            "Price of the whole line over its whole term, in the billing currency: quantity, discounts and proration included.\n"
            "A one-year term billed monthly counts twelve months, so this is not `price` times `quantity`."
        )
    )
    currency_code: CurrencyCode | None = strawberry.field(
        description="Currency of the amounts, repeated from the line; null when Partner Center did not state it."
    )
    billing_periods: int | None = strawberry.field(
        description="Number of times the line is billed in its term: 12 for a year billed monthly, 1 for what is billed once, 0 for what is never billed. Null when that is not certain, as in a first term that was cut short."
    )
    per_period: Decimal | None = strawberry.field(
        description="What the whole line is billed each time: `extendedPrice` divided by `billingPeriods`, and 0 for what is never billed. Null when either is, or when the division does not come out in hundredths: nothing is rounded here."
    )


@strawberry.type(description="An amount that a savings plan commits the customer to spend.")
class PurchaseCommitment:
    amount: Decimal | None = strawberry.field(
        description="Amount to spend in every period; null, like the other members, when Partner Center does not say."
    )
    currency_code: CurrencyCode | None = strawberry.field(description="Currency of the amount.")
    grain: str | None = strawberry.field(description="Period, in Partner Center's words, for example `hourly`.")


@strawberry.type(description="A range of numbers, both ends included.")
class QuantityRange:
    minimum: int | None = strawberry.field(description="The smallest; null when there is no lower end.")
    maximum: int | None = strawberry.field(description="The largest; null when there is no upper end.")


@strawberry.type(description="What a subscription becomes when its term ends.")
class RenewsTo:
    term_duration: Duration | None = strawberry.field(
        description="Length of the renewed term. Partner Center accepts `P1M` and `P1Y`."
    )


def key_value_pairs(values: Mapping[str, str]) -> list[KeyValuePair]:
    return [KeyValuePair(key=key, value=value) for key, value in values.items()]


def quantity_range(minimum: int | None, maximum: int | None) -> QuantityRange | None:
    """None when neither end is known."""
    return None if minimum is None and maximum is None else QuantityRange(minimum=minimum, maximum=maximum)


def given(value: T | None) -> T | None:
    """The value of an argument or a member of an input; None when it was left out."""
    return None if value is strawberry.UNSET else value
