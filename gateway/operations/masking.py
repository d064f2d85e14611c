"""Error masking: messages about a wrong document or value that reveal nothing of the schema.

graphql-core's messages name types, arguments and members that the caller did not send. Even without names, different
messages for fields that exist and fields that do not would let a caller guess the schema from a list of words. So all
documents that do not fit the schema get the same answer.
"""

import re
from collections.abc import Iterable

from graphql import GraphQLError

from gateway.operations.failures import Failure

_UNFIT_DOCUMENT = (
    "The document does not fit the schema, or asks for the schema, which is not shown here. "
    "A gateway in development mode says where and why."
)
_UNFIT_LITERAL = "A value in the document does not fit its type. A gateway in development mode says which and why."
_UNFIT_VALUE = "The value does not fit its type."

_OF_VARIABLE = re.compile(r"Variable '\$(\w+)' has invalid value(?: at ([\w.\[\]]+))?: ")


def of_document(failures: Iterable[Failure]) -> Failure:
    """The one failure to show in place of these."""
    by_code = {failure.code: failure for failure in failures}
    if "LIMIT_EXCEEDED" in by_code:
        return by_code["LIMIT_EXCEEDED"]
    if "GRAPHQL_VALIDATION_FAILED" in by_code:
        return Failure(_UNFIT_DOCUMENT, "GRAPHQL_VALIDATION_FAILED")
    return Failure(_UNFIT_LITERAL, "BAD_USER_INPUT")


def of_variable(error: GraphQLError) -> GraphQLError:
    """The error with the variable's name and the position in it, both of which the caller sent."""
    found = _OF_VARIABLE.match(error.message)
    where = f" at {found[2].removeprefix('.')}" if found and found[2] else ""
    what = f"The value of the variable ${found[1]}" if found else "A variable's value"
    return GraphQLError(f"{what} does not fit its type{where}.", error.nodes)


def of_field(error: GraphQLError) -> GraphQLError:
    """The same error of a field; where it blames a value of the caller, its message reveals nothing of the schema."""
    return GraphQLError(_UNFIT_VALUE, error.nodes, path=error.path, original_error=error.original_error or error)
