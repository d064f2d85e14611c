"""Every fault, as an HTTP client in the same process sees it."""

import codecs
import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import httpx
import pytest

from gateway.sandbox.faults.rules import FAULTS
from tests.sandbox.shop_ids import CONTOSO_PATH, DEMO_CART_PATH

Inject = Callable[..., Awaitable[None]]

TOKENS = "/f8de8ffc-e4ca-45c1-b0c6-a7c21eddf911/oauth2/token"
ONE = "11111111-1111-1111-1111-111111111111"
TOLD: Mapping[str, Mapping[str, object]] = {
    "redirect": {"location": "http://127.0.0.1:9/"},
    "hang": {"seconds": 0},
    "delay": {"seconds": 0},
    "drip": {"seconds": 0},
    "huge": {"bytes": 9},
    "edit": {"remove": ["$"]},
}


async def test_without_rules_answers_are_unchanged(api: httpx.AsyncClient, inject: Inject) -> None:
    """Answers are identical, byte by byte, before rules are set and after they are removed."""
    ids = {"MS-RequestId": ONE, "MS-CorrelationId": ONE}
    before = await api.get(DEMO_CART_PATH, headers=ids)
    await inject({"fault": 500}, racy=True)
    await api.delete("/_sandbox/faults")

    after = await api.get(DEMO_CART_PATH, headers=ids)

    assert (after.status_code, after.headers, after.content) == (before.status_code, before.headers, before.content)


@pytest.mark.parametrize("fault", FAULTS)
async def test_every_fault_changes_the_answer(breakable_api: httpx.AsyncClient, inject: Inject, fault: str) -> None:
    """Unless the answer is only late."""
    good = await seen_by(breakable_api)
    await inject({"fault": fault, **TOLD.get(fault, {})})

    struck = await seen_by(breakable_api)

    assert (struck == good) == (fault in {"delay", "drip"})
    assert (await breakable_api.get("/_sandbox/calls")).json()["calls"][-1]["fault"] == fault


async def seen_by(client: httpx.AsyncClient) -> tuple[int, bytes] | None:
    """Status and body of the demo cart; None if there is no complete answer."""
    try:
        answer = await client.get(DEMO_CART_PATH)
    except httpx.ReadError:
        return None
    return answer.status_code, answer.content


@pytest.mark.parametrize(
    ("fault", "status", "headers", "body"),
    [
        pytest.param({"fault": "empty"}, 200, {"content-length": "0"}, b"", id="an empty answer"),
        pytest.param({"fault": "array"}, 200, {}, b"[]", id="an array where an object belongs"),
        pytest.param({"fault": "null"}, 200, {}, b"null", id="null where an object belongs"),
        pytest.param(
            {"fault": "redirect", "location": "http://127.0.0.1:9/x"},
            307,
            {"location": "http://127.0.0.1:9/x"},
            b"",
            id="a redirect to another host",
        ),
    ],
)
async def test_answers_of_another_shape_keep_the_headers(
    api: httpx.AsyncClient, inject: Inject, fault: dict[str, object], status: int, headers: dict[str, str], body: bytes
) -> None:
    """Those of Partner Center."""
    await inject(fault)

    answer = await api.get(DEMO_CART_PATH, headers={"MS-RequestId": ONE})

    assert (answer.status_code, answer.content) == (status, body)
    assert answer.headers["MS-RequestId"] == ONE
    assert headers.items() <= answer.headers.items()


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (400, 800002), (401, 400), (403, 900150), (404, 1000), (405, 900141), (406, 1000), (408, 800003), (409, 800064),
        (412, 2055), (500, 800003), (501, 0), (502, 800003), (503, 800087), (504, 800003),
    ],
)  # fmt: skip
async def test_refusals_have_the_documented_body(
    api: httpx.AsyncClient, inject: Inject, status: int, code: int
) -> None:
    """The code fits the status, unless the rule has one."""
    await inject({"fault": status, "times": 1}, {"fault": status, "code": 800065})

    answers = [await api.get(DEMO_CART_PATH) for _ in range(2)]

    assert [each.status_code for each in answers] == [status, status]
    assert [each.json()["code"] for each in answers] == [code, 800065]
    assert list(answers[0].json()) == ["code", "description", "data", "source"]


async def test_a_401_has_a_challenge(api: httpx.AsyncClient, inject: Inject) -> None:
    """Like the sandbox's own 401."""
    await inject({"fault": 401})

    answer = await api.get(DEMO_CART_PATH)

    assert answer.headers["WWW-Authenticate"].startswith("OAuth realm=")


@pytest.mark.parametrize(
    ("told", "header", "words"),
    [
        pytest.param({"retryAfter": 57}, "57", "in 57 seconds", id="seconds"),
        pytest.param({"retryAfter": 57, "asDate": True}, "Tue, 11 Jul 2023 21:17:08 GMT", "in 57 seconds", id="a date"),
        pytest.param({}, None, "later", id="no word of how long"),
        pytest.param({"retryAfter": 999999999}, "999999999", "in 999999999 seconds", id="thirty years"),
        pytest.param({"retryAfter": -1}, "-1", "in -1 seconds", id="a second ago"),
        pytest.param(
            {"retryAfter": "Fri, 31 Dec 99999 23:59:59 GMT"},
            "Fri, 31 Dec 99999 23:59:59 GMT",
            "in Fri, 31 Dec 99999 23:59:59 GMT seconds",
            id="a date out of range",
        ),
        pytest.param({"retryAfter": ""}, "", "in  seconds", id="an empty text"),
    ],
)
async def test_throttling_has_a_body_of_its_own(
    api: httpx.AsyncClient, inject: Inject, told: dict[str, object], header: str | None, words: str
) -> None:
    """It differs from other error bodies ("API throttling guidance"); dates are in real time, not the sandbox's."""
    await api.post("/_sandbox/clock", json={"advance": "P8D"})
    await inject({"fault": 429, **told})

    answer = await api.get(DEMO_CART_PATH)

    assert (answer.status_code, answer.headers.get("Retry-After")) == (429, header)
    assert answer.json() == {"statusCode": 429, "message": f"Rate limit is exceeded. Try again {words}."}


@pytest.mark.parametrize(
    ("fault", "status"),
    [
        ({"fault": "html"}, 200),
        ({"fault": 502, "html": True}, 502),
        ({"fault": 503, "html": True, "retryAfter": 2}, 503),
    ],
    ids=["instead of an answer", "a gateway on the way", "a gateway that asks to wait"],
)
async def test_html_answers_lack_the_headers_of_partner_center(
    api: httpx.AsyncClient, inject: Inject, fault: dict[str, object], status: int
) -> None:
    """They come from an intermediate gateway, not from the service."""
    await inject(fault)

    answer = await api.get(DEMO_CART_PATH)

    assert (answer.status_code, answer.headers["Content-Type"]) == (status, "text/html")
    assert answer.text.startswith("<html>")
    assert "MS-RequestId" not in answer.headers
    assert answer.headers.get("Retry-After") == (str(fault["retryAfter"]) if "retryAfter" in fault else None)


async def test_malformed_json_cannot_be_parsed(api: httpx.AsyncClient, inject: Inject) -> None:
    """Only its end is invalid."""
    good = await api.get(DEMO_CART_PATH)
    await inject({"fault": "malformed"})

    answer = await api.get(DEMO_CART_PATH)

    assert answer.content.startswith(good.content[:-1])
    with pytest.raises(json.JSONDecodeError):
        answer.json()


async def test_a_byte_order_mark_precedes_the_answer(api: httpx.AsyncClient, inject: Inject) -> None:
    """The rest is unchanged."""
    good = await api.get(DEMO_CART_PATH)
    await inject({"fault": "bom"})

    answer = await api.get(DEMO_CART_PATH)

    assert answer.content == codecs.BOM_UTF8 + good.content


@pytest.mark.parametrize(
    ("fault", "member", "value"),
    [
        pytest.param({"fault": "wrong-type"}, "lineItems", "wrong", id="the list"),
        pytest.param({"fault": "wrong-type", "member": "status"}, "status", {"wrong": True}, id="a text"),
        pytest.param({"fault": "wrong-type", "member": "links"}, "links", "wrong", id="an object"),
        pytest.param({"fault": "unknown-enum"}, "status", "neverHeardOf", id="an unknown status"),
        pytest.param({"fault": "unknown-enum", "member": "id"}, "id", "neverHeardOf", id="an unknown word"),
    ],
)
async def test_one_member_has_the_wrong_type(
    api: httpx.AsyncClient, inject: Inject, fault: dict[str, object], member: str, value: object
) -> None:
    """The others are unchanged, prices to the last digit."""
    good = (await api.get(DEMO_CART_PATH)).json()
    await inject(fault)

    answer = await api.get(DEMO_CART_PATH)

    assert _without(answer.json(), member, *_inner(fault)) == _without(good, member, *_inner(fault))
    assert answer.json()[member] == value


def _inner(fault: Mapping[str, object]) -> tuple[str, ...]:
    """Deeper members of the same name in a cart."""
    return ("lineItems",) if fault.get("member") == "id" else ()


def _without(document: dict[str, Any], *members: str) -> dict[str, Any]:
    return {name: value for name, value in document.items() if name not in members}


@pytest.mark.parametrize("fault", ["unknown-members", "unknown-enum", "wrong-type"])
async def test_body_faults_leave_an_empty_body(api: httpx.AsyncClient, inject: Inject, fault: str) -> None:
    """There is nothing to change."""
    await inject({"fault": fault})

    answer = await api.post(f"{CONTOSO_PATH}/subscriptions/00000000-0000-0000-0000-000000000001/registrations")

    assert (answer.status_code, answer.content) == (202, b"")


async def test_unknown_members_are_added_to_every_object(api: httpx.AsyncClient, inject: Inject) -> None:
    """Except where keys are arbitrary, so that a cart can be sent back unchanged."""
    await inject({"fault": "unknown-members"})
    cart = (await api.get(DEMO_CART_PATH)).json()
    await api.delete("/_sandbox/faults")

    answer = await api.put(DEMO_CART_PATH, json=cart)

    line = cart["lineItems"][0]
    assert all("neverHeardOf" in each for each in (cart, line, line["pricing"], cart["links"]["self"]))
    assert answer.status_code == 201


@pytest.mark.parametrize(
    ("status", "error"), [(400, "invalid_grant"), (401, "invalid_client"), (503, "temporarily_unavailable")]
)
async def test_sign_in_faults_have_oauth_errors(
    api: httpx.AsyncClient, inject: Inject, status: int, error: str
) -> None:
    """In the form of the token authority."""
    await inject({"calls": "POST */oauth2/token", "fault": status})

    answer = await api.post(TOKENS, data={"grant_type": "client_credentials"})

    assert (answer.status_code, answer.json()["error"]) == (status, error)


async def test_revoked_tokens_are_refused(api: httpx.AsyncClient) -> None:
    """All that were issued, even after a reset; new ones are valid."""
    old = {"Authorization": f"Bearer {(await api.delete('/_sandbox/tokens')).json()['demoToken']}"}
    assert (await api.get(DEMO_CART_PATH, headers=old)).status_code == 200

    new = {"Authorization": f"Bearer {(await api.delete('/_sandbox/tokens')).json()['demoToken']}"}
    await api.post("/_sandbox/reset")

    assert (await api.get(DEMO_CART_PATH, headers=old)).status_code == 401
    assert (await api.get(DEMO_CART_PATH, headers=new)).status_code == 200
