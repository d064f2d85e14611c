"""One writer at a time per resource, in this process and among those that share a store."""

import asyncio
from hashlib import sha256

import pytest

from gateway.errors import StillRunning
from gateway.store.locks import ResourceLocks
from gateway.store.memory import MemoryStore

CART = ("customer-1", "cart-1")


class SharedMemory(MemoryStore):
    """As a store of several processes, with the names of its leases."""

    is_shared = True

    def __init__(self) -> None:
        super().__init__(clock=lambda: 0)
        self.names: list[str] = []

    async def take(self, name: str, owner: str, *, for_s: float, unless_held: str | None = None) -> bool:
        self.names.append(name)
        return await super().take(name, owner, for_s=for_s, unless_held=unless_held)


@pytest.mark.parametrize(
    ("other", "waits"),
    [
        pytest.param(("partner-1", *CART), True, id="the same"),
        pytest.param(("partner-2", *CART), False, id="of another partner"),
        pytest.param(("partner-1", "customer-1", "cart-2"), False, id="another cart"),
        pytest.param(("partner-1", "customer-1", "subscriptions", "cart-1"), False, id="another kind"),
    ],
)
async def test_only_the_same_resource_is_waited_for(other: tuple[str, ...], *, waits: bool) -> None:
    """Whoever waits too long gets an error."""
    locks = ResourceLocks(MemoryStore(clock=lambda: 0), wait_s=0)
    partner, *resource = other

    async with locks.hold("partner-1", *CART):
        try:
            async with locks.hold(partner, *resource):
                has_waited = False
        except StillRunning:
            has_waited = True

    assert has_waited is waits


async def test_the_lease_of_a_cart_has_the_name_it_always_had() -> None:
    """Replicas of different versions exclude each other during an upgrade."""
    store = SharedMemory()

    async with ResourceLocks(store).hold("partner-1", *CART) as lock:
        assert not lock.is_lost

    assert store.names == [f"turn:{sha256(b'partner-1/customer-1/cart-1').hexdigest()}"]


async def test_a_lock_is_free_after_a_failure() -> None:
    """The next writer does not wait for it."""
    locks = ResourceLocks(MemoryStore(clock=lambda: 0), wait_s=0)

    with pytest.raises(asyncio.CancelledError):
        async with locks.hold("partner-1", *CART):
            raise asyncio.CancelledError

    async with locks.hold("partner-1", *CART) as lock:
        assert lock.lease is None
