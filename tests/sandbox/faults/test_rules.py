"""Fault rules: which calls they match, how often they apply, and which requests are refused."""

import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import httpx
import pytest

from gateway.sandbox.faults.injection import FaultInjection
from gateway.sandbox.faults.rules import read_settings
from tests.sandbox.shop_ids import DEMO_CART_PATH

Inject = Callable[..., Awaitable[None]]

NOTHING: Mapping[str, object] = {"faults": [], "seed": 0, "racy": False, "racySeconds": 0.05}


def faults_of(*rules: Mapping[str, object], **others: object) -> FaultInjection:
    faults = FaultInjection()
    faults.configure(read_settings(json.dumps({"faults": rules, **others}).encode()))
    return faults


def run_of(faults: FaultInjection, *, length: int = 40) -> list[str]:
    """The fault applied to each of *length* calls in a row; "" means none."""
    struck = (faults.rule_for("GET", DEMO_CART_PATH) for _ in range(length))
    return ["" if rule is None else rule.name for rule in struck]


@pytest.mark.parametrize(
    ("calls", "method", "path", "is_struck"),
    [
        pytest.param("*", "GET", DEMO_CART_PATH, True, id="every call"),
        pytest.param("* *", "GET", DEMO_CART_PATH, True, id="every call, at length"),
        pytest.param("GET", "GET", DEMO_CART_PATH, True, id="a method"),
        pytest.param("POST", "GET", DEMO_CART_PATH, False, id="another method"),
        pytest.param("customers/*/carts/*", "PUT", DEMO_CART_PATH, True, id="a path"),
        pytest.param("/v1/customers/*/carts/*/", "PUT", DEMO_CART_PATH, True, id="a path with all that surrounds it"),
        pytest.param("customers/*/carts", "POST", DEMO_CART_PATH, False, id="a path that goes on"),
        pytest.param("POST */checkout", "POST", f"{DEMO_CART_PATH}/checkout", True, id="method and path"),
        pytest.param("post */CHECKOUT", "POST", f"{DEMO_CART_PATH.upper()}/checkout", True, id="in any letter case"),
        pytest.param("POST */checkout", "GET", f"{DEMO_CART_PATH}/checkout", False, id="the path with another method"),
        pytest.param("POST */oauth2/token", "POST", "/tenant/oauth2/token", True, id="the token authority"),
        pytest.param("products/a.c", "GET", "/v1/products/abc", False, id="a dot is a dot"),
    ],
)
def test_a_rule_matches_calls_by_method_and_path(calls: str, method: str, path: str, is_struck: bool) -> None:
    """Paths are below /v1; a star matches anything, slashes included."""
    faults = faults_of({"calls": calls, "fault": "reset"})

    assert (faults.rule_for(method, path) is not None) == is_struck


async def test_rules_never_apply_to_the_sandboxs_own_calls(api: httpx.AsyncClient, inject: Inject) -> None:
    """Otherwise the rules could not be removed."""
    await inject({"fault": 500})

    answers = [await api.get(path) for path in ("/", "/_sandbox/calls", "/_sandbox/faults")]

    assert [each.status_code for each in answers] == [200] * 3


def test_a_rule_applies_to_a_share_of_the_calls() -> None:
    """To all by default, to none with share 0."""
    struck = run_of(faults_of({"fault": "reset", "share": 0.2}), length=1000).count("reset")

    assert 160 <= struck <= 240
    assert set(run_of(faults_of({"fault": "reset"}))) == {"reset"}
    assert set(run_of(faults_of({"fault": "reset", "share": 0}))) == {""}


@pytest.mark.parametrize("others", [{}, {"seed": 7}], ids=["no seed", "a seed"])
def test_a_run_repeats(others: dict[str, object]) -> None:
    """The same rules apply to the same calls."""
    first, second = (run_of(faults_of({"fault": "reset", "share": 0.5}, **others)) for _ in range(2))

    assert first == second
    assert len(set(first)) == 2


def test_another_seed_selects_other_calls() -> None:
    """A seed may be set for all rules, or for one."""
    rule = {"fault": "reset", "share": 0.5}

    runs = [
        run_of(faults_of(rule, seed=1)),
        run_of(faults_of(rule, seed=2)),
        run_of(faults_of({**rule, "seed": 3}, seed=1)),
    ]

    assert len({tuple(run) for run in runs}) == 3
    assert run_of(faults_of({**rule, "seed": 3}, seed=9)) == runs[2]


def test_the_first_rule_that_applies_wins() -> None:
    """A rule added at the end does not affect the earlier ones."""
    first = {"fault": "reset", "share": 0.5}
    alone, together = run_of(faults_of(first)), run_of(faults_of(first, {"fault": 500}))

    assert together == [fault or "500" for fault in alone]


def test_a_rule_may_apply_a_limited_number_of_times() -> None:
    """Calls after that succeed."""
    assert run_of(faults_of({"fault": 503, "times": 2}), length=4) == ["503", "503", "", ""]


async def test_get_shows_rules_and_counters(api: httpx.AsyncClient, inject: Inject) -> None:
    """Each rule with its defaults, the calls it matched, and the calls it was applied to."""
    await inject({"calls": "GET */carts/*", "fault": 404, "times": 1}, {"fault": "bom"}, seed=5, racySeconds=1)
    await api.get(DEMO_CART_PATH)
    await api.get(DEMO_CART_PATH)
    await api.delete(DEMO_CART_PATH)

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


async def test_new_rules_replace_earlier_ones(api: httpx.AsyncClient, inject: Inject) -> None:
    """A request for racy mode alone keeps the rules."""
    await inject({"fault": "reset"})
    await inject({"fault": 500})

    shown = (await api.post("/_sandbox/faults", json={"racy": True})).json()

    assert ([each["fault"] for each in shown["faults"]], shown["racy"]) == (["500"], True)


@pytest.mark.parametrize(("method", "path"), [("DELETE", "/_sandbox/faults"), ("POST", "/_sandbox/reset")])
async def test_delete_and_reset_remove_all_rules(
    api: httpx.AsyncClient, inject: Inject, method: str, path: str
) -> None:
    """DELETE removes the rules; a reset removes them with all other state."""
    await inject({"fault": 500}, seed=4, racy=True, racySeconds=1)

    await api.request(method, path)

    assert (await api.get("/_sandbox/faults")).json() == NOTHING
    assert (await api.get(DEMO_CART_PATH)).status_code == 200


def with_rule(**rule: object) -> dict[str, object]:
    return {"faults": [rule]}


@pytest.mark.parametrize(
    ("body", "message"),
    [
        pytest.param("", "", id="nothing"),
        pytest.param("{", "", id="not JSON"),
        pytest.param([], "object", id="not an object"),
        pytest.param({}, "The request sets nothing", id="an empty request"),
        pytest.param({"seed": 1}, "The request sets nothing", id="a seed alone"),
        pytest.param({"rules": []}, "`rules`", id="an unknown member"),
        pytest.param({"faults": {"fault": "reset"}}, "$.faults", id="not a list"),
        pytest.param(with_rule(calls="*"), "`fault`", id="no fault"),
        pytest.param(with_rule(fault="rest"), "'rest'. Accepted: reset, close", id="an unknown fault"),
        pytest.param(with_rule(fault=200), "'200'. Accepted", id="a status that is not an error"),
        pytest.param(with_rule(fault="reset", cals="*"), "`cals`", id="a misspelled member"),
        pytest.param(with_rule(fault="reset", share=20), "$.faults[0].share", id="a share in percent"),
        pytest.param(with_rule(fault="reset", share="0.2"), "$.faults[0].share", id="a share as text"),
        pytest.param(with_rule(fault="reset", times=0), "$.faults[0].times", id="zero times"),
        pytest.param(with_rule(fault="delay", seconds=-1), "$.faults[0].seconds", id="negative seconds"),
        pytest.param(with_rule(fault="reset", when="during"), "$.faults[0].when", id="an unknown when"),
        pytest.param(with_rule(fault="bom", when="before"), "when must be 'after'", id="an answer to work never done"),
        pytest.param(with_rule(fault="reset", seconds=1), "reset has no option seconds. Accepted: calls", id="an option of another fault"),
        pytest.param(with_rule(fault=429, asDate=True), "asDate needs retryAfter", id="a date without seconds"),
        pytest.param(with_rule(fault=429, retryAfter="soon", asDate=True), "asDate needs retryAfter", id="a date from a string"),
        pytest.param(with_rule(fault=503, retryAfter="a\r\nb"), "$.faults[0].retryAfter", id="two lines in a header"),
        pytest.param(with_rule(fault=503, retryAfter=10**10), "$.faults[0].retryAfter", id="a date without a year"),
        pytest.param(with_rule(fault="edit"), "edit needs at least one of set, remove", id="an edit of nothing"),
        pytest.param(with_rule(fault="edit", set=["a"]), "$.faults[0].set", id="an edit without values"),
        pytest.param(with_rule(fault="edit", remove="a"), "$.faults[0].remove", id="an edit without a list"),
        pytest.param(with_rule(fault="edit", set={"lineItems[0].id": 1}), "write steps with dots", id="an edit with brackets"),
        pytest.param(with_rule(fault="edit", status=100), "$.faults[0].status", id="an edit to an informational status"),
        pytest.param(with_rule(fault="edit", headers={"X": "ä"}), "$.faults[0].headers", id="a header with non-ASCII text"),
        pytest.param(with_rule(fault="edit", headers={"X Y": ""}), "$.faults[0].headers", id="a header name with a space"),
        pytest.param(with_rule(fault="edit", headers={"content-length": "1"}), "cannot change the length", id="another length"),
        pytest.param(with_rule(fault="bom", set={"a": 1}), "bom has no option set", id="an edit by another fault"),
        pytest.param(with_rule(fault="redirect"), "redirect needs a location", id="a redirect to nowhere"),
        pytest.param(with_rule(fault="redirect", location="https://example.com/"), "on this machine", id="a redirect far away"),
        pytest.param(with_rule(fault="redirect", location="http://["), "on this machine", id="a redirect to an invalid address"),
        pytest.param(with_rule(fault="reset", calls=""), "is not a pattern of calls", id="no calls"),
        pytest.param(with_rule(fault="reset", calls="FETCH */carts"), "GET, POST, PUT", id="an unknown method"),
        pytest.param(with_rule(fault="reset", calls="GET a b"), "is not a pattern of calls", id="too many words"),
        pytest.param({"racy": "yes"}, "$.racy", id="racy as a string"),
        pytest.param({"racySeconds": 1e9}, "$.racySeconds", id="racy for too long"),
    ],
)  # fmt: skip
async def test_an_invalid_request_changes_no_rules(
    api: httpx.AsyncClient, inject: Inject, body: Any, message: str
) -> None:
    """The error says what is wrong and what is accepted."""
    await inject({"fault": 404, "times": 3})
    before = (await api.get("/_sandbox/faults")).json()

    answer = await api.post("/_sandbox/faults", content=body if isinstance(body, str) else json.dumps(body))

    assert (answer.status_code, answer.json()["code"]) == (400, 800002)
    assert message in answer.json()["description"]
    assert (await api.get("/_sandbox/faults")).json() == before
