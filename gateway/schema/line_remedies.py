"""What would be accepted in place of what is wrong with a cart line, for the errors that have such a remedy."""

import strawberry

from gateway.context import Info
from gateway.loaders.batching import Later, then
from gateway.operations.field_cost import COST, FieldCost
from gateway.partner_center.models import catalog
from gateway.partner_center.models.carts import CartError
from gateway.partner_center.models.values import CartErrorCode
from gateway.schema.catalog import sku_of_availability
from gateway.schema.catalog_item import availability_behind
from gateway.schema.term_end_dates import DatesLater, term_end_dates
from gateway.schema.values import QuantityRange, quantity_range

ACCEPTED_ITEM = {COST: FieldCost(lookup="item", reads_customer=True)}
_ABOUT_QUANTITY = (
    CartErrorCode.MAX_ALLOWED_SEATS_PER_SUBSCRIPTION_EXCEEDED,
    CartErrorCode.MINIMUM_ADD_ON_SEATS_NOT_MET,
)


def accepted_terms(error: strawberry.Parent[CartError], info: Info) -> Later[tuple[catalog.Term, ...] | None]:
    if error.code is not CartErrorCode.BILLING_PLAN_NOT_SUPPORTED:
        return None
    return then(_availability(error, info), lambda found: None if found is None else found.terms)


def accepted_quantity(error: strawberry.Parent[CartError], info: Info) -> Later[QuantityRange | None]:
    if error.code not in _ABOUT_QUANTITY:
        return None
    sku = then(_availability(error, info), lambda found: None if found is None else sku_of_availability(found, info))
    return then(sku, lambda found: None if found is None else _limits(found))


def accepted_term_end_dates(error: strawberry.Parent[CartError], info: Info) -> DatesLater:
    if error.code is not CartErrorCode.INVALID_CUSTOM_TERM_END_DATE:
        return None
    return term_end_dates(info, customer_id=error.customer_id, term_duration=error.term_duration)


def _availability(error: CartError, info: Info) -> Later[catalog.Availability | None]:
    return availability_behind(info, customer_id=error.customer_id, item_text=error.catalog_item_id)


def _limits(sku: catalog.Sku) -> QuantityRange | None:
    return quantity_range(sku.minimum_quantity, sku.maximum_quantity)
