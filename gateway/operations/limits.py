"""Bounds on what a request may ask for, and the message for a document that goes beyond one."""

from collections.abc import Container, Iterator
from dataclasses import dataclass

from gateway.operations.selections import Walk

TOO_MUCH = "The document repeats or nests too much to be validated."
ALIASED_INTROSPECTION = (
    "Introspection is answered under its own names only: leave out the aliases inside it, and that of __schema."
)
"""Lists under two names multiply; without aliases the schema itself bounds the answer."""

_LONGEST_ALIAS = 100
"""Characters. An answer repeats an alias in each item of a list, and in the path of each error."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Upper bounds.

    Of a request: `body_bytes`.
    Of a document: `tokens`, `depth` (fields inside fields), `aliases` and `directives`.
    Of an operation, fragments expanded: `root_fields`, `fields` on all levels, and its estimated `cost` in calls to
    Partner Center.
    Of an answer: `errors`, and the `characters` it is estimated to have.
    """

    body_bytes: int = 256 * 1024
    tokens: int = 4000
    depth: int = 15
    aliases: int = 50
    root_fields: int = 20
    directives: int = 50
    fields: int = 5000
    cost: int = 500
    errors: int = 100
    characters: int = 1_000_000


def first_excess(walk: Walk, limits: Limits, *, purchases: Container[str] = ()) -> str | None:
    """Which limit the document exceeds, as a message; None when it exceeds none.

    *purchases* are the root fields that spend money. An operation may have one of them: of two in one answer, one may
    succeed and one fail, and that cannot be repeated safely.
    """
    return next(_excesses(walk, limits, purchases), None)


def _excesses(walk: Walk, limits: Limits, purchases: Container[str]) -> Iterator[str]:
    deepest = max((operation.depth for operation in walk.operations), default=0)
    if deepest > limits.depth:
        yield f"The document is {deepest} fields deep; at most {limits.depth} are allowed."
    if walk.aliases > limits.aliases:
        yield f"The document has {walk.aliases} aliases; at most {limits.aliases} are allowed."
    if walk.longest_alias > _LONGEST_ALIAS:
        yield f"An alias has {walk.longest_alias} characters; at most {_LONGEST_ALIAS} are allowed."
    if walk.directives > limits.directives:
        yield f"The document has {walk.directives} directives; at most {limits.directives} are allowed."
    for operation in walk.operations:
        names = [field.name for field in operation.selection.fields]
        if len(names) > limits.root_fields:
            yield f"An operation has {len(names)} root fields; at most {limits.root_fields} are allowed."
        if operation.fields > limits.fields:
            yield f"An operation has {_short(operation.fields)} fields with its fragments; at most {limits.fields} are allowed."
        spending = [name for name in names if name in purchases]
        if len(spending) > 1:
            yield f"An operation has {len(spending)} fields that spend money; send each {spending[0]} by itself."


def _short(number: int) -> str:
    """The number for a message. Fragments that double can lead to numbers of a hundred digits."""
    return str(number) if number < 10**9 else "over a billion"
