"""docs/rest-to-graph.md names every call of the REST API that the gateway makes, those that only the sandbox answers,
and no other.
"""

import importlib
import inspect
import pkgutil
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import NoReturn, TypeVar
from urllib.parse import unquote

import pytest
from graphql import GraphQLObjectType

from gateway import partner_center
from gateway.errors import Unavailable
from gateway.partner_center.callers import Caller, TokenCaller
from gateway.partner_center.client import PartnerCenter
from gateway.partner_center.models.agreements import AgreementContact, AgreementType, NewAgreement
from gateway.partner_center.models.orders import OrderCancellation
from gateway.partner_center.models.stock import StockQuestion
from gateway.partner_center.sending.calls import Call
from gateway.sandbox.routes import AUTHORITY, PARTNER_CENTER
from gateway.schema.root import build_schema

T = TypeVar("T")

PAGE = (Path(__file__).parents[2] / "docs" / "rest-to-graph.md").read_text("utf-8")
MADE, SANDBOX_ONLY = PAGE.split("## Calls that only the sandbox answers")

RECORDS: Mapping[str, object] = {
    "cancellation": OrderCancellation(id="{order}"),
    "new": NewAgreement(
        primary_contact=AgreementContact(),
        date_agreed=datetime(2026, 1, 1, tzinfo=UTC),
        template_id="{template}",
        type=AgreementType("MicrosoftCustomerAgreement"),
    ),
    "question": StockQuestion(target_items=()),
    "questions": (),
    "mpn_ids": (),
    "document": {},
    "kind": AgreementType("MicrosoftCustomerAgreement"),
}
"""Arguments that are no identifiers, by the name of their parameter."""


class Recording:
    """Notes each call that it is asked to send, and sends none."""

    def __init__(self) -> None:
        self.calls: list[str] = []

    async def send(self, call: Call[T], *, caller: Caller, deadline: float | None) -> NoReturn:
        self.calls.append(f"{call.method} {unquote(call.path)}")
        raise Unavailable("Nothing is sent here.")


def clients() -> Iterator[type]:
    """The clients of all resources: by their names, so that a new one is found."""
    for module in pkgutil.iter_modules(partner_center.__path__, f"{partner_center.__name__}."):
        for name, found in inspect.getmembers(importlib.import_module(module.name), inspect.isclass):
            if found.__module__ == module.name and name.endswith("Client"):
                yield found


def argument(name: str) -> object:
    """The parameter's own name in braces, as the page writes it, for every parameter that is no record."""
    return RECORDS.get(name, "{" + name.removesuffix("_id").removesuffix("_number") + "}")


async def calls_made() -> set[str]:
    recording = Recording()
    for each in clients():
        client = each(PartnerCenter(recording, TokenCaller("token")))
        for _, method in inspect.getmembers(client, inspect.iscoroutinefunction):
            if method.__name__.startswith("_"):
                continue
            required = [each for each in inspect.signature(method).parameters.values() if each.default is each.empty]
            before = len(recording.calls)
            with pytest.raises(Unavailable):
                await method(
                    *(argument(each.name) for each in required if each.kind is each.POSITIONAL_OR_KEYWORD),
                    **{each.name: argument(each.name) for each in required if each.kind is each.KEYWORD_ONLY},
                )
            assert len(recording.calls) > before, method
    return set(recording.calls)


def calls_named(text: str) -> list[str]:
    return re.findall(r"`((?:GET|POST|PUT|PATCH|DELETE) /[^`?]*)(?:\?[^`]*)?`", text)


async def test_the_page_names_every_call_that_the_gateway_makes() -> None:
    """A call that a client learns to make needs a row, and a row needs a call."""
    named = calls_named(MADE)

    assert set(named) == await calls_made()
    assert len(named) == len(set(named))


async def test_the_page_names_every_other_call_of_the_sandbox() -> None:
    """With the token calls, which are not below `/v1`."""
    answered = {f"{route.method} /v1/{route.path}" for route in PARTNER_CENTER}
    signing_in = {f"{route.method} /{route.path}" for route in AUTHORITY}

    assert set(calls_named(SANDBOX_ONLY)) == (answered - await calls_made()) | signing_in
    assert not await calls_made() - answered


def test_every_field_on_the_page_exists() -> None:
    """`Type.field` names an element of the schema."""
    schema = build_schema()._schema  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]  it has no public name
    fields = {
        f"{of.name}.{field}"
        for of in schema.type_map.values()
        if isinstance(of, GraphQLObjectType)
        for field in of.fields
    }

    named = {f"{of}.{field}" for of, field in re.findall(r"`([A-Z]\w+)\.(\w+)`", PAGE)}

    assert named
    assert named - fields == set()


def test_every_mutation_is_on_the_page() -> None:
    """Each of them leads to at least one call."""
    schema = build_schema()._schema  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]  it has no public name
    mutation = schema.type_map["Mutation"]

    assert isinstance(mutation, GraphQLObjectType)
    assert set(mutation.fields) == set(re.findall(r"`Mutation\.(\w+)`", PAGE))
