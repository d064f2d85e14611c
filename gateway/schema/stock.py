"""Whether a SKU can be bought at present: object types over the records, and the field that asks."""

from typing import Annotated, TypeVar

import strawberry

from gateway.catalog.stock import StockContext, StockKey
from gateway.context import Info
from gateway.errors import InvalidInput
from gateway.loaders.batching import Later
from gateway.operations.field_cost import COST, FieldCost
from gateway.partner_center.models import stock as models
from gateway.partner_center.models.catalog import Sku
from gateway.schema.customer_reference import CustomerReferenceInput, customer_id
from gateway.schema.values import KeyValuePair, given, key_value_pairs

T = TypeVar("T", str, str | None)

STOCK = "stock"
"""The batch of fields that check stock."""
SKU_STOCK = {COST: FieldCost(weight=1, batch=STOCK)}
_LONGEST = 256


def properties(restriction: strawberry.Parent[models.StockRestriction]) -> list[KeyValuePair]:
    return key_value_pairs(restriction.properties)


@strawberry.type(description="Something that keeps a SKU from being bought.")
class StockRestriction:
    reason_code: str | None = strawberry.field(
        name="code", description="The reason in Partner Center's words, for example `NotAvailableForSubscription`."
    )
    description: str | None = strawberry.field(name="message", description="Partner Center's explanation.")
    properties: list[KeyValuePair] = strawberry.field(
        resolver=properties, description="Further facts, as Partner Center names them."
    )


@strawberry.type(description="Whether a SKU can be bought at present.")
class StockCheck:
    is_restricted: bool = strawberry.field(description="True when something keeps the SKU from being bought.")
    restrictions: list[StockRestriction] = strawberry.field(description="What keeps it from being bought.")


def stock_of_sku(
    sku: strawberry.Parent[Sku],
    info: Info,
    *,
    resource_type: Annotated[
        str,
        strawberry.argument(
            description="Kind of resource, in Partner Center's words, for example `CosmosDb`; its documentation lists them."
        ),
    ],
    region: Annotated[
        str | None, strawberry.argument(description="Region of the resource, for the kinds that need one.")
    ] = strawberry.UNSET,
    customer: Annotated[
        CustomerReferenceInput | None, strawberry.argument(description="Customer who would buy it.")
    ] = strawberry.UNSET,
    azure_subscription_id: Annotated[
        str | None, strawberry.argument(description="Azure subscription that would use it.")
    ] = strawberry.UNSET,
) -> Later[models.StockCheck | None]:
    values = {
        "customerId": _customer_id(given(customer)),
        "azureSubscriptionId": _checked_length(given(azure_subscription_id), "azureSubscriptionId"),
        "armRegionName": _checked_length(given(region), "region"),
    }
    present = tuple((name, value) for name, value in values.items() if value is not None)
    context = StockContext(sku.country, _resource_type(resource_type), present)
    return info.context.loaders.stock.get(StockKey(context, sku.product_id, sku.id))


def _resource_type(text: str) -> str:
    if not text.strip():
        raise InvalidInput("resourceType is blank; name a kind of resource, such as CosmosDb.")
    return _checked_length(text.strip(), "resourceType")


def _customer_id(reference: CustomerReferenceInput | None) -> str | None:
    if reference is None:
        return None
    found = customer_id(reference)
    if found is None:
        raise InvalidInput("The id of customer is not one of a customer; send `Customer.id` unchanged.")
    return found


def _checked_length(text: T, argument: str) -> T:
    if text is not None and len(text) > _LONGEST:
        raise InvalidInput(f"{argument} has {len(text)} characters; at most {_LONGEST} are accepted.")
    return text
