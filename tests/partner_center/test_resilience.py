"""A call is sent again when that helps and cannot harm, within its deadline, and never earlier than asked."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Literal, TypeVar, cast

import pytest

from gateway.errors import (
    Conflict,
    Forbidden,
    GatewayError,
    Malformed,
    NotFound,
    Overloaded,
    Refused,
    SignInFailed,
    Throttled,
    TimedOut,
    Unauthenticated,
    Unavailable,
    Untrusted,
)
from gateway.partner_center.accepted_tokens import AcceptedTokens
from gateway.partner_center.callers import Caller, TokenCaller
from gateway.partner_center.paths import path
from gateway.partner_center.sending.calls import Call
from gateway.partner_center.sending.resilience import Resilient
from tests.shop_ids import CONTOSO, FABRIKAM

T = TypeVar("T")
Method = Literal["GET", "PUT"]


def a_call(method: Method = "GET", *, customer: str | None = CONTOSO) -> Call[str]:
    return Call(
        action="do the thing",
        method=method,
        path=path("things"),
        read=bytes.decode,
        request_id="request-1",
        customer_id=customer,
        is_repeatable=method == "GET",
    )


@dataclass
class Time:
    """A clock that sleeping moves."""

    now: float = 100.0
    slept: list[float] = field(default_factory=list[float])

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds
        await asyncio.sleep(0)


class Script:
    """A sender whose attempts end as written: in an error, or else in "done"."""

    def __init__(self, time: Time, *endings: GatewayError | None, takes_s: float = 0.0) -> None:
        self.sent: list[tuple[float, Call[object]]] = []
        self._time = time
        self._takes_s = takes_s
        self.endings: list[GatewayError | None] = list(endings)

    async def attempt(self, call: Call[T], *, caller: Caller, bearer: str, deadline: float | None) -> T:
        await asyncio.sleep(0)  # as any real attempt lets others go on
        self.sent.append((self._time.now, cast("Call[object]", call)))
        self._time.now += self._takes_s
        ending = self.endings.pop(0) if self.endings else None
        if ending is not None:
            raise ending
        return call.read(b"done")

    @property
    def moments(self) -> list[float]:
        return [moment for moment, _ in self.sent]


@pytest.fixture
def time() -> Time:
    return Time()


def resilient(script: Script, time: Time, *, chance: float = 1.0) -> Resilient:
    return Resilient(script, accepted=AcceptedTokens(), clock=time, sleep=time.sleep, chance=lambda: chance)


async def failure_of(sender: Resilient, call: Call[str], caller: Caller, deadline: float | None = None) -> GatewayError:
    with pytest.raises(GatewayError) as caught:
        await sender.send(call, caller=caller, deadline=deadline)
    return caught.value


def told(error: GatewayError) -> tuple[type[GatewayError], str]:
    return type(error), error.message


def throttled(seconds: float | None) -> Throttled:
    return Throttled("slow down", http_status=429, retry_after_s=seconds)


def out_of_order(seconds: float | None, *, status: int = 503) -> Unavailable:
    return Unavailable("out of order", http_status=status, retry_after_s=seconds)


LOST = Unavailable("the connection broke")
NOT_SENT = Unavailable("nobody listens", sent=False)


@pytest.mark.parametrize("method", ["GET", "PUT"])
@pytest.mark.parametrize(
    ("ending", "attempts"),
    [
        pytest.param(LOST, {"GET": 2, "PUT": 1}, id="a lost answer"),
        pytest.param(NOT_SENT, {"GET": 2, "PUT": 2}, id="nothing was sent"),
        pytest.param(TimedOut("late"), {"GET": 2, "PUT": 1}, id="no answer in time"),
        pytest.param(Unavailable("503", http_status=503), {"GET": 2, "PUT": 1}, id="a 503"),
        pytest.param(Malformed("odd"), {"GET": 2, "PUT": 1}, id="an answer that cannot be read"),
        pytest.param(throttled(None), {"GET": 2, "PUT": 2}, id="throttled"),
        pytest.param(throttled(3), {"GET": 2, "PUT": 2}, id="throttled for three seconds"),
        pytest.param(Untrusted("who?", sent=False), {"GET": 1, "PUT": 1}, id="an untrusted certificate"),
        pytest.param(Refused("no", http_status=400), {"GET": 1, "PUT": 1}, id="a refusal"),
        pytest.param(NotFound("no", http_status=404), {"GET": 1, "PUT": 1}, id="an absence"),
        pytest.param(Forbidden("no", http_status=403), {"GET": 1, "PUT": 1}, id="no rights"),
        pytest.param(Conflict("no", http_status=409), {"GET": 1, "PUT": 1}, id="a conflict"),
        pytest.param(Unauthenticated("who?"), {"GET": 1, "PUT": 1}, id="a token of the caller's that is not accepted"),
    ],
)
async def test_a_blip_is_cured_where_a_repeat_does_no_harm(
    time: Time, caller: Caller, method: Method, ending: GatewayError, attempts: dict[str, int]
) -> None:
    """Reads are repeated whenever that may help, a write only when the attempt was certainly not carried out."""
    script = Script(time, ending)
    sender = resilient(script, time)

    if attempts[method] == 1:
        assert told(await failure_of(sender, a_call(method), caller)) == told(ending)
    else:
        assert await sender.send(a_call(method), caller=caller, deadline=None) == "done"

    assert len(script.sent) == attempts[method]
    assert {call.request_id for _, call in script.sent} == {"request-1"}


async def test_three_more_attempts_at_most(time: Time, caller: Caller) -> None:
    """Each comes after a longer pause, drawn from nothing to its limit; the last failure is raised."""
    script = Script(time, *[Unavailable(str(number), http_status=500) for number in range(9)])

    error = await failure_of(resilient(script, time), a_call(), caller)

    assert error.message == "3"
    assert time.slept == [0.2, 0.4, 0.8]
    assert error.maybe_done


async def test_pauses_are_drawn_anew(time: Time, caller: Caller) -> None:
    """Callers that failed together do not come back together."""
    script = Script(time, *[Unavailable("broken", http_status=500) for _ in range(4)])

    await failure_of(resilient(script, time, chance=0.25), a_call(), caller)

    assert time.slept == [0.05, 0.1, 0.2]


async def test_an_unreadable_answer_is_asked_for_once_more(time: Time, caller: Caller) -> None:
    """What is malformed twice is malformed."""
    script = Script(time, Malformed("odd"), Malformed("odd again"))

    error = await failure_of(resilient(script, time), a_call(), caller)

    assert (error.message, len(script.sent)) == ("odd again", 2)


@pytest.mark.parametrize(
    ("endings", "maybe_done"),
    [
        pytest.param([NotFound("gone", http_status=404)], False, id="a refusal alone"),
        pytest.param([LOST, NotFound("gone", http_status=404)], True, id="a refusal after a lost answer"),
        pytest.param([NOT_SENT, NotFound("gone", http_status=404)], False, id="a refusal after nothing was sent"),
        pytest.param([throttled(1), LOST, NOT_SENT, NOT_SENT], True, id="one lost answer among others"),
        pytest.param([NOT_SENT] * 4, False, id="nothing was ever sent"),
    ],
)
async def test_an_attempt_that_may_have_worked_is_never_forgotten(
    time: Time, caller: Caller, endings: Sequence[GatewayError], maybe_done: bool
) -> None:
    """Whatever a call ends in, it says whether any of its attempts may have been carried out."""
    for each in endings:
        each.maybe_done = isinstance(each, Unavailable) and each.sent
    script = Script(time, *endings)

    error = await failure_of(resilient(script, time), a_call(), caller)

    assert error.maybe_done is maybe_done


async def test_no_attempt_starts_that_cannot_finish(time: Time, caller: Caller) -> None:
    """With the deadline near, the failure at hand is the answer."""
    script = Script(time, *[Unavailable(str(number), http_status=500) for number in range(4)], takes_s=1.0)

    error = await failure_of(resilient(script, time), a_call(), caller, deadline=time.now + 1.3)

    assert (error.message, script.moments, time.slept) == ("0", [100.0], [])


@pytest.mark.parametrize(
    "ending",
    [
        pytest.param(throttled(5), id="429"),
        pytest.param(out_of_order(5), id="503"),
        pytest.param(out_of_order(5, status=500), id="500"),
        pytest.param(TimedOut("late", http_status=408, retry_after_s=5), id="408"),
    ],
)
async def test_a_requested_pause_is_respected(time: Time, caller: Caller, ending: GatewayError) -> None:
    """The next attempt comes when it is over, not before, and not all who waited at once."""
    script = Script(time, ending)

    assert await resilient(script, time).send(a_call(), caller=caller, deadline=time.now + 30) == "done"

    first, second = script.moments
    assert second - first >= 5


@pytest.mark.parametrize("ending", [pytest.param(throttled(57), id="429"), pytest.param(out_of_order(57), id="503")])
async def test_a_pause_longer_than_the_caller_has_is_handed_on(
    time: Time, caller: Caller, ending: GatewayError
) -> None:
    """The error comes at once, with the seconds left and what the answer said; no caller is held for a minute."""
    script = Script(time, ending)
    sender = resilient(script, time)

    first = await failure_of(sender, a_call(), caller, deadline=time.now + 30)
    time.now += 10
    second = await failure_of(sender, a_call(), caller, deadline=time.now + 30)

    assert [(type(each), each.retry_after_s) for each in (first, second)] == [(type(ending), 57), (type(ending), 47)]
    assert [first.maybe_done, second.maybe_done] == [ending.maybe_done, False]
    assert (time.slept, len(script.sent)) == ([], 1)


async def test_a_write_ends_with_the_pause_of_a_503(time: Time, caller: Caller) -> None:
    """It is not repeated, and the next one of its scope waits."""
    script = Script(time, out_of_order(57))
    sender = resilient(script, time)

    first = await failure_of(sender, a_call("PUT"), caller, deadline=time.now + 30)
    assert await sender.send(a_call("PUT"), caller=caller, deadline=time.now + 90) == "done"

    assert (first.retry_after_s, first.maybe_done) == (57, True)
    assert script.moments[1] - script.moments[0] >= 57


@pytest.mark.parametrize("seconds", [999_999_999.0, float("inf")])
async def test_no_pause_silences_a_partner_for_more_than_five_minutes(
    time: Time, caller: Caller, seconds: float
) -> None:
    """However long upstream asked for, the partner is back without a restart."""
    script = Script(time, throttled(seconds))
    sender = resilient(script, time)

    await failure_of(sender, a_call(), caller, deadline=time.now + 30)
    waiting = await failure_of(sender, a_call(), caller, deadline=time.now + 30)
    time.now += 300

    assert waiting.retry_after_s == 300
    assert await sender.send(a_call(), caller=caller, deadline=time.now + 1) == "done"


async def test_a_pause_that_grows_meanwhile_is_respected_too(time: Time, caller: Caller) -> None:
    """A call that waits for the end of a pause waits on when another call was asked for a longer one."""
    under_way = asyncio.Event()

    class Late(Script):
        """One whose first attempt is answered with a longer pause while the others wait."""

        async def attempt(self, call: Call[T], *, caller: Caller, bearer: str, deadline: float | None) -> T:
            if call.method == "PUT":
                await under_way.wait()
            return await super().attempt(call, caller=caller, bearer=bearer, deadline=deadline)

    script = Late(time, throttled(5), throttled(20))

    async def sleep(seconds: float) -> None:
        if not under_way.is_set():
            under_way.set()
            await late
        time.now += seconds

    sender = Resilient(script, accepted=AcceptedTokens(), clock=time, sleep=sleep, chance=lambda: 0.0)
    late = asyncio.create_task(failure_of(sender, a_call("PUT"), caller, deadline=time.now + 10))
    await asyncio.sleep(0)
    await failure_of(sender, a_call(), caller, deadline=time.now + 3)

    assert await sender.send(a_call(), caller=caller, deadline=time.now + 60) == "done"

    assert script.moments == [100.0, 100.0, 120.0]


async def test_the_token_authoritys_pause_is_none_of_partner_centers(time: Time, caller: Caller) -> None:
    """A sign-in that has to wait says nothing about the calls of a partner."""
    script = Script(time, Unavailable("no token", sent=False, retry_after_s=57))
    sender = resilient(script, time)

    assert await sender.send(a_call(), caller=caller, deadline=time.now + 30) == "done"

    assert script.moments[1] - script.moments[0] < 5


async def test_a_failure_is_a_calls_own(time: Time, caller: Caller) -> None:
    """What a call ends in is made for it; the failure that an attempt raised is not changed any more."""
    lost, gone = Unavailable("lost"), NotFound("gone", http_status=404)
    sender = resilient(Script(time, lost, gone, gone), time)

    first = await failure_of(sender, a_call(), caller)
    second = await failure_of(sender, a_call(), caller)

    assert [each.maybe_done for each in (first, second, gone)] == [True, False, False]
    assert first is not second
    assert (first.__cause__, first.__context__) == (None, None)


@pytest.mark.parametrize(
    ("token", "customer", "waits"),
    [
        pytest.param("canary-token", CONTOSO, True, id="the same customer"),
        pytest.param("canary-token", FABRIKAM, False, id="another customer"),
        pytest.param("canary-token", None, False, id="no customer"),
        pytest.param("another-token", CONTOSO, False, id="another partner"),
    ],
)
async def test_a_pause_concerns_whom_it_was_asked_of(
    time: Time, caller: Caller, token: str, customer: str | None, waits: bool
) -> None:
    """Partner Center counts by partner, or by partner and customer; others go on."""
    script = Script(time, throttled(57))
    sender = resilient(script, time)
    await failure_of(sender, a_call(), caller, deadline=time.now + 30)

    call = sender.send(a_call(customer=customer), caller=TokenCaller(token), deadline=time.now + 30)
    if waits:
        with pytest.raises(Throttled):
            await call
    else:
        assert await call == "done"

    assert len(script.sent) == (1 if waits else 2)


async def test_throttling_without_a_time_is_waited_out(time: Time, caller: Caller) -> None:
    """Each pause may be twice as long as the one before."""
    script = Script(time, throttled(None), throttled(None))

    await resilient(script, time).send(a_call(), caller=caller, deadline=None)

    assert time.slept == [0.2, 0.4]


async def test_repeats_are_a_fifth_of_the_calls_and_a_few_more(time: Time, caller: Caller) -> None:
    """An upstream that fails for long, but not always, does not get four times the load."""
    script = Script(time)
    sender = Resilient(script, accepted=AcceptedTokens(), clock=lambda: 100.0, sleep=time.sleep, chance=lambda: 0.0)
    for _ in range(300):
        script.endings = [Unavailable("broken", http_status=500), Unavailable("broken", http_status=500)]
        try:
            await sender.send(a_call(), caller=caller, deadline=None)
        except Unavailable:
            continue

    assert 300 + 60 <= len(script.sent) <= 300 + 60 + 50


async def test_an_outage_is_reported_at_once(time: Time, caller: Caller) -> None:
    """When nothing but failures came back, callers get an error without delay, and hardly any call is sent."""
    script = Script(time, *[Unavailable("nobody", sent=False) for _ in range(10_000)])
    sender = resilient(script, time)
    for _ in range(3):
        await failure_of(sender, a_call(), caller)
    sent, began = len(script.sent), time.now

    for _ in range(100):
        error = await failure_of(sender, a_call("PUT"), caller)
        assert (error.code, error.retryable, error.maybe_done) == ("UPSTREAM_UNAVAILABLE", True, False)
        time.now += 0.1

    assert time.now - began < 10.5
    assert len(script.sent) - sent <= 21


async def test_the_end_of_an_outage_is_noticed(time: Time, caller: Caller) -> None:
    """The first call that gets through ends it for everybody."""
    script = Script(time, *[Unavailable("nobody", sent=False) for _ in range(12)])
    sender = resilient(script, time)
    for _ in range(4):
        await failure_of(sender, a_call(), caller)
    script.endings.clear()

    time.now += 1
    assert await sender.send(a_call(), caller=caller, deadline=None) == "done"
    assert await sender.send(a_call(), caller=caller, deadline=None) == "done"


async def test_a_blip_that_met_many_calls_is_no_outage(time: Time, caller: Caller) -> None:
    """However many calls broke together, each is repeated once the blip is over."""
    script = Script(time, *[Unavailable("reset") for _ in range(40)])
    sender = resilient(script, time, chance=0.0)

    answers = await asyncio.gather(*(sender.send(a_call(), caller=caller, deadline=None) for _ in range(40)))

    assert answers == ["done"] * 40
    assert len(script.sent) == 80


async def test_silence_is_an_outage_sooner(time: Time, caller: Caller) -> None:
    """Attempts that take ten seconds to fail need not be ten."""
    script = Script(time, *[TimedOut("late") for _ in range(9)], takes_s=10)
    sender = resilient(script, time)
    await failure_of(sender, a_call("PUT"), caller)
    await failure_of(sender, a_call("PUT"), caller)
    await failure_of(sender, a_call("PUT"), caller)
    time.now += 0.1
    await failure_of(sender, a_call("PUT"), caller)  # the probe

    await failure_of(sender, a_call("PUT"), caller)
    error = await failure_of(sender, a_call("PUT"), caller)

    assert len(script.sent) <= 6
    assert error.code in {"UPSTREAM_UNAVAILABLE", "UPSTREAM_TIMEOUT"}


@pytest.mark.parametrize(
    "answer",
    [None, Refused("no", http_status=400), Malformed("odd"), Unavailable("500", http_status=500)],
    ids=["an answer", "a refusal", "an odd answer", "a 500"],
)
async def test_whatever_partner_center_says_is_no_outage(
    time: Time, caller: Caller, answer: GatewayError | None
) -> None:
    """Failures count only while nothing at all comes back."""
    script = Script(time)
    sender = resilient(script, time)
    for _ in range(5):
        script.endings = [*[Unavailable("broken") for _ in range(9)], answer]
        for _ in range(10):
            with suppress(GatewayError):
                await sender.send(a_call("PUT"), caller=caller, deadline=None)

    assert len(script.sent) == 50


@pytest.mark.parametrize(
    "ours",
    [Overloaded("too many wait", retry_after_s=1), TimedOut("no place in time", sent=False)],
    ids=["too many wait", "no time left"],
)
async def test_what_is_not_sent_for_want_of_a_place_tells_nothing_of_partner_center(
    time: Time, caller: Caller, ours: GatewayError
) -> None:
    """It is no failure of an outage, and not the end of one either."""
    script = Script(time, *[ours for _ in range(500)])
    sender = resilient(script, time)
    for _ in range(50):
        assert told(await failure_of(sender, a_call("PUT"), caller)) == told(ours)
        time.now += 1

    script.endings = [*[Unavailable("broken") for _ in range(10)], ours, Unavailable("broken")]
    for _ in range(10):
        await failure_of(sender, a_call("PUT"), caller)
        time.now += 0.2
    probed = await failure_of(sender, a_call("PUT"), caller)
    ended = await failure_of(sender, a_call("PUT"), caller)

    assert (probed.code, ended.code, ended.maybe_done) == (ours.code, "UPSTREAM_UNAVAILABLE", False)
    assert ended.message.startswith("Partner Center is not answering at present")


class Renewing(TokenCaller):
    """One for whom the gateway signs in itself, with a token that can be renewed."""

    def __init__(self) -> None:
        super().__init__("a-token")
        self.refused: list[str] = []

    async def renew(self, refused: str) -> bool:
        self.refused.append(refused)
        return True

    def failure(self, refusal: Unauthenticated) -> GatewayError:
        return SignInFailed(f"not you: {refusal.message}")


async def test_a_refused_sign_in_of_our_own_is_renewed_once(time: Time) -> None:
    """One more attempt is made with a fresh token; a second refusal becomes the error that fits the caller."""
    script = Script(time, Unauthenticated("stale"), None, Unauthenticated("stale"), Unauthenticated("still"))
    sender, caller = resilient(script, time), Renewing()

    cured = await sender.send(a_call("PUT"), caller=caller, deadline=None)
    error = await failure_of(sender, a_call("PUT"), caller)

    assert (cured, type(error), error.message, len(script.sent)) == ("done", SignInFailed, "not you: still", 4)
    assert caller.refused == ["a-token", "a-token"]
