"""What every mutation does around its one call: name its cart, refuse what is wrong, honour an idempotency key."""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import TypeVar

from gateway.carts.repeats import Answer, Intention, fingerprint
from gateway.carts.rules import CartRule, NoSuchCart, NoSuchCustomer, Problem
from gateway.carts.service import CartKey
from gateway.context import Info
from gateway.partner_center.paths import guid
from gateway.schema.input_records import cart_key, given
from gateway.schema.inputs import CustomerReferenceInput
from gateway.schema.node import Kind, parts_of

T = TypeVar("T")


def refuse(*findings: Iterable[Problem]) -> None:
    """Raises CartRule with every problem found, if there is one."""
    problems = [problem for found in findings for problem in found]
    if problems:
        raise CartRule(*problems)


def cart_named(cart_id: str) -> CartKey:
    """Raises CartRule for an identifier that this API never issued for a cart."""
    key = cart_key(cart_id)
    if key is None:
        raise CartRule(no_such_cart(cart_id))
    return key


def no_such_cart(cart_id: str) -> NoSuchCart:
    message = "There is no such cart. Carts are gone seven days after they were created; create a new one."
    return NoSuchCart(message=message, path=("cartId",), cart_id=cart_id)


def customer_named(reference: CustomerReferenceInput) -> str:
    """The customer's tenant id. Raises CartRule for an identifier that this API never issued for a customer."""
    tenant_id = given(reference.tenant_id)
    if tenant_id is not None:
        return guid(tenant_id, name="tenantId")
    parts = parts_of(Kind.CUSTOMER, reference.id or "")
    if parts is None:
        raise CartRule(no_such_customer(reference))
    return parts[0]


def no_such_customer(reference: CustomerReferenceInput) -> NoSuchCustomer:
    member = "id" if given(reference.tenant_id) is None else "tenantId"
    return NoSuchCustomer(message="The partner has no such customer.", path=("customer", member))


@dataclass(frozen=True, slots=True)
class KeyedCall:
    """One mutation as its caller meant it. `meaning` is plain JSON; the same key with another meaning is refused."""

    operation: str
    idempotency_key: str | None
    meaning: tuple[object, ...]

    def request_id(self, info: Info) -> str | None:
        """The MS-RequestId that each repeat of the call carries; None without a key, when nothing tells a repeat."""
        intention = self._intention(info)
        return intention.request_id if intention else None

    async def once(self, info: Info, work: Callable[[], Awaitable[T]]) -> Answer[T]:
        """What *work* answers, or what it answered to an earlier call with the same key."""
        intention = self._intention(info)
        if intention is None:
            return Answer(await work(), replayed=False)
        return await info.context.repeats.once(intention, work)

    def _intention(self, info: Info) -> Intention | None:
        key = given(self.idempotency_key)
        return Intention(info.context.caller, self.operation, key, fingerprint(*self.meaning)) if key else None
