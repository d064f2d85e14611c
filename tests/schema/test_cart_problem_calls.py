"""What the checks of a cart cost, which calls they share, and what is left of them where calls fail."""

from collections.abc import AsyncGenerator

import pytest

from gateway.sandbox.app import Sandbox
from tests.harness import Gateway
from tests.schema.failing import Failing, refusing
from tests.schema.looking import (
    E3,
    ELSEWHERE,
    FOR_SCHOOLS,
    LOOK,
    NOT_FOR_SALE,
    PLAN,
    UNAUTHORIZED,
    ACart,
    Found,
    Line,
    Over,
    in_short,
    look,
    naming,
    reservation,
)  # fmt: skip
from tests.shop_ids import BASIC, FJORD, WINGTIP

CHECKS = ("LINE_ITEMS", "CATALOG", "AGREEMENT", "QUALIFICATION", "REGISTRATION", "RESELLERS", "PROMOTIONS")
C = f"/v1/customers/{FJORD}"
CUSTOMER = f"GET {C}"
ITEMS = [
    "GET /v1/products/CFQ7TTC0LHSF/skus/0001/availabilities/CFQ7TTC03101",
    "GET /v1/products/CFQ7TTC0LH18/skus/0001/availabilities/CFQ7TTC0K971",
    "GET /v1/products/DZH318Z0F3RB/skus/0001/availabilities/DZH318Z0PT5Y",
]
AGREEMENT = [f"GET {C}/agreements", f"GET {C}/directSignedMicrosoftCustomerAgreementStatus"]
QUALIFICATIONS, REGISTRATION = f"GET {C}/qualifications", f"GET {C}/subscriptions/{PLAN}/registrationstatus"
RESELLERS = "POST /v1/partners/validateresellers"
PROMOTIONS = ["GET /v1/productpromotions", f"POST {C}/promotionEligibilities"]
MIXED = [FOR_SCHOOLS, naming(), reservation(), reservation(PLAN.upper()), naming(quantity=2)]
"""Three distinct items, one Azure subscription and one reseller."""


def unchecked(problems: Found) -> set[str]:
    """The checks that could not be made."""
    return {each["message"].split()[0] for each in problems if each["code"] == "NOT_CHECKED"}


@pytest.fixture(params=["on", "off"])
async def compiled(request: pytest.FixtureRequest, gateway_over: Over) -> AsyncGenerator[Gateway]:
    """A gateway with and without the compiler."""
    async with gateway_over(compile=request.param) as opened:
        yield opened


async def test_all_checks_take_eight_calls_and_one_for_each_item(compiled: Gateway, a_cart: ACart) -> None:
    """The cart itself is one more. The estimate assumes a cart of twenty items."""
    cart = await a_cart(*MIXED, customer=FJORD, attested=True)

    answer = await compiled.ask(LOOK.replace("subscription { partnerCenterId }", ""), {"id": cart["id"]})

    calls = [CUSTOMER, *ITEMS, *AGREEMENT, QUALIFICATIONS, REGISTRATION, RESELLERS, *PROMOTIONS]
    assert sorted(await compiled.calls()) == sorted([f"GET {C}/carts/{cart['partnerCenterId']}", *calls])
    cost = answer["extensions"]["cost"]
    assert (cost["upstreamCalls"], cost["estimate"]) == (1 + 8 + 3, 1 + 8 + 20)


@pytest.mark.parametrize(
    ("checks", "calls", "estimate"),
    [
        pytest.param(["LINE_ITEMS"], [], 0, id="line items"),
        pytest.param(["CATALOG"], [CUSTOMER, *ITEMS], 21, id="catalog"),
        pytest.param(["AGREEMENT"], AGREEMENT, 2, id="agreement"),
        pytest.param(["QUALIFICATION"], [CUSTOMER, *ITEMS, QUALIFICATIONS], 22, id="qualification"),
        pytest.param(["REGISTRATION"], [CUSTOMER, *ITEMS, REGISTRATION], 22, id="registration"),
        pytest.param(["RESELLERS"], [RESELLERS], 1, id="resellers"),
        pytest.param(["PROMOTIONS"], [CUSTOMER, *PROMOTIONS], 3, id="promotions"),
        pytest.param(["CATALOG", "QUALIFICATION"], [CUSTOMER, *ITEMS, QUALIFICATIONS], 22, id="two that share calls"),
        pytest.param(["AGREEMENT", "AGREEMENT"], AGREEMENT, 2, id="one twice"),
    ],
)
async def test_a_check_costs_what_it_says(
    compiled: Gateway, a_cart: ACart, checks: list[str], calls: list[str], estimate: int
) -> None:
    """Named by a variable or in the document, it makes its own calls and no others."""
    cart = await a_cart(*MIXED, customer=FJORD, attested=True)
    written = (
        f"query Look($id: ID!) {{ cart(by: {{id: $id}}) {{ problems(checks: [{', '.join(checks)}]) {{ code }} }} }}"
    )
    given = "query Look($id: ID!, $checks: [CartCheck!]) { cart(by: {id: $id}) { problems(checks: $checks) { code } } }"

    for document in (written, given):
        answer = await compiled.ask(document, {"id": cart["id"], "checks": checks})

        made = [call for call in await compiled.calls() if "/carts/" not in call]
        assert sorted(made) == sorted(calls)
        assert answer["extensions"]["cost"]["estimate"] == 1 + estimate


@pytest.mark.parametrize(
    ("check", "line"),
    [
        pytest.param("QUALIFICATION", {}, id="no line for schools"),
        pytest.param("REGISTRATION", {}, id="no line that needs Azure"),
        pytest.param("RESELLERS", {}, id="no reseller"),
        pytest.param(
            "PROMOTIONS",
            {"catalogItemId": "DG7GMGF0D5VX:0007:DG7GMGF09HJ0", "billingCycle": "ONE_TIME", "termDuration": None},
            id="no line that can have a promotion",
        ),
    ],
)
async def test_what_concerns_no_line_costs_nothing(gateway: Gateway, a_cart: ACart, check: str, line: Line) -> None:
    """Beyond the look-ups that show as much."""
    cart = await a_cart(line)

    found = await look(gateway, cart, check)

    asked = [call.rpartition("/")[2] for call in await gateway.calls()]
    assert found == []
    assert not {"qualifications", "registrationstatus", "validateresellers", "productpromotions", "promotionEligibilities"} & {*asked}  # fmt: skip


async def test_an_empty_list_of_checks_is_refused(compiled: Gateway, a_cart: ACart) -> None:
    """Its answer would read as if everything were fine."""
    cart = await a_cart()

    answer = await compiled.ask(LOOK, {"id": cart["id"], "checks": []})

    (error,) = answer["errors"]
    assert (error["path"], error["extensions"]["code"]) == (["cart", "problems"], "BAD_USER_INPUT")
    assert answer["data"]["cart"] == {"canCheckout": True, "problems": None}


async def test_checks_share_their_calls_with_the_fields_that_ask_the_same(compiled: Gateway, a_cart: ACart) -> None:
    """Whatever is asked for beside the problems, and on whichever side, nothing is read twice."""
    cart = await a_cart(*MIXED, E3, customer=FJORD, attested=True)
    beside = """customer { agreement { isAccepted } qualifications { kind } companyName }
      lineItems { availability { segment } promotions { promotionId } sku { promotions { name } }
                  participants { partner { isAuthorizedReseller } } }"""
    problems = "problems { code lineItem { availability { segment } promotions { promotionId } } subscription { registrationStatus } }"

    for fields in (f"{beside} {problems}", f"{problems} {beside}"):
        await compiled.data(f"query Look($id: ID!) {{ cart(by: {{id: $id}}) {{ {fields} }} }}", {"id": cart["id"]})

        calls = await compiled.calls()
        assert len(calls) == len(set(calls)), [call for call in calls if calls.count(call) > 1]
        assert {RESELLERS, *AGREEMENT, QUALIFICATIONS, REGISTRATION, *PROMOTIONS} <= set(calls)


async def test_without_a_user_only_the_agreement_is_not_checked(
    compiled: Gateway, a_cart: ACart, another_token: str
) -> None:
    """A problem that says so, and not an error of the field."""
    cart = await a_cart(naming(), customer=FJORD, attested=True)
    headers = {"Authorization": f"Bearer {another_token}"}
    body = {"query": LOOK, "variables": {"id": cart["id"]}}

    answer = (await compiled.http.post("/graphql", json=body, headers=headers)).json()

    assert "errors" not in answer
    agreement, reseller = answer["data"]["cart"]["problems"]
    assert (agreement["code"], agreement["severity"]) == ("NOT_CHECKED", "RISK")
    assert agreement["message"].startswith("AGREEMENT was not checked: ")
    assert (reseller["code"], reseller["partnerId"]) == ("RESELLER_NOT_ACCEPTED", UNAUTHORIZED)


FAILURES = [
    pytest.param("GET", "/agreements", {"AGREEMENT"}, id="the confirmations"),
    pytest.param("GET", "/directSignedMicrosoftCustomerAgreementStatus", set[str](), id="a signature that is not needed"),
    pytest.param("GET", "/qualifications", {"QUALIFICATION"}, id="the qualifications"),
    pytest.param("GET", "/registrationstatus", {"REGISTRATION"}, id="the registration"),
    pytest.param("POST", "/validateresellers", {"RESELLERS"}, id="the verdicts on resellers"),
    pytest.param("GET", "/productpromotions", {"PROMOTIONS"}, id="the promotions of the market"),
    pytest.param("POST", "/promotionEligibilities", {"PROMOTIONS"}, id="the verdicts on promotions"),
    pytest.param("GET", "/DZH318Z0PT5Y", {"CATALOG", "QUALIFICATION", "REGISTRATION"}, id="an item, and what rests on it"),
    pytest.param("GET", f"/customers/{FJORD}", {"CATALOG", "QUALIFICATION", "REGISTRATION", "PROMOTIONS"}, id="the market"),
]  # fmt: skip


@pytest.mark.parametrize(("method", "ending", "missed"), FAILURES)
async def test_a_call_that_fails_costs_its_own_check(
    gateway_over: Over, sandbox: Sandbox, a_cart: ACart, method: str, ending: str, missed: set[str]
) -> None:
    """A problem says which check it was; the others find what they find."""
    cart = await a_cart(*MIXED, customer=FJORD, attested=True)
    async with gateway_over() as healthy:
        everything = {check: in_short(await look(healthy, cart, check)) for check in CHECKS}
    transport = Failing(sandbox, refusing(500, 800003), method=method, ending=ending)
    async with gateway_over(transport) as failing:
        found = await look(failing, cart)

    assert unchecked(found) == missed
    others = [short for check in CHECKS if check not in missed for short in everything[check]]
    assert set(others) <= set(in_short(found))


async def test_a_failing_item_costs_its_own_line(gateway_over: Over, sandbox: Sandbox, a_cart: ACart) -> None:
    """The problem names the line; the other lines are judged."""
    cart = await a_cart(NOT_FOR_SALE, {"catalogItemId": BASIC})
    async with gateway_over(Failing(sandbox, refusing(500, 800003), ending="/CFQ7TTC0K971")) as failing:
        found = await look(failing, cart, "CATALOG")

    assert in_short(found) == ["NOT_FOR_SALE BLOCKER 0", "NOT_CHECKED RISK 1"]


@pytest.mark.parametrize("cloud", ["china", "us-government"])
async def test_clouds_without_agreements_have_none_to_miss(gateway_over: Over, a_cart: ACart, cloud: str) -> None:
    """Without a call."""
    cart = await a_cart(customer=WINGTIP)
    async with gateway_over(cloud=cloud) as gateway:
        assert await look(gateway, cart, "AGREEMENT") == []
        assert not [call for call in await gateway.calls() if "/carts/" not in call]


async def test_an_azure_subscription_of_nobody_is_null(compiled: Gateway, a_cart: ACart) -> None:
    """There is nothing to register, and nothing to read."""
    cart = await a_cart(reservation(ELSEWHERE), reservation("the usual"), customer=FJORD)

    found = await look(compiled, cart, "REGISTRATION")

    assert in_short(found) == [f"AZURE_SUBSCRIPTION_NOT_READY BLOCKER {number}" for number in (0, 1)]
    assert [each["subscription"] for each in found] == [None, None]
    asked = [call for call in await compiled.calls() if "/subscriptions/" in call]
    assert asked == [f"GET {C}/subscriptions/{ELSEWHERE}/registrationstatus"]
