"""The assembled schema."""

from functools import cache

import strawberry
from strawberry.schema.config import StrawberryConfig

from gateway.schema.mutation import Mutation
from gateway.schema.node import Node
from gateway.schema.query import Query
from gateway.schema.scalars import SCALARS
from gateway.schema.user_errors import UserError

_ABOUT = (
    "Microsoft Partner Center as a shop: find a customer, fill a cart, place its orders, and look after what was bought.\n\n"
    "- **Sign in** with the header `Authorization: Bearer TOKEN`: "
    "an access token for Partner Center or, where the gateway signs in itself, one of its keys.\n"
    "- **Begin** with `{ customers(first: 10) { edges { node { id tenantId companyName } } } }`. "
    "Then find something to sell with `products`, ask what it costs with `previewCart`, put it into a cart with `createCart`, "
    "read the prices and errors of `cart.lineItems` and what `cart.problems` finds, and order it with `checkoutCart`.\n"
    "- **What was bought**: `cart.checkout` leads to the orders, and `customer.subscriptions` lists what the customer owns. "
    "`updateSubscription` and `cancelSubscription` change it.\n"
    "- **Money** is exact: a `Decimal` comes as a string, and its currency stands beside it.\n"
    "- **Versions**: send the `Cart.version` you last saw as `expectedVersion`; "
    "if the cart has changed since, nothing is changed or ordered.\n"
    "- **Errors** that a mutation's caller can act on are data, in the payload's `errors`. "
    "Everything else is in the response's `errors`, where `extensions` have a `code` and whether it is `retryable`.\n"
    "- **The outcome of a checkout** is `result.outcome`. "
    "An error of the response at or below `checkoutCart` has `extensions.outcome` instead: "
    "`PLACED`, `NOT_PLACED` or `UNKNOWN`. After `UNKNOWN`, repeat the same call to find out. "
    "Mutations of what the customer owns say `DONE`, `NOT_DONE` or `UNKNOWN` in the same place."
)

_ONE_OF = "directive @oneOf on INPUT_OBJECT"
_ABOUT_ONE_OF = (
    "Marks an input object of which exactly one field must be given.\n"
    "Built into GraphQL since the September 2025 edition; repeated here for tools that only know the 2021 edition."
)


@cache
def build_schema() -> strawberry.Schema:
    """The schema, built once: nothing in it changes, and building it takes a tenth of a second."""
    schema = strawberry.Schema(
        query=Query,
        mutation=Mutation,
        types=(*Node.__subclasses__(), *UserError.__subclasses__()),
        config=StrawberryConfig(scalar_map=SCALARS),
    )
    # Strawberry 0.341 takes no description of a schema, prints none, and has no public name for the schema underneath.
    schema._schema.description = _ABOUT  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
    return schema


@cache
def sdl(schema: strawberry.Schema) -> str:
    """The schema in the definition language, with a line end. Printing it takes longer than all else of an application."""
    printed = schema.as_str().replace(_ONE_OF, f"{_described(_ABOUT_ONE_OF)}{_ONE_OF}", 1)
    # A description needs the definition, which could be left out otherwise. Source: GraphQL specification, 3.3.
    return f"{_described(_ABOUT)}schema {{\n  query: Query\n  mutation: Mutation\n}}\n\n{printed}\n"


def _described(text: str) -> str:
    return f'"""\n{text}\n"""\n'
