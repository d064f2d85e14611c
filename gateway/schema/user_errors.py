"""User errors, the failures that a mutation's caller can act on, as data: types over the gateway's own problems and
over Partner Center's refusals.

`user_errors` decides which failures are data. Every other failure is raised and becomes a top-level error.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

import strawberry

from gateway import declined
from gateway.carts import rules
from gateway.carts.comparing import Discrepancy
from gateway.errors import Forbidden, GatewayError, NotFound, Refused, Throttled
from gateway.partner_center.models import problems
from gateway.schema.cart import Cart
from gateway.schema.problems import ProblemCode
from gateway.subscriptions.rules import NoSuchSubscription


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected(declined.Problem):
    """A refusal by Partner Center. A value, because GraphQL raises an exception that it finds in a result."""

    reason: problems.ProblemCode
    http_status: int
    partner_center_code: str | None
    partner_center_message: str | None
    upstream_correlation_id: str | None


_ITSELF_MISSING = {None, "800008", "60003", "20000", "20003", "1000"}
"""Codes of a 404 that says the cart, subscription, order or customer itself is missing; other codes mean something inside the
request.
"""

_MOST_ERRORS = 50
"""Errors in one payload: more than anybody reads."""


def user_errors(error: GatewayError, *, missing: declined.Problem) -> Sequence[declined.Problem]:
    """The failure of a mutation as data. Raises *error* when its caller cannot act on it.

    *missing* is the problem when Partner Center does not know the cart, subscription, order or customer that the mutation names.
    """
    match error:
        case declined.Declined():
            return _first(error.problems)
        case NotFound() if error.partner_center_code in _ITSELF_MISSING:
            return [missing]
        case Refused() if not isinstance(error, Forbidden | Throttled):
            return [_rejected(error)]
        case _:
            raise error


def _rejected(refusal: Refused) -> Rejected:
    return Rejected(
        message=refusal.message,
        reason=problems.problem_code(refusal.partner_center_code, http_status=refusal.http_status),
        http_status=refusal.http_status,
        partner_center_code=refusal.partner_center_code,
        partner_center_message=refusal.description,
        upstream_correlation_id=refusal.upstream_correlation_id,
    )


def _first(problems: Sequence[declined.Problem]) -> Sequence[declined.Problem]:
    left_out = len(problems) - _MOST_ERRORS
    if left_out <= 0:
        return problems
    return [*problems[:_MOST_ERRORS], declined.Problem(message=f"The input has {left_out} more problems.")]


@strawberry.enum(description="Kinds of problems the caller can act on, one per error type.")
class UserErrorCode(Enum):
    INVALID_INPUT = strawberry.enum_value("INVALID_INPUT", description="See `InvalidInputError`.")
    CART_NOT_FOUND = strawberry.enum_value("CART_NOT_FOUND", description="See `CartNotFoundError`.")
    CART_LINE_ITEM_NOT_FOUND = strawberry.enum_value(
        "CART_LINE_ITEM_NOT_FOUND", description="See `CartLineItemNotFoundError`."
    )
    CUSTOMER_NOT_FOUND = strawberry.enum_value("CUSTOMER_NOT_FOUND", description="See `CustomerNotFoundError`.")
    ORDER_NOT_FOUND = strawberry.enum_value("ORDER_NOT_FOUND", description="See `OrderNotFoundError`.")
    SUBSCRIPTION_NOT_FOUND = strawberry.enum_value(
        "SUBSCRIPTION_NOT_FOUND", description="See `SubscriptionNotFoundError`."
    )
    CART_NOT_EDITABLE = strawberry.enum_value("CART_NOT_EDITABLE", description="See `CartNotEditableError`.")
    CART_VERSION_CONFLICT = strawberry.enum_value(
        "CART_VERSION_CONFLICT", description="See `CartVersionConflictError`."
    )
    SUBSCRIPTION_VERSION_CONFLICT = strawberry.enum_value(
        "SUBSCRIPTION_VERSION_CONFLICT", description="See `SubscriptionVersionConflictError`."
    )
    IDEMPOTENCY_KEY_REUSED = strawberry.enum_value(
        "IDEMPOTENCY_KEY_REUSED", description="See `IdempotencyKeyReusedError`."
    )
    PARTNER_CENTER_REJECTED = strawberry.enum_value(
        "PARTNER_CENTER_REJECTED", description="See `PartnerCenterRejectedError`."
    )


@strawberry.enum(description="Why a cart cannot be changed or checked out.")
class CartNotEditableReason(Enum):
    ALREADY_ORDERED = strawberry.enum_value("ALREADY_ORDERED", description="It is already checked out.")
    EXPIRED = strawberry.enum_value("EXPIRED", description="Its expiry time has passed; create a new one.")


def path_from_arguments(problem: strawberry.Parent[declined.Problem | Discrepancy]) -> list[str]:
    return ["input", *problem.path] if problem.path else []


def always(code: UserErrorCode) -> UserErrorCode:
    """The field `code` of a type whose errors are all of one kind."""

    def code_of_type() -> UserErrorCode:
        return code

    return strawberry.field(resolver=code_of_type, description=f"Always `{code.value}`.")


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
    message: str = strawberry.field(description="Explanation for developers, in English. Not meant for parsing.")
    path: list[str] = strawberry.field(
        resolver=path_from_arguments,
        description='Path from the mutation\'s arguments to the value at fault, for example `["input", "lineItems", "0", "quantity"]`; empty when no single value is at fault.',
    )


@strawberry.type(description="The cart has no such line.")
class CartLineItemNotFoundError(UserError):
    @classmethod
    def is_type_of(cls, value: object, _info: object) -> bool:
        return isinstance(value, rules.NoSuchLine)

    code: UserErrorCode = always(UserErrorCode.CART_LINE_ITEM_NOT_FOUND)
    line_id: strawberry.ID = strawberry.field(name="lineItemId", description="The identifier that was sent.")


@strawberry.type(description="The cart can no longer be changed or checked out.")
class CartNotEditableError(UserError):
    @classmethod
    def is_type_of(cls, value: object, _info: object) -> bool:
        return isinstance(value, rules.NotEditable)

    code: UserErrorCode = always(UserErrorCode.CART_NOT_EDITABLE)
    reason: CartNotEditableReason = strawberry.field(description="Why the cart cannot be changed or checked out.")
    cart: Cart = strawberry.field(description="The current cart.")


@strawberry.type(description="There is no such cart.")
class CartNotFoundError(UserError):
    @classmethod
    def is_type_of(cls, value: object, _info: object) -> bool:
        return isinstance(value, rules.NoSuchCart)

    code: UserErrorCode = always(UserErrorCode.CART_NOT_FOUND)
    cart_id: strawberry.ID = strawberry.field(description="The identifier that was sent.")


@strawberry.type(
    description="The cart was changed after `expectedVersion` was read, or another change is in progress. Show the current cart and ask the buyer again."
)
class CartVersionConflictError(UserError):
    @classmethod
    def is_type_of(cls, value: object, _info: object) -> bool:
        return isinstance(value, rules.VersionConflict)

    code: UserErrorCode = always(UserErrorCode.CART_VERSION_CONFLICT)
    expected_version: str | None = strawberry.field(
        description="The version that was sent; null when none was and Partner Center refused because of another change."
    )
    cart: Cart = strawberry.field(description="The current cart, with its current version.")


@strawberry.type(description="The partner has no such customer.")
class CustomerNotFoundError(UserError):
    @classmethod
    def is_type_of(cls, value: object, _info: object) -> bool:
        return isinstance(value, declined.NoSuchCustomer)

    code: UserErrorCode = always(UserErrorCode.CUSTOMER_NOT_FOUND)


@strawberry.type(description="The idempotency key was used before with another input.")
class IdempotencyKeyReusedError(UserError):
    @classmethod
    def is_type_of(cls, value: object, _info: object) -> bool:
        return isinstance(value, rules.KeyReused)

    code: UserErrorCode = always(UserErrorCode.IDEMPOTENCY_KEY_REUSED)
    idempotency_key: str = strawberry.field(description="The key that was sent.")


@strawberry.type(
    description="A value fits its GraphQL type but breaks a rule, for example a quantity of 0. Found by the gateway before calling Partner Center."
)
class InvalidInputError(UserError):
    @classmethod
    def is_type_of(cls, value: object, _info: object) -> bool:
        return type(value) is declined.Problem

    code: UserErrorCode = always(UserErrorCode.INVALID_INPUT)


@strawberry.type(
    description="Partner Center refused the request as a whole for a reason of its own. Nothing was changed and nothing was ordered."
)
class PartnerCenterRejectedError(UserError):
    @classmethod
    def is_type_of(cls, value: object, _info: object) -> bool:
        return isinstance(value, Rejected)

    code: UserErrorCode = always(UserErrorCode.PARTNER_CENTER_REJECTED)
    reason: ProblemCode = strawberry.field(
        description="What stood in the way, by what can be done about it. Beside `CartNotEditableError.reason`, select it under an alias: the two are of different types."
    )
    http_status: int = strawberry.field(description="HTTP status of the refusal.")
    partner_center_code: str | None = strawberry.field(description="Partner Center's own error code, as text.")
    partner_center_message: str | None = strawberry.field(description="Partner Center's own explanation.")
    upstream_correlation_id: str | None = strawberry.field(
        name="correlationId", description="Identifier to quote when asking Microsoft about the refusal."
    )


@strawberry.type(description="The partner's customer has no such subscription.")
class SubscriptionNotFoundError(UserError):
    @classmethod
    def is_type_of(cls, value: object, _info: object) -> bool:
        return isinstance(value, NoSuchSubscription)

    code: UserErrorCode = always(UserErrorCode.SUBSCRIPTION_NOT_FOUND)
    subscription_id: strawberry.ID = strawberry.field(description="The identifier that was sent.")


def with_members(description: str, *types: type[UserError]) -> str:
    """The description of a payload's `errors`, with the kinds of errors that can be among them."""
    names = ", ".join(f"`{name}`" for name in sorted(each.__name__ for each in types))
    return f"{description}\nMembers: {names}."


@strawberry.enum(description="Ways in which a stored cart can differ from what a mutation asked for.")
class CartWarningCode(Enum):
    VALUE_NOT_TAKEN = strawberry.enum_value(
        "VALUE_NOT_TAKEN", description="The line is in the cart with a value other than the input's."
    )
    LINE_ITEM_NOT_STORED = strawberry.enum_value(
        "LINE_ITEM_NOT_STORED", description="The line is not in the cart after the change."
    )
    LINE_ITEM_NOT_REMOVED = strawberry.enum_value(
        "LINE_ITEM_NOT_REMOVED", description="The line is still in the cart after the change."
    )


@strawberry.type(
    description=(
        "A part of a change that Partner Center accepted but did not carry out.\n"
        "The rest of the change was made: sending the change again would make that rest a second time."
    )
)
class CartWarning:
    kind: CartWarningCode = strawberry.field(name="code", description="Kind of difference.")
    message: str = strawberry.field(description="Explanation for developers, in English. Not meant for parsing.")
    path: list[str] = strawberry.field(
        resolver=path_from_arguments,
        description='Path from the mutation\'s arguments to the value, for example `["input", "lineItems", "0", "termDuration"]`.',
    )
