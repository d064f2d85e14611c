"""What stands in the way of a purchase or a change, by what a person can do about it: one list for every refusal.

Groups Partner Center's numbers. A number is read together with the status of its answer, because some mean two things.
Source: "Partner Center REST error codes", and the pages of the calls that print the others.
"""

from collections.abc import Mapping
from enum import Enum


class ProblemCode(Enum):
    """Members without a number below are found by the gateway itself, before paying."""

    CART_ORDERED = "CART_ORDERED"
    CART_EXPIRED = "CART_EXPIRED"
    LINE_ITEM_ERROR = "LINE_ITEM_ERROR"
    TERMS_NOT_ACCEPTED = "TERMS_NOT_ACCEPTED"
    PARTNER_ATTESTATION_MISSING = "PARTNER_ATTESTATION_MISSING"
    CUSTOMER_AGREEMENT_MISSING = "CUSTOMER_AGREEMENT_MISSING"
    PARTNER_AGREEMENT_MISSING = "PARTNER_AGREEMENT_MISSING"
    QUALIFICATION_MISSING = "QUALIFICATION_MISSING"
    RESELLER_NOT_ACCEPTED = "RESELLER_NOT_ACCEPTED"
    CUSTOMER_UNDER_REVIEW = "CUSTOMER_UNDER_REVIEW"
    CUSTOMER_NOT_ACCEPTED = "CUSTOMER_NOT_ACCEPTED"
    CREDIT_TOO_LOW = "CREDIT_TOO_LOW"
    AVAILABILITY_REPLACED = "AVAILABILITY_REPLACED"
    NOT_FOR_SALE = "NOT_FOR_SALE"
    OUT_OF_STOCK = "OUT_OF_STOCK"
    LIMIT_REACHED = "LIMIT_REACHED"
    QUANTITY_NOT_ALLOWED = "QUANTITY_NOT_ALLOWED"
    TERM_END_DATE_NOT_ALLOWED = "TERM_END_DATE_NOT_ALLOWED"
    AZURE_SUBSCRIPTION_NOT_READY = "AZURE_SUBSCRIPTION_NOT_READY"
    PROMOTION_NOT_APPLIED = "PROMOTION_NOT_APPLIED"
    PROMOTION_FOR_OTHER_TERM = "PROMOTION_FOR_OTHER_TERM"
    CHANGE_UNDER_WAY = "CHANGE_UNDER_WAY"
    STATE_DOES_NOT_ALLOW = "STATE_DOES_NOT_ALLOW"
    SEATS_NOT_REMOVABLE = "SEATS_NOT_REMOVABLE"
    NOT_CANCELLABLE = "NOT_CANCELLABLE"
    NOT_CHECKED = "NOT_CHECKED"
    UNKNOWN = "UNKNOWN"


NUMBERS: Mapping[ProblemCode, tuple[str, ...]] = {
    ProblemCode.CART_ORDERED: ("800065",),
    ProblemCode.LINE_ITEM_ERROR: ("800009",),
    ProblemCode.TERMS_NOT_ACCEPTED: ("900203",),
    ProblemCode.PARTNER_ATTESTATION_MISSING: ("900206",),
    ProblemCode.CUSTOMER_AGREEMENT_MISSING: ("13605",),
    ProblemCode.PARTNER_AGREEMENT_MISSING: ("900123", "900124"),
    ProblemCode.RESELLER_NOT_ACCEPTED: ("800015", "800016", "2071", "2072", "900154", "900400", "900414"),
    ProblemCode.CUSTOMER_UNDER_REVIEW: ("800073", "800074"),
    ProblemCode.CUSTOMER_NOT_ACCEPTED: ("800022", "800024", "800026", "800062", "800069", "800075", "900416"),
    ProblemCode.CREDIT_TOO_LOW: ("800023", "800025", "900121"),
    ProblemCode.AVAILABILITY_REPLACED: ("400019",),
    ProblemCode.NOT_FOR_SALE: (
        *("2006", "2030", "2085", "2091", "800004", "800020", "800028", "800070", "800086", "900322"),
    ),
    ProblemCode.OUT_OF_STOCK: ("800010", "800017"),
    ProblemCode.LIMIT_REACHED: ("800018", "800066", "800068", "800089", "900116", "900419", "27006"),
    ProblemCode.QUANTITY_NOT_ALLOWED: ("2002", "800067", "800088", "900275"),
    ProblemCode.TERM_END_DATE_NOT_ALLOWED: ("900242", "900244", "900245", "900246"),
    ProblemCode.AZURE_SUBSCRIPTION_NOT_READY: (
        *("800011", "800012", "800013", "800030", "900128", "900129"),
        *("900312", "900313", "900314", "900315", "900316", "900317", "900318", "900323"),
    ),
    ProblemCode.CHANGE_UNDER_WAY: ("800014", "800060", "800064", "800082", "900278"),
    ProblemCode.STATE_DOES_NOT_ALLOW: (
        *("2001", "2011", "800081", "800091", "800096", "900277", "900279", "900280", "900311"),
    ),
    ProblemCode.SEATS_NOT_REMOVABLE: ("800090", "900214", "900257"),
    ProblemCode.NOT_CANCELLABLE: ("900117", "900213", "800019", "800061", "800063", "800077", "900321"),
}
"""Partner Center's numbers of each problem. 2006 stands under its meaning in a purchase."""

_PROBLEM_OF = {number: problem for problem, numbers in NUMBERS.items() for number in numbers}
_UPDATES_NOT_TAKEN = "2006"


def problem_code(number: str | None, *, http_status: int | None = None) -> ProblemCode:
    """The problem that a refusal's number stands for; UNKNOWN for numbers outside the list, and for none.

    `http_status` is that of the refusal; None for an error within an answer, such as one of an order group. A 400 with
    2006 says that a subscription takes no updates; otherwise 2006 says that the partner may not sell the offer.
    """
    if number == _UPDATES_NOT_TAKEN and http_status == 400:
        return ProblemCode.STATE_DOES_NOT_ALLOW
    return _PROBLEM_OF.get(number or "", ProblemCode.UNKNOWN)
