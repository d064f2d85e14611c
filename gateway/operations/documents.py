"""Prepares operation documents: parses, limits, validates and prices each once, and caches the result by its digest."""

import hashlib
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import strawberry
from graphql import (
    DocumentNode,
    Executor,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLSchema,
    GraphQLSyntaxError,
    OperationType,
    validate,
)

from gateway.compiler.plan import CompiledOperation
from gateway.compiler.selection_cache import SelectionCache
from gateway.operations import masking
from gateway.operations.cost import OperationCost
from gateway.operations.costly_fields import RecursiveList
from gateway.operations.failures import Failure, in_document
from gateway.operations.field_cost import FieldCost, FieldCosts, declared_costs
from gateway.operations.limits import ALIASED_INTROSPECTION, TOO_MUCH, Limits, first_excess
from gateway.operations.parsing import parse_document
from gateway.operations.selections import Operation, TooMuchWork, Walk, walk
from gateway.operations.validation import mark_one_of, validation_rules
from gateway.telemetry.metrics import metrics

_ABORTED = "Validation aborted."
"""The message of graphql-core's validate when it runs out of stack: fragments are too deep, or one field is repeated
thousands of times.
"""


@dataclass(frozen=True, slots=True)
class PreparedOperation:
    """`with_outcome` are the response keys of the root fields that state the outcome of their change in their errors.

    `compiled` is None where everything runs on graphql-core.
    """

    name: str | None
    kind: OperationType
    cost: OperationCost
    with_outcome: frozenset[str]
    compiled: CompiledOperation | None


@dataclass(frozen=True, slots=True)
class Prepared:
    """A document that may run, with the schema it was validated against and the executor that runs it.

    Each request is still held to `limits` by its variables and its cost. With `reports_cost` every answer has its cost
    in `extensions`.
    """

    document: DocumentNode
    schema: GraphQLSchema
    executor: type[Executor[Any]]
    operations: Mapping[str | None, PreparedOperation]
    hide_suggestions: bool
    limits: Limits
    reports_cost: bool


@dataclass(frozen=True, slots=True)
class Rejected:
    """Why a document, or one request for it, is not run. Never empty. *status* is the HTTP status of the answer.

    Source: GraphQL over HTTP, "Status Codes".
    """

    failures: tuple[Failure, ...]
    status: Literal[200, 400, 422] = 422


@dataclass(frozen=True, slots=True)
class _Cached:
    result: Prepared | Rejected
    characters: int


class Documents:
    """Prepares documents, and caches those used last: at most *cached* documents of *cached_characters* together.

    A document with its plan takes 100 to 300 bytes for each character of its text, so the default stays below 80 MB even
    when callers send nothing but large documents.
    """

    def __init__(
        self,
        schema: strawberry.Schema,
        *,
        limits: Limits | None = None,
        costs: FieldCosts | None = None,
        introspection: bool = True,
        suggestions: bool = True,
        reports_cost: bool = False,
        compile_: bool = True,
        selection_cache: SelectionCache | None = None,
        cached: int = 1000,
        cached_characters: int = 250_000,
    ) -> None:
        """*costs* replaces the costs declared at the schema's fields. Without *compile_* operations run on graphql-core. With a *selection_cache*
        answers contain text that is already encoded.

        Raises ValueError for a schema with extensions.
        """
        _refuse_extensions(schema)
        # Strawberry has no public name for the schema underneath, and graphql-core leaves a generic open.
        self._schema = schema._schema  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
        self._executor: type[Executor[Any]] = schema.execution_context_class  # pyright: ignore[reportUnknownMemberType]
        self._limits = limits or Limits()
        self._costs = declared_costs(self._schema) if costs is None else costs
        self._purchases = _fields(self._costs, lambda cost: cost.spends_money)
        self._with_outcome = _fields(self._costs, lambda cost: cost.states_outcome)
        self._rules = validation_rules(introspection=introspection)
        self._suggestions = suggestions
        self._reports_cost = reports_cost
        self._compile = compile_
        self._selection_cache = selection_cache
        self._max_documents = cached
        self._max_characters = cached_characters
        self._cache: OrderedDict[str, _Cached] = OrderedDict()
        self._characters = 0
        mark_one_of(self._schema)

    def prepare(self, text: str, digest: str | None = None) -> Prepared | Rejected:
        """The document in *text*, ready to run, or everything that is wrong with it.

        Pass the *digest* if you have it.
        """
        digest = digest or digest_of(text)
        result = self.cached(digest)
        metrics().documents("cached" if result else "prepared").inc()
        if result is None:
            result = self._prepare(text)
            self._add(digest, _Cached(result, len(text)))
        return result

    def cached(self, digest: str) -> Prepared | Rejected | None:
        """The result for the document with this digest; None when it is not in the cache."""
        entry = self._cache.get(digest)
        if entry is None:
            return None
        self._cache.move_to_end(digest)
        return entry.result

    def _add(self, digest: str, entry: _Cached) -> None:
        self._cache[digest] = entry
        self._characters += entry.characters
        while len(self._cache) > self._max_documents or self._characters > self._max_characters:
            _, oldest = self._cache.popitem(last=False)
            self._characters -= oldest.characters

    def _prepare(self, text: str) -> Prepared | Rejected:
        try:
            with metrics().parsing.time():
                document = parse_document(text, tokens=self._limits.tokens)
        except GraphQLSyntaxError as error:
            return _unparsable(error)
        with metrics().validation.time():
            return self._validated(document)

    def _validated(self, document: DocumentNode) -> Prepared | Rejected:
        try:
            walked = walk(document)
        except TooMuchWork:
            return _limit_exceeded(TOO_MUCH)
        excess = first_excess(walked, self._limits, purchases=self._purchases)
        if excess is not None:
            return _limit_exceeded(excess)
        failures = self._validate(document)
        if failures:
            return Rejected(failures)
        if walked.introspection_aliases:
            return _limit_exceeded(ALIASED_INTROSPECTION)
        try:
            return self._prepared(document, walked)
        except RecursiveList as error:
            return _limit_exceeded(f"The list {error} is selected within its own items.")

    def _validate(self, document: DocumentNode) -> tuple[Failure, ...]:
        errors = validate(
            self._schema,
            document,
            self._rules,
            max_errors=self._limits.errors,
            hide_suggestions=not self._suggestions,
        )
        failures = tuple(map(_failure, errors))
        return failures if self._suggestions or not failures else (masking.of_document(failures),)

    def _prepared(self, document: DocumentNode, walked: Walk) -> Prepared:
        """Raises RecursiveList."""
        fragments = [each for each in document.definitions if isinstance(each, FragmentDefinitionNode)]
        operations = [self._operation(each, fragments) for each in walked.operations]
        return Prepared(
            document,
            self._schema,
            self._executor,
            {each.name: each for each in operations},
            hide_suggestions=not self._suggestions,
            limits=self._limits,
            reports_cost=self._reports_cost,
        )

    def _operation(self, operation: Operation, fragments: Sequence[FragmentDefinitionNode]) -> PreparedOperation:
        node = operation.node
        return PreparedOperation(
            node.name.value if node.name else None,
            node.operation,
            OperationCost(self._schema, operation, self._costs),
            frozenset(field.response_key for field in operation.selection.fields if field.name in self._with_outcome),
            CompiledOperation(self._schema, node, fragments, cache=self._selection_cache) if self._compile else None,
        )


def _fields(costs: FieldCosts, has_property: Callable[[FieldCost], bool]) -> frozenset[str]:
    """The names of the fields whose cost has the property."""
    return frozenset(field.partition(".")[2] for field, cost in costs.items() if has_property(cost))


def digest_of(text: str) -> str:
    """The SHA-256 that identifies a document, in lower-case hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()


def _refuse_extensions(schema: strawberry.Schema) -> None:
    extensions = [type(each).__name__ for each in schema.get_extensions()]
    if extensions:
        raise ValueError(
            f"The schema has Strawberry extensions ({', '.join(extensions)}), which this endpoint would not run: it "
            "executes documents by itself, in gateway/operations. Remove them, or do their work there."
        )


def _limit_exceeded(message: str) -> Rejected:
    return Rejected((Failure(message, "LIMIT_EXCEEDED"),))


def _failure(error: GraphQLError) -> Failure:
    failure = in_document(error)
    return Failure(TOO_MUCH, "LIMIT_EXCEEDED") if failure.message == _ABORTED else failure


def _unparsable(error: GraphQLSyntaxError) -> Rejected:
    """A document that is not GraphQL, or whose parsing stopped halfway: too many tokens or comments, or too deep."""
    failure = in_document(error)
    if error.description.endswith("Parsing aborted."):
        return Rejected((replace(failure, message=error.description, code="LIMIT_EXCEEDED"),))
    return Rejected((failure,), status=400)
