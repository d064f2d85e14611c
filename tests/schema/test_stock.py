"""Whether a SKU can be bought at present."""

import pytest

from tests.harness import Gateway
from tests.shop_ids import CONTOSO

PRODUCT = "DZH318Z0BQ3P"
CHECK = "POST /v1/extensions/product/checkinventorybyresourcetype"
RESTRICTED = {
    "isRestricted": True,
    "restrictions": [
        {
            "code": "NotAvailableForSubscription",
            "message": "Restriction identified of type 'Location' with values 'japanwest'.",
            "properties": [{"key": "type", "value": "Location"}, {"key": "values", "value": "japanwest"}],
        }
    ],
}
FREE: dict[str, object] = {"isRestricted": False, "restrictions": []}
STOCK = """
query Stock($sku: String!, $type: String!) {
  sku(by: {partnerCenterId: $sku}) {
    stock(resourceType: $type) { isRestricted restrictions { code message properties { key value } } }
  }
}
"""


@pytest.mark.parametrize(
    ("sku", "resource_type", "expected"),
    [
        pytest.param("0038", "VirtualMachines", RESTRICTED, id="nothing left"),
        pytest.param("000S", " virtualmachines ", FREE, id="enough"),
        pytest.param("000S", "CosmosDb", None, id="left out of the answer"),
    ],
)
async def test_a_sku_says_whether_it_can_be_bought(
    gateway: Gateway, sku: str, resource_type: str, expected: object
) -> None:
    """What keeps it from being bought is in Partner Center's words."""
    found = await gateway.data(STOCK, {"sku": f"{PRODUCT}:{sku}", "type": resource_type})

    assert found["sku"]["stock"] == expected


async def test_skus_of_a_product_share_a_check(gateway: Gateway) -> None:
    """One call for one context, another for another; the estimate says so."""
    answer = await gateway.ask(
        f"""{{ product(by: {{partnerCenterId: "{PRODUCT}"}}) {{ skus {{
          partnerCenterId stock(resourceType: "VirtualMachines") {{ isRestricted }}
          inEurope: stock(resourceType: "VirtualMachines", region: "westeurope") {{ isRestricted }}
        }} }} }}"""
    )

    skus = answer["data"]["product"]["skus"]
    assert {each["partnerCenterId"]: each["stock"]["isRestricted"] for each in skus} == {
        "000S": False, "0011": False, "0038": True, "0039": True,
    }  # fmt: skip
    assert (await gateway.calls()).count(CHECK) == 2
    assert answer["extensions"]["cost"]["estimate"] == 1 + 1 + 2


async def test_the_context_of_a_check_is_sent(gateway: Gateway) -> None:
    """The customer by either identifier is one context, and the query names market and type."""
    customer = (await gateway.data(f'{{ customer(by: {{tenantId: "{CONTOSO}"}}) {{ id }} }}'))["customer"]["id"]
    arguments = 'resourceType: "VirtualMachines", region: "japanwest", azureSubscriptionId: "x"'

    await gateway.data(
        f"""{{ sku(by: {{partnerCenterId: "{PRODUCT}:0038"}}) {{
          a: stock({arguments}, customer: {{tenantId: "{CONTOSO.upper()}"}}) {{ isRestricted }}
          b: stock({arguments}, customer: {{id: "{customer}"}}) {{ isRestricted }}
        }} }}"""
    )

    assert (await gateway.calls()).count(CHECK) == 1
