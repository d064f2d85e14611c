"""Partners who cannot be told apart but by their token: the same customer, the same products, carts of the same ids."""

import base64
import json
from collections.abc import Callable, Iterable, Mapping
from hashlib import sha256
from importlib import resources
from typing import Any
from uuid import UUID, uuid4

import httpx

from gateway.sandbox.app import build_sandbox
from gateway.sandbox.world.ids import numbered_id
from tests.faults.partner_center import PartnerCenter
from tests.faults.shop import PRODUCT
from tests.shop_ids import CONTOSO

ToToken = Callable[[str], str]
"""A token of the tenant with that name."""

USER = "62bded2e-effa-4dd7-aa0a-2dde6dcd24fd"


class Tenant(PartnerCenter):
    """One partner's Partner Center: the names of its customer and its product hold its own, its orders have ids of their own."""

    def __init__(self, name: str, token: str) -> None:
        self.name = name
        self.token = token
        seed = json.loads(resources.files("gateway.sandbox").joinpath("seed.json").read_text(encoding="utf-8"))
        _named(seed["customers"], CONTOSO)["companyName"] = f"customer of {name}"
        _named(seed["products"], PRODUCT)["title"] = f"product of {name}"

        def new_id(kind: str, number: int) -> UUID:
            return numbered_id(kind if kind == "cart" else f"{name} {kind}", number)

        super().__init__(build_sandbox(seed=seed, new_id=new_id))


class ByToken(httpx.AsyncBaseTransport):
    """Each call goes to the Partner Center of whoever's token it carries; nobody else's is known."""

    def __init__(self, tenants: Iterable[Tenant]) -> None:
        self._tenants = {f"Bearer {tenant.token}": tenant for tenant in tenants}

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        tenant = self._tenants.get(request.headers["Authorization"])
        if tenant is None:
            return httpx.Response(401)
        request.headers["Authorization"] = f"Bearer {tenant.sandbox.demo_token()}"
        return await tenant.handle_async_request(request)


def opaque(name: str) -> str:
    """A token that says nothing."""
    return sha256(name.encode()).hexdigest()


def naming_its_tenant(name: str) -> str:
    """A JSON Web Token of the same user in the tenant of that name, unlike every other."""
    return web_token(tid=str(numbered_id("tenant", len(name) * 1000 + ord(name[-1]))))


def web_token(*, tid: str) -> str:
    claims = {"tid": tid, "oid": USER, "jti": str(uuid4())}
    return ".".join(_packed(part) for part in ({"alg": "none"}, claims, {}))


def _packed(part: Mapping[str, str]) -> str:
    return base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode()


def _named(things: Iterable[dict[str, Any]], its_id: str) -> dict[str, Any]:
    return next(thing for thing in things if thing["id"] == its_id)
