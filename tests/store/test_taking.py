"""What every store promises of leases."""

import asyncio

from gateway.store.store import Store
from tests.store.worlds import World


async def test_a_lease_has_one_owner(store: Store, another: Store) -> None:
    """Other owners cannot take it until it is released; other names are other leases."""
    before = [
        await store.take("cart", "us", for_s=60),
        await another.take("cart", "them", for_s=60),
        await another.take("other cart", "them", for_s=60),
    ]
    await store.release("cart", "us")

    assert before == [True, False, True]
    assert await another.take("cart", "them", for_s=60)


async def test_an_owner_extends_its_lease(store: Store, another: Store, world: World) -> None:
    """Taking a lease again starts its time to live anew."""
    await store.take("cart", "us", for_s=60)
    world.later(50)
    extended = await another.take("cart", "us", for_s=60)
    world.later(50)

    assert extended
    assert not await another.take("cart", "them", for_s=60)


async def test_an_expired_lease_is_free(store: Store, another: Store, world: World) -> None:
    """After another owner took it, the old owner can neither release nor extend it."""
    await store.take("cart", "us", for_s=10)
    world.later(10)

    taken_over = await another.take("cart", "them", for_s=60)
    await store.release("cart", "us")

    assert taken_over
    assert not await store.take("cart", "us", for_s=60)
    assert not await store.take("cart", "someone else", for_s=60)


async def test_a_free_lease_is_refused_while_another_is_held(store: Store, another: Store, world: World) -> None:
    """Until that other lease is released or expires. An owner may extend its own lease all the same."""
    await store.take("cart/next", "them", for_s=10)
    refused = await another.take("cart", "us", for_s=60, unless_held="cart/next")
    await store.release("cart/next", "them")
    taken = await another.take("cart", "us", for_s=60, unless_held="cart/next")
    await store.take("cart/next", "them", for_s=10)
    extended = await another.take("cart", "us", for_s=60, unless_held="cart/next")
    await another.release("cart", "us")
    world.later(10)

    assert (refused, taken, extended) == (False, True, True)
    assert await another.take("cart", "someone else", for_s=60, unless_held="cart/next")


async def test_releasing_a_free_lease_does_nothing(store: Store) -> None:
    """It can be taken afterwards."""
    await store.release("cart", "us")

    assert await store.take("cart", "us", for_s=60)


async def test_one_of_many_takes(store: Store, another: Store) -> None:
    """Exactly one of 50 concurrent owners gets the lease."""
    owners = range(50)
    taking = [(store, another)[owner % 2].take("cart", str(owner), for_s=60) for owner in owners]

    taken = await asyncio.gather(*taking)

    assert sum(taken) == 1


async def test_one_of_many_takes_over(store: Store, another: Store, world: World) -> None:
    """Exactly one of 50 concurrent owners gets an expired lease."""
    await store.take("cart", "gone", for_s=10)
    world.later(10)
    taking = [(store, another)[owner % 2].take("cart", str(owner), for_s=60) for owner in range(50)]

    assert sum(await asyncio.gather(*taking)) == 1


async def test_leases_and_records_have_separate_names(store: Store) -> None:
    """A lease and a record may have the same name."""
    await store.put("cart", b"one", keep_s=60)
    taken = await store.take("cart", "us", for_s=60)
    await store.remove("cart")

    assert taken
    assert not await store.take("cart", "them", for_s=60)
