"""What Partner Center did not take of a change that it accepted."""

from collections.abc import Iterable
from enum import Enum

import strawberry

from gateway.carts.comparing import Discrepancy
from gateway.schema.errors import input_path


@strawberry.enum(description="Ways in which a stored cart can differ from what a mutation asked for.")
class CartWarningCode(Enum):
    VALUE_NOT_TAKEN = strawberry.enum_value(
        "VALUE_NOT_TAKEN", description="The line is in the cart with another value than the input's."
    )
    LINE_ITEM_NOT_STORED = strawberry.enum_value(
        "LINE_ITEM_NOT_STORED", description="The line is not in the cart after the change."
    )
    LINE_ITEM_NOT_REMOVED = strawberry.enum_value(
        "LINE_ITEM_NOT_REMOVED", description="The line is still in the cart after the change."
    )


@strawberry.type(
    description=(
        "A part of a change that Partner Center accepted without carrying it out.\n"
        "The change is done: sending it again would do the rest of it a second time."
    )
)
class CartWarning:
    code: CartWarningCode = strawberry.field(description="Kind of difference.")
    message: str = strawberry.field(description="Explanation for developers, in English. Not meant for parsing.")
    path: list[str] = strawberry.field(
        description='Way from the mutation\'s arguments to the value, for example `["input", "lineItems", "0", "termDuration"]`.'
    )


def cart_warnings(differences: Iterable[Discrepancy]) -> list[CartWarning]:
    return [
        CartWarning(code=CartWarningCode(each.kind), message=each.message, path=input_path(each.path))
        for each in differences
    ]
