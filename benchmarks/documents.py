"""What preparing a document costs: parsing, the walk, validation and the cost. Measures and prints; asserts nothing.

Run: .venv/bin/python -m benchmarks.documents
"""

import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial

import strawberry
from graphql import GraphQLSchema, get_introspection_query, parse, validate

from gateway.operations.collection import read_collection
from gateway.operations.documents import Documents, Prepared, Rejected
from gateway.schema.root import build_schema

_ROUNDS = 20


def _components(number: int) -> str:
    """A page of so many components that each bring a fragment and ask for much the same."""
    spreads = " ".join(f"...F{n}" for n in range(number))
    asked = "id version lineItems { id quantity product { title } }"
    fragments = " ".join(f"fragment F{n} on Cart {{ {asked} }}" for n in range(number))
    return f"query Page($id: ID!) {{ cart(by: {{id: $id}}) {{ {spreads} }} }} {fragments}"


def _crossing(width: int) -> str:
    """Twelve levels, on each of which every fragment spreads all of the next."""
    levels = range(11)
    fragments = [
        f"fragment F{n}x{m} on CartLineItem {{ id addonItems {{ {' '.join(f'...F{n + 1}x{k}' for k in range(width))} }} }}"
        for n in levels
        for m in range(width)
    ]
    last = [f"fragment F{len(levels)}x{m} on CartLineItem {{ id }}" for m in range(width)]
    first = " ".join(f"...F0x{m}" for m in range(width))
    return " ".join([f"{{ cart(by: {{id: 1}}) {{ lineItems {{ {first} }} }} }}", *fragments, *last])


def _nested(width: int, levels: int) -> str:
    text = "id "
    for _ in range(levels):
        text = f"addonItems {{ {text} }} " * width
    return f"{{ cart(by: {{id: 1}}) {{ lineItems {{ {text} }} }} }}"


DOCUMENTS: Mapping[str, str] = {
    "a ping": "{ __typename }",
    **{operation.name: operation.document for operation in read_collection()},
    "20 components of one page": _components(20),
    "GraphiQL's introspection": get_introspection_query(specified_by_url=True, input_value_deprecation=True),
    "one field 140 times": "{" + " __typename" * 140 + "}",
    "one field with arguments 140 times": "{" + ' node(id: "x") { id }' * 140 + "}",
    "one field 390 times": "{" + ' node(id: "x") { id }' * 390 + "}",
    "fields twice on seven levels": _nested(2, 7),
    "ten fragments crossing": _crossing(10),
    "1,000 misspelt fields": "{" + " ".join(f"cusotmer{n}" for n in range(1000)) + "}",
}


def main() -> None:
    schema = build_schema()
    bare = schema._schema  # pyright: ignore[reportPrivateUsage]  graphql-core's own
    print(f"Each in ms: median of {_ROUNDS} rounds, and the range of nine in ten")
    print(f"{'':36}{'prepared':>28}{'refused':>9}{'graphql-core alone':>28}{'cost estimated':>28}")
    for name, text in DOCUMENTS.items():
        prepare = [_prepared(schema, text) for _ in range(_ROUNDS)]
        alone = [_took(partial(_validate, bare, text)) for _ in range(_ROUNDS)]
        reading = prepare[0][1]
        estimate = [_estimated(reading) for _ in range(_ROUNDS)] if isinstance(reading, Prepared) else []
        refused = "" if isinstance(reading, Prepared) else "yes"
        print(f"{name:36}{_told([took for took, _ in prepare])}{refused:>9}{_told(alone)}{_told(estimate)}")


def _validate(schema: GraphQLSchema, text: str) -> None:
    validate(schema, parse(text))


def _prepared(schema: strawberry.Schema, text: str) -> tuple[float, Prepared | Rejected]:
    """How long a process takes that has not seen the document before, and what comes of it."""
    documents = Documents(schema)
    begun = time.perf_counter()
    reading = documents.prepare(text)
    return time.perf_counter() - begun, reading


def _estimated(prepared: Prepared) -> float:
    operation = next(iter(prepared.operations.values()))
    return _took(lambda: operation.cost.estimate({}))


def _took(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def _told(times: Sequence[float]) -> str:
    if not times:
        return " " * 28
    in_ms = sorted(1000 * each for each in times)
    cut = len(in_ms) // 20
    return f"{statistics.median(in_ms):>10.3f} ({in_ms[cut]:.3f} to {in_ms[-1 - cut]:.3f})".rjust(28)


if __name__ == "__main__":
    main()
