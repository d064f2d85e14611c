"""Other servers in place of Partner Center, on real sockets and called by the gateway's own HTTP client."""

from collections.abc import Mapping
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from gateway.partner_center.sending.http11 import open_http11_client
from tests.faults import impostors
from tests.faults.cells import IMPOSTORS, Kind, Spell
from tests.faults.impostors import Impostor
from tests.faults.partner_center import Diversion
from tests.faults.trial import STRUCK, Trial, assert_as_named, tried

LATE_S = 3
"""Time after the deadline that a busy machine may take: these sockets are real, and so is their time."""


async def assert_ends_as_named(impostor: Impostor, name: str) -> None:
    """The calls that each cell is about go to the impostor's address."""
    async with impostor() as address, AsyncExitStack() as closing:
        http = open_http11_client(address)
        closing.push_async_callback(http.close)

        async def divert(fresh: Trial, kind: Kind, spell: Spell) -> None:
            method, path = STRUCK[kind]
            fresh.partner_center.divert(Diversion(http, method, f"*{path}", times=1 if spell == "blip" else None))

        seen = await tried(IMPOSTORS[name], divert)

    assert_as_named(IMPOSTORS[name], seen, late_s=LATE_S)


PLAIN: Mapping[str, Impostor] = {
    "refusing": impostors.refusing,
    "silent": impostors.silent,
    "dripping": impostors.dripping,
    "endless": impostors.endless,
}


@pytest.mark.parametrize("name", PLAIN)
async def test_each_impostor_ends_as_the_table_says(name: str) -> None:
    """As a fault of the sandbox does."""
    await assert_ends_as_named(PLAIN[name], name)


async def test_an_invalid_certificate_is_not_accepted(openssl: str, tmp_path: Path) -> None:
    """The call fails at once, without a token sent or another attempt."""
    await assert_ends_as_named(lambda: impostors.untrusted(tmp_path, openssl), "untrusted")


async def test_a_redirect_is_not_followed() -> None:
    """No connection reaches the other host, and so no token."""
    came: list[object] = []

    async with impostors.listener(came) as elsewhere:
        await assert_ends_as_named(lambda: impostors.redirecting(elsewhere), "redirecting")

    assert came == []


def test_no_impostor_is_left_out() -> None:
    """Each row of the table is tested."""
    assert {*PLAIN, "untrusted", "redirecting"} == set(IMPOSTORS)
