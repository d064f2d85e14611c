"""GraphQL documents, read once: parsed, held to the limits, validated, and kept by their digest for the next caller."""

import hashlib
from collections import OrderedDict
from dataclasses import dataclass, replace
from typing import Any, Literal

import strawberry
from graphql import (
    SKIP,
    ASTValidationRule,
    DocumentNode,
    Executor,
    GraphQLError,
    GraphQLInputType,
    GraphQLSchema,
    GraphQLSyntaxError,
    NoSchemaIntrospectionCustomRule,
    ValueNode,
    ValuesOfCorrectTypeRule,
    VisitorAction,
    parse,
    specified_rules,
    validate,
)
from strawberry.schema.validation_rules.maybe_null import MaybeNullValidationRule

from gateway.operations import masking as silence
from gateway.operations.cost import Costs
from gateway.operations.cost_tree import ListInItself
from gateway.operations.failures import Failure, in_document
from gateway.operations.field_cost import Figures
from gateway.operations.limits import ALIASED_INTROSPECTION, TOO_MUCH, Limits, beyond, spending
from gateway.operations.measures import written
from gateway.operations.one_of import OneOfVariablesRule, mark_one_of

_ABORTED = "Validation aborted."
"""What graphql-core's validate says when it cannot follow: fragments too deep, or one field some thousand times."""
_MOST_OF_A_VALUE = 5
"""Errors told of one argument's value. For each of them GraphQL writes the whole value out, which takes its time."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A document that may run, with the schema it was validated against and the executor that is to run it.

    Each request of it is still held to `limits` by its `costs`; with `tells_cost` every answer says what it cost.
    `spending` are the root fields that spend money.
    """

    document: DocumentNode
    schema: GraphQLSchema
    executor: type[Executor[Any]]
    hide_suggestions: bool
    limits: Limits
    costs: Costs
    tells_cost: bool
    spending: frozenset[str]


@dataclass(frozen=True, slots=True)
class Rejected:
    """Why a document, or one request for it, is not run. Never empty. *status* is the HTTP status of the answer.

    Source: GraphQL over HTTP, "Status Codes".
    """

    failures: tuple[Failure, ...]
    status: Literal[200, 400, 422] = 422


@dataclass(frozen=True, slots=True)
class _Kept:
    reading: Prepared | Rejected
    characters: int


class Documents:
    """Prepares the text of documents, and remembers those used last, at most so many and of so many characters.

    A tree takes 60 to 280 bytes for each character of its text, so the default stays below 150 MB even when somebody
    sends nothing but large documents. Extensions of the schema are not run: none of ours needs one.
    """

    def __init__(
        self,
        schema: strawberry.Schema,
        *,
        limits: Limits | None = None,
        figures: Figures | None = None,
        introspection: bool = True,
        suggestions: bool = True,
        tells_cost: bool = False,
        kept: int = 1000,
        kept_characters: int = 500_000,
    ) -> None:
        # Strawberry has no public name for the schema underneath, and graphql-core leaves a generic open.
        self._schema = schema._schema  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
        self._executor: type[Executor[Any]] = schema.execution_context_class  # pyright: ignore[reportUnknownMemberType]
        self._limits = limits or Limits()
        self._figures = figures or {}
        self._spending = spending(self._figures)
        self._rules = _rules(introspection=introspection)
        self._suggestions = suggestions
        self._tells_cost = tells_cost
        self._most_kept = kept
        self._most_characters = kept_characters
        self._kept: OrderedDict[str, _Kept] = OrderedDict()
        self._characters = 0
        mark_one_of(self._schema)

    def prepare(self, text: str, digest: str | None = None) -> Prepared | Rejected:
        """The document in *text*, ready to run, or everything that is wrong with it. *digest* spares reckoning it again."""
        digest = digest or digest_of(text)
        reading = self.remembered(digest)
        if reading is None:
            reading = self._read(text)
            self._keep(digest, _Kept(reading, len(text)))
        return reading

    def remembered(self, digest: str) -> Prepared | Rejected | None:
        """What was made of the document with this digest, None when that is forgotten or was never asked for."""
        kept = self._kept.get(digest)
        if kept is None:
            return None
        self._kept.move_to_end(digest)
        return kept.reading

    def _keep(self, digest: str, kept: _Kept) -> None:
        self._kept[digest] = kept
        self._characters += kept.characters
        while len(self._kept) > self._most_kept or self._characters > self._most_characters:
            _, oldest = self._kept.popitem(last=False)
            self._characters -= oldest.characters

    def _read(self, text: str) -> Prepared | Rejected:
        most = self._limits.tokens
        try:
            document = parse(text, max_lexical_tokens=most, max_comments=most)
        except GraphQLSyntaxError as error:
            return _unreadable(error)
        excess = beyond(document, self._limits, spending=self._spending)
        if excess is not None:
            return Rejected((Failure(excess, "LIMIT_EXCEEDED"),))
        errors = validate(
            self._schema,
            document,
            self._rules,
            max_errors=self._limits.errors,
            hide_suggestions=not self._suggestions,
        )
        if errors:
            failures = tuple(map(_failure, errors))
            return Rejected(failures if self._suggestions else (silence.of_document(failures),))
        if written(document).introspection_aliases:
            return Rejected((Failure(ALIASED_INTROSPECTION, "LIMIT_EXCEEDED"),))
        try:
            costs = Costs(self._schema, document, self._figures)
        except ListInItself as error:
            return Rejected((Failure(f"The list {error} is asked for within its own items.", "LIMIT_EXCEEDED"),))
        return Prepared(
            document,
            self._schema,
            self._executor,
            hide_suggestions=not self._suggestions,
            limits=self._limits,
            costs=costs,
            tells_cost=self._tells_cost,
            spending=self._spending,
        )


def _failure(error: GraphQLError) -> Failure:
    failure = in_document(error)
    return Failure(TOO_MUCH, "LIMIT_EXCEEDED") if failure.message == _ABORTED else failure


class _EnoughSaid(Exception):
    """Of one value."""


class _FittingValuesRule(ValuesOfCorrectTypeRule):
    """A literal that does not fit its type is a wrong value, as it would be in a variable, not a wrong document.

    What a scalar itself refuses comes without a place; it gets that of the argument's whole value.
    """

    _value: ValueNode
    _said = 0

    def is_valid_value_node(
        self,
        node: ValueNode,
        input_type: GraphQLInputType | None,  # pyright: ignore[reportUnknownParameterType]  an open generic, as above
    ) -> VisitorAction:
        self._value, self._said = node, 0
        try:
            return super().is_valid_value_node(node, input_type)  # pyright: ignore[reportUnknownMemberType]  likewise
        except _EnoughSaid:
            return SKIP

    def report_error(self, error: GraphQLError) -> None:
        self._said += 1
        if self._said > _MOST_OF_A_VALUE:
            raise _EnoughSaid
        message = error.message
        if "but encountered error" in message:  # a number of some thousand digits: the rest is Python's own words
            message = "The value is out of range."
        if not error.locations or message is not error.message:
            error = GraphQLError(message, error.nodes if error.locations else self._value)
        error.extensions = {"code": "BAD_USER_INPUT"}
        super().report_error(error)


def digest_of(text: str) -> str:
    """The SHA-256 by which a document is known, in small hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()


def _rules(*, introspection: bool) -> tuple[type[ASTValidationRule], ...]:
    fitting = (_FittingValuesRule if rule is ValuesOfCorrectTypeRule else rule for rule in specified_rules)
    hidden = () if introspection else (NoSchemaIntrospectionCustomRule,)
    return (*fitting, OneOfVariablesRule, MaybeNullValidationRule, *hidden)


def _unreadable(error: GraphQLSyntaxError) -> Rejected:
    """A document that is no GraphQL, or that was given up halfway: too many tokens or comments, or too deep."""
    failure = in_document(error)
    if error.description.endswith("Parsing aborted."):
        return Rejected((replace(failure, message=error.description, code="LIMIT_EXCEEDED"),))
    return Rejected((failure,), status=400)
