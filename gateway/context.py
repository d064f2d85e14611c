"""The context of a request: everything that a resolver may use. Built only for authenticated callers."""

from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property, partial
from typing import TypeVar

import strawberry

from gateway.agreements.confirming import Confirming
from gateway.carts.checkout import Checkout
from gateway.carts.codec import CART, CHANGED, CHECKED_OUT
from gateway.carts.idempotency import Answer, Checkpoint, Codec, Idempotency, IdempotentCall, fingerprint
from gateway.carts.keys import CartKey
from gateway.carts.outcome import CheckedOut, NoResult
from gateway.carts.purchases import Purchases
from gateway.carts.service import Carts, Change, Changed
from gateway.catalog.catalog import Catalog
from gateway.catalog.keys import CustomerKey
from gateway.changes.attempts import Made
from gateway.changes.making import Making
from gateway.errors import Forbidden, Refused, Throttled
from gateway.loaders.keys import OrderKey, SubscriptionKey
from gateway.loaders.loaders import Loaders
from gateway.orders.cancelling import Cancellation, OrderCancelling
from gateway.outcomes import Outcomes, reported, stating
from gateway.partner_center.accepted_tokens import AcceptedTokens
from gateway.partner_center.client import PartnerCenter
from gateway.partner_center.models.carts import Cart
from gateway.partner_center.models.orders import Order
from gateway.partner_center.models.subscriptions import Subscription
from gateway.partner_center.models.writing import NewCartLineItem
from gateway.store.locks import ResourceLocks
from gateway.subscriptions.changing import CANCELLED, RequestedChange, SubscriptionChanges
from gateway.subscriptions.registering import Registering
from gateway.telemetry import events
from gateway.telemetry.logs import log_fields
from gateway.telemetry.requests import hashed

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class KeyedCall:
    """One call of a mutation that takes an idempotency key, which is None when the caller sent none.

    `meaning` is the input as plain JSON, without the customer, the cart, its version and the attestation: the methods
    of Context add these. The same key with another meaning is refused.
    """

    mutation: str
    idempotency_key: str | None
    meaning: tuple[object, ...] = ()


@dataclass(kw_only=True)
class Context:
    """Resolvers use the methods, and `loaders` and `checkout`, which are made when first used.

    `default_country` is the market when neither an argument nor the customer names one. `locale` is the
    language of the gateway's calls, such as `en-US`. `tracks_agreements`: whether Partner Center does so in the
    configured cloud.

    `outcomes` holds what each checkout of the request found out about its orders, and what is known of each other
    change, by the response key of its field. One that has not ended, or never began, has no entry: its outcome is
    unknown.

    `customer_readers` names the types of the objects whose customer will be read, by the response key of the root field
    that leads to them.
    """

    partner_center: PartnerCenter
    catalog: Catalog
    accepted: AcceptedTokens
    locks: ResourceLocks
    making: Making
    purchases: Purchases
    idempotency: Idempotency
    now: Callable[[], datetime]
    default_country: str
    locale: str
    tracks_agreements: bool
    outcomes: Outcomes = field(default_factory=Outcomes)
    customer_readers: dict[str | int, Collection[str]] = field(default_factory=dict[str | int, Collection[str]])

    @cached_property
    def loaders(self) -> Loaders:
        return Loaders(self.partner_center, self.catalog, self.purchases)

    @cached_property
    def checkout(self) -> Checkout:
        return Checkout(self.partner_center, locks=self.locks, purchases=self.purchases, now=self.now)

    @cached_property
    def confirming(self) -> Confirming:
        return Confirming(self.partner_center)

    @cached_property
    def registering(self) -> Registering:
        return Registering(self.partner_center)

    @cached_property
    def _carts(self) -> Carts:
        return Carts(self.partner_center, locks=self.locks, now=self.now)

    def close(self) -> None:
        """Stop look-ups that nobody waits for any more."""
        if "loaders" in vars(self):
            self.loaders.close()

    @property
    def upstream_calls(self) -> int:
        """Calls made to Partner Center for this request so far, retries included."""
        return self.partner_center.tally.attempts

    @property
    def stale_answers(self) -> int:
        """Catalog answers of this request that were older than their time to live."""
        return self.partner_center.tally.stale_answers

    def read_ahead(self, root_field: str | int, customer_id: str, *, for_type: str | None = None) -> None:
        """Begin to read the customer of an object of the root field, where something below will need it.

        The read is then under way together with that of the object, and neither waits for the other. *for_type* is the
        type of the object where the field may have several.
        """
        readers = self.customer_readers.get(root_field, ())
        if readers and (for_type is None or for_type in readers):
            self.loaders.customers.begin(CustomerKey(customer_id))

    async def create_cart(
        self, customer_id: str, lines: Sequence[NewCartLineItem], call: KeyedCall, *, attested: bool | None
    ) -> Answer[Cart]:
        """Creates a cart, or gives the answer of the earlier call with the same idempotency key."""
        idempotent_call = self._idempotent_call(call, customer_id, *call.meaning, attested)
        request_id = idempotent_call.request_id if idempotent_call else None
        return await self._once(
            idempotent_call,
            customer_id,
            lambda _: self._carts.create(customer_id, lines, attested=attested, request_id=request_id),
            CART,
        )

    async def preview_cart(self, customer_id: str, lines: Sequence[NewCartLineItem], *, attested: bool | None) -> Cart:
        """Creates a cart for its prices only: whoever gets it must not show its identifier."""
        return await self._carts.preview(customer_id, lines, attested=attested)

    async def change_cart(self, key: CartKey, change: Change, call: KeyedCall | None = None) -> Answer[Changed]:
        """Changes a cart, or gives the answer of the earlier call with the same idempotency key.

        Even a change that fails may have been made, so the cart is read again when the request asks for it.
        """
        idempotent_call = None
        if call:
            meaning = (key.customer_id, key.cart_id, *call.meaning, change.attested, change.expected_version)
            idempotent_call = self._idempotent_call(call, *meaning)
        try:
            return await self._once(idempotent_call, key.customer_id, partial(self._carts.change, key, change), CHANGED)
        finally:
            self.loaders.carts.clear(key)

    async def check_out(
        self, key: CartKey, call: KeyedCall, *, expected_version: str | None
    ) -> Answer[CheckedOut | NoResult]:
        """Orders a cart, or gives the answer of the earlier call with the same idempotency key.

        The cart and what came of its checkouts are read again afterwards, as after a change.
        """
        idempotent_call = self._idempotent_call(call, key.customer_id, key.cart_id, expected_version)
        try:
            return await self._once(
                idempotent_call,
                key.customer_id,
                lambda _: self.checkout.place(key, expected_version=expected_version),
                CHECKED_OUT,
            )
        finally:
            self.loaders.carts.clear(key)
            self.loaders.checkouts.clear(key)

    async def change_subscription(self, root_field: str | int, requested: RequestedChange) -> Made[Subscription]:
        """Changes a subscription, and notes the outcome for errors at and below the root field.

        Even a change that fails may have been made, so the subscription is read again when the request asks for it.
        """
        changes = SubscriptionChanges(self.partner_center, self.making)
        try:
            return await reported(
                self.outcomes,
                root_field,
                changes.make(requested),
                change=_change_name(requested),
                customer_id=requested.customer_id,
                resource_id=requested.subscription_id,
            )
        finally:
            self.loaders.subscriptions.clear(SubscriptionKey(requested.customer_id, requested.subscription_id))
            self.loaders.subscriptions_of_customer.clear(CustomerKey(requested.customer_id))

    async def cancel_order(self, root_field: str | int, cancellation: Cancellation) -> Made[Order]:
        """The same for the cancellation of an order."""
        cancelling = OrderCancelling(self.partner_center, self.making)
        try:
            return await reported(
                self.outcomes,
                root_field,
                cancelling.cancel(cancellation),
                change="cancelOrder",
                customer_id=cancellation.customer_id,
                resource_id=cancellation.order_id,
            )
        finally:
            self.loaders.orders.clear(OrderKey(cancellation.customer_id, cancellation.order_id))
            self.loaders.orders_of_customer.clear(CustomerKey(cancellation.customer_id))

    async def stating_outcome(self, root_field: str | int, change: Awaitable[T]) -> T:
        """What *change* gives; notes the outcome for errors at and below the root field. `outcomes.stating` says more."""
        return await stating(self.outcomes, root_field, change)

    async def prove_identity(self, customer_id: str) -> None:
        """Makes sure that the caller is who its token says, before it gets a stored answer of that identity.

        Partner Center proves it by accepting the token. Where it has not done so in this process, the customer is read.
        Raises the error in which that read ends. Raises Forbidden when the read is refused or finds no customer: that
        proves nothing, and a refusal of the read must not pass for one of the earlier call.
        """
        caller = self.partner_center.caller
        if not caller.is_claimed or caller.key in self.accepted:
            return
        refusal: Refused | None = None
        try:
            await self.loaders.customers.load(CustomerKey(customer_id))
        except Refused as error:
            if isinstance(error, Forbidden | Throttled):
                raise
            refusal = error
        if caller.key not in self.accepted:
            raise Forbidden(
                "Partner Center does not show this customer to the caller, so the answer to the earlier call with this "
                "idempotencyKey is withheld. Send a token that may read the customer.",
                http_status=refusal.http_status if refusal else 404,
                partner_center_code=refusal.partner_center_code if refusal else None,
                upstream_correlation_id=refusal.upstream_correlation_id if refusal else None,
            ) from refusal

    def _idempotent_call(self, call: KeyedCall, *meaning: object) -> IdempotentCall | None:
        """None without a key: a repeat then looks the same as a new call."""
        if not call.idempotency_key:
            return None
        identity = self.partner_center.caller.identity
        return IdempotentCall(identity, call.mutation, call.idempotency_key, fingerprint(*meaning))

    async def _once(
        self,
        idempotent_call: IdempotentCall | None,
        customer_id: str,
        work: Callable[[Checkpoint], Awaitable[T]],
        codec: Codec[T],
    ) -> Answer[T]:
        if idempotent_call is None:
            return Answer(await work(Checkpoint()), replayed=False)
        with log_fields({"idempotency_key": hashed(idempotent_call.key)}):
            answer = await self.idempotency.once(
                idempotent_call, work, codec, verify_caller=partial(self.prove_identity, customer_id)
            )
        events.idempotent_call_answered(replayed=answer.replayed)
        return answer


def _change_name(requested: RequestedChange) -> str:
    return "cancelSubscription" if requested.new == CANCELLED else requested.new.member


Info = strawberry.Info[Context, None]
