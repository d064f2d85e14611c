"""A GraphQL gateway over Microsoft Partner Center's cart API."""
