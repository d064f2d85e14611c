"""How far a subscription has come: provisioned, and registered for reservations.

Pages: "Get subscription provisioning status", "Register a subscription", "Get subscription registration status".
"""

import msgspec

from gateway.sandbox import errors, wire
from gateway.sandbox.routing import Answer, Call
from gateway.sandbox.world import subscription_records
from gateway.sandbox.world.seed import Customer
from gateway.sandbox.world.subscription_records import SubscriptionRecord
from gateway.sandbox.world.world import World


def provisioning(world: World, call: Call) -> Answer:
    """For user tokens only. The sandbox provisions at once, so every subscription is a success.

    Order lines of the old catalog link the call without its customer (sample of a checkout), so both paths answer.
    """
    if call.caller is not None and not call.caller.has_user:
        raise errors.app_only_token()
    found = _subscription(world, call)
    status: wire.Document = {
        "skuId": _sku_id(world, found),
        "status": "success",
        "quantity": found.quantity,
        "endDate": f"{found.last_day.isoformat()}T00:00:00Z",
        "attributes": wire.object_type("SubscriptionProvisioningStatus"),
    }
    return Answer(wire.without_nulls(status))


def registration(world: World, call: Call) -> Answer:
    """The status is written as the sample has it, `NotRegistered`, not as the table does."""
    customer = world.customer(call.path_ids["customer"])
    subscription_id, is_registered = _registered(customer, call)
    return Answer(
        {
            "subscriptionId": subscription_id,
            "status": "Registered" if is_registered else "NotRegistered",
            "attributes": wire.object_type("SubscriptionRegistrationStatus"),
        }
    )


def register(world: World, call: Call) -> Answer:
    """202 with the address of the status; the sandbox registers at once. A repeat gets 202 again: Inferred."""
    customer = world.customer(call.path_ids["customer"])
    subscription_id, _ = _registered(customer, call)
    changed = tuple(
        msgspec.structs.replace(each, registered=True) if each.id == subscription_id else each
        for each in customer.azure_subscriptions
    )
    world.keep_customer(msgspec.structs.replace(customer, azure_subscriptions=changed))
    status = f"/customers/{customer.id}/subscriptions/{subscription_id}/registrationstatus"
    return Answer(None, status=202, headers={"Location": status})


def _subscription(world: World, call: Call) -> SubscriptionRecord:
    """The customer's subscription; anybody's when the path names no customer."""
    customer_id, subscription_id = call.path_ids.get("customer"), call.path_ids["subscription"]
    customers = world.every_customer() if customer_id is None else [world.customer(customer_id)]
    found = (subscription_records.find(world, each, subscription_id) for each in customers)
    subscription = next((each for each in found if each is not None), None)
    if subscription is None:
        raise errors.subscription_not_found(subscription_id)
    return subscription


def _sku_id(world: World, subscription: SubscriptionRecord) -> str | None:
    """The GUID under which the service is provisioned, where the catalog tells it."""
    offer = world.assortment.offer(subscription.catalog_item_id)
    if offer is not None:
        return offer.product.id
    country = world.customer(subscription.customer_id).country
    item = world.assortment.item(subscription.catalog_item_id, country)
    named = None if item is None else item.sku.dynamic_attributes.get("provisioningId")
    return named if isinstance(named, str) else None


def _registered(customer: Customer, call: Call) -> tuple[str, bool]:
    """An Azure subscription's id, and whether it may carry reservations; raises Refusal 404/20003."""
    sought = call.path_ids["subscription"]
    found = next((each for each in customer.azure_subscriptions if each.id.lower() == sought.lower()), None)
    if found is None:
        raise errors.subscription_not_found(sought)
    return found.id, found.registered
