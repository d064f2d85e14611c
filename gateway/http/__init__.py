"""GraphQL over HTTP: knows documents and bytes, not carts.

Begin with `handler`: a request is read by `requests`, its document prepared by `documents` and run by `execution`;
whatever fails is told by `failures`.
"""
