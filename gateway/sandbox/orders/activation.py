"""The activation links of an order line ("Get an activation link by order line item").

Only software as a service by other publishers has to be activated there. The sandbox account's links lead nowhere.
"""

from gateway.sandbox import errors, wire
from gateway.sandbox.orders import orders
from gateway.sandbox.orders.records import OrderLine, OrderRecord
from gateway.sandbox.routing import Answer, Call
from gateway.sandbox.world.world import World


def list_links(world: World, call: Call) -> Answer:
    """Empty for what needs no activation. Raises Refusal 404/1000 for a line that the order lacks: Inferred."""
    order = orders.find(world, call)
    number = call.path_ids["line"]
    line = next((each for each in order.lines if str(each.number) == number), None)
    if line is None:
        raise errors.not_found(f"Line item {number} of order {order.id}")
    path = f"/customers/{order.customer_id}/orders/{order.id}/lineitems/{number}/activationlinks"
    return Answer(wire.collection(_links(world, order, line), self_uri=path))


def _links(world: World, order: OrderRecord, line: OrderLine) -> list[wire.Document]:
    item = world.assortment.item(line.line.catalog_item_id, order.country)
    if item is None or not item.is_activated_by_its_publisher:
        return []
    address = f"https://activation.example/{line.subscription_id}"
    return [{"lineItemNumber": line.number, "link": wire.link(address)}]
