"""The calls that list and get orders, and show their provisioning ("Get all of a customer's orders" and others)."""

from gateway.sandbox import errors, switches, wire
from gateway.sandbox.orders import records
from gateway.sandbox.orders.records import OrderLine, OrderRecord
from gateway.sandbox.routing import Answer, Call
from gateway.sandbox.terms import BILLING_CYCLES, billing_cycle
from gateway.sandbox.world.world import World


def list_all(world: World, call: Call) -> Answer:
    """Lists an order some minutes after its creation, see `switches`; `billingType` filters by billing cycle."""
    customer = world.customer(call.path_ids["customer"])
    cycle = _cycle(call.query.get("billingtype", ""))
    latest = world.now() - switches.of(world).orders_list
    documents = [
        order.document(with_prices=_wants_prices(call))
        for order in records.of_customer(world, customer.id)
        if order.created_at <= latest and cycle in (None, order.billing_cycle)
    ]
    return Answer(wire.collection(documents, self_uri=f"/customers/{customer.id}/orders"))


def get(world: World, call: Call) -> Answer:
    """Finds an order immediately, unlike the list."""
    return Answer(find(world, call).document(with_prices=_wants_prices(call)))


def get_provisioning_status(world: World, call: Call) -> Answer:
    """Requires a user token. Lines are fulfilled once they are provisioned, unless they were cancelled."""
    if call.caller is not None and not call.caller.has_user:
        raise errors.app_only_token()
    order = find(world, call)
    return Answer(wire.collection([_provisioning(world, order, each) for each in order.lines]))


def _provisioning(world: World, order: OrderRecord, line: OrderLine) -> wire.Document:
    status = _provisioning_status(world, order, line)
    return {
        "orderLineItemId": line.number,
        "lineItemNumber": line.number,
        "status": status,
        "quantityProvisioningInformation": [{"quantity": line.quantity, "status": status}],
    }


def _provisioning_status(world: World, order: OrderRecord, line: OrderLine) -> str:
    """Spelled as in the sample, with a small first letter; the table has capitals."""
    if line.is_cancelled:
        return "unfulfilled"
    return "fulfilled" if switches.is_provisioned(world, order.created) else "prefulfillmentPending"


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
