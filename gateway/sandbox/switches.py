"""Named switches for what the service has dropped, documents in two ways or does not document at all.

A reset restores the defaults, which are the likeliest reading.
"""

from collections.abc import Mapping
from datetime import timedelta

import msgspec

from gateway.sandbox import errors, wire
from gateway.sandbox.routing import Answer, Call
from gateway.sandbox.world.world import World

_KIND, _KEY = "switches", "all"
_LONGEST_S = 7 * 24 * 60 * 60

ERROR_ON_THE_LINE = 10001
UNQUALIFIED_CODES = (ERROR_ON_THE_LINE, 800020, 2085)


class Switches(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True, kw_only=True):
    check_inventory: bool = False
    """The inventory check that Partner Center retired in September 2026 answers as before."""

    refuse_term_end_dates: bool = False
    """A custom term end date that is not allowed refuses the cart with 400/900242, in place of an error on its line."""

    accept_every_tenth_change: bool = False
    """Every tenth change of a subscription is answered 202, and is made later."""

    close_partly_ordered_carts: bool = False
    """A cart is ordered after a checkout in which an order group failed, so that its other groups cannot be tried again."""

    omit_earlier_orders: bool = False
    """A further checkout of a partly ordered cart answers only the orders that it places."""

    refuse_second_checkouts: bool = False
    """A checkout of an ordered cart is refused with 400/800065, in place of the first result once more."""

    show_expired_carts: bool = False
    """An expired cart can still be read, in place of 404/800008. It can be neither changed nor checked out."""

    unqualified_code: int = ERROR_ON_THE_LINE
    """What a purchase is answered that its customer is not qualified for: an error on the line, or a refusal, 403."""

    registration_seconds: int = 60
    """How long the registration of an Azure subscription takes by the sandbox's clock."""

    provisioning_seconds: int = 0
    """How long an order takes until its subscriptions are shown. The documentation says up to 15 minutes."""

    orders_list_seconds: int = 900
    """How long an order takes until the list of orders has it. The documentation says up to 15 minutes."""

    ordered_cart_seconds: int = 0
    """How long a cart still reads as Active after the checkout that ordered it."""

    accepted_change_seconds: int = 60
    """How long a change of a subscription takes that was answered 202."""

    @property
    def registration(self) -> timedelta:
        return timedelta(seconds=self.registration_seconds)

    @property
    def provisioning(self) -> timedelta:
        return timedelta(seconds=self.provisioning_seconds)

    @property
    def orders_list(self) -> timedelta:
        return timedelta(seconds=self.orders_list_seconds)

    @property
    def ordered_cart(self) -> timedelta:
        return timedelta(seconds=self.ordered_cart_seconds)

    @property
    def accepted_change(self) -> timedelta:
        return timedelta(seconds=self.accepted_change_seconds)


def of(world: World) -> Switches:
    return world.store.read(_KIND, _KEY, Switches) or Switches()


def show(world: World, _: Call) -> Answer:
    """GET /_sandbox/switches."""
    return Answer(msgspec.to_builtins(of(world)))


def change(world: World, call: Call) -> Answer:
    """POST /_sandbox/switches: the members sent are set, the others stay. Answers the state of every switch.

    Raises Refusal 400/800002 for an unknown name, and for a value that the switch cannot have.
    """
    return Answer(msgspec.to_builtins(turn(world, wire.decode_as(call.body, dict[str, bool | int]))))


def turn(world: World, sent: Mapping[str, bool | int]) -> Switches:
    """Sets the members of *sent*, whose names are those in JSON. Raises Refusal as `change` does."""
    names = {each.encode_name.lower(): each.encode_name for each in msgspec.structs.fields(Switches)}
    unknown = [name for name in sent if name.lower() not in names]
    if unknown:
        raise errors.invalid_property(unknown[0], f"the switches are {', '.join(names.values())}.")
    current: dict[str, object] = msgspec.to_builtins(of(world))
    switches = _checked({**current, **{names[name.lower()]: value for name, value in sent.items()}})
    world.store.write(_KIND, _KEY, switches)
    return switches


def _checked(members: dict[str, object]) -> Switches:
    try:
        switches = msgspec.convert(members, Switches)
    except msgspec.ValidationError as error:
        raise errors.unreadable(str(error)) from error
    if switches.unqualified_code not in UNQUALIFIED_CODES:
        raise errors.unreadable(f"unqualifiedCode must be one of {', '.join(map(str, UNQUALIFIED_CODES))}.")
    seconds = [value for name, value in members.items() if name.endswith("Seconds") and isinstance(value, int)]
    if not all(0 <= each <= _LONGEST_S for each in seconds):
        raise errors.unreadable(f"The seconds must be from 0 to {_LONGEST_S}.")
    return switches


def is_provisioned(world: World, created: str) -> bool:
    """Whether an order or subscription with this creation time is provisioned by now."""
    moment = wire.parse_timestamp(created)
    return moment is None or world.now() >= moment + of(world).provisioning
