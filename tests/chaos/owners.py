"""People who change the seats of what they own, click twice, have two tabs, and ask again until they are told; and what
each was told.
"""

import asyncio
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import httpx

from gateway.schema.node import Kind, node_id
from tests.shop_ids import CONTOSO

LICENCES = (
    "CFQ7TTC0LH18:0001:CFQ7TTC0K971",
    "CFQ7TTC0LDPB:0001:CFQ7TTC0LGNT",
    "CFQ7TTC0LCHC:0002:CFQ7TTC0KFFN",
    "CFQ7TTC0LF8Q:0001:CFQ7TTC0KQDF",
)
MOST_SEATS = 3
"""Few numbers, so that the same content comes back again and again."""
MOST_TRIES = 60

READ = "query Read($id: ID!) { subscription(by: {id: $id}) { version quantity status } }"
SHOWN = (
    "subscription { quantity status } isChanged isPending errors { code ... on PartnerCenterRejectedError { reason } }"
)
CHANGE = f"mutation Change($input: UpdateSubscriptionInput!) {{ updateSubscription(input: $input) {{ {SHOWN} }} }}"
CANCEL = f"mutation Cancel($input: CancelSubscriptionInput!) {{ cancelSubscription(input: $input) {{ {SHOWN} }} }}"

Way = Literal["single", "double click", "two tabs"]
WAYS: tuple[Way, ...] = ("single", "double click", "two tabs")


@dataclass
class Owned:
    """One subscription, how many seats its owner was told that it has, and what went wrong."""

    id: str
    order_id: str
    quantity: int
    is_cancelled: bool = False
    made: int = 0
    """Changes that the owner was told of."""
    undone: list[str] = field(default_factory=list[str])
    """Changes that the owner was told of, and that were not there afterwards."""
    falsely_denied: list[str] = field(default_factory=list[str])
    """Answers that nothing was done, when it was."""
    both: list[str] = field(default_factory=list[str])
    """Two different changes of one version that were both said to be made."""
    odd: list[str] = field(default_factory=list[str])
    """Answers that nobody should get."""
    codes: list[str] = field(default_factory=list[str])


@dataclass(frozen=True)
class Wish:
    """A change as it is sent, and how to see in Partner Center's document that it was made."""

    document: str
    field: str
    input: Mapping[str, object]
    seen: Mapping[str, object]

    def stands_in(self, subscription: Mapping[str, object]) -> bool:
        return all(subscription.get(name) == value for name, value in self.seen.items())


class Owners:
    """Everybody who owns something in a run. Each call goes to one of the *shops*, which are replicas."""

    def __init__(
        self,
        shops: Sequence[httpx.AsyncClient],
        partner_center: httpx.AsyncClient,
        *,
        token: str,
        chance: random.Random,
        ways: Sequence[Way] = WAYS,
    ) -> None:
        self._ways = ways
        self._shops = shops
        self._partner_center = partner_center
        self._headers = {"Authorization": f"Bearer {token}"}
        self._chance = chance
        self.owned: list[Owned] = []

    async def own(self, *, rounds: int) -> None:
        """Buys some seats, changes their number again and again, and gives them back in the end."""
        owned = await self._bought()
        self.owned.append(owned)
        for _ in range(rounds):
            version = await self._version(owned)
            if version is None:
                return
            await self._change(owned, version, self._chance.choice(self._ways))
            await asyncio.sleep(self._chance.random())
        version = await self._version(owned)
        if version is not None:
            await self._cancel(owned, version)

    async def is_as_told(self, owned: Owned) -> bool:
        """Whether Partner Center has what the owner was last told."""
        actual = await self._actual(owned)
        if owned.is_cancelled:
            return bool(actual["status"] == "deleted")
        return bool(actual["quantity"] == owned.quantity)

    async def _bought(self) -> Owned:
        carts = f"/v1/customers/{CONTOSO}/carts"
        item = LICENCES[len(self.owned) % len(LICENCES)]
        line = {"catalogItemId": item, "quantity": 1, "billingCycle": "monthly", "termDuration": "P1Y"}
        cart = (await self._partner_center.post(carts, json={"lineItems": [line]}, headers=self._headers)).json()
        placed = await self._partner_center.post(f"{carts}/{cart['id']}/checkout", headers=self._headers)
        order = placed.json()["orders"][0]
        return Owned(order["lineItems"][0]["subscriptionId"].lower(), order["id"], quantity=1)

    async def _change(self, owned: Owned, version: str, way: Way) -> None:
        numbers = [number for number in range(1, MOST_SEATS + 1) if number != owned.quantity]
        first, second = self._chance.sample(numbers, 2)
        wanted = {"single": [first], "double click": [first, first], "two tabs": [first, second]}[way]
        told = await asyncio.gather(*(self._until_told(owned, self._seats(owned, version, each)) for each in wanted))
        made = {number for number, is_made in zip(wanted, told, strict=True) if is_made}
        if len(made) > 1:
            owned.both.append(f"{owned.id}: {made} of one version")
        if made:
            owned.quantity = made.pop()
            owned.made += 1
            if not await self.is_as_told(owned):
                owned.undone.append(
                    f"{owned.id}: {owned.quantity} told, {(await self._actual(owned))['quantity']} there"
                )
        else:
            owned.odd.append(f"nobody changed anything: {owned.codes[-5:]}")

    async def _cancel(self, owned: Owned, version: str) -> None:
        given = {"subscriptionId": _node_id(owned), "expectedVersion": version}
        wish = Wish(CANCEL, "cancelSubscription", given, {"status": "deleted"})
        told = await asyncio.gather(*(self._until_told(owned, wish) for _ in range(2)))
        owned.is_cancelled = all(told)
        owned.made += all(told)

    def _seats(self, owned: Owned, version: str, quantity: int) -> Wish:
        given = {"subscriptionId": _node_id(owned), "expectedVersion": version, "change": {"quantity": quantity}}
        return Wish(CHANGE, "updateSubscription", given, {"quantity": quantity})

    async def _version(self, owned: Owned) -> str | None:
        """The version of what the owner sees; None, and something odd, when that cannot be seen at all."""
        for _ in range(MOST_TRIES):
            data = await self._ask(owned, READ, {"id": _node_id(owned)})
            if data is not None and data["subscription"] is not None:
                seen = data["subscription"]
                if seen["quantity"] != owned.quantity:
                    owned.undone.append(f"{owned.id}: {owned.quantity} told, {seen['quantity']} seen")
                    owned.quantity = seen["quantity"]
                version: str = seen["version"]
                return version
            await self._pause()
        owned.odd.append(f"not shown in {MOST_TRIES} tries: {owned.codes[-5:]}")
        return None

    async def _until_told(self, owned: Owned, wish: Wish) -> bool:
        """Asks until it is made and not pending, or until somebody else has changed it first."""
        for _ in range(MOST_TRIES):
            data = await self._ask(owned, wish.document, {"input": wish.input}, wish)
            payload: dict[str, Any] | None = data and data[wish.field]
            if payload is not None and not payload["isPending"]:
                if not payload["errors"]:
                    return True
                (error,) = payload["errors"]
                if error["code"] == "SUBSCRIPTION_VERSION_CONFLICT":
                    return False
                if error.get("reason") != "CHANGE_UNDER_WAY":
                    owned.odd.append(f"{owned.id}: {error}")
                    return False
            await self._pause()
        owned.odd.append(f"not told in {MOST_TRIES} tries: {owned.codes[-5:]}")
        return False

    async def _ask(
        self, owned: Owned, document: str, variables: Mapping[str, object], wish: Wish | None = None
    ) -> dict[str, Any] | None:
        """The data; None when the owner is to ask again."""
        shop = self._shops[self._chance.randrange(len(self._shops))]
        body = {"query": document, "variables": variables}
        try:
            response = await shop.post("/graphql", json=body, headers=self._headers)
            answer: dict[str, Any] = response.json()
        except (httpx.HTTPError, ValueError):
            owned.codes.append("no answer")
            return None
        if "errors" not in answer:
            data: dict[str, Any] = answer["data"]
            return data
        said = answer["errors"][0]["extensions"]
        owned.codes.append(f"{said['code']}/{said.get('outcome')}")
        if wish is not None and said.get("outcome") == "NOT_DONE" and wish.stands_in(await self._actual(owned)):
            owned.falsely_denied.append(f"{owned.id}: {wish.seen}, {said['code']}")
        if not said["retryable"] or said["code"] == "INTERNAL":
            owned.odd.append(str(answer["errors"]))
        return None

    async def _actual(self, owned: Owned) -> dict[str, Any]:
        """What Partner Center has, by a list that no fault strikes."""
        path = f"/v1/customers/{CONTOSO}/subscriptions?order_id={owned.order_id}"
        listed = (await self._partner_center.get(path, headers=self._headers)).json()["items"]
        (found,) = [each for each in listed if each["id"].lower() == owned.id]
        return dict(found)

    async def _pause(self) -> None:
        await asyncio.sleep(0.1 + 0.4 * self._chance.random())


def _node_id(owned: Owned) -> str:
    return node_id(Kind.SUBSCRIPTION, CONTOSO, owned.id)
