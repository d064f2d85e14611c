"""The limits of an integration sandbox account ("Test and debug with your integration sandbox"), off until switched on.

Five subscriptions for each customer, 25 licences in each. Its limits on Azure are not here.
"""

from collections.abc import Container, Iterator, Sequence
from dataclasses import replace

import msgspec

from gateway.sandbox import wire
from gateway.sandbox.carts.rules import line_errors
from gateway.sandbox.carts.rules.context import Judged
from gateway.sandbox.routing import Answer, Call
from gateway.sandbox.world.world import World

SUBSCRIPTIONS, LICENCES = 5, 25
_KIND, _KEY = "account limits", "are on"


class _Switch(msgspec.Struct, frozen=True, rename=wire.any_case, kw_only=True):
    account_limits: bool


def are_on(world: World) -> bool:
    """False at the start, and again after a reset."""
    return world.store.read(_KIND, _KEY, bool) or False


def switch(world: World, call: Call) -> Answer:
    """POST /_sandbox/limits. Raises Refusal 400/800002 for a body without the switch."""
    is_on = wire.read_as(call.body, _Switch).account_limits
    world.store.write(_KIND, _KEY, is_on)
    return Answer({"accountLimits": is_on})


def applied(judged: Sequence[Judged], ids: Sequence[int], *, ordered: Container[int], owned: int) -> Iterator[Judged]:
    """The lines in their order, with the error 10009 on those that go beyond the limits.

    *owned*: how many subscriptions the customer has; lines *ordered* earlier are among them.
    """
    subscriptions = owned
    for line, number in zip(judged, ids, strict=True):
        if line.error is not None or number in ordered or not _is_subscription(line):
            yield line
        elif (line.asked.quantity or 0) > LICENCES:
            yield replace(line, error=line_errors.account_limit(line.asked.item_id, f"{LICENCES} licences"))
        elif subscriptions >= SUBSCRIPTIONS:
            yield replace(line, error=line_errors.account_limit(line.asked.item_id, f"{SUBSCRIPTIONS} subscriptions"))
        else:
            subscriptions += 1
            yield line


def _is_subscription(line: Judged) -> bool:
    return line.offer is not None or (line.item is not None and line.item.has_subscription)
