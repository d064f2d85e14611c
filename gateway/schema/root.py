"""The assembled schema."""

import strawberry
from strawberry.schema.config import StrawberryConfig

from gateway.schema.cart import Cart
from gateway.schema.catalog import Availability, Product, Sku
from gateway.schema.customer import Customer
from gateway.schema.line_item import CartLineItem
from gateway.schema.mutation import Mutation
from gateway.schema.order import Order
from gateway.schema.query import Query
from gateway.schema.scalars import SCALARS
from gateway.schema.user_errors import USER_ERRORS

_NODES = (Cart, CartLineItem, Customer, Order, Product, Sku, Availability)


def build_schema() -> strawberry.Schema:
    return strawberry.Schema(
        query=Query,
        mutation=Mutation,
        types=(*_NODES, *USER_ERRORS),
        config=StrawberryConfig(scalar_map=SCALARS),
    )


def sdl(schema: strawberry.Schema) -> str:
    """The schema in the definition language, with a line end."""
    return schema.as_str() + "\n"
