"""Pauses that Partner Center asked for hold, up to five minutes."""

import pytest

from gateway.partner_center.sending.throttling import Pauses, Scope
from tests.telemetry.counting import changes


@pytest.mark.parametrize("seconds", [301.0, 1e9, float("inf")])
def test_no_pause_lasts_longer_than_five_minutes(seconds: float) -> None:
    """Whatever was asked for, and however often: five minutes after the last answer the partner's calls are sent again."""
    now = 0.0
    pauses, scope = Pauses(clock=lambda: now), Scope("partner", None)

    with changes() as counted:
        pauses.add(scope, seconds, http_status=503)
    assert counted("gateway_upstream_pause_seconds_total") == 300
    now = 200
    pauses.add(scope, seconds, http_status=429)
    now = 499
    assert pauses.current(scope) is not None
    now = 500

    assert (pauses.current(scope), pauses.seconds_left(scope)) == (None, 0)


def test_a_shorter_pause_does_not_end_a_longer_one() -> None:
    """The longest that was asked for stands."""
    pauses, scope = Pauses(clock=lambda: 100.0), Scope("partner", None)

    pauses.add(scope, 57, http_status=429)
    pauses.add(scope, 5, http_status=503)

    assert pauses.seconds_left(scope) == 57
