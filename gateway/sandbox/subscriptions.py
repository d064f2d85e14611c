"""The subscription calls: list, by order, by id, add-ons, and the days on which a new term may end early."""

from gateway.sandbox import catalog_entries, errors, subscription_records, terms, wire
from gateway.sandbox.assortment import Item, is_old_catalog
from gateway.sandbox.routing import Answer, Call
from gateway.sandbox.seed import Customer, Offer
from gateway.sandbox.subscription_records import SubscriptionRecord
from gateway.sandbox.world import World


def listed(world: World, call: Call) -> Answer:
    """All of a customer's subscriptions; `order_id` keeps those of one order."""
    customer = world.customer(call.path_ids["customer"])
    order_id = call.query.get("order_id", "").lower()
    found = [
        _shown(world, customer, each)
        for each in subscription_records.owned(world, customer)
        if not order_id or each.order_id.lower() == order_id
    ]
    return Answer(wire.collection(found))


def get(world: World, call: Call) -> Answer:
    customer = world.customer(call.path_ids["customer"])
    return Answer(_shown(world, customer, _found(world, customer, call)))


def addons(world: World, call: Call) -> Answer:
    customer = world.customer(call.path_ids["customer"])
    base = _found(world, customer, call)
    owned = subscription_records.owned(world, customer)
    return Answer(wire.collection([_shown(world, customer, each) for each in owned if each.parent_id == base.id]))


def custom_term_end_dates(world: World, call: Call) -> Answer:
    """GET .../customTermEndDates?term_duration=; the table of that page spells it TermDuration."""
    customer = world.customer(call.path_ids["customer"])
    duration = (call.query.get("term_duration") or call.query.get("termduration") or "").upper()
    if not terms.months_of(duration):
        raise errors.invalid_property("term_duration", "a term such as P1M or P1Y is required.")
    owned, today = subscription_records.owned(world, customer), world.now().date()
    end, aligned = terms.last_day(today, duration), terms.month_end(today, duration)
    items: list[wire.Document] = []
    if aligned is not None:
        items.append(_allowed("calendarMonthAligned", aligned.isoformat()))
    for day in sorted({each.last_day for each in owned if today < each.last_day <= end}):
        ids = [each.id for each in owned if each.last_day == day]
        items.append({**_allowed("subscriptionAligned", day.isoformat()), "cotermSubscriptionIds": ids})
    path = f"/customers/{customer.id}/subscriptions/customTermEndDates?term_duration={duration}"
    return Answer(wire.collection(items, self_uri=path))


def _allowed(kind: str, day: str) -> wire.Document:
    """The sample prints these dates without a zone."""
    return {"allowedCustomTermEndDateType": kind, "allowedCustomTermEndDate": f"{day}T00:00:00"}


def _found(world: World, customer: Customer, call: Call) -> SubscriptionRecord:
    subscription_id = call.path_ids["subscription"]
    found = subscription_records.find(world, customer, subscription_id)
    if found is None:
        raise errors.subscription_not_found(subscription_id)
    return found


def _shown(world: World, customer: Customer, record: SubscriptionRecord) -> wire.Document:
    item = world.assortment.item(record.catalog_item_id, customer.country)
    offer = world.assortment.offer(record.catalog_item_id)
    end = record.last_day.isoformat()
    return wire.without_nulls(
        {
            "id": record.id,
            "offerId": record.catalog_item_id,
            "offerName": _name(record, item, offer),
            "friendlyName": record.friendly_name,
            "parentSubscriptionId": record.parent_id,
            "productType": None if item is None else item.product.product_type,
            "quantity": record.quantity,
            "unitType": "Licenses" if offer is None else offer.unit_type,
            "hasPurchasableAddons": False,
            "creationDate": record.created,
            "effectiveStartDate": record.created,
            "commitmentEndDate": f"{end}T00:00:00Z",
            "commitmentEndDateTime": f"{end}T23:59:59Z",
            "status": "active",
            "autoRenewEnabled": True,
            "isTrial": item is not None and item.sku.is_trial,
            "billingType": "license" if offer is None else offer.billing,
            "billingCycle": record.billing_cycle,
            "termDuration": record.term_duration,
            "renewalTermDuration": "",
            "isMicrosoftProduct": item is None or item.product.is_microsoft_product,
            "partnerId": "",
            "attentionNeeded": False,
            "actionTaken": False,
            "contractType": "subscription",
            "links": _links(customer, record, item),
            "publisherName": None if item is None else item.product.publisher_name,
            "promotionId": record.promotion_id,
            "orderId": record.order_id,
            "attributes": _attributes(record),
        }
    )


def _name(record: SubscriptionRecord, item: Item | None, offer: Offer | None) -> str:
    if item is not None:
        return item.sku.title
    return record.friendly_name if offer is None else offer.name


def _links(customer: Customer, record: SubscriptionRecord, item: Item | None) -> wire.Document:
    own = {"self": wire.link(f"/customers/{customer.id}/subscriptions/{record.id}")}
    if item is None:
        return {"offer": wire.link(f"/v1/offers/{record.catalog_item_id}"), **own}
    catalog = catalog_entries.links(item.product.id, item.sku.id, item.availability.id, country=customer.country)
    return {**catalog, **own}


def _attributes(record: SubscriptionRecord) -> wire.Document:
    """Only subscriptions of the old catalog have an etag."""
    kind = wire.object_type("Subscription")
    return {"etag": wire.etag(record.id), **kind} if is_old_catalog(record.catalog_item_id) else kind
