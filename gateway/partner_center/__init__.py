"""Partner Center's REST API. Knows nothing of GraphQL.

Begin with `carts`, `catalog`, `customers` and `orders`: one client per resource, all over `client`. `sending` sends a
call and turns failures into the project's errors; `reading` turns bodies into the records of `models`; `callers` has
the token of each call, and `sign_in` gets the gateway's own token.
"""
