"""The errors that Partner Center finds in a cart's lines: types over the records."""

from enum import Enum

import strawberry

from gateway.loaders.batching import Later
from gateway.partner_center.models import catalog
from gateway.partner_center.models.values import CartErrorCode as LineErrorCode
from gateway.schema.catalog import AvailabilityTerm
from gateway.schema.line_remedies import ACCEPTED_ITEM, accepted_quantity, accepted_term_end_dates, accepted_terms
from gateway.schema.scalars import JSON
from gateway.schema.term_end_dates import LINE_TERM_END_DATES, DatesLater, TermEndDate
from gateway.schema.values import QuantityRange


@strawberry.enum(description="Kinds of errors on cart lines, with Partner Center's numbers.")
class CartErrorCode(Enum):
    UNKNOWN = strawberry.enum_value(
        LineErrorCode.UNKNOWN,
        description="0, or a code that this version of the gateway does not know; see `CartError.partnerCenterCode`.",
    )
    CURRENCY_IS_NOT_SUPPORTED = strawberry.enum_value(
        LineErrorCode.CURRENCY_IS_NOT_SUPPORTED, description="10000: the currency cannot be used in the market."
    )
    CATALOG_ITEM_ID_IS_NOT_VALID = strawberry.enum_value(
        LineErrorCode.CATALOG_ITEM_ID_IS_NOT_VALID, description="10001: the catalog item identifier is not valid."
    )
    QUOTA_NOT_AVAILABLE = strawberry.enum_value(
        LineErrorCode.QUOTA_NOT_AVAILABLE, description="10002: the remaining quota is too small."
    )
    INVENTORY_NOT_AVAILABLE = strawberry.enum_value(
        LineErrorCode.INVENTORY_NOT_AVAILABLE, description="10003: the chosen offer is out of stock."
    )
    PARTICIPANTS_IS_NOT_SUPPORTED_FOR_PARTNER = strawberry.enum_value(
        LineErrorCode.PARTICIPANTS_IS_NOT_SUPPORTED_FOR_PARTNER,
        description="10004: this partner cannot name participants.",
    )
    UNABLE_TO_PROCESS_CART_LINE_ITEM = strawberry.enum_value(
        LineErrorCode.UNABLE_TO_PROCESS_CART_LINE_ITEM, description="10006: the line could not be processed."
    )
    SUBSCRIPTION_IS_NOT_VALID = strawberry.enum_value(
        LineErrorCode.SUBSCRIPTION_IS_NOT_VALID, description="10007: the subscription is not valid."
    )
    SUBSCRIPTION_IS_NOT_ENABLED_FOR_RI = strawberry.enum_value(
        LineErrorCode.SUBSCRIPTION_IS_NOT_ENABLED_FOR_RI,
        description="10008: the Azure subscription is not enabled for reservations.",
    )
    SANDBOX_LIMIT_EXCEEDED = strawberry.enum_value(
        LineErrorCode.SANDBOX_LIMIT_EXCEEDED,
        description="10009: a limit of the sandbox account is reached. Partner Center's documentation spells it `SandboxLimitExceededed`.",
    )
    INVALID_INPUT = strawberry.enum_value(LineErrorCode.INVALID_INPUT, description="10010: some input is not valid.")
    SUBSCRIPTION_NOT_REGISTERED = strawberry.enum_value(
        LineErrorCode.SUBSCRIPTION_NOT_REGISTERED, description="10011: the subscription is not registered."
    )
    ATTESTATION_NOT_ACCEPTED = strawberry.enum_value(
        LineErrorCode.ATTESTATION_NOT_ACCEPTED, description="10012: the terms that need agreement were not agreed to."
    )
    BILLING_PLAN_NOT_SUPPORTED = strawberry.enum_value(
        LineErrorCode.BILLING_PLAN_NOT_SUPPORTED, description="10013: the item cannot be billed in the chosen way."
    )
    INVALID_PROMOTION_ID = strawberry.enum_value(
        LineErrorCode.INVALID_PROMOTION_ID, description="10014: the promotion identifier is not valid."
    )
    MAX_ALLOWED_SEATS_PER_SUBSCRIPTION_EXCEEDED = strawberry.enum_value(
        LineErrorCode.MAX_ALLOWED_SEATS_PER_SUBSCRIPTION_EXCEEDED,
        description="10015: more seats than one subscription may have. Partner Center's documentation spells it `MaxAllowedSeatsPerSubscriptionExceededed`.",
    )
    INVALID_CUSTOM_TERM_END_DATE_PRODUCT = strawberry.enum_value(
        LineErrorCode.INVALID_CUSTOM_TERM_END_DATE_PRODUCT,
        description="10016: the product does not allow a custom end of the first term.",
    )
    INVALID_CUSTOM_TERM_END_DATE = strawberry.enum_value(
        LineErrorCode.INVALID_CUSTOM_TERM_END_DATE,
        description="10017: the custom end of the first term is not an allowed date.",
    )
    BASE_OFFER_SEAT_QUANTITY_NOT_MET = strawberry.enum_value(
        LineErrorCode.BASE_OFFER_SEAT_QUANTITY_NOT_MET,
        description="10018: the base offer does not have the number of seats that is required.",
    )
    MINIMUM_ADD_ON_SEATS_NOT_MET = strawberry.enum_value(
        LineErrorCode.MINIMUM_ADD_ON_SEATS_NOT_MET, description="10019: fewer add-on seats than required."
    )
    LEGACY_OFFER_NOT_ELIGIBLE_FOR_PURCHASE = strawberry.enum_value(
        LineErrorCode.LEGACY_OFFER_NOT_ELIGIBLE_FOR_PURCHASE,
        description="500600: the offer belongs to the legacy catalog and can no longer be bought.",
    )


@strawberry.type(description="Further facts about an error on a cart line.")
class AdditionalInformation:
    available_quantity: int | None = strawberry.field(
        description="Number of licenses of the SKU that can still be bought."
    )
    purchased_quantity: int | None = strawberry.field(description="Number of licenses being bought.")
    raw: JSON | None = strawberry.field(
        description="All facts as Partner Center sent them, including any without a field of their own."
    )


@strawberry.type(
    description="What Partner Center found wrong with a cart line. It is part of the cart, not a failure of the request."
)
class CartError:
    code: CartErrorCode = strawberry.field(description="Kind of error.")
    message: str | None = strawberry.field(
        description="Partner Center's explanation, often with the accepted values, defaults or limits."
    )
    partner_center_code: str = strawberry.field(
        description="The code exactly as Partner Center sent it. Tells errors apart when `code` is `UNKNOWN`."
    )
    additional_information: AdditionalInformation | None = strawberry.field(
        description="Further facts about the error; null when there are none."
    )
    accepted_terms: Later[tuple[catalog.Term, ...] | None] = strawberry.field(
        graphql_type=list[AvailabilityTerm] | None,
        resolver=accepted_terms,
        description="For `BILLING_PLAN_NOT_SUPPORTED`, the terms and billing cycles that the item can be bought with; null for other errors, or when the catalog no longer offers it.",
        metadata=ACCEPTED_ITEM,
    )
    accepted_quantity: Later[QuantityRange | None] = strawberry.field(
        graphql_type=QuantityRange | None,
        resolver=accepted_quantity,
        description="For `MAX_ALLOWED_SEATS_PER_SUBSCRIPTION_EXCEEDED` and `MINIMUM_ADD_ON_SEATS_NOT_MET`, the SKU's limits; null for other errors, or when the catalog no longer offers it.",
        metadata=ACCEPTED_ITEM,
    )
    accepted_term_end_dates: DatesLater = strawberry.field(
        graphql_type=list[TermEndDate] | None,
        resolver=accepted_term_end_dates,
        description="For `INVALID_CUSTOM_TERM_END_DATE`, the dates on which the first term may end; null for other errors.",
        metadata=LINE_TERM_END_DATES,
    )
