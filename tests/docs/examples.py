"""Findings about GraphQL on pages: whether it is valid, and whether the gateway answers what the page shows.

A block `graphql` is a whole document; fragments may come from other blocks of its page. A block `json` after it, with a
paragraph between them at most, gives the variables, if its members are variables of the operation, or the answer, if its
members are those of an answer; both may follow, in this order. Operations run one after the other, on one sandbox for each page. A comment
`<!-- not run: REASON -->` just before a block leaves out the run. Definitions of types are excerpts of the schema.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, cast

from graphql import (
    DocumentNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLSchema,
    Node,
    NonNullTypeNode,
    NoUnusedFragmentsRule,
    OperationDefinitionNode,
    TypeDefinitionNode,
    Visitor,
    build_schema,
    parse,
    print_ast,
    specified_rules,
    validate,
    visit,
)

from tests.docs.pages import ROOT, Block, Page
from tests.docs.shapes import differences, shown
from tests.harness import Gateway

_ANSWER = {"data", "errors", "extensions"}
_NOT_RUN = re.compile(r"<!-- not run: \S.*?-->\s*\Z", re.DOTALL)


@dataclass(frozen=True)
class Example:
    """One operation of a page; *variables* and *answer* are None where the page shows none."""

    block: Block
    operation: OperationDefinitionNode
    text: str
    variables: dict[str, Any] | None
    answer: dict[str, Any] | None

    @property
    def is_run(self) -> bool:
        if _NOT_RUN.search(self.block.before):
            return False
        needed = (each for each in self.operation.variable_definitions or () if isinstance(each.type, NonNullTypeNode))
        return self.variables is not None or all(each.default_value for each in needed)


@cache
def schema() -> GraphQLSchema:
    return build_schema((ROOT / "schema.graphql").read_text("utf-8"))


def invalid_documents(page: Page) -> Iterator[str]:
    """Documents that the schema does not allow, and excerpts that are not of the schema."""
    for block in page.blocks:
        if block.language == "graphql":
            yield from _mistakes(page, block)


def _mistakes(page: Page, block: Block) -> Iterator[str]:
    try:
        document = _document(page, block)
    except GraphQLError as error:
        line = block.line + (error.locations[0].line if error.locations else 0)
        yield f"{page}:{line}: {error.message} Show a whole document; … belongs into JSON only."
        return
    if all(isinstance(each, TypeDefinitionNode) for each in document.definitions):
        yield from (page.at(block, mistake) for mistake in _strange_definitions(document))
        return
    operations = [each for each in document.definitions if isinstance(each, OperationDefinitionNode)]
    if len(operations) > 1:
        yield page.at(block, "has several operations; give each a block of its own")
    rules = [rule for rule in specified_rules if operations or rule is not NoUnusedFragmentsRule]
    yield from (page.at(block, f"{error.message} See schema.graphql.") for error in validate(schema(), document, rules))


def _strange_definitions(document: DocumentNode) -> Iterator[str]:
    """Types, fields and values that the schema does not have like this."""
    for definition in document.definitions:
        name = cast("TypeDefinitionNode", definition).name.value
        known = schema().type_map.get(name)
        if known is None or known.ast_node is None:
            yield f"the schema has no type {name}"
            continue
        actual = _members_of(known.ast_node)
        yield from (f"the schema's {name} has no `{each}`" for each in _members_of(definition) if each not in actual)


def _members_of(definition: Node) -> list[str]:
    """What stands between the braces, a line for each member, without descriptions."""
    text = re.sub(r'\s*"""[\s\S]*?"""\n', "\n", print_ast(definition))
    return [line.strip() for line in text.splitlines()[1:]]


def examples(page: Page) -> Iterator[Example]:
    """The operations of the page. Blocks with findings of `invalid_documents` are left out."""
    for index, block in enumerate(page.blocks):
        if block.language == "graphql" and not list(_mistakes(page, block)):
            document = _document(page, block)
            operations = [each for each in document.definitions if isinstance(each, OperationDefinitionNode)]
            if operations:
                variables, answer = _shown_after(page, index, operations[0])
                yield Example(block, operations[0], print_ast(document), variables, answer)


async def wrong_answers(page: Page, gateway: Gateway) -> list[str]:
    """Runs the page's operations, and finds errors in answers that the page does not show, and differences."""
    found: list[str] = []
    for example in examples(page):
        if example.is_run:
            answer = await gateway.ask(example.text, example.variables)
            found += (page.at(example.block, problem) for problem in _problems(example, answer))
    return found


def _problems(example: Example, answer: Mapping[str, Any]) -> Iterator[str]:
    if example.answer is not None:
        compared = {name: value for name, value in answer.items() if name in example.answer or name != "extensions"}
        yield from (f"{each}; correct the answer shown" for each in differences(example.answer, compared))
        return
    data: Mapping[str, Any] = answer.get("data") or {}
    payloads = [cast("Mapping[str, Any]", each) for each in data.values() if isinstance(each, dict)]
    if errors := answer.get("errors") or [error for payload in payloads for error in payload.get("errors") or ()]:
        yield f"the sandbox answers errors; correct the operation, or show the answer after it: {json.dumps(errors)}"


def _document(page: Page, block: Block) -> DocumentNode:
    """With the fragments of other blocks that it spreads. Raises GraphQLError."""
    document = parse(block.text)
    defined = {each.name.value for each in document.definitions if isinstance(each, FragmentDefinitionNode)}
    missing = _spread_in(block.text) - defined
    lent = [fragment for fragment in _fragments(page) if fragment.name.value in missing]
    return DocumentNode(definitions=(*document.definitions, *lent))


def _fragments(page: Page) -> Iterator[FragmentDefinitionNode]:
    for block in page.blocks:
        if block.language == "graphql" and "fragment " in block.text:
            yield from (each for each in parse(block.text).definitions if isinstance(each, FragmentDefinitionNode))


def _spread_in(text: str) -> set[str]:
    class Spreads(Visitor):
        def __init__(self) -> None:
            super().__init__()
            self.names: set[str] = set()

        def enter_fragment_spread(self, node: FragmentSpreadNode, *_: object) -> None:
            self.names.add(node.name.value)

    spreads = Spreads()
    visit(parse(text), spreads)
    return spreads.names


def _shown_after(
    page: Page, index: int, operation: OperationDefinitionNode
) -> tuple[dict[str, Any] | None, dict[str, Any] | None]:
    """Variables and answer in the blocks right after that with the operation."""
    names = {each.variable.name.value for each in operation.variable_definitions or ()}
    variables: dict[str, Any] | None = None
    for block in page.blocks[index + 1 : index + 3]:
        members = _members(block)
        if members is None or not _follows(block):
            break
        if variables is None and members and members.keys() <= names:
            variables = members
        elif members and members.keys() <= _ANSWER:
            return variables, members
        else:
            break
    return variables, None


def _follows(block: Block) -> bool:
    """Whether a paragraph at most stands between the block and the one before it."""
    between = block.before.strip()
    return "\n\n" not in between and not between.startswith(("#", "|"))


def unreadable_json(page: Page) -> Iterator[str]:
    """Blocks of JSON that are not, even with `…` for what they leave out."""
    for block in page.blocks:
        if block.language == "json":
            try:
                shown(block.text)
            except ValueError as error:
                yield page.at(block, f"is not JSON: {error}; what is left out is written …")


def _members(block: Block) -> dict[str, Any] | None:
    """None for anything but a JSON object."""
    if block.language != "json":
        return None
    try:
        value = shown(block.text)
    except ValueError:
        return None
    return cast("dict[str, Any]", value) if isinstance(value, dict) else None
