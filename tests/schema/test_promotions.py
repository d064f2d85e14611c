"""Promotions: of a market, of a SKU, by identifier, and of the lines of a cart."""

from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

from gateway.sandbox.app import Sandbox
from tests.harness import Gateway
from tests.schema.conftest import Cart
from tests.shop_ids import CONTOSO

ACart = Callable[..., Awaitable[Cart]]
Inject = Callable[..., Awaitable[None]]

E3 = "CFQ7TTC0LFLX:0001:CFQ7TTC0LB30"
E1 = "CFQ7TTC0LF8Q:0001:CFQ7TTC0KQDF"
APPS = "CFQ7TTC0LH2H:0001:CFQ7TTC0Z48Y"
REMOTE_ASSIST = "CFQ7TTC0HBSJ:0001:CFQ7TTC0JQH3"
BASIC = "CFQ7TTC0LH18:0001:CFQ7TTC0K971"
SOFTWARE = "DG7GMGF0D5VX:0007:DG7GMGF09HJ0"
YEARLY_E3, MONTHLY_E3 = "39NFJQT1PGVJ:0045:39NFJQT1Q684", "39NFJQT1PHSN:0008:39NFJQT1Q5J0"
OVER = "39NFJQT1PJQB:0001:39NFJQT1Q5KN"
LISTED = "GET /v1/productpromotions"
CHECKED = f"POST /v1/customers/{CONTOSO}/promotionEligibilities"

ELIGIBILITIES = """
query Eligibilities($id: ID!) {
  cart(by: {id: $id}) { lineItems { promotionId promotions {
    promotionId isEligible isApplied
    reasons { code message seats { minimum maximum } availableSeats maximumRedemptions remainingRedemptions
              eligibleTerms { termDuration billingCycle } }
  } } }
}
"""


async def promotions_of(gateway: Gateway, cart: Cart) -> list[list[dict[str, Any]]]:
    """The verdicts for each line of a cart."""
    lines = (await gateway.data(ELIGIBILITIES, {"id": cart["id"]}))["cart"]["lineItems"]
    return [line["promotions"] for line in lines]


async def listed(gateway: Gateway, arguments: str) -> list[str]:
    found = await gateway.data(f"{{ promotions{arguments} {{ edges {{ node {{ partnerCenterId }} }} }} }}")
    return [edge["node"]["partnerCenterId"] for edge in found["promotions"]["edges"]]


async def test_a_promotion_reads_whole(gateway: Gateway) -> None:
    """Its product, term and discount; the constraints come with the read by identifier."""
    found = await gateway.data(
        """query Promotion($id: String!) { promotion(by: {partnerCenterId: $id}) {
          name description startsAt endsAt isAutoApplicable country partnerCenterId
          products { productId skuId discount term { termDuration billingCycle } }
          constraints { seats { minimum maximum } redemptions { minimum } isFirstPurchaseOnly requiredSkus }
        } }""",
        {"id": YEARLY_E3},
    )

    terms = [("P1Y", "MONTHLY"), ("P1Y", "ANNUAL")]
    assert found["promotion"] == {
        "name": "Microsoft 365 E3 for a year",
        "description": "A discount on the first 2,400 licences of Microsoft 365 E3.",
        "startsAt": "2022-01-10T00:00:00+00:00",
        "endsAt": None,
        "isAutoApplicable": True,
        "country": "US",
        "partnerCenterId": YEARLY_E3,
        "products": [
            {
                "productId": "CFQ7TTC0LFLX",
                "skuId": "0001",
                "discount": "0.05",
                "term": {"termDuration": duration, "billingCycle": cycle},
            }
            for duration, cycle in terms
        ],
        "constraints": {
            "seats": {"minimum": 1, "maximum": 2400},
            "redemptions": None,
            "isFirstPurchaseOnly": False,
            "requiredSkus": [],
        },
    }
    assert await gateway.calls() == [f"{LISTED}/{YEARLY_E3.replace(':', '%3A')}"]


@pytest.mark.parametrize(
    ("promotion", "expected"),
    [
        pytest.param(MONTHLY_E3, None, id="none"),
        pytest.param("39NFJQT1WD7R:0004:39NFJQT1Q6B9", {"isFirstPurchaseOnly": True, "requiredSkus": [], "redemptions": None}, id="a first purchase"),
        pytest.param("39NFJQT1XS3Q:0006:39NFJQT1Q6BC", {"isFirstPurchaseOnly": False, "requiredSkus": [["CFQ7TTC0HDB0:0002"]], "redemptions": None}, id="a product to own"),
        pytest.param("39NFJQT1RV4C:0003:39NFJQT1Q6B2", {"isFirstPurchaseOnly": False, "requiredSkus": [], "redemptions": {"minimum": 0, "maximum": 1}}, id="once"),
    ],
)  # fmt: skip
async def test_constraints_of_every_kind(gateway: Gateway, promotion: str, expected: object) -> None:
    """Null when there are none."""
    found = await gateway.data(
        """query Constraints($id: String!) { promotion(by: {partnerCenterId: $id}) {
          constraints { isFirstPurchaseOnly requiredSkus redemptions { minimum maximum } } } }""",
        {"id": promotion},
    )

    assert found["promotion"]["constraints"] == expected


async def test_a_promotion_is_found_again_by_its_id(gateway: Gateway) -> None:
    """The identifier names the market; node, nodes and promotion give the same object."""
    found = await gateway.data(f'{{ promotion(by: {{partnerCenterId: "{YEARLY_E3}"}}, country: "DE") {{ id }} }}')
    node_id = found["promotion"]["id"]

    again = await gateway.data(
        """query Again($id: ID!) {
          node(id: $id) { id ... on Promotion { country } } nodes(ids: [$id]) { id }
          promotion(by: {id: $id}) { id partnerCenterId }
        }""",
        {"id": node_id},
    )

    assert again == {
        "node": {"id": node_id, "country": "DE"},
        "nodes": [{"id": node_id}],
        "promotion": {"id": node_id, "partnerCenterId": YEARLY_E3},
    }


async def test_a_promotion_is_known_after_its_end(gateway: Gateway) -> None:
    """By identifier; the list has only those that run. What the market lacks is null."""
    found = await gateway.data(
        f"""{{ over: promotion(by: {{partnerCenterId: "{OVER}"}}) {{ endsAt }}
               none: promotion(by: {{partnerCenterId: "A:B:C"}}) {{ endsAt }} broken: promotion(by: {{id: "x"}}) {{ id }} }}"""
    )

    assert found == {"over": {"endsAt": "2021-10-14T23:59:59+00:00"}, "none": None, "broken": None}
    assert OVER not in await listed(gateway, "(first: 100)")


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        pytest.param('(productId: "cfq7ttc0lflx")', [MONTHLY_E3, YEARLY_E3], id="of a product, in any casing"),
        pytest.param('(productId: "CFQ7TTC0LFLX", skuId: "0001")', [MONTHLY_E3, YEARLY_E3], id="of a SKU"),
        pytest.param('(productId: "CFQ7TTC0LFLX", skuId: "0003")', [], id="of a SKU without any"),
        pytest.param('(query: "microsoft e3 YEAR")', [YEARLY_E3, MONTHLY_E3], id="words in name and description"),
        pytest.param('(query: "e3 2,400")', [YEARLY_E3], id="words of the description"),
        pytest.param('(query: "crosoft E3")', [], id="not the middle of a word"),
        pytest.param('(query: "europe", country: "DE")', ["39NFJQT1W3ZB:0001:39NFJQT1Q5M4"], id="in a market"),
        pytest.param('(query: "europe")', [], id="not in another market"),
    ],
)
async def test_promotions_are_filtered(gateway: Gateway, arguments: str, expected: list[str]) -> None:
    """By product, SKU and words, over the list of the market."""
    assert sorted(await listed(gateway, arguments)) == sorted(expected)


async def test_promotions_come_in_pages(gateway: Gateway) -> None:
    """The list of the market is read once for all pages of an operation, and for all its SKUs."""
    found = await gateway.data(
        """{ promotions(first: 1) { totalCount pageInfo { endCursor hasNextPage } edges { node { name } } }
             last: promotions(last: 1) { edges { node { name } } }
             sku(by: {partnerCenterId: "CFQ7TTC0LFLX:0001"}) { promotions { partnerCenterId } } }"""
    )

    calls = await gateway.calls()
    page = found["promotions"]
    assert page["totalCount"] > 1
    assert page["pageInfo"]["hasNextPage"]
    assert found["last"]["edges"] != page["edges"]
    assert {each["partnerCenterId"] for each in found["sku"]["promotions"]} == {YEARLY_E3, MONTHLY_E3}
    assert calls.count(LISTED) == 1
    after = await gateway.data(
        "query Next($after: String) { promotions(first: 1, after: $after) { pageInfo { hasPreviousPage } } }",
        {"after": page["pageInfo"]["endCursor"]},
    )
    assert after["promotions"]["pageInfo"]["hasPreviousPage"]


async def test_one_call_answers_for_all_lines_of_a_cart(gateway: Gateway, a_cart: ACart) -> None:
    """Each line has its own verdicts, whatever the order of the answer; the estimate counts one call."""
    monthly = {"termDuration": "P1M"}
    cart = await a_cart({"catalogItemId": E3}, {"catalogItemId": APPS, "quantity": 9}, {"catalogItemId": E3, **monthly})

    answer = await gateway.ask(ELIGIBILITIES, {"id": cart["id"]})

    yearly_line, apps_line, monthly_line = [line["promotions"] for line in answer["data"]["cart"]["lineItems"]]
    assert {each["promotionId"]: (each["isEligible"], each["isApplied"]) for each in yearly_line} == {
        YEARLY_E3: (True, True),
        MONTHLY_E3: (False, False),
    }
    assert {each["promotionId"]: (each["isEligible"], each["isApplied"]) for each in monthly_line} == {
        YEARLY_E3: (False, False),
        MONTHLY_E3: (True, True),
    }
    ((reason,),) = [each["reasons"] for each in apps_line]
    assert (reason["code"], reason["seats"], reason["availableSeats"]) == (
        "SEAT_COUNT",
        {"minimum": 1, "maximum": 20},
        8,
    )
    assert (await gateway.calls()).count(CHECKED) == 1
    assert answer["extensions"]["cost"] == {"estimate": 2, "upstreamCalls": 2, "staleAnswers": 0}


async def test_a_new_cart_says_what_its_lines_could_have(gateway: Gateway) -> None:
    """In the payload of the mutation that creates it, by one call."""
    line = {"catalogItemId": E3, "quantity": 1, "billingCycle": "MONTHLY", "termDuration": "P1Y"}
    document = """mutation Create($input: CreateCartInput!) { createCart(input: $input) {
      cart { lineItems { promotions { promotionId isApplied promotion { name } } } } } }"""

    payload = await gateway.data(document, {"input": {"customer": {"tenantId": CONTOSO}, "lineItems": [line, line]}})

    names = {MONTHLY_E3: "Microsoft 365 E3 by the month", YEARLY_E3: "Microsoft 365 E3 for a year"}
    for verdicts in (each["promotions"] for each in payload["createCart"]["cart"]["lineItems"]):
        assert {each["promotionId"]: each["promotion"]["name"] for each in verdicts} == names
    calls = await gateway.calls()
    assert (calls.count(CHECKED), len([call for call in calls if call.startswith(LISTED)])) == (1, 2)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        pytest.param({"catalogItemId": E1}, {"code": "REDEMPTION_LIMIT", "maximumRedemptions": 1, "remainingRedemptions": 0}, id="used up"),
        pytest.param({"catalogItemId": E3, "termDuration": "P3Y", "billingCycle": "ANNUAL"}, {"code": "TERM", "eligibleTerms": [{"termDuration": "P1M", "billingCycle": "MONTHLY"}]}, id="another term"),
    ],
)  # fmt: skip
async def test_a_reason_has_its_numbers(
    gateway: Gateway, a_cart: ACart, line: dict[str, object], reason: dict[str, object]
) -> None:
    """Those of its kind, and Partner Center's words."""
    ((first, *_),) = await promotions_of(gateway, await a_cart(line))

    (found,) = first["reasons"]
    assert {name: found[name] for name in reason} == reason
    assert found["message"]


async def test_a_promotion_that_must_be_asked_for(gateway: Gateway, a_cart: ACart) -> None:
    """The customer could have it, but does not, until the line asks for it."""
    mover, monthly = "39NFJQT1XK5L:000J:39NFJQT1Q5D8", {"catalogItemId": REMOTE_ASSIST, "termDuration": "P1M"}
    (without,) = await promotions_of(gateway, await a_cart(monthly))
    (with_it,) = await promotions_of(gateway, await a_cart({**monthly, "promotionId": mover}))

    states = [
        {each["promotionId"]: (each["isEligible"], each["isApplied"]) for each in verdicts}[mover]
        for verdicts in (without, with_it)
    ]
    assert states == [(True, False), (True, True)]


async def test_items_without_promotions_have_none(gateway: Gateway, a_cart: ACart) -> None:
    """An empty list, without a call where no promotion is possible."""
    software = {"catalogItemId": SOFTWARE, "billingCycle": "ONE_TIME", "termDuration": None}
    cart = await a_cart(software)
    assert await promotions_of(gateway, cart) == [[]]
    assert CHECKED not in await gateway.calls()

    assert await promotions_of(gateway, await a_cart({"catalogItemId": BASIC})) == [[]]


@pytest.fixture
def inject(sandbox: Sandbox) -> Callable[..., Awaitable[None]]:
    """Sets a fault rule for the check of promotions."""

    async def injected(**rule: object) -> None:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(sandbox), base_url="http://sandbox") as control:
            rules = {"faults": [{"calls": "POST */promotionEligibilities", **rule}]}
            answer = await control.post("/_sandbox/faults", json=rules)
        assert answer.status_code == 200, answer.text

    return injected


async def test_a_failure_leaves_the_line_and_the_cart(gateway: Gateway, inject: Inject, a_cart: ACart) -> None:
    """The promotions are null, with an error each; everything beside them is answered."""
    cart = await a_cart({"catalogItemId": E3}, {"catalogItemId": APPS})
    await inject(fault=400, code=3000)

    answer = await gateway.ask(ELIGIBILITIES, {"id": cart["id"]})

    lines = answer["data"]["cart"]["lineItems"]
    assert [line["promotions"] for line in lines] == [None, None]
    assert lines[0]["promotionId"] == YEARLY_E3
    assert [error["path"] for error in answer["errors"]] == [
        ["cart", "lineItems", each, "promotions"] for each in (0, 1)
    ]


async def test_answers_are_paired_by_id(gateway: Gateway, inject: Inject, a_cart: ACart) -> None:
    """Not by their order; an item that the answer leaves out costs its own line alone."""
    cart = await a_cart({"catalogItemId": E3}, {"catalogItemId": APPS})
    await inject(fault="edit", set={"items.0.id": 1, "items.1.id": 7})

    answer = await gateway.ask(ELIGIBILITIES, {"id": cart["id"]})

    without, other = [line["promotions"] for line in answer["data"]["cart"]["lineItems"]]
    assert without is None
    assert {each["promotionId"] for each in other} == {YEARLY_E3, MONTHLY_E3}
    (error,) = answer["errors"]
    assert (error["path"], error["extensions"]["code"]) == (["cart", "lineItems", 0, "promotions"], "UPSTREAM_INVALID")


@pytest.mark.parametrize(
    ("edit", "expected"),
    [
        pytest.param({"set": {"items.0.eligibilities.0.isEligible": "perhaps"}}, {"isEligible": None}, id="an odd verdict"),
        pytest.param({"set": {"items.0.eligibilities.0.errors": 7}}, {"reasons": []}, id="odd reasons"),
        pytest.param({"set": {"items.0.eligibilities.0.errors.0.type": "Moon"}}, {"isEligible": False}, id="an unknown reason"),
        pytest.param({"set": {"items.0.eligibilities.0.errors.0.availableSeats": 10**12}}, {"isEligible": False}, id="a huge number"),
    ],
)  # fmt: skip
async def test_an_odd_member_costs_that_member(
    gateway: Gateway, inject: Inject, a_cart: ACart, edit: dict[str, object], expected: dict[str, object]
) -> None:
    """The other members of the verdict stay."""
    cart = await a_cart({"catalogItemId": APPS, "quantity": 9})
    await inject(fault="edit", **edit)

    answer = await gateway.ask(ELIGIBILITIES, {"id": cart["id"]})

    ((found,),) = [line["promotions"] for line in answer["data"]["cart"]["lineItems"]]
    assert found["promotionId"] == "39NFJQT1T6HD:0002:39NFJQT1Q6B5"
    assert {name: found[name] for name in expected} == expected


async def test_a_line_leads_to_its_promotion(gateway: Gateway, a_cart: ACart) -> None:
    """One call for each distinct promotion, in the customer's market; none for a line at the full price."""
    cart = await a_cart({"catalogItemId": E3}, {"catalogItemId": E3, "quantity": 2}, {"catalogItemId": BASIC})

    lines = (
        await gateway.data(
            "query Lines($id: ID!) { cart(by: {id: $id}) { lineItems { promotion { name country constraints { seats { maximum } } } } } }",
            {"id": cart["id"]},
        )
    )["cart"]["lineItems"]

    yearly = {"name": "Microsoft 365 E3 for a year", "country": "US", "constraints": {"seats": {"maximum": 2400}}}
    assert [line["promotion"] for line in lines] == [yearly, yearly, None]
    assert [call for call in await gateway.calls() if "promotion" in call] == [
        f"{LISTED}/{YEARLY_E3.replace(':', '%3A')}"
    ]


async def test_a_promotion_leads_to_its_skus(gateway: Gateway) -> None:
    """By one call for each SKU, and none for what its identifier says."""
    of = f'promotion(by: {{partnerCenterId: "{YEARLY_E3}"}})'

    named = await gateway.data(f"{{ {of} {{ products {{ sku {{ productId partnerCenterId }} }} }} }}")
    assert [each["sku"] for each in named["promotion"]["products"]] == 2 * [
        {"productId": "CFQ7TTC0LFLX", "partnerCenterId": "0001"}
    ]
    assert len(await gateway.calls()) == 1

    read = await gateway.data(f"{{ {of} {{ products {{ sku {{ title }} }} }} }}")
    assert [each["sku"]["title"] for each in read["promotion"]["products"]] == 2 * ["Microsoft 365 E3"]
    assert len(await gateway.calls()) == 2


async def test_a_listed_promotion_reads_its_constraints(gateway: Gateway) -> None:
    """By a call of its own, because no list has them."""
    found = await gateway.data(
        """{ promotions(query: "E3 year 2,400") { edges { node { constraints { seats { maximum } } } } } }"""
    )

    (edge,) = found["promotions"]["edges"]
    assert edge["node"]["constraints"] == {"seats": {"maximum": 2400}}
    assert len(await gateway.calls()) == 2
