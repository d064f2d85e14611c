"""The calls that read subscriptions: list, get, add-ons."""

from datetime import datetime

from gateway.sandbox import errors, switches, wire
from gateway.sandbox.catalog import resources
from gateway.sandbox.routing import Answer, Call
from gateway.sandbox.subscriptions import cancellation
from gateway.sandbox.world import subscription_records
from gateway.sandbox.world.assortment import Item, is_old_catalog
from gateway.sandbox.world.seed import Customer, Offer
from gateway.sandbox.world.subscription_records import SubscriptionRecord
from gateway.sandbox.world.world import World


def list_all(world: World, call: Call) -> Answer:
    """All of a customer's provisioned subscriptions, including deleted ones; `order_id` filters by order."""
    customer = world.customer(call.path_ids["customer"])
    order_id = call.query.get("order_id", "").lower()
    items = [
        document(world, customer, each)
        for each in subscription_records.owned(world, customer)
        if switches.is_provisioned(world, each.created) and order_id in ("", each.order_id.lower())
    ]
    return Answer(wire.collection(items))


def get(world: World, call: Call) -> Answer:
    """Finds a subscription before it is provisioned, unlike the list: Inferred."""
    customer = world.customer(call.path_ids["customer"])
    return Answer(document(world, customer, find(world, customer, call)))


def list_addons(world: World, call: Call) -> Answer:
    customer = world.customer(call.path_ids["customer"])
    base = find(world, customer, call)
    owned = subscription_records.owned(world, customer)
    return Answer(wire.collection([document(world, customer, each) for each in owned if each.parent_id == base.id]))


def find(world: World, customer: Customer, call: Call) -> SubscriptionRecord:
    """The subscription in the path. Raises Refusal 404/20003."""
    subscription_id = call.path_ids["subscription"]
    record = subscription_records.find(world, customer, subscription_id)
    if record is None:
        raise errors.subscription_not_found(subscription_id)
    return record


def document(world: World, customer: Customer, record: SubscriptionRecord) -> wire.Document:
    """The response body of a subscription, the same in every call ("Subscription resources")."""
    item = world.assortment.item(record.catalog_item_id, customer.country)
    offer = world.assortment.offer(record.catalog_item_id)
    return wire.without_nulls(
        {
            "id": record.id,
            "offerId": record.catalog_item_id,
            "offerName": _name(record, item, offer),
            "friendlyName": record.friendly_name,
            "parentSubscriptionId": record.parent_id,
            "productType": None if item is None else item.product.product_type,
            "quantity": record.quantity,
            "unitType": _unit_type(record, item, offer),
            "entitlementId": record.entitlement_id,
            "hasPurchasableAddons": False,
            **_dates(record, item, world.now()),
            "status": record.status if switches.is_provisioned(world, record.created) else "pending",
            "suspensionReasons": record.suspension_reasons or None,
            "autoRenewEnabled": record.auto_renews,
            "isTrial": item is not None and item.sku.is_trial,
            "billingType": _billing_type(record, item, offer),
            "billingCycle": record.billing_cycle,
            "termDuration": record.term_duration,
            "renewalTermDuration": "",
            "scheduledNextTermInstructions": record.next_term,
            "refundOptions": _refund_options(record, item),
            "isMicrosoftProduct": item is None or item.product.is_microsoft_product,
            "partnerId": "",
            "attentionNeeded": False,
            "actionTaken": False,
            "contractType": "subscription",
            "links": _links(customer, record, item),
            "publisherName": None if item is None else item.product.publisher_name,
            "promotionId": record.promotion_id,
            "refundableQuantity": _refundable(world, record, item),
            "lineItems": _line_items(record),
            "orderId": record.order_id,
            "attributes": _attributes(record),
        }
    )


def _dates(record: SubscriptionRecord, item: Item | None, now: datetime) -> wire.Document:
    """In the old catalog creation is in whole seconds, start and end are at midnight (samples of 2015 and 2017)."""
    end = record.last_day.isoformat()
    if is_old_catalog(record.catalog_item_id):
        return {
            "creationDate": f"{record.created[:19]}Z",
            "effectiveStartDate": f"{record.created[:10]}T00:00:00Z",
            "commitmentEndDate": f"{end}T00:00:00Z",
            "commitmentEndDateTime": f"{end}T00:00:00Z",
        }
    window = cancellation.cancellation_window(item, record)
    period_end = record.last_day_of_period(now.date())
    return {
        "creationDate": record.created,
        "effectiveStartDate": record.created,
        "commitmentEndDate": f"{end}T00:00:00Z",
        "commitmentEndDateTime": f"{end}T23:59:59Z",
        "billingCycleEndDate": None if period_end is None else f"{period_end.isoformat()}T00:00:00Z",
        "cancellationAllowedUntilDate": None
        if window is None
        else wire.format_timestamp(record.term_started_at + window),
    }


def _is_azure_plan(item: Item | None) -> bool:
    """Azure by use: the one product of type and sub-type Azure."""
    kind = None if item is None else item.product.product_type
    return kind is not None and kind.sub_type is not None and (kind.id, kind.sub_type.id) == ("Azure", "Azure")


def _unit_type(record: SubscriptionRecord, item: Item | None, offer: Offer | None) -> str:
    if offer is not None:
        return offer.unit_type
    return "Benefit" if record.plan else "Usage-based" if _is_azure_plan(item) else "Licenses"


def _billing_type(record: SubscriptionRecord, item: Item | None, offer: Offer | None) -> str:
    if offer is not None:
        return offer.billing
    return "benefit" if record.plan else "usage" if _is_azure_plan(item) else "license"


def _refund_options(record: SubscriptionRecord, item: Item | None) -> list[wire.Document] | None:
    """One refund within the cancellation window, prorated ("New commerce cancellation policy")."""
    window = cancellation.cancellation_window(item, record)
    if window is None:
        return None
    return [{"type": "Partial", "expiresAt": wire.format_timestamp(record.term_started_at + window)}]


def _refundable(world: World, record: SubscriptionRecord, item: Item | None) -> wire.Document | None:
    """The seats that can be returned, and until when; only for active licences of new commerce."""
    if record.status != "active" or item is None or not item.is_new_commerce:
        return None
    lots = cancellation.refundable_lots(item, record, world.now())
    return {
        "totalQuantity": sum(lot.quantity for lot, _ in lots),
        "details": [
            {"quantity": lot.quantity, "allowedUntilDateTime": wire.format_timestamp(until)} for lot, until in lots
        ],
    }


def _line_items(record: SubscriptionRecord) -> list[wire.Document] | None:
    """Only savings plans have line items ("Purchase Azure savings plans").

    The subscription's id as their id is Inferred.
    """
    if record.plan is None:
        return None
    context = dict(record.plan.context)
    return [
        {
            "id": record.id,
            "friendlyName": record.friendly_name,
            "scope": {"type": context.pop("scope", ""), **context},
            "autoRenewEnabled": record.auto_renews,
            "status": record.status,
            "purchaseCommitment": record.plan.commitment,
        }
    ]


def _name(record: SubscriptionRecord, item: Item | None, offer: Offer | None) -> str:
    if item is not None:
        return item.sku.title
    return record.friendly_name if offer is None else offer.name


def _links(customer: Customer, record: SubscriptionRecord, item: Item | None) -> wire.Document:
    path = f"/customers/{customer.id}/subscriptions"
    links = {"self": wire.link(f"{path}/{record.id}")}
    if record.parent_id is not None:
        links["parentSubscription"] = wire.link(f"{path}/{record.parent_id}")
    if item is None:
        return {"offer": wire.link(f"/v1/offers/{record.catalog_item_id}"), **links}
    catalog = resources.links(item.product.id, item.sku.id, item.availability.id, country=customer.country)
    return {**catalog, **links}


def _attributes(record: SubscriptionRecord) -> wire.Document:
    """Only subscriptions of the old catalog have an etag."""
    kind = wire.object_type("Subscription")
    return {"etag": wire.etag(record.id, record.version), **kind} if is_old_catalog(record.catalog_item_id) else kind
