"""GraphQL over HTTP: knows documents and bytes, not carts.

Begin with `handler`. `authentication` finds out who calls, `browsers` which pages may call; `requests` reads what is
asked, and `responses` makes the answer. What lies between, the document and its execution, is in `gateway.operations`.
"""
