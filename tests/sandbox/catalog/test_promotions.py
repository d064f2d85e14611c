"""The calls that list promotions and check eligibility."""

import httpx
import pytest

from tests.sandbox.shop_ids import CONTOSO

E3 = "CFQ7TTC0LFLX:0001:CFQ7TTC0LB30"


async def test_only_current_promotions_are_listed(api: httpx.AsyncClient) -> None:
    """A past one is found by id only."""
    listed = "/v1/productpromotions?country=US&segment=commercial"
    now = (await api.get(listed)).json()["totalCount"]
    await api.post("/_sandbox/clock", json={"now": "2024-01-01T00:00:00Z"})

    later = (await api.get(listed)).json()["totalCount"]
    over = await api.get("/v1/productpromotions/39NFJQT1PM6C:0005:39NFJQT1Q5L7?country=US")

    assert (now, later, over.status_code) == (2, 1, 200)


@pytest.mark.parametrize(
    ("item", "verdicts"),
    [
        pytest.param({"quantity": 1}, [(True, None), (False, "Term")], id="every promotion of the item"),
        pytest.param({"quantity": 101}, [(False, "SeatCount"), (False, "Term")], id="too many seats"),
        pytest.param({"quantity": 1, "promotionId": "39NFJQT1PM6C:0005:39NFJQT1Q5L7"}, [(False, "Term")], id="another term"),
        pytest.param({"quantity": 1, "promotionId": "A:B:C"}, [(False, "InvalidPromotion")], id="an unknown one"),
        pytest.param({"quantity": 1, "catalogItemId": "A:B:C"}, [(False, "InvalidCatalogItemId")], id="an unknown item"),
        pytest.param({"quantity": 1, "catalogItemId": "CFQ7TTC0LF8S:0001:CFQ7TTC0VZW5"}, [(False, "NoPromotionsAvailable")], id="none"),
    ],
)  # fmt: skip
async def test_eligibility_says_why_a_promotion_does_not_apply(
    api: httpx.AsyncClient, item: dict[str, object], verdicts: list[tuple[bool, str | None]]
) -> None:
    """Error types are those of verify-promotion-eligibility.md."""
    asked = {"id": "0", "catalogItemId": E3, "termDuration": "P1M", "billingCycle": "Monthly", **item}

    answer = (await api.post(f"/v1/customers/{CONTOSO}/promotionEligibilities", json={"items": [asked]})).json()

    (found,) = answer["items"]
    assert (found["id"], found["billingCycle"]) == (0, "monthly")
    assert [
        (each["isEligible"], each.get("errors", [{}])[0].get("type")) for each in found["eligibilities"]
    ] == verdicts


async def test_constraints_are_read_by_id_only(api: httpx.AsyncClient) -> None:
    """The list leaves them out, as get-promotions.md prints it; so does a promotion without any."""
    listed = (await api.get("/v1/productpromotions?country=US&segment=commercial")).json()["items"]
    monthly, yearly = [(await api.get(f"/v1/productpromotions/{each['id']}?country=US")).json() for each in listed]

    assert not any("promotionConstraints" in each for each in (*listed, yearly))
    assert monthly == {
        **listed[0],
        "promotionConstraints": {"seatConstraints": [{"minSeats": 1, "maxSeats": 100, "type": "PurchaseSeats"}]},
    }


async def test_each_item_of_a_question_has_its_own_id(api: httpx.AsyncClient) -> None:
    """A number, as verify-promotion-eligibility.md prints it, and 0 where none was sent."""
    asked = {"catalogItemId": E3, "termDuration": "P1M", "billingCycle": "monthly", "quantity": 1}
    items = [{**asked, "id": 7}, {**asked, "id": "3", "quantity": 101}, asked]

    answer = (await api.post(f"/v1/customers/{CONTOSO}/promotionEligibilities", json={"items": items})).json()

    found = [(each["id"], each["eligibilities"][0]["isEligible"]) for each in answer["items"]]
    assert found == [(7, True), (3, False), (0, True)]


async def test_a_promotion_keeps_its_earlier_ids(api: httpx.AsyncClient) -> None:
    """The last part of an id changes; verify-promotion-eligibility.md accepts both."""
    asked = {"catalogItemId": E3, "termDuration": "P1M", "billingCycle": "monthly", "quantity": 1}
    items = [{**asked, "promotionId": "39NFJQT1PHSN:0008:39NFJQT1ABCD"}]

    answer = (await api.post(f"/v1/customers/{CONTOSO}/promotionEligibilities", json={"items": items})).json()

    ((verdict,),) = [each["eligibilities"] for each in answer["items"]]
    assert verdict == {"promotionId": "39NFJQT1PHSN:0008:39NFJQT1Q5J0", "isEligible": True}
