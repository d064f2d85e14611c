"""Partner Center's REST API, and nothing of GraphQL.

Begin with `client`, one method an operation. A call goes out by `transport`; its answer comes back by `reading` and
`decode` as one of `models`, or by `refusals` as one of the project's errors.
"""
