"""What can still be taken back of a subscription, by the clock."""

from datetime import UTC, datetime

import pytest

from gateway.subscriptions import windows
from tests.subscriptions.builders import a_subscription

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
PAST, LATER, LATEST = "2026-03-01T00:00:00Z", "2026-03-03T00:00:00Z", "2026-03-05T00:00:00Z"


def lot(quantity: object, until: object) -> dict[str, object]:
    return {"quantity": quantity, "allowedUntilDateTime": until}


@pytest.mark.parametrize(
    ("refundable", "seats", "reductions"),
    [
        pytest.param(None, None, [], id="nothing is said"),
        pytest.param({"totalQuantity": 0, "details": []}, 0, [], id="none"),
        pytest.param({"totalQuantity": 5, "details": [lot(3, LATEST), lot(2, LATER)]}, 5, [2, 3], id="two lots, the first to lapse in front"),
        pytest.param({"totalQuantity": 5, "details": [lot(3, LATER), lot(2, PAST)]}, 3, [3], id="one of two is over"),
        pytest.param({"totalQuantity": 5, "details": [lot(5, PAST)]}, 0, [], id="all over"),
        pytest.param({"totalQuantity": 5}, 5, [], id="a total without its lots"),
        pytest.param({"totalQuantity": 5, "details": [lot(3, LATER), lot(2, "soon")]}, 5, [3], id="a lot without a readable time"),
        pytest.param({"details": [lot(3, LATER)]}, 3, [3], id="lots without a total"),
    ],
)  # fmt: skip
def test_seats_can_be_taken_away_for_a_time(refundable: object, seats: int | None, reductions: list[int]) -> None:
    """Lots whose time is over do not count; where a lot cannot be read, Partner Center's total does."""
    subscription = a_subscription(refundableQuantity=refundable)

    assert windows.removable_seats(subscription, NOW) == seats
    assert [each.quantity for each in windows.seat_reductions(subscription, NOW)] == reductions


@pytest.mark.parametrize(
    ("members", "is_cancellable"),
    [
        pytest.param({"cancellationAllowedUntilDate": LATER}, True, id="in time"),
        pytest.param({"cancellationAllowedUntilDate": NOW.isoformat()}, True, id="at the last moment"),
        pytest.param({"cancellationAllowedUntilDate": PAST}, False, id="too late"),
        pytest.param({"cancellationAllowedUntilDate": None}, False, id="no time is known"),
        pytest.param({"cancellationAllowedUntilDate": LATER, "status": "suspended"}, True, id="suspended"),
        pytest.param({"cancellationAllowedUntilDate": LATER, "status": "deleted"}, False, id="cancelled already"),
        pytest.param({"cancellationAllowedUntilDate": LATER, "status": "Expired"}, False, id="expired"),
    ],
)
def test_a_subscription_can_be_cancelled_for_a_time(members: dict[str, object], *, is_cancellable: bool) -> None:
    """While the time for it is known and not over, and there is something to cancel."""
    assert windows.is_cancellable(a_subscription(**members), NOW) is is_cancellable


def test_refunds_come_in_the_order_in_which_they_lapse() -> None:
    """One without an end comes last."""
    options = [{"type": "Endless"}, {"type": "Partial", "expiresAt": LATEST}, {"type": "Full", "expiresAt": LATER}]

    refunds = windows.refunds(a_subscription(refundOptions=options))

    assert [each.type for each in refunds] == ["Full", "Partial", "Endless"]
