"""Scenarios: states that a shop must cope with, each begun by its name.

Begin with `summaries`, their names; `scenario` says what one consists of, `checkouts`, `cart_pages` and `outages` have
them all, and `control` begins one.
"""
