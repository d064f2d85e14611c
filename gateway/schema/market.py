"""The market that a look-up is about."""

from typing import Annotated

import strawberry

from gateway.schema.scalars import CountryCode

MarketToLookIn = Annotated[
    CountryCode | None,
    strawberry.argument(description="Market to look in; the gateway's default market when left out."),
]

CustomersMarket = Annotated[
    CountryCode | None, strawberry.argument(description="Market to look in; the customer's market when left out.")
]
