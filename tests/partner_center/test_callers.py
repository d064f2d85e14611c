"""Callers and their tokens."""

import pytest

from gateway.errors import SignInFailed, Unauthenticated
from gateway.partner_center.callers import SignedInCaller, TokenCaller
from gateway.partner_center.sign_in.access_token import AccessToken, SignIn


async def a_token() -> AccessToken:
    return AccessToken("canary-of-the-gateway", lives_s=3600)


def test_a_caller_never_shows_the_token() -> None:
    """Neither printing nor the key gives the token away."""
    caller = TokenCaller("canary-token")

    assert "canary" not in f"{caller!r} {caller} {caller.key} {caller.partner}"


def test_callers_are_distinguished_by_the_whole_token() -> None:
    """Tokens that differ only at their end are different callers; the same token is the same caller."""
    first, second = TokenCaller("eyJh.eyJi.c1"), TokenCaller("eyJh.eyJi.c2")

    assert first.key != second.key
    assert first.key == TokenCaller("eyJh.eyJi.c1").key
    assert len(first.key) == 32


@pytest.mark.parametrize("text", ["", "canary canary", "canary\r\nHost: x", "canary\n", "canär", "canary\x00"])
def test_what_cannot_be_a_token_is_refused(text: str) -> None:
    """A text that would break the header is refused and not repeated."""
    with pytest.raises(Unauthenticated) as caught:
        TokenCaller(text)

    assert "can" not in caught.value.message.replace("cannot", "")


async def test_a_forwarded_token_is_the_only_one_there_is() -> None:
    """It goes on as it came, cannot be renewed, and its refusal is the caller's to mend."""
    caller, refusal = TokenCaller("canary-token"), Unauthenticated("stale")

    assert await caller.bearer() == "canary-token"
    assert not await caller.renew("canary-token")
    assert caller.failure(refusal) is refusal


async def test_whoever_is_let_in_calls_with_the_gateways_token() -> None:
    """Under the identity of the key; a refusal is not the caller's to mend, and nothing of the token is shown."""
    caller = SignedInCaller(SignIn(a_token), key="the-key", partner="the-tenant")
    refusal = Unauthenticated("stale", upstream_correlation_id="of-the-call")

    told = caller.failure(refusal)

    assert await caller.bearer() == "canary-of-the-gateway"
    assert (caller.key, caller.partner) == ("the-key", "the-tenant")
    assert isinstance(told, SignInFailed)
    assert (told.code, told.retryable, told.upstream_correlation_id) == ("UPSTREAM_UNAVAILABLE", True, "of-the-call")
    assert "canary" not in f"{caller!r} {told!r}"
