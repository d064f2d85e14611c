"""The refusal of a purchase for what is wrong with a line: the codes of orders in place of CartErrorCode.

The page "Error codes" lists both kinds and never says which belong together; these are the pairs whose words agree.
"""

from collections.abc import Iterable

from gateway.sandbox.carts.records import CartError, CartLine
from gateway.sandbox.errors import Refusal

_BY_LINE_ERROR = {
    10000: (400, 900169),
    10001: (400, 800004),
    10002: (400, 800017),
    10003: (400, 800010),
    10004: (400, 800016),
    10007: (400, 800021),
    10008: (400, 800013),
    10009: (400, 800018),
    10010: (400, 800002),
    10011: (400, 800030),
    10012: (400, 900203),
    10013: (400, 800002),
    10014: (400, 27007),
    10015: (403, 800088),
    10016: (400, 900242),
    10017: (400, 900242),
    10018: (400, 900275),
    10019: (400, 900275),
    400041: (400, 400041),
    500600: (403, 2091),
}


def refusal_of(lines: Iterable[CartLine]) -> Refusal | None:
    """What the first error on *lines* or their add-ons says to somebody who buys; None when there is none."""
    errors = (each.error for line in lines for each in line.with_addons)
    return next((refusal_for(error) for error in errors if error is not None), None)


def refusal_for(error: CartError) -> Refusal:
    status, code = _BY_LINE_ERROR.get(error.error_code, (400, 800009))
    return Refusal(status, code, error.error_description)
