"""Callers and their tokens."""

import pytest

from gateway.errors import Unauthenticated
from gateway.partner_center.auth import Caller


def test_a_caller_never_shows_the_token() -> None:
    """Neither printing nor the key gives the token away."""
    caller = Caller("canary-token")

    assert "canary" not in f"{caller!r} {caller} {caller.key}"


def test_callers_are_told_apart_by_the_whole_token() -> None:
    """Tokens that differ only at their end are different callers; the same token is the same caller."""
    first, second = Caller("eyJh.eyJi.c1"), Caller("eyJh.eyJi.c2")

    assert first.key != second.key
    assert first == Caller("eyJh.eyJi.c1")
    assert len(first.key) == 32


@pytest.mark.parametrize("text", ["", "canary canary", "canary\r\nHost: x", "canary\n", "canär", "canary\x00"])
def test_what_cannot_be_a_token_is_refused(text: str) -> None:
    """A text that would break the header is refused and not repeated."""
    with pytest.raises(Unauthenticated) as caught:
        Caller(text)

    assert "can" not in caught.value.message.replace("cannot", "")
