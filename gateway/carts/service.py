"""Carts for one caller: read, edit, write back, one writer at a time per cart. Carts are never cached."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from gateway.carts.comparing import is_carried_out
from gateway.carts.content import version
from gateway.carts.document import Document
from gateway.carts.edits import Appended, Edit, Edited, creating
from gateway.carts.idempotency import Checkpoint
from gateway.carts.keys import CartKey
from gateway.carts.rules import (
    ALREADY_SUBMITTED,
    CartRule,
    already_ordered,
    being_changed,
    require_editable,
    require_version,
)
from gateway.errors import Conflict, GatewayError, Malformed, Refused, Unavailable
from gateway.partner_center.carts import CartsClient
from gateway.partner_center.client import PartnerCenter
from gateway.partner_center.models.carts import Cart
from gateway.partner_center.models.values import CartStatus
from gateway.partner_center.models.writing import NewCartLineItem
from gateway.partner_center.plain_json import encode
from gateway.partner_center.reading import records as reading
from gateway.store.locks import ResourceLocks

_TRIES = 3
_FIRST_PAUSE_S = 0.2
_MAYBE_CREATED = "The cart may exist all the same. Repeating the call would create a second one."
_MAYBE_CREATED_WITH_KEY = (
    "The cart may exist all the same. Repeating the call with the same idempotencyKey does not create a second one."
)


@dataclass(frozen=True, slots=True)
class Changed:
    """A cart before an edit, and as Partner Center stored it afterwards.

    `edited` is what was written; None where the answer was stored by an earlier call.
    """

    before: Cart
    after: Cart
    edited: Edited | Appended | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Change:
    """An edit. `expected_version` None accepts any version; `attested` None leaves the attestation out of the write."""

    edit: Edit
    expected_version: str | None
    attested: bool | None


class _InUse:
    """Partner Center refused the write because another request was changing the cart."""


@dataclass(frozen=True, slots=True)
class _Unanswered:
    """The answer to a write was lost; `cart` is the cart as read after it."""

    error: GatewayError
    cart: Cart


class Carts:
    """Reads and edits carts for one caller."""

    def __init__(
        self,
        partner_center: PartnerCenter,
        *,
        locks: ResourceLocks,
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
        """Raises NotFound when there is no such cart, or no longer."""
        return await self._client.get(key.customer_id, key.cart_id)

    async def create(
        self,
        customer_id: str,
        lines: Sequence[NewCartLineItem],
        *,
        attested: bool | None,
        request_id: str | None = None,
    ) -> Cart:
        """Creates a cart. It exists even when some of its lines carry errors.

        Repeating the call with the same *request_id* is safe while Partner Center remembers that id; without a
        *request_id* it is never safe.
        """
        wanted = _attested(creating(lines).document, attested=attested)
        try:
            return await self._client.create(customer_id, wanted, request_id=request_id)
        except (Unavailable, Malformed) as error:
            if not error.maybe_done:
                raise
            raise error.adding(_MAYBE_CREATED if request_id is None else _MAYBE_CREATED_WITH_KEY) from error

    async def preview(self, customer_id: str, lines: Sequence[NewCartLineItem], *, attested: bool | None) -> Cart:
        """Creates a cart for its prices and errors, which no other call answers. It ends after seven days.

        Repeating the call is harmless: it leaves another cart that nobody can name.
        """
        return await self._client.create(customer_id, _attested(creating(lines).document, attested=attested))

    async def change(self, key: CartKey, change: Change, checkpoint: Checkpoint | None = None) -> Changed:
        """Reads the cart, edits it and writes it back, as a whole or not at all. Returns what Partner Center stored.

        An answered write is done, whatever the answer shows, and is never repeated. The edit is made again on the
        current cart, three times in all, when Partner Center refused the write because of other requests (409/800064),
        or when the write's answer was lost and the cart does not show the change.

        Raises CartRule when the gateway declines the edit, and with a VersionConflict when other requests kept changing
        the cart. After a lost answer every failure says that the change may have been made.

        The cart is saved to *checkpoint* before each write: a repeat after a crash compares with it.
        """
        checkpoint = checkpoint or Checkpoint()
        async with self._locks.hold(self._partner, key.customer_id, key.cart_id):
            before = await self.cart(key)
            return self._made_earlier(key, change, checkpoint, before) or await self._change(
                key, change, checkpoint, before
            )

    async def _change(self, key: CartKey, change: Change, checkpoint: Checkpoint, before: Cart) -> Changed:
        lost: GatewayError | None = None
        try:
            for attempt in range(_TRIES):
                require_editable(before, self._now())
                require_version(before, change.expected_version)
                edited = change.edit(before)
                await checkpoint.save(before.body)
                written = await self._write(key, before, _attested(edited.written, attested=change.attested))
                if isinstance(written, Cart):
                    return Changed(before, written, edited)
                if isinstance(written, _Unanswered):
                    wanted = _attested(edited.document, attested=change.attested)
                    if is_carried_out(before, wanted, written.cart):
                        return Changed(before, written.cart, edited)
                    lost, before = written.error, written.cart
                else:
                    await self._sleep(self._chance() * _FIRST_PAUSE_S * 2**attempt)
                    before = await self.cart(key)
            raise CartRule(being_changed(before))
        except GatewayError as error:
            if lost is None:
                raise
            raise _maybe_changed(lost) from error

    def _made_earlier(self, key: CartKey, change: Change, checkpoint: Checkpoint, now: Cart) -> Changed | None:
        """The change if an earlier call under the same key made it and crashed before it could store its answer."""
        if checkpoint.earlier is None:
            return None
        before = reading.cart(checkpoint.earlier, customer_id=key.customer_id)
        if version(before) == version(now) or not is_carried_out(before, change.edit(before).document, now):
            return None
        return Changed(before, now)

    async def _write(self, key: CartKey, before: Cart, wanted: Document) -> Cart | _Unanswered | _InUse:
        """The stored cart, or why the edit may have to be made again. Raises every other failure."""
        try:
            after = await self._client.update(key.customer_id, key.cart_id, wanted)
            return _completed(after, before)
        except Conflict:
            return _InUse()
        except Refused as refusal:
            if refusal.partner_center_code == ALREADY_SUBMITTED:
                raise CartRule(already_ordered(before)) from refusal
            raise
        except (Unavailable, Malformed) as error:
            if not error.maybe_done:
                raise
            found = await self._read_again(key)
            if found is None:
                raise _maybe_changed(error) from error
            return _Unanswered(error, found)

    async def _read_again(self, key: CartKey) -> Cart | None:
        """None when the cart cannot be read now."""
        try:
            return await self.cart(key)
        except GatewayError:
            return None


def _maybe_changed(error: GatewayError) -> GatewayError:
    return error.adding("The change may have been made all the same. Read the cart before you repeat it.")


def _completed(after: Cart, before: Cart) -> Cart:
    """The answer to an update, with members added that an update cannot change and its answer omits ("Update a cart")."""
    if after.status is not CartStatus.UNKNOWN and after.created_at and after.expires_at:
        return after
    shown, known = after.document, before.document
    missing = {
        "creationTimestamp": after.created_at is None,
        "expirationTimestamp": after.expires_at is None,
        "status": not shown.get("status"),
    }
    omitted = {name: known[name] for name, is_missing in missing.items() if is_missing and name in known}
    return reading.cart(encode({**shown, **omitted}), customer_id=after.customer_id) if omitted else after


def _attested(wanted: Document, *, attested: bool | None) -> Document:
    """Partner Center never returns this member, so every write that attests must send it."""
    return wanted if attested is None else {**wanted, "partnerOnRecordAttestationAccepted": attested}
