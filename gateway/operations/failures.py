"""Makes the entries of `errors`, and decides what callers see of a failure. No other module does."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from graphql import GraphQLError, GraphQLSyntaxError, SourceLocation, ValueNode
from strawberry.exceptions import StrawberryInputCoercionError

from gateway.errors import GatewayError, Malformed
from gateway.telemetry.events import failed, level_of

_LOG = logging.getLogger("gateway")

_LONGEST_MESSAGE = 300
"""Characters. GraphQL's own words fit; the cut shortens a value or name of the caller that a message repeats."""
_MOST_LOCATIONS = 5
"""Locations of one error. graphql-core lists all of them: hundreds in a document that repeats a mistake."""

_BEYOND_INT = "Int cannot represent non 32-bit signed integer value"
"""How graphql-core's message begins when a number is too large for Int. The number follows."""

_INTERNAL = "Internal error. The log has more under this correlation id."


@dataclass(frozen=True, slots=True)
class Failure:
    """An entry of `errors`, without the correlation id of its request.

    `code` is one of the project's error codes. `path` leads to the field that failed; it is empty when nothing ran.
    `extensions` are added to the code: `retryAfter` (seconds), `outcome`.
    """

    message: str
    code: str
    retryable: bool = False
    locations: Sequence[SourceLocation] = ()
    path: Sequence[str | int] = ()
    extensions: Mapping[str, object] = field(default_factory=dict[str, object])

    def entry(self, correlation_id: str) -> dict[str, object]:
        """The entry as JSON. Source: GraphQL specification, 7.1.7."""
        entry: dict[str, object] = {"message": self.message}
        if self.locations:
            entry["locations"] = [location.formatted for location in self.locations]
        if self.path:
            entry["path"] = self.path
        entry["extensions"] = {
            "code": self.code,
            "retryable": self.retryable,
            **self.extensions,
            "correlationId": correlation_id,
        }
        return entry


def in_document(error: GraphQLError) -> Failure:
    """A document that cannot be parsed, or that breaks a rule; a rule may name another code in the error's extensions."""
    if isinstance(error, GraphQLSyntaxError):
        return _of_caller(error, "GRAPHQL_PARSE_FAILED")
    code = (error.extensions or {}).get("code", "GRAPHQL_VALIDATION_FAILED")
    return _of_caller(error, str(code))


def in_request(error: GraphQLError) -> Failure:
    """Variables that do not fit their types."""
    return _of_caller(error, "BAD_USER_INPUT")


def in_execution(error: GraphQLError) -> Failure:
    """A field that failed. An error of no known kind is logged with its traceback, and hidden.

    An error at or below a field that states the outcome of its change carries it in its extensions.
    """
    failure = _of_field(error)
    outcome = (error.extensions or {}).get("outcome")
    return failure if outcome is None else replace(failure, extensions={**failure.extensions, "outcome": outcome})


def _of_field(error: GraphQLError) -> Failure:
    cause = _root(error)
    if _is_beyond_int(cause):
        cause = Malformed("Partner Center sent a number beyond what GraphQL's Int holds.")
    if isinstance(cause, GatewayError):
        return of_gateway(cause, locations=error.locations or (), path=error.path or ())
    if isinstance(cause, StrawberryInputCoercionError) or (isinstance(cause, GraphQLError) and _blames_a_value(cause)):
        return _of_caller(error, "BAD_USER_INPUT")
    return internal(cause, locations=error.locations or (), path=error.path or ())


class MoreErrors(GatewayError):
    """Stands for the errors that are left out of an answer."""

    code = "LIMIT_EXCEEDED"


def first_errors(errors: list[GraphQLError], limit: int) -> list[GraphQLError]:
    """At most *limit* errors; when there are more, a further one says how many.

    The errors nearest the root are listed: they nulled the largest parts of the answer, and a checkout's is among them.
    """
    if len(errors) <= limit:
        return errors
    more = MoreErrors(f"{len(errors) - limit} more fields failed; an answer lists at most {limit} errors.")
    nearest = sorted(errors, key=lambda error: len(error.path or ()))[:limit]
    return [*nearest, GraphQLError(more.message, original_error=more)]


def of_gateway(
    error: GatewayError,
    *,
    locations: Sequence[SourceLocation] = (),
    path: Sequence[str | int] = (),
) -> Failure:
    """One of our own failures. Callers see its message; Partner Center's correlation id goes to the log only."""
    failed(
        error.code,
        error.message if level_of(error.code) > logging.INFO else None,  # other messages may quote the caller
        path=".".join(map(str, path)) or None,
        cause="; ".join(getattr(error, "__notes__", ())) or None,
        upstream_correlation_id=error.upstream_correlation_id,
    )
    return Failure(error.message, error.code, error.retryable, locations, path, error.extensions)


def internal(
    error: Exception,
    *,
    locations: Sequence[SourceLocation] = (),
    path: Sequence[str | int] = (),
) -> Failure:
    """A bug in the gateway: logs all details, and gives the caller only an id to quote."""
    _LOG.error("internal error", exc_info=error)
    return Failure(_INTERNAL, "INTERNAL", locations=locations, path=path)


def _of_caller(error: GraphQLError, code: str) -> Failure:
    message = " ".join(
        map(str.strip, error.message.splitlines())
    )  # graphql-core prints a long value over several lines
    if len(message) > _LONGEST_MESSAGE:
        message = message[:_LONGEST_MESSAGE] + "… (cut)"
    return Failure(message, code, locations=(error.locations or ())[:_MOST_LOCATIONS], path=error.path or ())


def _root(error: GraphQLError) -> Exception:
    """The original exception: graphql-core wraps it once for its location, and once more for a bad argument."""
    cause: Exception = error
    while isinstance(cause, GraphQLError) and cause.original_error is not None:
        cause = cause.original_error
    return cause


def _is_beyond_int(cause: Exception) -> bool:
    """Whether a field's value is beyond Int. An error of an argument has nodes of the document, this one has none."""
    return isinstance(cause, GraphQLError) and cause.nodes is None and cause.message.startswith(_BEYOND_INT)


def _blames_a_value(error: GraphQLError) -> bool:
    """Whether the error points at a literal or variable and not at a field: the value does not fit its type."""
    return error.nodes is not None and isinstance(error.nodes[0], ValueNode)
