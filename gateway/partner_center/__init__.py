"""Partner Center's REST API, and nothing of GraphQL.

Begin with `carts`, `catalog`, `customers` and `orders`: a client each, over what `client` shares. `resilience` decides how often a call goes out by `transport`, for a caller
of `auth`; its answer comes back by `reading` and `decode` as one of `models`, or by `refusals` as one of the project's
errors. `sign_in` keeps the gateway's own token.
"""
