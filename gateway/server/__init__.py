"""Sockets and processes. Knows neither carts nor GraphQL.

Begin with `serving`; `workers` serves one port with several processes. `connections` bounds each connection, `limits`
all connections of a server together. `answers` sends whole answers, `refusals` are those that need no application.
`healthcheck` is the container's.
"""
