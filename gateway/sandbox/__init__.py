"""A local emulator of Partner Center's REST API. Knows the HTTP interface, not the gateway.

Begin with `routes`, the table of calls. The package of a resource (`carts`, `orders`, ...) has its handlers in the
module of the same name; its `records` or `resources` define response bodies, and `carts.rules` what may be bought.
`errors` has the refusals of requests. `world` holds the state, with the initial data from seed.json. `faults` injects
failures: `rules` lists them, `answers` and `connection` apply them. `scenarios` composes all this into states that a shop
must cope with.
"""
