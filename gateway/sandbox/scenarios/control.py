"""Begins scenarios, and the control calls about them: GET and POST /_sandbox/scenario."""

from collections.abc import Callable

import msgspec

from gateway.sandbox import errors, switches, wire
from gateway.sandbox.faults.injection import FaultInjection
from gateway.sandbox.faults.rules import read_settings
from gateway.sandbox.routing import Answer, Call
from gateway.sandbox.scenarios import cart_pages, checkouts, outages
from gateway.sandbox.scenarios.scenario import Scenario
from gateway.sandbox.scenarios.summaries import SUMMARIES
from gateway.sandbox.world.world import World

_DEFINED = {each.name: each for each in (*checkouts.SCENARIOS, *cart_pages.SCENARIOS, *outages.SCENARIOS)}

SCENARIOS = {name: _DEFINED[name] for name in SUMMARIES}
"""By name, in the order in which they are listed."""


class _Choice(msgspec.Struct, frozen=True, rename=wire.normalized_name):
    name: str | None


class Scenarios:
    """*current* is the scenario that was begun last, None on the plain seed. Held in memory only, as fault rules are."""

    def __init__(self, world: World, faults: FaultInjection, *, reset: Callable[[], None]) -> None:
        """*reset* restores the seed."""
        self.current: Scenario | None = None
        self._world = world
        self._faults = faults
        self._reset = reset

    def show(self, world: World, call: Call) -> Answer:
        """GET /_sandbox/scenario."""
        name = None if self.current is None else self.current.name
        return Answer({"current": name, "scenarios": [each.document() for each in SCENARIOS.values()]})

    def choose(self, world: World, call: Call) -> Answer:
        """POST /_sandbox/scenario: begins a scenario and answers it, or with null goes back to the seed and answers the
        list.

        Raises Refusal 400/3000 for an unknown name.
        """
        name = wire.decode_as(call.body, _Choice).name
        if name is None:
            self._reset()
            return self.show(world, call)
        if name not in SCENARIOS:
            raise errors.invalid_property("name", f"the scenarios are {', '.join(SCENARIOS)}.")
        return Answer(self.begin(name).document())

    def begin(self, name: str) -> Scenario:
        """Restores the seed first, so that no scenario meets what another one left. Raises KeyError for an unknown name."""
        scenario = SCENARIOS[name]
        self._reset()
        scenario.make_cart(self._world)
        switches.turn(self._world, scenario.switches)
        if scenario.faults:
            self._faults.configure(read_settings(wire.encode({"faults": scenario.faults})))
        self.current = scenario
        return scenario
