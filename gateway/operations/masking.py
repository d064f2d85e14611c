"""What is said of a wrong document or value where the schema is nobody's business.

GraphQL's own messages name types, arguments and members that the caller did not send. Even messages without a name tell
a field that there is from one that there is not, and so a schema can be put together from a list of words. Therefore
all documents that do not fit are answered alike.
"""

import re
from collections.abc import Iterable

from graphql import GraphQLError

from gateway.operations.failures import Failure

_UNFIT_DOCUMENT = (
    "The document does not fit the schema, or asks for the schema, which is not told here. "
    "A gateway in development mode says where and why."
)
_UNFIT_LITERAL = "A value in the document does not fit its type. A gateway in development mode says which and why."
_UNFIT_VALUE = "The value does not fit its type."

_OF_VARIABLE = re.compile(r"Variable '\$(\w+)' has invalid value(?: at ([\w.\[\]]+))?: ")


def of_document(failures: Iterable[Failure]) -> Failure:
    """What to say in place of these."""
    by_code = {failure.code: failure for failure in failures}
    if "LIMIT_EXCEEDED" in by_code:
        return by_code["LIMIT_EXCEEDED"]
    if "GRAPHQL_VALIDATION_FAILED" in by_code:
        return Failure(_UNFIT_DOCUMENT, "GRAPHQL_VALIDATION_FAILED")
    return Failure(_UNFIT_LITERAL, "BAD_USER_INPUT")


def of_variable(error: GraphQLError) -> GraphQLError:
    """Which variable does not fit, and where in it: the caller sent those names."""
    found = _OF_VARIABLE.match(error.message)
    where = f" at {found[2].removeprefix('.')}" if found and found[2] else ""
    what = f"The value of the variable ${found[1]}" if found else "A variable's value"
    return GraphQLError(f"{what} does not fit its type{where}.", error.nodes)


def of_field(error: GraphQLError) -> GraphQLError:
    """The same failure of a field, with a silent message should a value of the caller's be to blame."""
    return GraphQLError(_UNFIT_VALUE, error.nodes, path=error.path, original_error=error.original_error or error)
