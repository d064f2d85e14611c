"""Selections over records that never change are encoded once, as long as the record lives and there is room."""

import gc
import json
from typing import Any, cast

import msgspec
import strawberry
from graphql import OperationDefinitionNode, parse
from strawberry.execution import optimized_is_awaitable

from gateway.compiler.plan import CompiledOperation
from gateway.compiler.run import Run
from gateway.compiler.selection_cache import SelectionCache


class Record:
    """One of the classes that never change."""

    def __init__(self, name: Any) -> None:
        self.name = name


class Shelf:
    """Counts what is encoded."""

    def __init__(self, max_bytes: int = 1000) -> None:
        self.encoded = 0
        self.selections = SelectionCache((Record,), encode=self._encode, max_bytes=max_bytes)

    def _encode(self, value: object) -> tuple[object, int]:
        self.encoded += 1
        text = msgspec.json.encode(value)
        return msgspec.Raw(text), len(text)


def who(record: strawberry.Parent[Record], info: strawberry.Info) -> str:
    return f"{info.context['caller']} sees {record.name}"


@strawberry.type
class Thing:
    name: str
    who: str = strawberry.field(resolver=who)


def one(info: strawberry.Info) -> Any:
    return info.context["record"]


@strawberry.type
class Query:
    one: Any = strawberry.field(graphql_type=Thing | None, resolver=one)


SCHEMA: Any = strawberry.Schema(query=Query)


class Asked:
    """One compiled operation, which is asked about one record after another."""

    def __init__(self, text: str, shelf: Shelf) -> None:
        self._document = parse(text)
        (operation,) = self._document.definitions
        assert isinstance(operation, OperationDefinitionNode)
        self._compiled = CompiledOperation(SCHEMA._schema, operation, (), cache=shelf.selections)  # noqa: SLF001

    def __call__(self, record: object, caller: str = "anne") -> Any:
        context = {"record": record, "caller": caller}

        def reference() -> Any:
            return SCHEMA.execution_context_class.build(SCHEMA._schema, self._document, context_value=context)  # noqa: SLF001

        plan = self._compiled.plan({}, reference)
        assert plan is not None
        run = Run(context, None, {}, plan.ordinary, reference, is_awaitable=cast("Any", optimized_is_awaitable))
        result: Any = plan.execute(run)
        data = json.loads(msgspec.json.encode(result.data))
        return data if result.errors is None else (data, [each.message for each in result.errors])


def test_a_record_is_encoded_once() -> None:
    shelf, record = Shelf(), Record("a")
    asked = Asked("{ one { name x: name } }", shelf)

    assert [asked(record), asked(record)] == [{"one": {"name": "a", "x": "a"}}] * 2
    assert shelf.encoded == 1


def test_another_record_at_the_same_address_is_told_apart() -> None:
    shelf = Shelf()
    asked = Asked("{ one { name } }", shelf)

    assert [asked(Record(name))["one"]["name"] for name in "abcabc"] == list("abcabc")


def test_what_a_resolver_knows_of_the_request_is_not_cached() -> None:
    shelf, record = Shelf(), Record("a")
    asked = Asked("{ one { name who } }", shelf)

    assert asked(record, "anne")["one"]["who"] == "anne sees a"
    assert asked(record, "bob")["one"]["who"] == "bob sees a"
    assert shelf.encoded == 0


def test_other_classes_are_not_cached() -> None:
    class Other(Record):
        pass

    shelf, record = Shelf(), Other("a")
    asked = Asked("{ one { name } }", shelf)

    assert [asked(record), asked(record)] == [{"one": {"name": "a"}}] * 2
    assert shelf.encoded == 0


def test_a_failure_is_not_cached() -> None:
    shelf, record = Shelf(), Record(None)
    asked = Asked("{ one { name } }", shelf)

    assert asked(record) == ({"one": None}, ["Cannot return null for non-nullable field Thing.name."])
    assert shelf.encoded == 0


def test_room_is_given_back_when_an_operation_is_forgotten() -> None:
    """Documents fall out of their cache, while the records live on."""
    shelf, record = Shelf(max_bytes=len('{"name":"a"}')), Record("a")
    asked = Asked("{ one { name } }", shelf)
    asked(record)
    assert shelf.selections.free_bytes == 0

    del asked
    gc.collect()

    assert shelf.selections.free_bytes == len('{"name":"a"}')


def test_room_is_bounded_and_given_back_when_a_record_dies() -> None:
    shelf = Shelf(max_bytes=len('{"name":"a"}'))
    asked = Asked("{ one { name } }", shelf)
    first, second = Record("a"), Record("b")

    assert [asked(first), asked(second), asked(second)] == [{"one": {"name": name}} for name in "abb"]
    assert shelf.encoded == 3, "the second finds no room, and is encoded each time"

    del first
    gc.collect()
    assert [asked(second), asked(second)] == [{"one": {"name": "b"}}] * 2
    assert shelf.encoded == 4
