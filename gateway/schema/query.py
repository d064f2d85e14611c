"""Every query, as a table of contents."""

import strawberry

from gateway.schema.cart import Cart
from gateway.schema.catalog import Availability, Product, Sku
from gateway.schema.customer import Customer
from gateway.schema.fields import resolved
from gateway.schema.lists import CustomerConnection, ProductConnection, customers, products
from gateway.schema.lookups import availability, cart, customer, node, nodes, order, product, sku
from gateway.schema.node import Node
from gateway.schema.order import Order


@strawberry.type(
    description=(
        "Everything that can be read: carts, customers, their orders, and the catalog.\n"
        "Each field may fail on its own (it is then null, with an entry in `errors`) without taking the others down."
    )
)
class Query:
    cart: Cart | None = resolved(cart, description="One cart; null when there is no such cart.")
    customer: Customer | None = resolved(
        customer, description="One customer; null when the partner has no such customer."
    )
    customers: CustomerConnection | None = resolved(customers, description="The partner's customers, page by page.")
    order: Order | None = resolved(
        order,
        description=(
            "One order; null when there is no such order.\n"
            "A new order can be read here at once, "
            "while it may be missing from `Customer.orders` for up to 15 minutes."
        ),
    )
    product: Product | None = resolved(
        product,
        description=("One product, found by its Partner Center identifier; null when the market does not offer it."),
    )
    products: ProductConnection | None = resolved(
        products, description="The products of one catalog view in one market, page by page."
    )
    sku: Sku | None = resolved(
        sku,
        description="One SKU, found by its product and its own identifier; null when the market does not offer it.",
    )
    availability: Availability | None = resolved(
        availability,
        description=(
            "One purchasable availability, found by its full catalog item identifier; "
            "null when the market does not offer it."
        ),
    )
    node: Node | None = resolved(
        node,
        description="Any object of this API, found by its opaque identifier; null when it no longer exists.",
    )
    nodes: list[Node | None] | None = resolved(
        nodes,
        description=(
            "Several objects at once, in the order asked for, with null in the place of each one that is missing. "
            "At most 100 identifiers; null when there are more."
        ),
    )
