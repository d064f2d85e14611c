"""The orders of seeded subscriptions to the new catalog. The seed says which can be read; the others are too old."""

from gateway.sandbox.carts.records import CartLine
from gateway.sandbox.orders import records
from gateway.sandbox.orders.records import OrderLine, OrderRecord
from gateway.sandbox.world import subscription_records
from gateway.sandbox.world.seed import Customer, Owned
from gateway.sandbox.world.subscription_records import SubscriptionRecord
from gateway.sandbox.world.world import World


def restore(world: World) -> None:
    """Creates the missing orders of the seed."""
    for customer in world.seed.customers:
        for owned in customer.subscriptions:
            subscription = subscription_records.find(world, customer, owned.id) if owned.has_order else None
            if subscription is not None and records.find(world, customer.id, owned.order_id) is None:
                records.save(world, _order(world, customer, owned, subscription))


def _order(world: World, customer: Customer, owned: Owned, subscription: SubscriptionRecord) -> OrderRecord:
    currency = world.currency_code(customer)
    return OrderRecord(
        id=owned.order_id,
        customer_id=customer.id,
        country=customer.country,
        billing_cycle=owned.billing_cycle,
        currency=currency,
        symbol=world.assortment.currency(currency).symbol,
        created=subscription.created,
        status="completed",
        is_old_catalog=False,
        lines=(_line(owned, currency),),
    )


def _line(owned: Owned, currency: str) -> OrderLine:
    product_id, sku_id, availability_id = owned.catalog_item_id.split(":")
    return OrderLine(
        number=0,
        line=CartLine(
            id=0,
            catalog_item_id=owned.catalog_item_id,
            friendly_name=owned.friendly_name,
            quantity=owned.quantity,
            currency_code=currency,
            billing_cycle=owned.billing_cycle,
            term_duration=owned.term_duration or None,
        ),
        title=owned.friendly_name,
        product_id=product_id,
        sku_id=sku_id,
        availability_id=availability_id,
        subscription_id=owned.id,
    )
