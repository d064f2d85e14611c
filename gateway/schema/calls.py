"""What every mutation does around its one call: name its cart, refuse what is wrong, honour an idempotency key."""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from itertools import chain
from typing import Protocol, TypeVar

import strawberry

from gateway.carts.edits import LineReference
from gateway.carts.idempotency import Answer, Checkpoint, Codec, IdempotentCall, fingerprint
from gateway.carts.keys import CartKey
from gateway.carts.rules import CartRule, NoSuchCart, NoSuchCustomer, Problem
from gateway.context import Info
from gateway.schema import input_rules
from gateway.schema.input_records import cart_key, customer_id, given
from gateway.schema.inputs import CustomerReferenceInput

T = TypeVar("T")


class NamesCart(Protocol):
    """The input of a mutation of a cart."""

    cart_id: strawberry.ID


class NamesCustomer(Protocol):
    customer: CustomerReferenceInput


def cart_named(input: NamesCart, *findings: Iterable[Problem], lines: Iterable[LineReference] = ()) -> CartKey:
    """The cart that a mutation names. Raises CartRule with all that is wrong with the input, its identifier first.

    What is too long is told alone: the rest would be told at length. That *lines* cannot be of this cart is told along with the rest; alone it is left to the edit, which sees the cart.
    """
    _check_sizes(input)
    key = cart_key(input.cart_id)
    unknown = [no_such_cart(input.cart_id)] if key is None else []
    problems = [*unknown, *chain.from_iterable(findings)]
    if problems or key is None:
        raise CartRule(*problems, *(line.missing() for line in lines if line.key is None))
    return key


def customer_named(input: NamesCustomer, *findings: Iterable[Problem]) -> str:
    """The tenant id of the customer that a mutation names. Raises CartRule likewise."""
    _check_sizes(input)
    reference = input.customer
    tenant_id = customer_id(reference)
    unknown = [no_such_customer(reference)] if tenant_id is None else []
    problems = [*unknown, *input_rules.customer(reference, ("customer",)), *chain.from_iterable(findings)]
    if problems or tenant_id is None:
        raise CartRule(*problems)
    return tenant_id


def _check_sizes(input: object) -> None:
    too_long = list(input_rules.sizes(input))
    if too_long:
        raise CartRule(*too_long)


def no_such_cart(cart_id: str) -> NoSuchCart:
    message = "There is no such cart. Carts are gone seven days after they were created; create a new one."
    return NoSuchCart(message=message, path=("cartId",), cart_id=cart_id)


def no_such_customer(reference: CustomerReferenceInput) -> NoSuchCustomer:
    member = "id" if given(reference.tenant_id) is None else "tenantId"
    return NoSuchCustomer(message="The partner has no such customer.", path=("customer", member))


@dataclass(frozen=True, slots=True)
class KeyedCall:
    """One mutation as its caller meant it. `meaning` is plain JSON; the same key with another meaning is refused."""

    operation: str
    customer_id: str
    idempotency_key: str | None
    meaning: tuple[object, ...]

    def request_id(self, info: Info) -> str | None:
        """The MS-RequestId that each repeat of the call carries; None without a key, when nothing tells a repeat."""
        intention = self._intention(info)
        return intention.request_id if intention else None

    async def once(self, info: Info, work: Callable[[Checkpoint], Awaitable[T]], form: Codec[T]) -> Answer[T]:
        """What *work* answers, or what it answered to an earlier call with the same key."""
        intention = self._intention(info)
        if intention is None:
            return Answer(await work(Checkpoint()), replayed=False)
        return await info.context.idempotency.once(
            intention, work, form, verify_caller=lambda: info.context.prove_identity(self.customer_id)
        )

    def _intention(self, info: Info) -> IdempotentCall | None:
        key = given(self.idempotency_key)
        return (
            IdempotentCall(info.context.caller.identity, self.operation, key, fingerprint(*self.meaning))
            if key
            else None
        )
