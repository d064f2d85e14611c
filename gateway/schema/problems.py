"""What stands in the way of a purchase or a change, as the graph says it."""

from enum import Enum

import strawberry

from gateway.partner_center.models.problems import ProblemCode as Problem


@strawberry.enum(
    description=(
        "What stands in the way, by what can be done about it. The same list serves before a checkout, for a refused order group, and for a refused request.\n"
        "Partner Center's numbers stand behind each member."
    )
)
class ProblemCode(Enum):
    CART_ORDERED = strawberry.enum_value(Problem.CART_ORDERED, description="The cart is already ordered (800065).")
    CART_EXPIRED = strawberry.enum_value(Problem.CART_EXPIRED, description="The cart's expiry time has passed.")
    LINE_ITEM_ERROR = strawberry.enum_value(
        Problem.LINE_ITEM_ERROR, description="The line carries an error: read its `error` (800009)."
    )
    TERMS_NOT_ACCEPTED = strawberry.enum_value(
        Problem.TERMS_NOT_ACCEPTED,
        description="The terms of the item are not agreed to: set `attestationAccepted` (900203).",
    )
    PARTNER_ATTESTATION_MISSING = strawberry.enum_value(
        Problem.PARTNER_ATTESTATION_MISSING,
        description="The partner on record's attestation is missing: set `partnerOnRecordAttestationAccepted` (900206).",
    )
    CUSTOMER_AGREEMENT_MISSING = strawberry.enum_value(
        Problem.CUSTOMER_AGREEMENT_MISSING,
        description="Nobody has confirmed the customer's agreement: see `confirmCustomerAgreement` (13605).",
    )
    PARTNER_AGREEMENT_MISSING = strawberry.enum_value(
        Problem.PARTNER_AGREEMENT_MISSING,
        description="The partner's or reseller's own agreement with Microsoft is not signed (900123, 900124).",
    )
    QUALIFICATION_MISSING = strawberry.enum_value(
        Problem.QUALIFICATION_MISSING,
        description="The item is meant for customers of a kind that this one is not approved for.",
    )
    RESELLER_NOT_ACCEPTED = strawberry.enum_value(
        Problem.RESELLER_NOT_ACCEPTED,
        description="A partner named on a line may not be named (800015, 800016, 2071, 2072, 900154, 900400, 900414).",
    )
    CUSTOMER_UNDER_REVIEW = strawberry.enum_value(
        Problem.CUSTOMER_UNDER_REVIEW, description="Microsoft is reviewing the customer: wait (800073, 800074)."
    )
    CUSTOMER_NOT_ACCEPTED = strawberry.enum_value(
        Problem.CUSTOMER_NOT_ACCEPTED,
        description="Microsoft does not accept the customer for this, or at all (800022, 800024, 800026, 800062, 800069, 800075, 900416).",
    )
    CREDIT_TOO_LOW = strawberry.enum_value(
        Problem.CREDIT_TOO_LOW, description="The credit is too low (800023, 800025, 900121)."
    )
    AVAILABILITY_REPLACED = strawberry.enum_value(
        Problem.AVAILABILITY_REPLACED,
        description="The availability was reissued: read the SKU's availabilities and change the line (400019).",
    )
    NOT_FOR_SALE = strawberry.enum_value(
        Problem.NOT_FOR_SALE,
        description="The item is not sold here, to this customer, by this partner, or any more (2006, 2030, 2085, 2091, 800004, 800020, 800028, 800070, 800086, 900322).",
    )
    OUT_OF_STOCK = strawberry.enum_value(Problem.OUT_OF_STOCK, description="The item is out of stock (800010, 800017).")
    LIMIT_REACHED = strawberry.enum_value(
        Problem.LIMIT_REACHED,
        description="The customer or partner already has as much as is allowed (800018, 800066, 800068, 800089, 900116, 900419, 27006).",
    )
    QUANTITY_NOT_ALLOWED = strawberry.enum_value(
        Problem.QUANTITY_NOT_ALLOWED,
        description="The quantity is outside the allowed range (2002, 800067, 800088, 900275).",
    )
    TERM_END_DATE_NOT_ALLOWED = strawberry.enum_value(
        Problem.TERM_END_DATE_NOT_ALLOWED,
        description="The first term may not end on this date (900242, 900244, 900245, 900246).",
    )
    AZURE_SUBSCRIPTION_NOT_READY = strawberry.enum_value(
        Problem.AZURE_SUBSCRIPTION_NOT_READY,
        description="The Azure subscription or plan is missing, inactive or not registered (800011, 800012, 800013, 800030, 900128, 900129, 900312 to 900318, 900323).",
    )
    PROMOTION_NOT_APPLIED = strawberry.enum_value(
        Problem.PROMOTION_NOT_APPLIED,
        description="The customer could have a promotion for the line that is not applied to it.",
    )
    PROMOTION_FOR_OTHER_TERM = strawberry.enum_value(
        Problem.PROMOTION_FOR_OTHER_TERM,
        description="There is a promotion for the SKU, but for another term or billing cycle: this line pays the full price, without an error.",
    )
    CHANGE_UNDER_WAY = strawberry.enum_value(
        Problem.CHANGE_UNDER_WAY,
        description="Another change is under way there: try again later (800014, 800060, 800064, 800082, 900278).",
    )
    STATE_DOES_NOT_ALLOW = strawberry.enum_value(
        Problem.STATE_DOES_NOT_ALLOW,
        description="The subscription's state does not allow it (2001, 2006, 2011, 800081, 800091, 800096, 900277, 900279, 900280, 900311).",
    )
    SEATS_NOT_REMOVABLE = strawberry.enum_value(
        Problem.SEATS_NOT_REMOVABLE, description="Seats cannot be given back, or no longer (800090, 900214, 900257)."
    )
    NOT_CANCELLABLE = strawberry.enum_value(
        Problem.NOT_CANCELLABLE,
        description="It cannot be cancelled, or no longer (900117, 900213, 800019, 800061, 800063, 800077, 900321).",
    )
    NOT_CHECKED = strawberry.enum_value(
        Problem.NOT_CHECKED,
        description="A check could not be made, usually for lack of rights; the message says which and why.",
    )
    UNKNOWN = strawberry.enum_value(
        Problem.UNKNOWN, description="Another reason; the message and Partner Center's own code say which."
    )
