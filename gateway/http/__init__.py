"""GraphQL over HTTP: knows documents and bytes, not carts."""
