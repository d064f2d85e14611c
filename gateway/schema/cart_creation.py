"""The mutation that creates a cart."""

from typing import Annotated

import strawberry

from gateway.carts import edits
from gateway.carts.comparing import compare
from gateway.context import Info, KeyedCall
from gateway.errors import GatewayError
from gateway.schema.cart import Cart
from gateway.schema.cart_change import ATTESTATION, KEY, REPLAYED, WARNINGS, CartChange, documents, refused
from gateway.schema.customer_reference import CustomerReferenceInput, checked_customer, no_such_customer
from gateway.schema.input_checks import check_idempotency_key, check_lines, check_sizes
from gateway.schema.line_inputs import CartLineItemInput, new_lines
from gateway.schema.user_errors import (
    CartWarning,
    CustomerNotFoundError,
    IdempotencyKeyReusedError,
    InvalidInputError,
    PartnerCenterRejectedError,
    UserError,
    with_members,
)
from gateway.schema.values import given


@strawberry.input(description="Input of `createCart`.")
class CreateCartInput:
    customer: CustomerReferenceInput = strawberry.field(description="Who the cart is for.")
    line_items: list[CartLineItemInput] = strawberry.field(description="The first lines; at least one.")
    partner_on_record_attestation_accepted: bool | None = strawberry.field(
        default=strawberry.UNSET, description=ATTESTATION
    )
    idempotency_key: str | None = strawberry.field(
        default=strawberry.UNSET,
        description=(
            f"{KEY}\n"
            "A repetition with the same key and the same input returns the first answer instead of creating a second cart."
        ),
    )


@strawberry.type(description="Result of `createCart`.")
class CreateCartPayload:
    cart: Cart | None = strawberry.field(description="The new cart; null when `errors` is not empty.")
    replayed: bool = strawberry.field(description=REPLAYED)
    warnings: list[CartWarning] = strawberry.field(description=WARNINGS)
    errors: list[UserError] = strawberry.field(
        description=with_members(
            "Why no cart was created; empty on success.",
            CustomerNotFoundError,
            IdempotencyKeyReusedError,
            InvalidInputError,
            PartnerCenterRejectedError,
        )
    )


async def create_cart(
    info: Info, input: Annotated[CreateCartInput, strawberry.argument(description="Customer and lines.")]
) -> CartChange:
    lines, attested = new_lines(input.line_items), given(input.partner_on_record_attestation_accepted)
    call = KeyedCall("createCart", given(input.idempotency_key), (documents(lines),))
    try:
        check_sizes(input)
        problems = check_lines(input.line_items, ("lineItems",)), check_idempotency_key(input.idempotency_key)
        customer = checked_customer(input.customer, *problems)
        info.context.read_ahead(info.path.key, customer)
        answer = await info.context.create_cart(customer, lines, call, attested=attested)
    except GatewayError as error:
        return refused(error, missing=no_such_customer(input.customer))
    warnings = compare(edits.creating(lines), answer.value).discrepancies
    return CartChange(cart=answer.value, replayed=answer.replayed, warnings=warnings)
