"""A schema with what operations meet: failures, nulls in the wrong places, slow and instant values, odd classes."""

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum
from typing import Annotated, Any, Self

import strawberry
from strawberry.scalars import JSON


@dataclass
class Seen:
    """What resolvers did, in order."""

    calls: list[str] = field(default_factory=list[str])


Info = strawberry.Info[Seen, None]


class Broken(Exception):
    """What resolvers raise."""


@strawberry.enum
class Color(Enum):
    RED = "r"
    BLUE = strawberry.enum_value("b", name="AZURE")


class Record:
    """What most resolvers give: attributes, and nothing that GraphQL knows."""

    def __init__(self, name: str | None, *, count: Any = 1, color: Any = Color.RED, child: Any = None) -> None:
        self.name = name
        self.count = count
        self.color = color
        self.price = Decimal("1.50")
        self.child = child
        self.tags: Any = ["a", "b"]
        self.facts: Any = {"x": [1, None]}


@strawberry.interface
class Named:
    name: str | None


def later(value: Any) -> Awaitable[Any]:
    """A future that gets its value, or raises it, in a later turn of the loop."""
    loop = asyncio.get_running_loop()
    future = loop.create_future()

    def finish() -> None:
        if future.cancelled():
            return
        if isinstance(value, Exception):
            future.set_exception(value)
        else:
            future.set_result(value)

    loop.call_soon(loop.call_soon, finish)
    return future


def at_once(value: Any) -> Awaitable[Any]:
    """A future that has its value already."""
    future = asyncio.get_running_loop().create_future()
    future.set_result(value)
    return future


def shout(record: strawberry.Parent[Record], info: Info, times: int = 1, suffix: str | None = None) -> str:
    info.context.calls.append("shout")
    return f"{record.name}{'!' * times}{suffix or ''}"


def length(record: strawberry.Parent[Record]) -> int:
    return len(record.name or "")


def break_(record: strawberry.Parent[Record]) -> int:
    raise Broken(f"broken {record.name}")


async def take_time(record: strawberry.Parent[Record], info: Info) -> str:
    await asyncio.sleep(0)
    if record.name == "bad":
        raise Broken("slow")
    return f"slow {record.name} at {info.path.key}"


def make_children(record: strawberry.Parent[Record]) -> list[Record | None]:
    return [Record("bad"), None, Record("b", count=None), Record("c", count="many")]


def wait(record: strawberry.Parent[Record], kind: str = "good") -> Awaitable[Any] | Record | None:
    values = {"good": Record("w"), "none": None, "bad": Broken("waiting"), "bad count": Record("w", count=None)}
    value = values[kind]
    match record.name:
        case "a":
            return at_once(value) if not isinstance(value, Exception) else later(value)
        case "b":
            if isinstance(value, Exception):
                raise value
            return value
        case _:
            return later(value)


def odd(record: strawberry.Parent[Record], what: str) -> Any:
    values = {
        "generator": (each for each in [Record("g")]),
        "tuple": (Record("t"), Record("bad")),
        "awaitables": [later(Record("x")), Record("y"), later(Broken("item")), at_once(None)],
        "text": "not a list",
        "failure": Broken("given"),
        "items": [Broken("an item"), Record("z")],
    }
    return values[what]


def choose(record: strawberry.Parent[Record], kind: str) -> Any:
    return {"item": Record("e"), "other": Other(name="o", extra=2), "none": None, "wrong": 5}[kind]


@strawberry.type
class Other(Named):
    extra: int


LazyItem = Annotated["Item", strawberry.lazy("tests.compiler.schema")]
Either = Annotated[LazyItem | Other, strawberry.union("Either")]


@strawberry.type
class Item(Named):
    @classmethod
    def is_type_of(cls, value: object, _info: object) -> bool:
        return isinstance(value, Record)

    count: int
    color: Color | None
    price: Decimal
    tags: list[str] | None
    facts: JSON | None
    child: Self | None
    shout: str = strawberry.field(resolver=shout)
    length: int = strawberry.field(resolver=length)
    broken: int | None = strawberry.field(resolver=break_)
    must_break: int = strawberry.field(resolver=break_)
    slow: str | None = strawberry.field(resolver=take_time)
    must_be_slow: str = strawberry.field(resolver=take_time)
    children: list[Record | None] = strawberry.field(graphql_type=list[Self | None], resolver=make_children)
    strict_children: list[Record | None] | None = strawberry.field(
        graphql_type=list[Self] | None, resolver=make_children
    )
    waiting: Any = strawberry.field(graphql_type=Self | None, resolver=wait)
    must_wait: Any = strawberry.field(graphql_type=Self, resolver=wait)
    odd: Any = strawberry.field(graphql_type=list[Self | None] | None, resolver=odd)
    either: Any = strawberry.field(graphql_type=Either | None, resolver=choose)
    named: Any = strawberry.field(graphql_type=Named | None, resolver=choose)


@strawberry.input
class Filter:
    name: str | None = strawberry.UNSET
    color: Color | None = None
    ids: list[strawberry.ID] = strawberry.field(default_factory=list)
    inner: Self | None = strawberry.UNSET


def find(by: Filter, info: Info) -> Awaitable[Any] | Record:
    info.context.calls.append(f"item {by}")
    record = Record(by.name or "a", child=Record("child"))
    return later(record) if by.color else record


async def changed(info: Info, to: int, wait: bool = False) -> Record:
    if wait:
        await asyncio.sleep(0.001)
    info.context.calls.append(f"changed {to}")
    if to < 0:
        raise Broken("below zero")
    return Record(f"{to}", count=to or None)


@strawberry.type
class Query:
    a: Any = strawberry.field(graphql_type=Item | None, resolver=lambda: Record("a", child=Record("bad", count=None)))
    b: Any = strawberry.field(graphql_type=Item, resolver=lambda: Record("b", color="b", child=Record(None)))
    c: Any = strawberry.field(graphql_type=Item | None, resolver=lambda: later(Record("c", color="green")))
    items: Any = strawberry.field(graphql_type=list[Item], resolver=lambda: [Record("a"), Record("b"), Record("c")])
    item: Any = strawberry.field(graphql_type=Item | None, resolver=find)


@strawberry.type
class Mutation:
    change: Any = strawberry.field(graphql_type=Item | None, resolver=changed)
    must_change: Any = strawberry.field(graphql_type=Item, resolver=changed)


TYPES = (Other,)
