"""Operations compiled to Python. Begin with `plan`, and with README.md for what is compiled and what is not.

`plan` compiles an operation and runs it; `generator` writes the source, `leaves` the part for scalars and enums; `run` is
the state of one execution, which calls graphql-core wherever a value is unusual. Knows GraphQL and Strawberry, and
nothing of this gateway.
"""
