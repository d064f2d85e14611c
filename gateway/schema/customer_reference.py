"""How an argument or an input names a customer."""

import strawberry

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
