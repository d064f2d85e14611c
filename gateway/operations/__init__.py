"""GraphQL operations. Knows neither HTTP nor carts.

Begin with `persisted`, which finds the document of a request. `documents` prepares it: parses it, walks it once
(`selections`), checks the `limits`, validates it and plans its `cost`. `execution` runs it. `failures` makes the
entries of `errors`; `masking` hides what a closed schema must not show.
"""
