"""Documents are parsed as graphql-core parses them, and take less memory."""

import pytest
from graphql import DocumentNode, GraphQLSyntaxError, Node, Visitor, parse, visit

from gateway.operations.parsing import parse_document

DOCUMENT = """
query Cart($id: ID!, $all: Boolean = false) {
  # the first of two
  cart(by: {id: $id}) { ...Part @include(if: $all) lineItems { quantity } }
}
fragment Part on Cart { id, status }
"""
TOKENS = 1000


class _Places(Visitor):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, int, int, object]] = []

    def enter(self, node: Node, *_: object) -> None:
        assert node.loc is not None
        self.found.append((node.kind, node.loc.start, node.loc.end, node.loc.source.get_location(node.loc.start)))


def places(document: DocumentNode) -> list[tuple[str, int, int, object]]:
    visitor = _Places()
    visit(document, visitor)
    return visitor.found


def test_every_node_has_its_place() -> None:
    """Errors name the line and column of what is wrong."""
    ours, theirs = parse_document(DOCUMENT, tokens=TOKENS), parse(DOCUMENT)

    assert ours == theirs
    assert places(ours) == places(theirs)


def test_tokens_are_freed() -> None:
    """A token refers to those beside it, so that one of them would hold all."""
    location = parse_document(DOCUMENT, tokens=TOKENS).definitions[0].loc

    assert location is not None
    assert (location.start_token.next, location.end_token.prev) == (None, None)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("{ cart(", id="an end in the middle"),
        pytest.param("{" + " a" * TOKENS + " }", id="too many tokens"),
        pytest.param("#\n" * TOKENS + "#\n{ a }", id="too many comments"),
        pytest.param("{ a" * 5 * TOKENS, id="nested too deeply"),
    ],
)
def test_what_cannot_be_parsed_is_the_same_error(text: str) -> None:
    """With the same message and place."""
    tokens = 100 * TOKENS if text.startswith("{ a{") else TOKENS

    with pytest.raises(GraphQLSyntaxError) as theirs:
        parse(text, max_lexical_tokens=tokens, max_comments=tokens)
    with pytest.raises(GraphQLSyntaxError) as ours:
        parse_document(text, tokens=tokens)

    assert ours.value == theirs.value
    assert ours.value.formatted == theirs.value.formatted
