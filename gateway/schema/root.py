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

_ONE_OF = "directive @oneOf on INPUT_OBJECT"
_ABOUT_ONE_OF = (
    "Marks an input object of which exactly one field must be given.\n"
    "Built into GraphQL since the September 2025 edition; repeated here for tools that only know the 2021 edition."
)


def build_schema() -> strawberry.Schema:
    return strawberry.Schema(
        query=Query,
        mutation=Mutation,
        types=(*_NODES, *USER_ERRORS),
        config=StrawberryConfig(scalar_map=SCALARS),
    )


def sdl(schema: strawberry.Schema) -> str:
    """The schema in the definition language, with a line end."""
    return f"{schema.as_str()}\n".replace(_ONE_OF, f'"""\n{_ABOUT_ONE_OF}\n"""\n{_ONE_OF}', 1)
