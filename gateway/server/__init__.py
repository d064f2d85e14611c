"""Sockets and processes: no carts, no GraphQL.

Begin with `serving`; `workers` serves one port by several processes. `connections` bounds what one connection may take,
`idle` and `unfinished` what all of them take together.
"""
