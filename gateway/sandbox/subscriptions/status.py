"""The provisioning status of a subscription ("Get subscription provisioning status")."""

from gateway.sandbox import errors, switches, wire
from gateway.sandbox.routing import Answer, Call
from gateway.sandbox.world import subscription_records
from gateway.sandbox.world.subscription_records import SubscriptionRecord
from gateway.sandbox.world.world import World


def get_provisioning(world: World, call: Call) -> Answer:
    """Requires a user token. Pending while provisioning lasts.

    Order lines of the old catalog link to a path without the customer (sample of a checkout), so both paths exist.
    """
    if call.caller is not None and not call.caller.has_user:
        raise errors.app_only_token()
    found = _subscription(world, call)
    status: wire.Document = {
        "skuId": _sku_id(world, found),
        "status": "success" if switches.is_provisioned(world, found.created) else "pending",
        "quantity": found.quantity,
        "endDate": f"{found.last_day.isoformat()}T00:00:00Z",
        "attributes": wire.object_type("SubscriptionProvisioningStatus"),
    }
    return Answer(wire.without_nulls(status))


def _subscription(world: World, call: Call) -> SubscriptionRecord:
    """The customer's subscription; any customer's if the path has no customer. Raises Refusal 404/20003."""
    customer_id, subscription_id = call.path_ids.get("customer"), call.path_ids["subscription"]
    customers = world.all_customers() if customer_id is None else [world.customer(customer_id)]
    found = (subscription_records.find(world, each, subscription_id) for each in customers)
    subscription = next((each for each in found if each is not None), None)
    if subscription is None:
        raise errors.subscription_not_found(subscription_id)
    return subscription


def _sku_id(world: World, subscription: SubscriptionRecord) -> str | None:
    """The GUID of the provisioned service, if the catalog has it."""
    offer = world.assortment.offer(subscription.catalog_item_id)
    if offer is not None:
        return offer.product.id
    country = world.customer(subscription.customer_id).country
    item = world.assortment.item(subscription.catalog_item_id, country)
    provisioning_id = None if item is None else item.sku.dynamic_attributes.get("provisioningId")
    return provisioning_id if isinstance(provisioning_id, str) else None
