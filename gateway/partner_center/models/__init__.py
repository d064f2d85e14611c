"""Records of the JSON that Partner Center sends and takes, one module a resource. They know nothing of HTTP.

Every body the documentation prints has its record, those of calls that the client does not make yet included: offers,
promotions, subscriptions, inventory, tokens, and two in orders. `tests/samples/wire` holds them all to those bodies.
"""
