"""How long registration and provisioning take by the sandbox's clock. No page states a time: both are Inferred."""

from datetime import timedelta

import msgspec

from gateway.sandbox import errors, wire
from gateway.sandbox.routing import Answer, Call
from gateway.sandbox.world.world import World

_KIND, _KEY = "durations", "all"
_LONGEST_S = 7 * 24 * 60 * 60


class Durations(msgspec.Struct, frozen=True, rename=wire.normalized_name, kw_only=True):
    """In seconds. Provisioning is documented to take up to 15 minutes; here it takes none until a test wants it to."""

    registration_seconds: int = 60
    provisioning_seconds: int = 0

    @property
    def registration(self) -> timedelta:
        return timedelta(seconds=self.registration_seconds)

    @property
    def provisioning(self) -> timedelta:
        return timedelta(seconds=self.provisioning_seconds)


def current(world: World) -> Durations:
    """Those of the defaults initially and after a reset."""
    return world.store.read(_KIND, _KEY, Durations) or Durations()


def switch(world: World, call: Call) -> Answer:
    """POST /_sandbox/durations; a missing member takes its default. Raises Refusal 400/800002 for an invalid number."""
    durations = wire.decode_as(call.body, Durations)
    seconds = (durations.registration_seconds, durations.provisioning_seconds)
    if not all(0 <= each <= _LONGEST_S for each in seconds):
        raise errors.unreadable(f"The seconds must be from 0 to {_LONGEST_S}.")
    world.store.write(_KIND, _KEY, durations)
    return Answer({"registrationSeconds": seconds[0], "provisioningSeconds": seconds[1]})


def is_provisioned(world: World, created: str) -> bool:
    """Whether an order or subscription with this creation time is provisioned by now."""
    moment = wire.parse_timestamp(created)
    return moment is None or world.now() >= moment + current(world).provisioning
