"""The gateway gives the same answers with GATEWAY_COMPILE on and off, over the sandbox."""

import random
from collections.abc import AsyncGenerator
from typing import cast

import pytest
from graphql import GraphQLObjectType
from graphql import build_schema as core_schema

from gateway.sandbox.app import Sandbox
from gateway.schema.root import build_schema, sdl
from gateway.settings.model import Settings
from tests.compiler.generated import Operations
from tests.harness import Gateway, connected
from tests.shop_ids import ALPINE, BASIC, CONTOSO, DEMO_CART

_CART = f'{{partnerCenter: {{customerTenantId: "{CONTOSO}", cartId: "{DEMO_CART}"}}}}'
_PRODUCT, _SKU, _ = BASIC.split(":")
_NO_CART = f'{{partnerCenter: {{customerTenantId: "{CONTOSO}", cartId: "{CONTOSO}"}}}}'
_ARGUMENTS = {
    "cart.by": [_CART, _CART, _CART, _NO_CART, '{id: "broken"}'],
    "customer.by": [f'{{tenantId: "{CONTOSO}"}}'],
    "customers.first": ["2"],
    "products.first": ["2"],
    "subscription.by": [
        f'{{partnerCenter: {{customerTenantId: "{ALPINE}", subscriptionId: "a1b00005-52f7-4a0e-8d7e-6c1f3b0f9a05"}}}}',
        '{id: "broken"}',
    ],
    "subscriptions.first": ["2"],
    "upgrades.timing": ["NOW", "AT_RENEWAL"],
    "indirectResellers.first": ["2"],
    "partner.mpnId": ['"5357564"', '"9999999"', '"broken"'],
    "product.country": ['"US"', "null"],
    "product.by": [f'{{partnerCenterId: "{_PRODUCT}"}}', '{partnerCenterId: "nothing"}', '{id: "broken"}'],
    "sku.by": [f'{{partnerCenterId: "{_PRODUCT}:{_SKU}"}}'],
    "availability.by": [f'{{catalogItemId: "{BASIC}"}}', '{catalogItemId: "broken"}'],
}


@pytest.fixture
async def without_compiler(sandbox: Sandbox) -> AsyncGenerator[Gateway]:
    settings = Settings(mode="development", upstream_url="http://127.0.0.1", catalog_ttl_s=0, compile="off")
    async with connected(settings, sandbox) as http:
        yield Gateway(http, sandbox)


@pytest.mark.parametrize("seed", range(8))
async def test_generated_queries_are_answered_alike(gateway: Gateway, without_compiler: Gateway, seed: int) -> None:
    rng = random.Random(seed)
    schema = core_schema(sdl(build_schema()))
    del cast("GraphQLObjectType", schema.type_map["AgreementTemplate"]).fields["document"]  # new addresses each time
    operations = Operations(schema, _ARGUMENTS, rng)
    answered = 0
    for _ in range(15):
        document, variables = operations.query(depth=4), {"on": rng.random() < 0.5}
        compiled, plain = await gateway.ask(document, variables), await without_compiler.ask(document, variables)

        assert compiled.get("data") == plain.get("data"), document
        assert _problems(compiled) == _problems(plain), document
        answered += plain.get("data") is not None

    assert answered > 5, "most of the operations are valid"


def _problems(answer: dict[str, list[dict[str, object]]]) -> list[str]:
    """What the errors say, and where, in no order."""
    return sorted(f"{each['message']} {each.get('path')} {each.get('locations')}" for each in answer.get("errors", []))
