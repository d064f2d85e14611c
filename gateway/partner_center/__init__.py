"""Partner Center's REST API, and nothing of GraphQL.

Begin with `carts`, `catalog`, `customers` and `orders`: one client a resource, over what `client` shares. `sending` gets a
call there and turns failures into the project's errors; `reading` turns bodies into the records of `models`; `callers`
says whose token goes along, and `sign_in` gets the gateway's own.
"""
