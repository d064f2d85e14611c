"""Records of the JSON that Partner Center sends and accepts, one module per resource. They know nothing of HTTP.

Every body that the documentation prints has its record, also for calls that no client makes yet: offers, promotions,
subscriptions, inventory, and two in orders. The tests read each printed body in `tests/samples/wire` with its record.
"""
