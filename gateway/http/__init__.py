"""GraphQL over HTTP. Knows operation documents and bytes, not carts.

Begin with `handler`. `authentication` identifies the caller, and `browsers` decides which pages may call. `incoming` is
the head of a request, `requests` reads it, and `responses` builds the answer. `gateway.operations` prepares and executes the document in
between.
"""
