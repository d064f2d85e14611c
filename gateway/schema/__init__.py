"""The graph, and nothing of HTTP.

Begin with `query` and `mutation`, its tables of contents. Object types stand over Partner Center's records, a module a
concept. A mutation in `editing` or `checking_out` takes `inputs`, held to `input_rules` and turned into the records of
a write by `input_records`, and answers one of `payloads`; `errors` decides which failures are part of it.
"""
