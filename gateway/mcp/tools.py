"""The tools: one for each operation that agents may use, made again when the documents change."""

import logging
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from graphql import GraphQLSyntaxError, OperationDefinitionNode, OperationType, parse
from mcp_types import Tool

from gateway.mcp.effects import annotations_of
from gateway.mcp.input_schema import input_schema
from gateway.mcp.names import tool_name
from gateway.mcp.safeguards import Path, Unsafe, safeguards_of
from gateway.operations.documents import Documents, Prepared, Rejected
from gateway.operations.selections import Operation, walk

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class OperationTool:
    """`safeguards` are the arguments that each call must send. `refusals` lead to the payloads' own `errors` in the data:
    pairs of response keys.
    """

    definition: Tool
    operation: str
    document: str
    variables: frozenset[str]
    safeguards: frozenset[Path]
    refusals: tuple[tuple[str, str], ...]


class _Unusable(Exception):
    """Why a document is not a tool, as the end of a sentence about it."""


class Tools:
    """The documents of *source* that are tools, by the name of the tool.

    /graphql still runs the others. The log has their number, and names those that look like tools and cannot be.
    """

    def __init__(self, documents: Documents, source: Callable[[], Mapping[str, str]], *, may_write: bool) -> None:
        """*source* gives texts by SHA-256, and a new object when they change. Without *may_write* only queries are tools."""
        self._documents = documents
        self._source = source
        self._may_write = may_write
        self._made_of = source()
        self._tools = self._made(self._made_of)

    def current(self) -> Mapping[str, OperationTool]:
        texts = self._source()
        if texts is not self._made_of:
            self._made_of, self._tools = texts, self._made(texts)
        return self._tools

    def _made(self, texts: Mapping[str, str]) -> Mapping[str, OperationTool]:
        described = {digest: text for digest, text in texts.items() if (kind := _kind(text)) and self._may_be(kind)}
        found: defaultdict[str, list[OperationTool]] = defaultdict(list)
        for digest, text in described.items():
            try:
                tool = self._tool(text)
            except _Unusable as error:
                _LOG.warning("GATEWAY_MCP: the trusted document %s is not a tool: it %s.", digest[:12], error)
                continue
            found[tool.definition.name].append(tool)
        tools = {name: claims[0] for name, claims in sorted(found.items()) if _is_unique(name, claims)}
        _LOG.info("GATEWAY_MCP: %d of %d documents are tools.", len(tools), len(texts))
        return tools

    def _may_be(self, kind: OperationType) -> bool:
        return kind is OperationType.QUERY or (self._may_write and kind is OperationType.MUTATION)

    def _tool(self, text: str) -> OperationTool:
        """Raises _Unusable."""
        prepared = self._documents.prepare(text)
        if isinstance(prepared, Rejected):
            raise _Unusable(f"would be rejected ({prepared.failures[0].message})")
        try:
            safeguards = safeguards_of(prepared.schema, prepared.document)
        except Unsafe as error:
            raise _Unusable(str(error)) from None
        (operation,) = walk(prepared.document).operations
        return _made(text, prepared, operation, safeguards)


def _kind(text: str) -> OperationType | None:
    """The kind of a document's only operation, if it has a name and a description. Most documents of a shop have none."""
    try:
        definitions = parse(text, no_location=True).definitions
    except GraphQLSyntaxError:
        return None
    operations = [each for each in definitions if isinstance(each, OperationDefinitionNode)]
    if len(operations) != 1 or operations[0].name is None or operations[0].description is None:
        return None
    return operations[0].operation


def _made(text: str, prepared: Prepared, operation: Operation, safeguards: frozenset[Path]) -> OperationTool:
    node = operation.node
    name = node.name.value if node.name else ""
    is_mutation = node.operation is OperationType.MUTATION
    roots = operation.selection.fields if is_mutation else []
    definition = Tool(
        name=tool_name(name),
        description=" ".join(node.description.value.split()) if node.description else None,
        input_schema=input_schema(prepared.schema, prepared.document, node, safeguards),
        annotations=annotations_of([root.name for root in roots]),
    )
    return OperationTool(
        definition,
        name,
        text,
        frozenset(each.variable.name.value for each in node.variable_definitions or ()),
        safeguards,
        tuple(
            (root.response_key, each.response_key)
            for root in roots
            for each in root.below.fields
            if each.name == "errors"
        ),
    )


def _is_unique(name: str, tools: list[OperationTool]) -> bool:
    """Two operations of one name would let a call do what the agent did not read about, so neither is a tool."""
    if len(tools) > 1:
        operations = ", ".join(sorted(tool.operation for tool in tools))
        _LOG.warning("GATEWAY_MCP: several trusted documents would be the tool %s (%s), so none is.", name, operations)
    return len(tools) == 1
