"""GraphQL operations, and nothing of HTTP or carts.

A request's document is found by `persisted`, prepared by `documents` (parsed, held to `limits` and `cost`, validated), and
run by `execution`. `failures` makes the entries of `errors`; `masking` hides what a closed schema must not show.
"""
