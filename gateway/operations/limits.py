"""Bounds on what a request may ask for, and what is told of a document that goes beyond."""

from collections.abc import Container, Iterator
from dataclasses import dataclass

from graphql import DocumentNode

from gateway.operations.field_cost import Figures
from gateway.operations.measures import depth, written
from gateway.operations.merging import unfolded

TOO_MUCH = "The document repeats or nests too much to be validated."
ALIASED_INTROSPECTION = (
    "Introspection is answered under its own names only: leave out the aliases inside it, and that of __schema."
)
"""Lists under two names multiply; without other names the schema itself bounds the answer."""

_LONGEST_ALIAS = 100
"""Characters. An answer repeats it in each item of a list, and in the path of each error."""


@dataclass(frozen=True, slots=True)
class Limits:
    """`body_bytes` of a request; `tokens`, `depth` (fields inside fields), `aliases` and `directives` of a document;
    `root_fields` and all `fields` of an operation, fragments unfolded; its `cost`, the calls to Partner Center it is
    estimated to take; `errors` of an answer, and the `characters` it is estimated to have.
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


def spending(figures: Figures) -> frozenset[str]:
    """The names of the root fields that spend money."""
    return frozenset(field.partition(".")[2] for field, figure in figures.items() if figure.spends_money)


def beyond(document: DocumentNode, limits: Limits, *, spending: Container[str] = ()) -> str | None:
    """Why the document is too much to be validated and run; None when it is not.

    *spending* are the root fields that spend money. An operation may have one of them: of two in one answer, one may
    succeed and one fail, which nobody can repeat.
    """
    return next(_excesses(document, limits, spending), None)


def _excesses(document: DocumentNode, limits: Limits, spending: Container[str]) -> Iterator[str]:
    if (deep := depth(document)) > limits.depth:
        yield f"The document is {deep} fields deep; at most {limits.depth} are allowed."
    size = written(document)
    if size.aliases > limits.aliases:
        yield f"The document has {size.aliases} aliases; at most {limits.aliases} are allowed."
    if size.longest_alias > _LONGEST_ALIAS:
        yield f"An alias has {size.longest_alias} characters; at most {_LONGEST_ALIAS} are allowed."
    if size.directives > limits.directives:
        yield f"The document has {size.directives} directives; at most {limits.directives} are allowed."
    operations = unfolded(document)
    if operations is None:
        yield TOO_MUCH
        return
    for operation in operations:
        if len(operation.root_fields) > limits.root_fields:
            yield f"An operation has {len(operation.root_fields)} root fields; at most {limits.root_fields} are allowed."
        if operation.fields > limits.fields:
            yield f"An operation has {_told(operation.fields)} fields with its fragments; at most {limits.fields} are allowed."
        purchases = [name for name in operation.root_fields if name in spending]
        if len(purchases) > 1:
            yield f"An operation has {len(purchases)} fields that spend money; send each {purchases[0]} by itself."


def _told(number: int) -> str:
    """Doubling fragments come to numbers of a hundred digits."""
    return str(number) if number < 10**9 else "over a billion"
