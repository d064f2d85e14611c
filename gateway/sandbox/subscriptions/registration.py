"""The registration of Azure subscriptions for reservations.

Pages: "Register a subscription", "Get subscription registration status".
"""

import msgspec

from gateway.sandbox import errors, switches, wire
from gateway.sandbox.routing import Answer, Call
from gateway.sandbox.world import azure
from gateway.sandbox.world.seed import AzureSubscription, Customer
from gateway.sandbox.world.world import World


def get_status(world: World, call: Call) -> Answer:
    subscription = _azure_subscription(world.customer(call.path_ids["customer"]), call)
    return Answer(
        {
            "subscriptionId": subscription.id,
            "status": azure.registration_status(subscription, world.now()),
            "attributes": wire.object_type("SubscriptionRegistrationStatus"),
        }
    )


def register(world: World, call: Call) -> Answer:
    """Answers 202 with the address of the status; a repeat gets 202 again and begins nothing: Inferred."""
    customer = world.customer(call.path_ids["customer"])
    subscription = _azure_subscription(customer, call)
    if azure.registration_status(subscription, world.now()) == "NotRegistered":
        _begin(world, customer, subscription)
    status = f"/customers/{customer.id}/subscriptions/{subscription.id}/registrationstatus"
    return Answer(None, status=202, headers={"Location": status})


def _begin(world: World, customer: Customer, subscription: AzureSubscription) -> None:
    ends = wire.format_timestamp(world.now() + switches.of(world).registration)
    begun = msgspec.structs.replace(subscription, registered_at=ends)
    changed = tuple(begun if each.id == subscription.id else each for each in customer.azure_subscriptions)
    world.save_customer(msgspec.structs.replace(customer, azure_subscriptions=changed))


def _azure_subscription(customer: Customer, call: Call) -> AzureSubscription:
    """The Azure subscription in the path. Raises Refusal 404/20003."""
    subscription_id = call.path_ids["subscription"]
    found = next((each for each in customer.azure_subscriptions if each.id.lower() == subscription_id.lower()), None)
    if found is None:
        raise errors.subscription_not_found(subscription_id)
    return found
