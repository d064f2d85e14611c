"""How an argument or an input names a customer."""

from collections.abc import Iterable
from itertools import chain

import strawberry

from gateway.declined import Declined, NoSuchCustomer, Problem
from gateway.errors import InvalidInput
from gateway.partner_center.paths import guid
from gateway.schema.node import Kind, parts_of
from gateway.schema.values import given


@strawberry.input(one_of=True, description="The customer meant. Give exactly one of the fields.")
class CustomerReferenceInput:
    id: strawberry.ID | None = strawberry.field(
        default=strawberry.UNSET, description="`Customer.id`, as issued by this API."
    )
    tenant_id: str | None = strawberry.field(
        default=strawberry.UNSET, description="The customer's Microsoft Entra tenant identifier (a GUID)."
    )


def customer_id(reference: CustomerReferenceInput) -> str | None:
    """The tenant identifier of the customer meant; None when an identifier of this API is broken or of something else.

    Raises InvalidInput when a tenant identifier is not a GUID.
    """
    tenant_id = given(reference.tenant_id)
    if tenant_id is not None:
        return guid(tenant_id, name="tenantId")
    parts = parts_of(Kind.CUSTOMER, reference.id or "")
    return parts[0] if parts else None


def _named(reference: CustomerReferenceInput) -> tuple[str | None, list[Problem]]:
    """The customer's tenant identifier, or what is wrong with the reference."""
    try:
        customer = customer_id(reference)
    except InvalidInput as error:
        return None, [Problem(message=error.message, path=("customer", "tenantId"))]
    return customer, [] if customer else [no_such_customer(reference)]


def checked_customer(reference: CustomerReferenceInput, *problems: Iterable[Problem]) -> str:
    """The tenant identifier of the customer that an input names. Raises Declined with every problem of the input.

    *problems* are those of its other members.
    """
    customer, unknown = _named(reference)
    found = [*unknown, *chain.from_iterable(problems)]
    if customer is None or found:
        raise Declined(*found)
    return customer


def no_such_customer(reference: CustomerReferenceInput) -> NoSuchCustomer:
    member = "id" if given(reference.tenant_id) is None else "tenantId"
    return NoSuchCustomer(message="The partner has no such customer.", path=("customer", member))
