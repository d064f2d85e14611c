"""GraphQL documents, read once: parsed, held to the limits, validated, and kept by their digest for the next caller."""

import hashlib
import re
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import strawberry
from graphql import (
    ASTValidationRule,
    DocumentNode,
    Executor,
    GraphQLError,
    GraphQLInputObjectType,
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

from gateway.http.failures import Failure, in_document
from gateway.http.limits import Limits, depth

_SUGGESTION = re.compile(r" Did you mean [^?]*\?")

_ABORTED = "Validation aborted."
"""What graphql-core's validate says when it cannot follow: fragments too deep, or one field some thousand times."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A document that may run, with the schema it was validated against and the executor that is to run it."""

    document: DocumentNode
    schema: GraphQLSchema
    executor: type[Executor[Any]]
    hide_suggestions: bool


@dataclass(frozen=True, slots=True)
class Rejected:
    """Why a document, or one request of it, may not run. Never empty."""

    failures: tuple[Failure, ...]


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
        introspection: bool = True,
        suggestions: bool = True,
        kept: int = 1000,
        kept_characters: int = 500_000,
    ) -> None:
        # Strawberry has no public name for the schema underneath, and graphql-core leaves a generic open.
        self._schema = schema._schema  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
        self._executor: type[Executor[Any]] = schema.execution_context_class  # pyright: ignore[reportUnknownMemberType]
        self._limits = limits or Limits()
        self._rules = _rules(introspection=introspection)
        self._suggestions = suggestions
        self._most_kept = kept
        self._most_characters = kept_characters
        self._kept: OrderedDict[str, _Kept] = OrderedDict()
        self._characters = 0
        _mark_one_of(self._schema)

    def prepare(self, text: str) -> Prepared | Rejected:
        """The document in *text*, ready to run, or everything that is wrong with it."""
        digest = hashlib.sha256(text.encode()).hexdigest()
        kept = self._kept.get(digest)
        if kept is not None:
            self._kept.move_to_end(digest)
            return kept.reading
        reading = self._read(text)
        self._keep(digest, _Kept(reading, len(text)))
        return reading

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
            return Rejected((_unreadable(error),))
        deep = depth(document)
        if deep > self._limits.depth:
            message = f"The document is {deep} fields deep; at most {self._limits.depth} are allowed."
            return Rejected((Failure(message, "LIMIT_EXCEEDED"),))
        errors = validate(self._schema, document, self._rules, hide_suggestions=not self._suggestions)
        if errors:
            return Rejected(tuple(self._failures(errors)))
        return Prepared(document, self._schema, self._executor, hide_suggestions=not self._suggestions)

    def _failures(self, errors: Iterable[GraphQLError]) -> Iterable[Failure]:
        for error in errors:
            failure = in_document(error)
            if failure.message == _ABORTED:
                yield Failure("The document repeats or nests too much to be validated.", "LIMIT_EXCEEDED")
            elif self._suggestions:
                yield failure
            else:
                yield replace(failure, message=_SUGGESTION.sub("", failure.message))


class _FittingValuesRule(ValuesOfCorrectTypeRule):
    """A literal that does not fit its type is a wrong value, as it would be in a variable, not a wrong document.

    What a scalar itself refuses comes without a place; it gets that of the argument's whole value.
    """

    _value: ValueNode

    def is_valid_value_node(
        self,
        node: ValueNode,
        input_type: GraphQLInputType | None,  # pyright: ignore[reportUnknownParameterType]  an open generic, as above
    ) -> VisitorAction:
        self._value = node
        return super().is_valid_value_node(node, input_type)  # pyright: ignore[reportUnknownMemberType]  likewise

    def report_error(self, error: GraphQLError) -> None:
        if not error.locations:
            error = GraphQLError(error.message, self._value)
        error.extensions = {"code": "BAD_USER_INPUT"}
        super().report_error(error)


def _rules(*, introspection: bool) -> tuple[type[ASTValidationRule], ...]:
    rules = (_FittingValuesRule if rule is ValuesOfCorrectTypeRule else rule for rule in specified_rules)
    hidden = () if introspection else (NoSchemaIntrospectionCustomRule,)
    return (*rules, MaybeNullValidationRule, *hidden)


def _mark_one_of(schema: GraphQLSchema) -> None:
    """Tell graphql-core which inputs are @oneOf, so that its own rules hold them to it.

    Strawberry tells introspection only, and checks literals with a rule of its own, which breaks on a variable in a
    fragment that stands before its operation (seen in 0.341).
    """
    for graphql_type in schema.type_map.values():
        if isinstance(graphql_type, GraphQLInputObjectType):
            definition = graphql_type.extensions.get("strawberry-definition")
            graphql_type.is_one_of = bool(getattr(definition, "is_one_of", False))


def _unreadable(error: GraphQLSyntaxError) -> Failure:
    """A document that is no GraphQL, or that was given up halfway: too many tokens or comments, or too deep."""
    failure = in_document(error)
    if error.description.endswith("Parsing aborted."):
        return replace(failure, message=error.description, code="LIMIT_EXCEEDED")
    return failure
