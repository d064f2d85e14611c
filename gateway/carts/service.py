"""Carts for one caller: read, edit, write back; one at a time per cart.

A cart belongs to a customer and is never kept beyond the request.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from gateway.carts.comparing import is_carried_out
from gateway.carts.document import Document, as_read
from gateway.carts.edits import Edit, creating
from gateway.carts.idempotency import Checkpoint
from gateway.carts.keys import CartKey
from gateway.carts.locks import CartLocks
from gateway.carts.rules import CartRule, NotEditable, VersionConflict
from gateway.carts.summary import is_expired
from gateway.carts.version import is_version_of, version
from gateway.errors import Conflict, GatewayError, Malformed, Refused, Unavailable
from gateway.partner_center.carts import CartsClient
from gateway.partner_center.client import PartnerCenter
from gateway.partner_center.models.carts import Cart
from gateway.partner_center.models.values import CartStatus, folded
from gateway.partner_center.models.writing import NewCartLineItem
from gateway.partner_center.plain_json import document, encode
from gateway.partner_center.reading import records as reading

_TRIES = 3
_FIRST_PAUSE_S = 0.2
ALREADY_SUBMITTED = "800065"
"""Partner Center's code for a cart that is ordered ("Partner Center REST error codes")."""


@dataclass(frozen=True, slots=True)
class Changed:
    """A cart as it stood before an edit and as Partner Center stored it after."""

    before: Cart
    after: Cart


@dataclass(frozen=True, slots=True)
class Change:
    """An edit, the version of the cart its caller saw (None: any), and whether the partner attests (None: not said)."""

    edit: Edit
    expected_version: str | None
    attested: bool | None


class _BeingChanged:
    """Others were changing the cart, so that a write was refused."""


@dataclass(frozen=True, slots=True)
class _Unanswered:
    """A write whose answer was lost, and the cart as it was found after."""

    error: GatewayError
    cart: Cart


class Carts:
    """What one caller can do to carts."""

    def __init__(
        self,
        partner_center: PartnerCenter,
        *,
        locks: CartLocks,
        now: Callable[[], datetime],
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._client = CartsClient(partner_center)
        self._partner = partner_center.caller.partner
        self._locks = locks
        self._now = now
        self._sleep = sleep
        self._chance = chance

    async def cart(self, key: CartKey) -> Cart:
        """Raises NotFound once the cart is gone or expired."""
        return await self._client.get(key.customer_id, key.cart_id)

    async def create(
        self,
        customer_id: str,
        lines: Sequence[NewCartLineItem],
        *,
        attested: bool | None,
        request_id: str | None = None,
    ) -> Cart:
        """A new cart. It exists even when some of its lines carry errors.

        Safe to repeat with the same *request_id*, as long as Partner Center remembers it; without one never.
        """
        wanted = _attested(creating(lines).document, attested=attested)
        try:
            return await self._client.create(customer_id, wanted, request_id=request_id)
        except (Unavailable, Malformed) as error:
            if error.maybe_done:
                repeated = (
                    "with the same idempotencyKey it is not made twice" if request_id else "it would be a second one"
                )
                raise error.adding(
                    f"The cart may exist all the same; when the call is repeated, {repeated}."
                ) from error
            raise

    async def change(self, key: CartKey, change: Change, note: Checkpoint | None = None) -> Changed:
        """Read, edit, write back: as a whole or not at all. Answers with what upstream stored.

        A write that was answered is done, whatever the answer shows: it is never made again. The edit is made again, on
        the cart as it then stands and three times in all, after a refusal because others were changing the cart
        (409/800064), and when the write's answer was lost and the cart does not hold the change.

        Raises CartRule when the gateway declines the edit, with VersionConflict in it when others did not stop
        changing the cart. Once an answer was lost, whatever ends the call says that the change may have been made.

        The cart as it was goes into *note* before it is written: a repeat after a crash finds there what to look for.
        """
        note = note or Checkpoint()
        async with self._locks.hold(self._partner, key):
            before = await self.cart(key)
            done = self._done_before(key, change, note, before)
            return done or await self._change(key, change, note, before)

    async def _change(self, key: CartKey, change: Change, note: Checkpoint, before: Cart) -> Changed:
        lost: GatewayError | None = None
        try:
            for attempt in range(_TRIES):
                editable(before, self._now())
                as_expected(before, change.expected_version)
                wanted = _attested(change.edit(before).document, attested=change.attested)
                await note.put(before.body)
                written = await self._write(key, before, wanted)
                if isinstance(written, Cart):
                    return Changed(before, written)
                if isinstance(written, _Unanswered):
                    if is_carried_out(before, wanted, written.cart):
                        return Changed(before, written.cart)
                    lost, before = written.error, written.cart
                else:
                    await self._sleep(self._chance() * _FIRST_PAUSE_S * 2**attempt)
                    before = await self.cart(key)
            raise CartRule(_changed_meanwhile(before, None))
        except GatewayError as error:
            if lost is None:
                raise
            raise _perhaps_done(lost) from error

    def _done_before(self, key: CartKey, change: Change, note: Checkpoint, now: Cart) -> Changed | None:
        """The change when an earlier call that did not live to tell has made it; None when there is no sign of that."""
        if note.earlier is None:
            return None
        before = reading.cart(note.earlier, customer_id=key.customer_id)
        if version(before) == version(now) or not is_carried_out(before, change.edit(before).document, now):
            return None
        return Changed(before, now)

    async def _write(self, key: CartKey, before: Cart, wanted: Document) -> Cart | _Unanswered | _BeingChanged:
        """What became of a write."""
        try:
            after = await self._client.update(key.customer_id, key.cart_id, wanted)
            return _completed(after, before)
        except Conflict:
            return _BeingChanged()
        except Refused as refusal:
            if refusal.partner_center_code == ALREADY_SUBMITTED:
                raise CartRule(already_ordered(before)) from refusal
            raise
        except (Unavailable, Malformed) as error:
            if not error.maybe_done:
                raise
            found = await self._look(key)
            if found is None:
                raise _perhaps_done(error) from error
            return _Unanswered(error, found)

    async def _look(self, key: CartKey) -> Cart | None:
        """The cart as it stands; None when it cannot be read now."""
        try:
            return await self.cart(key)
        except GatewayError:
            return None


def _perhaps_done(error: GatewayError) -> GatewayError:
    return error.adding("The change may have been made all the same; read the cart before you repeat it.")


def _completed(after: Cart, before: Cart) -> Cart:
    """The answer to an update, with the members that an update cannot change and that it leaves out ("Update a cart")."""
    shown, known = document(after.body), as_read(before)
    missing = {
        "creationTimestamp": after.creation_timestamp is None,
        "expirationTimestamp": after.expiration_timestamp is None,
        "status": not any(value for name, value in shown.items() if folded(name) == "status"),
    }
    unsaid = {name: known[name] for name, is_missing in missing.items() if is_missing and name in known}
    return reading.cart(encode({**shown, **unsaid}), customer_id=after.customer_id) if unsaid else after


def editable(cart: Cart, now: datetime) -> None:
    """Raises CartRule when the cart is ordered, or expired by the gateway's clock."""
    if cart.status is CartStatus.ORDERED:
        raise CartRule(already_ordered(cart))
    if is_expired(cart, now):
        message = "The cart has expired: Partner Center keeps carts for seven days. Create a new one."
        raise CartRule(NotEditable(message=message, path=("cartId",), reason="EXPIRED", cart=cart))


def as_expected(cart: Cart, expected_version: str | None) -> None:
    """Raises CartRule when the caller saw another version of the cart."""
    if expected_version is not None and not is_version_of(expected_version, cart):
        raise CartRule(_changed_meanwhile(cart, expected_version))


def already_ordered(cart: Cart) -> NotEditable:
    message = "The cart is already checked out, so it can only be read. Create a new one for further purchases."
    return NotEditable(message=message, path=("cartId",), reason="ALREADY_ORDERED", cart=cart)


def _changed_meanwhile(cart: Cart, expected_version: str | None) -> VersionConflict:
    if expected_version is None:
        message = "Others are changing the cart at this moment, and nothing of this change was made. Try again."
        return VersionConflict(message=message, path=("cartId",), expected_version=None, cart=cart)
    message = (
        "The cart was changed after this version was read, and nothing was done. Show it as it stands and ask again."
    )
    return VersionConflict(message=message, path=("expectedVersion",), expected_version=expected_version, cart=cart)


def _attested(wanted: Document, *, attested: bool | None) -> Document:
    """Upstream never gives this member back, so a caller that means it sends it with every write."""
    return wanted if attested is None else {**wanted, "partnerOnRecordAttestationAccepted": attested}
