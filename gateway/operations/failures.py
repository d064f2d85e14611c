"""What callers are told of a failure: the one place that makes entries of `errors`, and decides what stays inside."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from graphql import GraphQLError, GraphQLSyntaxError, SourceLocation, ValueNode
from strawberry.exceptions import StrawberryInputCoercionError

from gateway.errors import GatewayError, Malformed

_LOG = logging.getLogger("gateway")

_LONGEST_MESSAGE = 300
"""Characters. GraphQL's own words fit; what is cut is a caller's value or name, which such messages repeat."""
_MOST_LOCATIONS = 5
"""Of one error. GraphQL names every place of a fault, which in a document of repetitions are hundreds."""

_BEYOND_INT = "Int cannot represent non 32-bit signed integer value"
"""Begins what GraphQL says of a number too large for its Int, quoting the number."""

_INTERNAL = "Internal error. The log has more under this correlation id."


@dataclass(frozen=True, slots=True)
class Failure:
    """An entry of `errors`, but for the request it belongs to.

    `code` is one of the project's error codes. `path` leads to the field that failed; it is empty when nothing ran.
    `more` goes into the extensions beside the code: `retryAfter` (seconds), `outcome`.
    """

    message: str
    code: str
    retryable: bool = False
    locations: Sequence[SourceLocation] = ()
    path: Sequence[str | int] = ()
    more: Mapping[str, object] = field(default_factory=dict[str, object])

    def entry(self, correlation_id: str) -> dict[str, object]:
        """The JSON of it. Source: GraphQL specification, 7.1.7."""
        told: dict[str, object] = {"message": self.message}
        if self.locations:
            told["locations"] = [location.formatted for location in self.locations]
        if self.path:
            told["path"] = self.path
        told["extensions"] = {
            "code": self.code,
            "retryable": self.retryable,
            **self.more,
            "correlationId": correlation_id,
        }
        return told


def in_document(error: GraphQLError) -> Failure:
    """A document that cannot be read or breaks a rule of GraphQL; a rule may have named another code in extensions."""
    if isinstance(error, GraphQLSyntaxError):
        return _of_caller(error, "GRAPHQL_PARSE_FAILED")
    code = (error.extensions or {}).get("code", "GRAPHQL_VALIDATION_FAILED")
    return _of_caller(error, str(code))


def in_request(error: GraphQLError) -> Failure:
    """Variables that do not fit, or an operation name that is not in the document."""
    return _of_caller(error, "BAD_USER_INPUT")


def in_execution(error: GraphQLError, correlation_id: str) -> Failure:
    """A field that failed. What is neither ours nor the caller's doing is logged with its traceback, and hidden.

    An error at or below a field that spends money carries in its extensions what is known of the orders.
    """
    failure = _of_field(error, correlation_id)
    outcome = (error.extensions or {}).get("outcome")
    return failure if outcome is None else replace(failure, more={**failure.more, "outcome": outcome})


def _of_field(error: GraphQLError, correlation_id: str) -> Failure:
    cause = _root(error)
    if _is_beyond_int(cause):
        cause = Malformed("Partner Center sent a number beyond what GraphQL's Int holds.")
    if isinstance(cause, GatewayError):
        return of_gateway(cause, correlation_id, locations=error.locations or (), path=error.path or ())
    if isinstance(cause, StrawberryInputCoercionError) or (isinstance(cause, GraphQLError) and _blames_a_value(cause)):
        return _of_caller(error, "BAD_USER_INPUT")
    return internal(cause, correlation_id, locations=error.locations or (), path=error.path or ())


class MoreErrors(GatewayError):
    """Stands for the errors of an answer that are not told."""

    code = "LIMIT_EXCEEDED"


def first_errors(errors: list[GraphQLError], most: int) -> list[GraphQLError]:
    """At *most* so many errors, and when there are more a last one that says how many.

    Those nearest the root stay: they took most of the answer with them, and a checkout's is among them.
    """
    if len(errors) <= most:
        return errors
    more = MoreErrors(f"{len(errors) - most} more fields failed; an answer tells {most} of its errors.")
    nearest = sorted(errors, key=lambda error: len(error.path or ()))[:most]
    return [*nearest, GraphQLError(more.message, original_error=more)]


def of_gateway(
    error: GatewayError,
    correlation_id: str,
    *,
    locations: Sequence[SourceLocation] = (),
    path: Sequence[str | int] = (),
) -> Failure:
    """One of our own failures: its message is meant for callers; Partner Center's id stays in the log."""
    _LOG.info(
        "%s at %s in request %s, Partner Center's correlation id %s",
        error.code,
        ".".join(map(str, path)) or "the door",
        correlation_id,
        error.upstream_correlation_id or "unknown",
    )
    return Failure(error.message, error.code, error.retryable, locations, path, error.extensions)


def internal(
    error: Exception,
    correlation_id: str,
    *,
    locations: Sequence[SourceLocation] = (),
    path: Sequence[str | int] = (),
) -> Failure:
    """A bug of ours: the log gets all of it, the caller only an id to quote."""
    _LOG.error("Internal error in request %s", correlation_id, exc_info=error)
    return Failure(_INTERNAL, "INTERNAL", locations=locations, path=path)


def _of_caller(error: GraphQLError, code: str) -> Failure:
    message = " ".join(map(str.strip, error.message.splitlines()))  # GraphQL writes a long value over several lines
    if len(message) > _LONGEST_MESSAGE:
        message = message[:_LONGEST_MESSAGE] + "… (cut)"
    return Failure(message, code, locations=(error.locations or ())[:_MOST_LOCATIONS], path=error.path or ())


def _root(error: GraphQLError) -> Exception:
    """What was raised in the first place: GraphQL wraps it once for its place, and once more for a bad argument."""
    cause: Exception = error
    while isinstance(cause, GraphQLError) and cause.original_error is not None:
        cause = cause.original_error
    return cause


def _is_beyond_int(cause: Exception) -> bool:
    """Whether a field has a number that its type cannot show. One in an argument comes with its place in the document."""
    return isinstance(cause, GraphQLError) and cause.nodes is None and cause.message.startswith(_BEYOND_INT)


def _blames_a_value(error: GraphQLError) -> bool:
    """Whether GraphQL points at a literal or variable, not at a field: the value does not fit its type."""
    return error.nodes is not None and isinstance(error.nodes[0], ValueNode)
