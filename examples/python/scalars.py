"""How values of the graph's own scalars are sent; copied into the generated package."""

from decimal import Decimal


def in_digits(value: Decimal) -> str:
    """1000, where str() of Decimal("1E+3") would write the exponent, which the gateway does not take."""
    return format(value, "f")
