"""The sandbox's scenarios as operations to try: for each, those of the collection that show it, with variables that work."""

from collections.abc import Callable, Mapping, Sequence

from gateway.http import graphiql
from gateway.http.graphiql import Tab
from gateway.operations.collection import read_collection
from gateway.sandbox.scenarios.control import SCENARIOS
from gateway.sandbox.scenarios.scenario import Scenario
from gateway.schema.node import Kind, node_id

_SEEN_VERSION = "rKX3TpL-SilMtsxUBZ251Q.ovZOqtMh"
"""`Cart.version` of the scenario version-conflict's cart before the colleague's first change."""


def open_scenarios() -> Sequence[graphiql.Scenario]:
    """All scenarios, in the order in which the sandbox lists them."""
    documents = {operation.name: operation.document for operation in read_collection()}
    return [_open(each, documents) for each in SCENARIOS.values()]


def open_scenario(name: str) -> graphiql.Scenario:
    return next(each for each in open_scenarios() if each.name == name)


def first_tabs(scenario: graphiql.Scenario) -> Mapping[str, Tab]:
    """Those to send until the scenario shows, by the operation of the last."""
    names = list(scenario.tabs)
    return {name: scenario.tabs[name] for name in names[: names.index(SCENARIOS[scenario.name].operation) + 1]}


def _open(scenario: Scenario, documents: Mapping[str, str]) -> graphiql.Scenario:
    return graphiql.Scenario(
        name=scenario.name,
        summary=scenario.summary,
        look_for=scenario.look_for,
        tabs={name: Tab(documents[name], _VARIABLES[name](scenario)) for name in scenario.operations},
    )


def _cart_id(scenario: Scenario) -> str:
    return node_id(Kind.CART, scenario.customer_id, scenario.cart_id)


def _line_id(scenario: Scenario) -> str:
    """The line at issue, the only one of its item."""
    item = scenario.catalog_item_id.lower()
    return node_id(Kind.LINE_ITEM, scenario.customer_id, scenario.cart_id, item, "0", "1")


def _by_reference(scenario: Scenario) -> Mapping[str, object]:
    return {"cart": {"id": _cart_id(scenario)}}


def _lines(scenario: Scenario, quantity: int) -> Mapping[str, object]:
    return {"cartId": _cart_id(scenario), "lineItems": [{"id": _line_id(scenario), "quantity": quantity}]}


_VARIABLES: Mapping[str, Callable[[Scenario], Mapping[str, object]]] = {
    "CartPage": _by_reference,
    "WhatBecameOfCart": _by_reference,
    "CheckOut": lambda scenario: {"input": {"cartId": _cart_id(scenario)}},
    "MendLine": lambda scenario: {"input": _lines(scenario, 300)},
    "ChangeLines": lambda scenario: {"input": {**_lines(scenario, 12), "expectedVersion": _SEEN_VERSION}},
    "Promotions": lambda scenario: {"country": "US"},
}
