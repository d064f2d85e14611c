"""What can be done to a cart: `edits` says what would change, `service` and `checkout` carry it out, `rules` declines.

One at a time by `turns`; what was done is kept by `purchases` and, for idempotency keys, by `repeats`.
"""
