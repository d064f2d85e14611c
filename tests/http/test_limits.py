"""How deep a document goes."""

import pytest
from graphql import get_introspection_query, parse

from gateway.http.limits import depth


def _doubling(levels: int) -> str:
    """A document in which every fragment spreads the next one twice: 2^levels paths, one more level each."""
    fragments = " ".join(f"fragment F{n} on Item {{ again {{ ...F{n + 1} ...F{n + 1} }} }}" for n in range(levels))
    return f"{{ item {{ ...F0 }} }} {fragments} fragment F{levels} on Item {{ name }}"


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        pytest.param("{ a }", 1, id="one field"),
        pytest.param("{ a { b { c } } d }", 3, id="the deepest branch counts"),
        pytest.param("{ ... { ... on T { a } } }", 1, id="inline fragments add nothing"),
        pytest.param("{ a { ...F } } fragment F on T { b { c } }", 3, id="a fragment adds its own depth"),
        pytest.param("fragment F on T { b { ...G } } { a { ...F } } fragment G on T { c }", 3, id="in any order"),
        pytest.param("query A { a } query B { a { b } }", 2, id="of several operations the deepest"),
        pytest.param("{ a { ...Missing } }", 1, id="a missing fragment is for validation"),
        pytest.param("{ a { ...F } } fragment F on T { b { ...F } }", 0, id="a cycle is for validation"),
        pytest.param(get_introspection_query(), 1, id="introspection is one field"),
        pytest.param(_doubling(300), 302, id="a fragment is read once, however often it is spread"),
    ],
)
def test_depth_is_the_number_of_fields_inside_one_another(document: str, expected: int) -> None:
    """Fragments count where they are spread; 300 doubling ones take no longer than 300 plain ones."""
    assert depth(parse(document)) == expected


def test_a_long_chain_of_fragments_does_not_exhaust_the_stack() -> None:
    """The stack does not grow with the number of fragments."""
    chain = " ".join(f"fragment F{n} on Item {{ ...F{n + 1} }}" for n in range(1300))

    assert depth(parse(f"{{ item {{ ...F0 }} }} {chain} fragment F1300 on Item {{ name }}")) == 2
