"""Ordering failures: which calls they are for, how often they strike, and what is wrong with an order."""

import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import httpx
import pytest

from gateway.sandbox.faults.injection import Faults
from gateway.sandbox.faults.rules import read_orders

Order = Callable[..., Awaitable[None]]

CONTOSO = "/v1/customers/28045616-f6b9-462f-9701-0d89b5e65c44"
DEMO_CART = f"{CONTOSO}/carts/2517c51b-58cd-4abe-87ed-3ab812401ab4"
NOTHING: Mapping[str, object] = {"faults": [], "seed": 0, "racy": False, "racySeconds": 0.05}


def faults_of(*rules: Mapping[str, object], **others: object) -> Faults:
    faults = Faults()
    faults.order(read_orders(json.dumps({"faults": rules, **others}).encode()))
    return faults


def run_of(faults: Faults, *, length: int = 40) -> list[str]:
    """What strikes that many calls, one after the other; "" = nothing."""
    struck = (faults.strike("GET", DEMO_CART) for _ in range(length))
    return ["" if rule is None else rule.name for rule in struck]


@pytest.mark.parametrize(
    ("calls", "method", "path", "is_struck"),
    [
        pytest.param("*", "GET", DEMO_CART, True, id="every call"),
        pytest.param("* *", "GET", DEMO_CART, True, id="every call, at length"),
        pytest.param("GET", "GET", DEMO_CART, True, id="a method"),
        pytest.param("POST", "GET", DEMO_CART, False, id="another method"),
        pytest.param("customers/*/carts/*", "PUT", DEMO_CART, True, id="a path"),
        pytest.param("/v1/customers/*/carts/*/", "PUT", DEMO_CART, True, id="a path with all that surrounds it"),
        pytest.param("customers/*/carts", "POST", DEMO_CART, False, id="a path that goes on"),
        pytest.param("POST */checkout", "POST", f"{DEMO_CART}/checkout", True, id="method and path"),
        pytest.param("post */CHECKOUT", "POST", f"{DEMO_CART.upper()}/checkout", True, id="in any letter case"),
        pytest.param("POST */checkout", "GET", f"{DEMO_CART}/checkout", False, id="the path with another method"),
        pytest.param("POST */oauth2/token", "POST", "/tenant/oauth2/token", True, id="the token authority"),
        pytest.param("products/a.c", "GET", "/v1/products/abc", False, id="a dot is a dot"),
    ],
)
def test_an_order_names_its_calls(calls: str, method: str, path: str, is_struck: bool) -> None:
    """By method, by path below /v1, or both; a star stands for anything, slashes included."""
    faults = faults_of({"calls": calls, "fault": "reset"})

    assert (faults.strike(method, path) is not None) == is_struck


async def test_the_sandboxs_own_calls_are_never_struck(api: httpx.AsyncClient, order: Order) -> None:
    """Otherwise nobody could take the order back."""
    await order({"fault": 500})

    answers = [await api.get(path) for path in ("/", "/_sandbox/calls", "/_sandbox/faults")]

    assert [each.status_code for each in answers] == [200] * 3


def test_a_share_of_the_calls_is_struck() -> None:
    """About as many as were asked for; all without a share, none with 0."""
    struck = run_of(faults_of({"fault": "reset", "share": 0.2}), length=1000).count("reset")

    assert 160 <= struck <= 240
    assert set(run_of(faults_of({"fault": "reset"}))) == {"reset"}
    assert set(run_of(faults_of({"fault": "reset", "share": 0}))) == {""}


@pytest.mark.parametrize("others", [{}, {"seed": 7}], ids=["no seed", "a seed"])
def test_a_run_repeats(others: dict[str, object]) -> None:
    """The same order strikes the same calls."""
    first, second = (run_of(faults_of({"fault": "reset", "share": 0.5}, **others)) for _ in range(2))

    assert first == second
    assert len(set(first)) == 2


def test_another_seed_strikes_other_calls() -> None:
    """One for all rules, or one for each."""
    rule = {"fault": "reset", "share": 0.5}

    runs = [
        run_of(faults_of(rule, seed=1)),
        run_of(faults_of(rule, seed=2)),
        run_of(faults_of({**rule, "seed": 3}, seed=1)),
    ]

    assert len({tuple(run) for run in runs}) == 3
    assert run_of(faults_of({**rule, "seed": 3}, seed=9)) == runs[2]


def test_the_first_rule_that_strikes_wins() -> None:
    """One more rule behind changes nothing about those before it."""
    first = {"fault": "reset", "share": 0.5}
    alone, together = run_of(faults_of(first)), run_of(faults_of(first, {"fault": 500}))

    assert together == [fault or "500" for fault in alone]


def test_a_rule_may_strike_a_number_of_times() -> None:
    """A blip: the calls after it are fine."""
    assert run_of(faults_of({"fault": 503, "times": 2}), length=4) == ["503", "503", "", ""]


async def test_what_is_on_order_can_be_looked_at(api: httpx.AsyncClient, order: Order) -> None:
    """As it was ordered, with what was filled in, how many calls it was for, and how many it struck."""
    await order({"calls": "GET */carts/*", "fault": 404, "times": 1}, {"fault": "bom"}, seed=5, racySeconds=1)
    await api.get(DEMO_CART)
    await api.get(DEMO_CART)
    await api.delete(DEMO_CART)

    shown = (await api.get("/_sandbox/faults")).json()

    assert shown == {
        "faults": [
            {"calls": "GET */carts/*", "fault": "404", "when": "before", "share": 1.0, "times": 1, "matched": 2, "struck": 1},
            {"calls": "*", "fault": "bom", "when": "after", "share": 1.0, "matched": 2, "struck": 2},
        ],
        "seed": 5,
        "racy": False,
        "racySeconds": 1.0,
    }  # fmt: skip


async def test_an_order_takes_the_place_of_the_one_before(api: httpx.AsyncClient, order: Order) -> None:
    """Racy mode alone leaves the failures as they are."""
    await order({"fault": "reset"})
    await order({"fault": 500})

    shown = (await api.post("/_sandbox/faults", json={"racy": True})).json()

    assert ([each["fault"] for each in shown["faults"]], shown["racy"]) == (["500"], True)


@pytest.mark.parametrize(("method", "path"), [("DELETE", "/_sandbox/faults"), ("POST", "/_sandbox/reset")])
async def test_everything_can_be_taken_back(api: httpx.AsyncClient, order: Order, method: str, path: str) -> None:
    """By itself, or with everything else."""
    await order({"fault": 500}, seed=4, racy=True, racySeconds=1)

    await api.request(method, path)

    assert (await api.get("/_sandbox/faults")).json() == NOTHING
    assert (await api.get(DEMO_CART)).status_code == 200


def ordering(**rule: object) -> dict[str, object]:
    return {"faults": [rule]}


@pytest.mark.parametrize(
    ("body", "said"),
    [
        pytest.param("", "", id="nothing"),
        pytest.param("{", "", id="no JSON"),
        pytest.param([], "object", id="no object"),
        pytest.param({}, "Nothing is ordered", id="an empty order"),
        pytest.param({"seed": 1}, "Nothing is ordered", id="a seed alone"),
        pytest.param({"rules": []}, "`rules`", id="an unknown member"),
        pytest.param({"faults": {"fault": "reset"}}, "$.faults", id="no list"),
        pytest.param(ordering(calls="*"), "`fault`", id="no fault"),
        pytest.param(ordering(fault="rest"), "'rest'. Accepted: reset, close", id="an unknown fault"),
        pytest.param(ordering(fault=200), "'200'. Accepted", id="a status that is no failure"),
        pytest.param(ordering(fault="reset", cals="*"), "`cals`", id="a slip of the pen"),
        pytest.param(ordering(fault="reset", share=20), "$.faults[0].share", id="a share in percent"),
        pytest.param(ordering(fault="reset", share="0.2"), "$.faults[0].share", id="a share as text"),
        pytest.param(ordering(fault="reset", times=0), "$.faults[0].times", id="no times"),
        pytest.param(ordering(fault="delay", seconds=-1), "$.faults[0].seconds", id="back in time"),
        pytest.param(ordering(fault="reset", when="during"), "$.faults[0].when", id="another when"),
        pytest.param(ordering(fault="bom", when="before"), "its when is 'after'", id="an answer to work never done"),
        pytest.param(ordering(fault="reset", seconds=1), "reset takes no seconds. Accepted: calls", id="not for that fault"),
        pytest.param(ordering(fault=429, asDate=True), "asDate needs retryAfter", id="a date without seconds"),
        pytest.param(ordering(fault=429, retryAfter="soon", asDate=True), "asDate needs retryAfter", id="a date from a text"),
        pytest.param(ordering(fault=503, retryAfter="a\r\nb"), "$.faults[0].retryAfter", id="two lines in a header"),
        pytest.param(ordering(fault=503, retryAfter=10**10), "$.faults[0].retryAfter", id="a date without a year"),
        pytest.param(ordering(fault="edit"), "edit takes at least one of set, remove", id="an edit of nothing"),
        pytest.param(ordering(fault="edit", set=["a"]), "$.faults[0].set", id="an edit without values"),
        pytest.param(ordering(fault="edit", remove="a"), "$.faults[0].remove", id="an edit without a list"),
        pytest.param(ordering(fault="edit", set={"lineItems[0].id": 1}), "joins its steps by dots", id="an edit with brackets"),
        pytest.param(ordering(fault="edit", status=100), "$.faults[0].status", id="an edit that is no answer"),
        pytest.param(ordering(fault="edit", headers={"X": "ä"}), "$.faults[0].headers", id="a header of other letters"),
        pytest.param(ordering(fault="edit", headers={"X Y": ""}), "$.faults[0].headers", id="a header of two words"),
        pytest.param(ordering(fault="edit", headers={"content-length": "1"}), "not a header to edit", id="another length"),
        pytest.param(ordering(fault="bom", set={"a": 1}), "bom takes no set", id="an edit by another fault"),
        pytest.param(ordering(fault="redirect"), "redirect takes a location", id="a redirect to nowhere"),
        pytest.param(ordering(fault="redirect", location="https://example.com/"), "on this machine", id="a redirect far away"),
        pytest.param(ordering(fault="redirect", location="http://["), "on this machine", id="a redirect to no address"),
        pytest.param(ordering(fault="reset", calls=""), "names no calls", id="no calls"),
        pytest.param(ordering(fault="reset", calls="FETCH */carts"), "GET, POST, PUT", id="an unknown method"),
        pytest.param(ordering(fault="reset", calls="GET a b"), "names no calls", id="too many words"),
        pytest.param({"racy": "yes"}, "$.racy", id="racy as text"),
        pytest.param({"racySeconds": 1e9}, "$.racySeconds", id="racy for ever"),
    ],
)  # fmt: skip
async def test_a_bad_order_changes_nothing(api: httpx.AsyncClient, order: Order, body: Any, said: str) -> None:
    """The answer names what is wrong and what is accepted."""
    await order({"fault": 404, "times": 3})
    before = (await api.get("/_sandbox/faults")).json()

    answer = await api.post("/_sandbox/faults", content=body if isinstance(body, str) else json.dumps(body))

    assert (answer.status_code, answer.json()["code"]) == (400, 800002)
    assert said in answer.json()["description"]
    assert (await api.get("/_sandbox/faults")).json() == before
