"""`gateway check` as a program, against a sandbox, a Redis and a silent host."""

import asyncio
import json
import time
from typing import Any

import pytest

from tests.doctor.peers import peer
from tests.programs import run, running
from tests.shop import SEED, open_shop
from tests.store.server import PASSWORD, RedisServer

PARTNER = SEED["partner"]
AS_APP = {
    "GATEWAY_AUTH": "app",
    "GATEWAY_TENANT_ID": PARTNER["tenantId"],
    "GATEWAY_CLIENT_ID": PARTNER["clientId"],
    "GATEWAY_CALLER_KEYS": "canary-of-the-shop-1",
    "GATEWAY_PORT": "0",
}


def checked(**settings: str) -> tuple[int, dict[str, dict[str, Any]]]:
    """The exit code, and the checks by name. Nothing planted is shown."""
    ended = run("check", "--json", **settings)
    assert ended.stderr == ""
    assert "canary" not in ended.stdout
    return ended.returncode, {each["name"]: each for each in json.loads(ended.stdout)["checks"]}


def test_a_sandbox_passes_with_a_token() -> None:
    """Of a caller, since the gateway forwards those."""
    with open_shop() as shop:
        code, found = checked(GATEWAY_UPSTREAM_URL=shop.address, GATEWAY_PORT="0", GATEWAY_CHECK_TOKEN=shop.token)

    assert code == 0
    assert found["upstream read"]["detail"] == "One customer was read."


@pytest.mark.redis
def test_a_wrong_secret_and_a_redis_that_is_down_are_both_found(redis_server: RedisServer) -> None:
    """With the remedy of each; with the right secret and Redis up all is well."""
    with running("sandbox") as (address, _):
        settings = {**AS_APP, "GATEWAY_UPSTREAM_URL": address, "GATEWAY_AUTHORITY_URL": address}
        settings["GATEWAY_STORE_URL"] = redis_server.url
        good, _ = checked(**settings, GATEWAY_CLIENT_SECRET=PARTNER["clientSecret"])
        redis_server.stop()
        code, found = checked(**settings, GATEWAY_CLIENT_SECRET="canary-of-the-secret")

    assert "canary" in PASSWORD
    assert (good, code) == (0, 1)
    assert "AADSTS7000215" in found["sign-in"]["detail"]
    assert found["store"]["remedy"] == "Start the store's server, or correct GATEWAY_STORE_URL."
    assert {name for name, each in found.items() if each["verdict"] == "failed"} == {"sign-in", "store"}


async def test_a_silent_host_does_not_hold_the_program() -> None:
    """Neither as Partner Center nor as its authority."""
    async with peer(None) as address:
        settings = {**AS_APP, "GATEWAY_UPSTREAM_URL": address, "GATEWAY_AUTHORITY_URL": address}
        started_at = time.monotonic()
        code, found = await asyncio.to_thread(lambda: checked(**settings, GATEWAY_CLIENT_SECRET="canary-of-the-secret"))

    assert time.monotonic() - started_at < 25
    assert code == 1
    assert (found["sign-in"]["verdict"], found["upstream read"]["verdict"]) == ("failed", "failed")


def test_a_gateway_that_runs_is_no_failure() -> None:
    """The check is run beside it, with the same settings."""
    with open_shop() as shop, running("serve", GATEWAY_UPSTREAM_URL=shop.address) as (address, _):
        code, found = checked(GATEWAY_UPSTREAM_URL=shop.address, GATEWAY_PORT=address.rpartition(":")[2])

    assert (code, found["port"]["verdict"]) == (0, "warning")
