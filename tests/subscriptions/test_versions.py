"""A subscription's version changes with what a change can touch, and with nothing else."""

import pytest

from gateway.partner_center.plain_json import encode
from gateway.partner_center.reading import subscriptions as reading
from gateway.subscriptions.content import version
from tests.shop_ids import CONTOSO
from tests.subscriptions.builders import BODY, ID, a_subscription

Members = dict[str, object]


@pytest.mark.parametrize(
    "members",
    [
        pytest.param({}, id="the same again"),
        pytest.param({"offerId": "cfq7ttc0lh18:0001:cfq7ttc0k971"}, id="an id in another casing"),
        pytest.param({"status": "Active"}, id="a state in another casing"),
        pytest.param({"quantity": "12"}, id="a number as a text"),
        pytest.param({"commitmentEndDateTime": None}, id="the end as a day only"),
        pytest.param({"cancellationAllowedUntilDate": "2026-03-09T08:00:00Z"}, id="a window that moved"),
        pytest.param({"refundableQuantity": {"totalQuantity": 3}, "refundOptions": []}, id="seats that can be given back"),
        pytest.param({"scheduledActions": []}, id="an empty list for no member"),
        pytest.param({"billingCycleEndDate": "2026-04-01T00:00:00Z"}, id="the next billing period"),
        pytest.param({"links": {}, "attributes": {"etag": "2"}, "attentionNeeded": True}, id="what nobody sets"),
    ],
)  # fmt: skip
def test_what_no_change_touches_leaves_the_version(members: Members) -> None:
    """A window that lapses, or another print of the same, is not another caller's change."""
    assert version(a_subscription(**members)) == version(a_subscription())


@pytest.mark.parametrize(
    "members",
    [
        pytest.param({"offerId": "CFQ7TTC0LH18:0001:CFQ7TTC0K972"}, id="what it is"),
        pytest.param({"quantity": 13}, id="seats"),
        pytest.param({"status": "suspended"}, id="its state"),
        pytest.param({"autoRenewEnabled": False}, id="its renewal"),
        pytest.param({"friendlyName": "front desk"}, id="its name, of which the casing counts"),
        pytest.param({"billingCycle": "annual"}, id="its billing"),
        pytest.param({"termDuration": "P3Y"}, id="its term"),
        pytest.param({"commitmentEndDateTime": "2027-03-31T23:59:59Z"}, id="its end"),
        pytest.param({"scheduledNextTermInstructions": {"quantity": 8}}, id="its next term"),
        pytest.param({"nextChargeInstructions": {"quantity": 8}}, id="its next charge"),
        pytest.param({"scheduledActions": [{"quantity": 8}]}, id="scheduled actions, which no record knows"),
        pytest.param({"partnerId": "5357565"}, id="its reseller"),
    ],
)
def test_what_a_change_touches_changes_the_version(members: Members) -> None:
    """Every member that somebody else may have changed."""
    assert version(a_subscription(**members)) != version(a_subscription())


def test_a_list_and_a_read_give_one_version() -> None:
    """Whoever saw the subscription in a list may change it."""
    (listed,) = reading.subscriptions(encode({"items": [BODY]}), customer_id=CONTOSO).items

    assert version(listed) == version(a_subscription())


def test_the_casing_of_members_does_not_count() -> None:
    """Answers in Pascal case are printed too."""
    body = {name[0].upper() + name[1:]: value for name, value in BODY.items()}

    found = reading.subscription(encode(body), customer_id=CONTOSO, subscription_id=ID)

    assert version(found) == version(a_subscription())
