"""What a resolver may reach during one request. Built only for authenticated callers."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

import strawberry

from gateway.carts.checkout import Checkout
from gateway.carts.idempotency import Checkpoint, Idempotency
from gateway.carts.keys import CartKey
from gateway.carts.outcome import CheckedOut, NoResult, Outcome
from gateway.carts.service import Carts, Change, Changed
from gateway.catalog.catalog import CustomerKey
from gateway.errors import Forbidden, Refused, Throttled
from gateway.loaders import Loaders
from gateway.partner_center.accepted_tokens import AcceptedTokens
from gateway.partner_center.callers import Caller
from gateway.partner_center.sending.calls import Tally


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """`default_country` is the market when neither an argument nor the customer names one. `outcomes` is where checkouts
    note, by their response key, what is known of their orders.
    """

    caller: Caller
    accepted: AcceptedTokens
    carts: Carts
    checkout: Checkout
    idempotency: Idempotency
    loaders: Loaders
    now: Callable[[], datetime]
    default_country: str
    tally: Tally = field(default_factory=Tally)
    outcomes: dict[str | int, Outcome] = field(default_factory=dict[str | int, Outcome])

    @property
    def upstream_calls(self) -> int:
        """Calls to Partner Center made for this request so far, repeats included."""
        return self.tally.attempts

    async def prove_identity(self, customer_id: str) -> None:
        """Makes sure that the caller is who its token says, before a stored answer of that identity is given.

        Partner Center has to accept the token for that. Where it has not yet in this process, the customer is read.
        Raises what that read ends in, and Forbidden when it is refused or shows no customer: that proves nothing, and a
        refusal of the read must not pass for one of the earlier call.
        """
        if not self.caller.is_claimed or self.caller.key in self.accepted:
            return
        refusal: Refused | None = None
        try:
            await self.loaders.customers.load(CustomerKey(customer_id))
        except Refused as error:
            if isinstance(error, Forbidden | Throttled):
                raise
            refusal = error
        if self.caller.key not in self.accepted:
            raise Forbidden(
                "Partner Center does not show this customer to the caller, so the answer to the earlier call with this "
                "idempotencyKey is withheld. Send a token that may read the customer.",
                http_status=refusal.http_status if refusal else 404,
                partner_center_code=refusal.partner_center_code if refusal else None,
                upstream_correlation_id=refusal.upstream_correlation_id if refusal else None,
            ) from refusal

    async def change(self, key: CartKey, change: Change, note: Checkpoint | None = None) -> Changed:
        """Changes a cart; what was read of it earlier in this request is forgotten, even when the change fails."""
        try:
            return await self.carts.change(key, change, note)
        finally:
            self.loaders.carts.clear(key)

    async def check_out(self, key: CartKey, *, expected_version: str | None) -> CheckedOut | NoResult:
        """Orders a cart; forgets it like a change."""
        try:
            return await self.checkout.place(key, expected_version=expected_version)
        finally:
            self.loaders.carts.clear(key)


Info = strawberry.Info[Context, None]
