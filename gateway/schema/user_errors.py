"""The kinds of problems a mutation can report as data."""

from enum import Enum

import strawberry

from gateway.schema.cart import Cart

_MESSAGE = "Explanation for developers, in English. Not meant for parsing."
_PATH = "Way to the value at fault."


@strawberry.enum(description="Kinds of problems the caller can act on, one per error type.")
class UserErrorCode(Enum):
    INVALID_INPUT = strawberry.enum_value("INVALID_INPUT", description="See `InvalidInputError`.")
    CART_NOT_FOUND = strawberry.enum_value("CART_NOT_FOUND", description="See `CartNotFoundError`.")
    CART_LINE_ITEM_NOT_FOUND = strawberry.enum_value(
        "CART_LINE_ITEM_NOT_FOUND", description="See `CartLineItemNotFoundError`."
    )
    CUSTOMER_NOT_FOUND = strawberry.enum_value("CUSTOMER_NOT_FOUND", description="See `CustomerNotFoundError`.")
    CART_NOT_EDITABLE = strawberry.enum_value("CART_NOT_EDITABLE", description="See `CartNotEditableError`.")
    CART_VERSION_CONFLICT = strawberry.enum_value(
        "CART_VERSION_CONFLICT", description="See `CartVersionConflictError`."
    )
    IDEMPOTENCY_KEY_REUSED = strawberry.enum_value(
        "IDEMPOTENCY_KEY_REUSED", description="See `IdempotencyKeyReusedError`."
    )
    PARTNER_CENTER_REJECTED = strawberry.enum_value(
        "PARTNER_CENTER_REJECTED", description="See `PartnerCenterRejectedError`."
    )


@strawberry.interface(
    description=(
        "A problem the caller can act on.\n"
        "Select `code`, `message` and `path` to handle every kind alike, including kinds added later; add fragments on the concrete types for their extra facts."
    )
)
class UserError:
    code: UserErrorCode = strawberry.field(
        description="Kind of problem, for clients that prefer a code over the type name."
    )
    message: str = strawberry.field(description=_MESSAGE)
    path: list[str] = strawberry.field(
        description='Way from the mutation\'s arguments to the value at fault, for example `["input", "lineItems", "0", "quantity"]`; empty when no single value is at fault.'
    )


@strawberry.enum(description="Why a cart cannot be changed or checked out.")
class CartNotEditableReason(Enum):
    ALREADY_ORDERED = strawberry.enum_value("ALREADY_ORDERED", description="It is already checked out.")
    EXPIRED = strawberry.enum_value("EXPIRED", description="Its expiry time has passed; create a new one.")


@strawberry.type(description="The cart has no such line.")
class CartLineItemNotFoundError(UserError):
    code: UserErrorCode = strawberry.field(description="Always `CART_LINE_ITEM_NOT_FOUND`.")
    message: str = strawberry.field(description=_MESSAGE)
    path: list[str] = strawberry.field(description=_PATH)
    line_item_id: strawberry.ID = strawberry.field(description="The identifier that led nowhere.")


@strawberry.type(description="The cart can no longer be changed or checked out.")
class CartNotEditableError(UserError):
    code: UserErrorCode = strawberry.field(description="Always `CART_NOT_EDITABLE`.")
    message: str = strawberry.field(description=_MESSAGE)
    path: list[str] = strawberry.field(description=_PATH)
    reason: CartNotEditableReason = strawberry.field(description="Why.")
    cart: Cart = strawberry.field(description="The cart as it stands.")


@strawberry.type(description="There is no such cart.")
class CartNotFoundError(UserError):
    code: UserErrorCode = strawberry.field(description="Always `CART_NOT_FOUND`.")
    message: str = strawberry.field(description=_MESSAGE)
    path: list[str] = strawberry.field(description=_PATH)
    cart_id: strawberry.ID = strawberry.field(description="The identifier that led nowhere.")


@strawberry.type(
    description="The cart was changed after `expectedVersion` was read, or another change is under way. Show the cart as it stands and ask again."
)
class CartVersionConflictError(UserError):
    code: UserErrorCode = strawberry.field(description="Always `CART_VERSION_CONFLICT`.")
    message: str = strawberry.field(description=_MESSAGE)
    path: list[str] = strawberry.field(description=_PATH)
    expected_version: str | None = strawberry.field(
        description="The version that was sent; null when none was and Partner Center refused because of another change."
    )
    cart: Cart = strawberry.field(description="The cart as it stands, with its present version.")


@strawberry.type(description="The partner has no such customer.")
class CustomerNotFoundError(UserError):
    code: UserErrorCode = strawberry.field(description="Always `CUSTOMER_NOT_FOUND`.")
    message: str = strawberry.field(description=_MESSAGE)
    path: list[str] = strawberry.field(description=_PATH)


@strawberry.type(description="The idempotency key was used before with another input.")
class IdempotencyKeyReusedError(UserError):
    code: UserErrorCode = strawberry.field(description="Always `IDEMPOTENCY_KEY_REUSED`.")
    message: str = strawberry.field(description=_MESSAGE)
    path: list[str] = strawberry.field(description=_PATH)
    idempotency_key: str = strawberry.field(description="The key.")


@strawberry.type(
    description="A value fits its GraphQL type but breaks a rule, for example a quantity of 0. Found by the gateway before calling Partner Center."
)
class InvalidInputError(UserError):
    code: UserErrorCode = strawberry.field(description="Always `INVALID_INPUT`.")
    message: str = strawberry.field(description=_MESSAGE)
    path: list[str] = strawberry.field(description=_PATH)


@strawberry.type(
    description="Partner Center refused the request as a whole for a reason of its own. Nothing was changed and nothing was ordered."
)
class PartnerCenterRejectedError(UserError):
    code: UserErrorCode = strawberry.field(description="Always `PARTNER_CENTER_REJECTED`.")
    message: str = strawberry.field(description=_MESSAGE)
    path: list[str] = strawberry.field(
        description="Way to the value at fault; usually empty, because Partner Center seldom says."
    )
    http_status: int = strawberry.field(description="HTTP status of the refusal.")
    partner_center_code: str | None = strawberry.field(description="Partner Center's own error code, as text.")
    partner_center_description: str | None = strawberry.field(description="Partner Center's own explanation.")
    correlation_id: str | None = strawberry.field(
        description="Identifier to quote when asking Microsoft about the refusal."
    )


USER_ERRORS: tuple[type[UserError], ...] = (
    CartLineItemNotFoundError,
    CartNotEditableError,
    CartNotFoundError,
    CartVersionConflictError,
    CustomerNotFoundError,
    IdempotencyKeyReusedError,
    InvalidInputError,
    PartnerCenterRejectedError,
)
