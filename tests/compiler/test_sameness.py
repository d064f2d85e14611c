"""Compiled operations give what graphql-core gives: data, errors with their paths, and the order of side effects."""

import gc
import random
from typing import Any

import pytest
import strawberry

from gateway.compiler.executor import CompilingExecutor
from tests.compiler.generated import Operations
from tests.compiler.schema import TYPES, Mutation, Query, Seen

PLAIN = strawberry.Schema(query=Query, mutation=Mutation, types=TYPES)
COMPILED = strawberry.Schema(query=Query, mutation=Mutation, types=TYPES, execution_context_class=CompilingExecutor)

_CASES = {
    "plain fields": "{ a { name count color price tags facts length __typename } }",
    "aliases and fragments": "{ a { x: name y: name ...F ... on Named { name } } } fragment F on Item { child { ...G } } fragment G on Item { name }",
    "a null where none may be": "{ a { name child { count } } }",
    "a null at the root": "{ b { mustBreak } a { name } }",
    "an enum's value in place of its member": "{ b { color } }",
    "a value that is not in the enum": "{ c { name color } }",
    "a failing resolver": "{ a { broken length } b { name } }",
    "a failing resolver of a required field": "{ a { mustBreak waiting { name } } b { name } }",
    "slow fields": "{ items { name slow mustBeSlow } }",
    "slow fields that fail": "{ a { children { slow mustBeSlow name } } }",
    "lists with nulls and bad items": "{ a { children { name count } strictChildren { name } } }",
    "awaitables": "{ items { waiting { name waiting { name } } } }",
    "awaitables that are null": '{ items { waiting(kind: "none") { name } } }',
    "awaitables that may not be null": '{ items { mustWait(kind: "none") { name } } a { name } }',
    "awaitables that fail": '{ items { waiting(kind: "bad") { name } } }',
    "required awaitables that fail": '{ a { name waiting { mustWait(kind: "bad") { name } } } items { name } }',
    "awaitables below a failure": '{ items { waiting(kind: "bad count") { count waiting { name } } } }',
    "a generator": '{ a { odd(what: "generator") { name } } }',
    "a tuple": '{ a { odd(what: "tuple") { name slow } } }',
    "a list of awaitables": '{ a { odd(what: "awaitables") { name slow } } }',
    "a text in place of a list": '{ a { odd(what: "text") { name } } }',
    "a failure in place of a value": '{ a { odd(what: "failure") { name } } }',
    "a failure in place of an item": '{ a { odd(what: "items") { name slow } } }',
    "a union": '{ a { either(kind: "item") { ... on Item { name slow } ... on Other { extra } } } b { either(kind: "other") { __typename ... on Other { extra } } } }',
    "a union's null and wrong value": '{ a { x: either(kind: "none") { __typename } either(kind: "wrong") { __typename } } }',
    "an interface": '{ a { named(kind: "item") { name __typename } x: named(kind: "other") { name ... on Other { extra } } } }',
    "arguments": '{ a { shout(times: 3, suffix: "?") x: shout y: shout(suffix: null) } }',
    "an argument that does not fit": '{ a { odd(what: "no such") { name } either(kind: "no such") { __typename } } }',
    "input objects": '{ item(by: {name: "n", ids: ["1", 2], color: AZURE, inner: {name: null}}) { name child { name } } }',
    "introspection": '{ __schema { queryType { name } } __type(name: "Item") { fields { name type { name ofType { name } } } } a { name } }',
    "mutations in order": "mutation { change(to: 1, wait: true) { name } x: change(to: -1) { name } y: change(to: 2) { slow } }",
    "a mutation that leaves no data": "mutation { x: change(to: 1) { name } mustChange(to: -1) { name } y: change(to: 3) { name } }",
    "a mutation's null": "mutation { x: mustChange(to: 0, wait: true) { count } y: change(to: 3) { name } }",
}


_ARGUMENTS = {
    "waiting.kind": ['"good"', '"none"', '"bad"', '"bad count"'],
    "mustWait.kind": ['"good"', '"good"', '"none"', '"bad"'],
    "either.kind": ['"item"', '"other"', '"none"', '"wrong"'],
    "named.kind": ['"item"', '"other"', '"none"'],
    "odd.what": ['"generator"', '"tuple"', '"awaitables"', '"text"', '"failure"', '"items"'],
    "item.by": ["{}", '{name: "b"}', '{name: "bad", color: RED}'],
}


async def _answer(schema: strawberry.Schema, document: str, variables: dict[str, Any] | None = None) -> Any:
    seen = Seen()
    result: Any = await schema.execute(document, variables, context_value=seen)
    errors = [
        (each.message, each.path, [(at.line, at.column) for at in each.locations or ()]) for each in result.errors or ()
    ]
    return result.data, sorted(errors, key=repr), seen.calls


@pytest.mark.parametrize("document", _CASES.values(), ids=_CASES)
async def test_the_answer_is_the_same(document: str) -> None:
    expected = await _answer(PLAIN, document)

    assert await _answer(COMPILED, document) == expected
    assert await _answer(COMPILED, document) == expected, "a second time"
    assert repr((await _answer(COMPILED, document))[0]) == repr(expected[0]), "the order of members"
    _, compiled = list(CompilingExecutor.compiled_operations.values())[-1]
    assert compiled.plan({}, lambda: pytest.fail("compiled before")), "it ran compiled"


@pytest.mark.parametrize(
    "variables",
    [
        {},
        {"name": "n", "id": "1", "flag": True, "times": 2},
        {"name": None, "flag": False, "filter": {"name": "f", "inner": {"ids": ["1"], "color": "RED"}}},
        {"name": 5},
        {"times": 2**31},
        {"times": None, "filter": None},
    ],
    ids=["none", "all", "nulls", "wrong class", "too large", "null for a default"],
)
async def test_variables_are_the_same(variables: dict[str, Any]) -> None:
    document = """
        query ($name: String, $id: ID, $flag: Boolean, $times: Int, $filter: Filter, $color: Color = AZURE) {
          item(by: {name: $name, ids: [$id], color: $color, inner: $filter}) { name child { name } }
          a { shout(times: $times, suffix: $name) x: shout(suffix: $name) }
          b { name @include(if: $flag) length @skip(if: $flag) }
        }
    """.replace("[$id]", "[$id]" if "id" in variables else "[]").replace(
        "$id: ID, ", "$id: ID!, " if "id" in variables else ""
    )
    document = document.replace("$flag: Boolean", "$flag: Boolean = false")

    assert await _answer(COMPILED, document, variables) == await _answer(PLAIN, document, variables)


async def test_conditions_have_plans_of_their_own() -> None:
    document = (
        "query ($on: Boolean!) { a { name @include(if: $on) length @skip(if: $on) ... @skip(if: $on) { count } } }"
    )

    for on in (True, False, True):
        assert await _answer(COMPILED, document, {"on": on}) == await _answer(PLAIN, document, {"on": on})


@pytest.mark.filterwarnings("ignore:coroutine .* was never awaited", "ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("seed", range(6))
async def test_generated_operations_give_the_same(seed: int) -> None:
    """Where several failures may null one place, timing decides which of them is reported; the data stays the same.

    graphql-core leaves coroutines that have not begun when one beside them fails.
    """
    rng = random.Random(seed)
    operations = Operations(PLAIN._schema, _ARGUMENTS, rng)  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
    for _ in range(30):
        document, variables = operations.query(depth=4), {"on": rng.random() < 0.5}
        expected, found = await _answer(PLAIN, document, variables), await _answer(COMPILED, document, variables)

        assert found[0] == expected[0], document
        assert bool(found[1]) == bool(expected[1]), document
    gc.collect()  # those coroutines, before a test that would take their warnings for its own


async def test_an_operation_that_grows_too_large_is_left_to_graphql_core() -> None:
    """Each level of fragments doubles the fields, and compiling them would block the process."""
    levels = " ".join(
        f"fragment F{n} on Item {{ name x: child {{ ...F{n + 1} }} y: child {{ ...F{n + 1} }} }}" for n in range(10)
    )
    document = f"{{ a {{ ...F0 }} }} {levels} fragment F10 on Item {{ name }}"

    assert await _answer(COMPILED, document) == await _answer(PLAIN, document)
    _, compiled = list(CompilingExecutor.compiled_operations.values())[-1]
    assert compiled.plan({}, lambda: pytest.fail("tried before")) is None
