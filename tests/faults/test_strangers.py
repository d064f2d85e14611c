"""What meets the gateway instead of Partner Center on real sockets, reached by the gateway's own HTTP client."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from gateway.partner_center.http_client import open_http_client
from tests.faults import strangers
from tests.faults.cells import STRANGERS, Kind, Spell
from tests.faults.partner_center import Diversion
from tests.faults.strangers import Stranger
from tests.faults.trial import STRUCK, Trial, assert_as_named, tried

LATE_S = 3
"""Time after the deadline that a busy machine may take: these sockets are real, and so is their time."""


async def assert_met_as_named(stranger: Stranger, name: str) -> None:
    """The calls that each cell is about go to the stranger's address."""
    async with stranger() as address, open_http_client(address, concurrency=50) as http:

        async def divert(fresh: Trial, kind: Kind, spell: Spell) -> None:
            method, path = STRUCK[kind]
            fresh.partner_center.divert(Diversion(http, method, f"*{path}", times=1 if spell == "blip" else None))

        seen = await tried(STRANGERS[name], divert)

    assert_as_named(STRANGERS[name], seen, late_s=LATE_S)


PLAIN: Mapping[str, Stranger] = {
    "nobody": strangers.nobody,
    "silence": strangers.silence,
    "dripping": strangers.dripping,
    "boundless": strangers.boundless,
}


@pytest.mark.parametrize("name", PLAIN)
async def test_each_stranger_is_met_as_it_has_to_be(name: str) -> None:
    """As with the sandbox's own faults."""
    await assert_met_as_named(PLAIN[name], name)


async def test_who_cannot_prove_to_be_partner_center_gets_nothing(openssl: str, tmp_path: Path) -> None:
    """A certificate of its own making is not accepted, and not asked about again."""
    await assert_met_as_named(lambda: strangers.unproven(tmp_path, openssl), "unproven")


async def test_a_redirect_is_not_followed() -> None:
    """Not a single connection reaches the other host, and so no token."""
    came: list[object] = []

    async with strangers.listener(came) as elsewhere:
        await assert_met_as_named(lambda: strangers.sending_to(elsewhere), "sending elsewhere")

    assert came == []


def test_no_stranger_is_left_out() -> None:
    """Each of the table is met."""
    assert {*PLAIN, "unproven", "sending elsewhere"} == set(STRANGERS)
