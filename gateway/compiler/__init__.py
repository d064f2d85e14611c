"""Operations compiled to Python. Begin with README.md: what is compiled, how, and what is left to graphql-core.

`plan` compiles an operation and runs it; `run` is the state of one execution, which calls graphql-core wherever a value is
unusual. `generator` writes the functions, with the help of `plain` (expressions), `leaves` (scalars and enums),
`arguments`, `resolvers` and `source`; `selections` says what the operation selects. `executor` makes an executor for any
Strawberry schema of all this. Knows GraphQL and Strawberry, and nothing of this gateway.
"""
