"""The gateway's own token: when it is asked for, by whom, and what becomes of failures."""

import asyncio

import pytest

from gateway.errors import GatewayError, SignInFailed, Unavailable
from gateway.partner_center.sign_in.access_token import AccessToken, SignIn

HOUR = 3600.0
Ending = float | GatewayError
"""A token that lives for so many seconds, or a failure."""


class Asked:
    """An authority that gives token-1, token-2, ... or fails as told, and takes as long as its gate is shut."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.chance = 0.0
        self.calls = 0
        self.endings: list[Ending] = []
        self.gate = asyncio.Event()
        self.gate.set()
        self.begun = asyncio.Event()
        self.sign_in = SignIn(self._token, clock=lambda: self.now, chance=lambda: self.chance)

    async def _token(self) -> AccessToken:
        self.calls += 1
        number, ending = self.calls, self.endings.pop(0) if self.endings else HOUR
        self.begun.set()
        await self.gate.wait()
        if isinstance(ending, GatewayError):
            raise ending
        return AccessToken(f"token-{number}", ending)

    async def settle(self) -> None:
        """Until nothing is under way."""
        await self.sign_in.close()


@pytest.fixture
async def asked() -> Asked:
    return Asked()


async def test_nothing_is_asked_before_somebody_calls(asked: Asked) -> None:
    """No token is requested before the first call, and none while the token is valid."""
    before = asked.calls
    tokens = {await asked.sign_in.bearer() for _ in range(3)}

    assert (before, asked.calls, tokens) == (0, 1, {"token-1"})


async def test_a_hundred_callers_meeting_one_expiry_cost_one_call(asked: Asked) -> None:
    """All of them wait for the same one, and get the same token."""
    await asked.sign_in.bearer()
    asked.now += HOUR

    tokens = await asyncio.gather(*(asked.sign_in.bearer() for _ in range(100)))

    assert (asked.calls, set(tokens)) == (2, {"token-2"})


async def test_a_hundred_callers_whose_token_is_refused_cost_one_call(asked: Asked) -> None:
    """Callers that come after the new token has arrived get it as well."""
    refused = await asked.sign_in.bearer()

    renewed = await asyncio.gather(*(asked.sign_in.renew(refused) for _ in range(100)))
    late = await asked.sign_in.renew(refused)

    assert (asked.calls, set(renewed), late) == (2, {True}, True)
    assert await asked.sign_in.bearer() == "token-2"


@pytest.mark.parametrize(
    ("lives_s", "usable_s"),
    [
        pytest.param(HOUR, HOUR - 30, id="an hour"),
        pytest.param(60.0, 30.0, id="a minute"),
        pytest.param(10.0, 5.0, id="one too short to end so early"),
    ],
)
async def test_a_token_counts_as_expired_before_it_is(asked: Asked, lives_s: float, usable_s: float) -> None:
    """Half a minute earlier; a token of less than a minute after half its life, because it would be useless otherwise."""
    asked.endings = [lives_s, HOUR]
    await asked.sign_in.bearer()

    asked.gate.clear()
    asked.now += usable_s - 0.01
    last = await asked.sign_in.bearer()
    asked.now += 0.01
    waiting = asyncio.ensure_future(asked.sign_in.bearer())
    asked.gate.set()

    assert (last, await waiting, asked.calls) == ("token-1", "token-2", 2)


async def test_the_time_of_the_call_counts(asked: Asked) -> None:
    """A token's life began when it was made, at the earliest when it was asked for."""
    asked.gate.clear()
    first = asyncio.ensure_future(asked.sign_in.bearer())
    await asked.begun.wait()
    asked.now += 100
    asked.gate.set()
    await first

    asked.now += HOUR - 130

    assert await asked.sign_in.bearer() == "token-2"


@pytest.mark.parametrize(
    ("chance", "ahead_s"), [pytest.param(0.0, 150, id="latest"), pytest.param(1.0, 300, id="earliest")]
)
async def test_renewal_begins_before_expiry_and_delays_no_caller(asked: Asked, chance: float, ahead_s: float) -> None:
    """Between two and a half and five minutes ahead, by chance, so that many processes do not come at once."""
    asked.chance = chance
    await asked.sign_in.bearer()

    asked.now += HOUR - 30 - ahead_s - 1
    await asked.sign_in.bearer()
    await asked.settle()
    too_early = asked.calls
    asked.now += 1
    meanwhile = [await asked.sign_in.bearer() for _ in range(3)]
    await asked.settle()

    assert (too_early, meanwhile) == (1, ["token-1"] * 3)
    assert (await asked.sign_in.bearer(), asked.calls) == ("token-2", 2)


async def test_a_failing_renewal_is_no_failure_while_the_token_is_good(asked: Asked) -> None:
    """It is tried again by later callers."""
    asked.endings = [HOUR, Unavailable("down", sent=False)]
    await asked.sign_in.bearer()
    asked.now += HOUR - 40

    during = await asked.sign_in.bearer()
    await asked.settle()
    later = await asked.sign_in.bearer()
    await asked.settle()

    assert (during, later, await asked.sign_in.bearer()) == ("token-1", "token-1", "token-3")


async def test_each_caller_gets_a_failure_of_its_own(asked: Asked) -> None:
    """What is noted on one of them, such as the outcome of a checkout, shows on no other."""
    asked.endings = [Unavailable("down", sent=False)]

    errors = await asyncio.gather(*(asked.sign_in.bearer() for _ in range(3)), return_exceptions=True)

    assert [type(error) for error in errors] == [Unavailable] * 3
    assert len({id(error) for error in errors}) == 3
    assert not any(error.sent or error.maybe_done for error in errors if isinstance(error, Unavailable))
    assert asked.calls == 1


async def failure_of(asked: Asked) -> GatewayError:
    with pytest.raises(GatewayError) as caught:
        await asked.sign_in.bearer()
    return caught.value


async def test_a_blip_of_the_authority_is_asked_again_at_once(asked: Asked) -> None:
    """Nothing is held against it before the third failure in a row."""
    asked.endings = [Unavailable("down", sent=False), Unavailable("down", sent=False)]

    await failure_of(asked)
    await failure_of(asked)

    assert await asked.sign_in.bearer() == "token-3"


async def test_an_authority_that_stays_away_is_asked_now_and_then(asked: Asked) -> None:
    """At most every five seconds; in between, callers get an error at once that says how long to wait."""
    asked.endings = [Unavailable("down", sent=False) for _ in range(7)]
    for _ in range(3):
        await failure_of(asked)

    told = await failure_of(asked)
    calls = [asked.calls]
    for _ in range(4):
        asked.now += 5
        await failure_of(asked)
        calls.append(asked.calls)
    asked.now += 5

    assert told.retry_after_s == 1
    assert calls == [3, 4, 5, 6, 7]
    assert await asked.sign_in.bearer() == "token-8"


async def test_a_refused_sign_in_is_not_repeated_at_once(asked: Asked) -> None:
    """Asking again with the same secret could lock the application out; callers learn how long to wait."""
    asked.endings = [SignInFailed("no", retry_after_s=10)]

    errors = [await failure_of(asked), await failure_of(asked)]
    asked.now += 4
    errors.append(await failure_of(asked))
    asked.now += 6

    assert [(type(error), error.retry_after_s) for error in errors] == [
        (SignInFailed, 10),
        (SignInFailed, 10),
        (SignInFailed, 6),
    ]
    assert (await asked.sign_in.bearer(), asked.calls) == ("token-2", 2)


async def test_a_renewal_that_fails_gives_nothing_to_try_again_with(asked: Asked) -> None:
    """The refused token is not given out again."""
    asked.endings = [HOUR, Unavailable("down", sent=False)]
    refused = await asked.sign_in.bearer()

    assert not await asked.sign_in.renew(refused)
    assert await asked.sign_in.bearer() == "token-3"


async def test_tokens_that_are_refused_one_after_the_other_are_not_renewed_for_ever(asked: Asked) -> None:
    """Ten renewals in ten seconds; then it is not the token's age."""
    for _ in range(10):
        assert await asked.sign_in.renew(await asked.sign_in.bearer())

    more = await asked.sign_in.renew(await asked.sign_in.bearer())
    asked.now += 10
    later = await asked.sign_in.renew(await asked.sign_in.bearer())

    assert (more, later, asked.calls) == (False, True, 12)


async def test_a_caller_that_leaves_takes_the_token_from_no_other(asked: Asked) -> None:
    """The call goes on for the callers that wait, and for those that come."""
    asked.gate.clear()
    gone, waits = (asyncio.ensure_future(asked.sign_in.bearer()) for _ in range(2))
    await asked.begun.wait()

    gone.cancel()
    await asyncio.wait([gone])
    asked.gate.set()

    assert (await waits, asked.calls, gone.cancelled()) == ("token-1", 1, True)


async def test_the_end_waits_for_a_call_under_way(asked: Asked) -> None:
    """Its answer may bring a refresh token that has to be stored."""
    asked.gate.clear()
    waits = asyncio.ensure_future(asked.sign_in.bearer())
    await asked.begun.wait()

    closing = asyncio.ensure_future(asked.sign_in.close())
    early, _ = await asyncio.wait([closing], timeout=0)
    asked.gate.set()
    await closing

    assert (early, await waits) == (set(), "token-1")


async def test_a_token_source_never_shows_what_it_holds(asked: Asked) -> None:
    """Printing it, or one of its tokens, shows no secret."""
    await asked.sign_in.bearer()

    assert "token-1" not in f"{asked.sign_in!r} {AccessToken('token-1', HOUR)!r} {vars(asked.sign_in)!r}"


async def test_the_wait_for_a_token_ends_at_the_deadline(asked: Asked) -> None:
    """The request for one goes on, for the calls after this one."""
    asked.gate.clear()
    waiting = asked.sign_in.bearer(asyncio.get_running_loop().time() + 0.01)

    with pytest.raises(TimeoutError):
        await waiting
    asked.gate.set()

    assert await asked.sign_in.bearer() == "token-1"
    assert asked.calls == 1
