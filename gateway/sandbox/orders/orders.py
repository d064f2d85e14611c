"""The calls that list, get and cancel orders, and show their provisioning ("Get all of a customer's orders" and
others).
"""

from datetime import timedelta

import msgspec

from gateway.sandbox import errors, wire
from gateway.sandbox.orders import records
from gateway.sandbox.orders.records import OrderRecord
from gateway.sandbox.routing import Answer, Call
from gateway.sandbox.subscriptions import durations
from gateway.sandbox.terms import BILLING_CYCLES, billing_cycle
from gateway.sandbox.world.world import World

CANCELLATION_WINDOW = timedelta(days=60)


def list_all(world: World, call: Call) -> Answer:
    """Lists an order only 15 minutes after its creation; `billingType` filters by billing cycle."""
    customer = world.customer(call.path_ids["customer"])
    cycle = _cycle(call.query.get("billingtype", ""))
    latest = world.now() - records.LIST_LAG
    documents = [
        order.document(with_prices=_wants_prices(call))
        for order in records.of_customer(world, customer.id)
        if order.created_at <= latest and cycle in (None, order.billing_cycle)
    ]
    return Answer(wire.collection(documents, self_uri=f"/customers/{customer.id}/orders"))


def get(world: World, call: Call) -> Answer:
    """Finds an order immediately, unlike the list."""
    return Answer(find(world, call).document(with_prices=_wants_prices(call)))


class _Change(msgspec.Struct, frozen=True, rename=wire.normalized_name):
    status: str | None = None


def cancel(world: World, call: Call) -> Answer:
    """PATCH with status "cancelled", for reservations and software within 60 days ("Cancel an order")."""
    order = find(world, call)
    status = wire.decode_as(call.body, _Change).status or ""
    if status.lower() != "cancelled":
        raise errors.order_cannot_be_cancelled(order.id, f"the status '{status}' cannot be set; send 'cancelled'.")
    if not order.can_be_cancelled:
        raise errors.order_cannot_be_cancelled(order.id, "cancel its subscriptions instead.")
    if order.status == "cancelled":
        raise errors.order_cannot_be_cancelled(order.id, "it is already cancelled.")
    if world.now() - order.created_at > CANCELLATION_WINDOW:
        raise errors.cancellation_window_passed(order.id, days=CANCELLATION_WINDOW.days)
    cancelled = msgspec.structs.replace(order, status="cancelled")
    records.save(world, cancelled)
    return Answer(cancelled.document(with_prices=False))


def get_provisioning_status(world: World, call: Call) -> Answer:
    """Requires a user token. Lines are fulfilled once they are provisioned, unless the order was cancelled."""
    if call.caller is not None and not call.caller.has_user:
        raise errors.app_only_token()
    order = find(world, call)
    status = _provisioning_status(world, order)
    items: list[wire.Document] = [
        {
            "orderLineItemId": each.number,
            "lineItemNumber": each.number,
            "status": status,
            "quantityProvisioningInformation": [{"quantity": each.line.quantity, "status": status}],
        }
        for each in order.lines
    ]
    return Answer(wire.collection(items))


def _provisioning_status(world: World, order: OrderRecord) -> str:
    """Spelled as in the sample, with a small first letter; the table has capitals."""
    if order.status == "cancelled":
        return "unfulfilled"
    return "fulfilled" if durations.is_provisioned(world, order.created) else "prefulfillmentPending"


def find(world: World, call: Call) -> OrderRecord:
    """The order in the path. Raises Refusal 404/20000."""
    customer = world.customer(call.path_ids["customer"])
    order = records.find(world, customer.id, call.path_ids["order"])
    if order is None:
        raise errors.order_not_found(call.path_ids["order"])
    return order


def _cycle(text: str) -> str | None:
    """The billing cycle in `billingType` (written `onetime` there); None if it is missing."""
    if not text:
        return None
    cycle = billing_cycle(text)
    if cycle is None:
        raise errors.invalid_property("billingType", f"'{text}' is not one of {', '.join(BILLING_CYCLES)}.")
    return cycle


def _wants_prices(call: Call) -> bool:
    return call.query.get("include_price", "").lower() == "true"
