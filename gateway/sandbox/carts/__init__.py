"""Carts: the calls that create, read and update them (`carts`), their line items, and prices.

See `rules` for what is allowed.
"""
