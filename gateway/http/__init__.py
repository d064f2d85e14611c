"""GraphQL over HTTP: knows documents and bytes, not carts.

Begin with `handler`. `door` says who may call, `browsers` which pages, `admission` when, and at which `pacing`; a request
is read by `requests`, its document found by `persisted`, prepared and held to `limits` and `cost` by `documents`, and run
by `execution`; whatever fails is told by `failures`.
"""
