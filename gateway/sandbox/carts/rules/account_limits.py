"""The limits of an integration sandbox account ("Test and debug with your integration sandbox"), off by default.

Five subscriptions per customer with 25 licences each. The limits on Azure are not emulated.
"""

from collections.abc import Container, Iterator, Sequence
from dataclasses import replace

import msgspec

from gateway.sandbox import wire
from gateway.sandbox.carts.rules import line_errors
from gateway.sandbox.carts.rules.context import CheckedLine
from gateway.sandbox.routing import Answer, Call
from gateway.sandbox.world.world import World

SUBSCRIPTIONS, LICENCES = 5, 25
_KIND, _KEY = "account limits", "are on"


class _Switch(msgspec.Struct, frozen=True, rename=wire.normalized_name, kw_only=True):
    account_limits: bool


def are_on(world: World) -> bool:
    """Whether the limits apply; False initially and after a reset."""
    return world.store.read(_KIND, _KEY, bool) or False


def switch(world: World, call: Call) -> Answer:
    """POST /_sandbox/limits. Raises Refusal 400/800002 if the body lacks `accountLimits`."""
    is_on = wire.decode_as(call.body, _Switch).account_limits
    world.store.write(_KIND, _KEY, is_on)
    return Answer({"accountLimits": is_on})


def apply_limits(
    lines: Sequence[CheckedLine], ids: Sequence[int], *, ordered: Container[int], owned: int
) -> Iterator[CheckedLine]:
    """The lines in order, with error 10009 on those that exceed the limits.

    *owned*: the number of the customer's subscriptions, including those of lines *ordered* earlier.
    """
    subscriptions = owned
    for line, number in zip(lines, ids, strict=True):
        if line.error is not None or number in ordered or not _is_subscription(line):
            yield line
        elif (line.request.quantity or 0) > LICENCES:
            yield replace(line, error=line_errors.account_limit(line.request.item_id, f"{LICENCES} licences"))
        elif subscriptions >= SUBSCRIPTIONS:
            yield replace(line, error=line_errors.account_limit(line.request.item_id, f"{SUBSCRIPTIONS} subscriptions"))
        else:
            subscriptions += 1
            yield line


def _is_subscription(line: CheckedLine) -> bool:
    return line.offer is not None or (line.item is not None and line.item.has_subscription)
