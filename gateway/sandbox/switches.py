"""Named switches for behaviour that the service has dropped, or documents in two ways. All are off after a reset."""

from enum import Enum

from gateway.sandbox import errors, wire
from gateway.sandbox.routing import Answer, Call
from gateway.sandbox.world.world import World

_KIND = "switch"


class Switch(Enum):
    """The value is the name in the control call."""

    CHECK_INVENTORY = "checkInventory"
    """The inventory check that Partner Center retired in September 2026 answers as before."""

    REFUSE_TERM_END_DATES = "refuseTermEndDates"
    """A custom term end date that is not allowed refuses the cart with 400/900242, in place of an error on its line."""

    ACCEPT_EVERY_TENTH_CHANGE = "acceptEveryTenthChange"
    """Every tenth change of a subscription is answered 202, and takes a minute. Which ones are is not documented."""


def is_on(world: World, switch: Switch) -> bool:
    return world.store.read(_KIND, switch.value, bool) or False


def change(world: World, call: Call) -> Answer:
    """POST /_sandbox/switches. Answers the state of every switch.

    Raises Refusal 400/800002 for a body that is not an object of booleans, 400/3000 for an unknown name.
    """
    sent = wire.decode_as(call.body, dict[str, bool])
    by_name = {switch.value.lower(): switch for switch in Switch}
    unknown = [name for name in sent if name.lower() not in by_name]
    if unknown:
        raise errors.invalid_property(unknown[0], f"the switches are {', '.join(each.value for each in Switch)}.")
    for name, state in sent.items():
        world.store.write(_KIND, by_name[name.lower()].value, state)
    return Answer({switch.value: is_on(world, switch) for switch in Switch})
