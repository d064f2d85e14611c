"""A change of a subscription is made once, and its outcome is never guessed."""

import json

import httpx
import pytest

from gateway.changes.making import Unsettled
from gateway.changes.records import Resource
from gateway.declined import Declined
from gateway.errors import (
    ChangeUnknown,
    Conflict,
    Forbidden,
    GatewayError,
    NotFound,
    Refused,
    StillRunning,
    Unavailable,
)
from gateway.partner_center.callers import TokenCaller
from gateway.store.locks import ResourceLocks
from gateway.subscriptions.changing import CANCELLED, NewValue, dropped_next_term
from gateway.subscriptions.content import version
from gateway.subscriptions.rules import VersionConflict
from tests.shop_ids import CONTOSO
from tests.subscriptions.builders import BODY, ID, a_subscription
from tests.subscriptions.conftest import Answer, Body, Make, Seconds, Upstream, not_connected, refusal

MORE = NewValue("quantity", 15)
NEW_VALUES = [
    pytest.param(MORE, {"quantity": 15}, id="seats"),
    pytest.param(NewValue("autoRenewEnabled", False), {"autoRenewEnabled": False}, id="renewal"),
    pytest.param(NewValue("friendlyName", "Reception"), {"friendlyName": "Reception"}, id="name"),
    pytest.param(CANCELLED, {"status": "deleted"}, id="cancellation"),
]


@pytest.mark.parametrize(("new", "member"), NEW_VALUES)
async def test_the_document_just_read_is_sent_with_one_member_replaced(
    upstream: Upstream, make: Make, new: NewValue, member: Body
) -> None:
    """Unknown members survive, and nothing is switched off by omission."""
    upstream.stored |= {"scheduledActions": [{"x": [1]}], "neverHeardOf": None}

    made = await make(new, version(a_subscription(scheduledActions=[{"x": [1]}])))

    assert upstream.calls == ["GET", "PATCH"]
    assert json.loads(upstream.sent[0].content) == {
        **BODY,
        "scheduledActions": [{"x": [1]}],
        "neverHeardOf": None,
        **member,
    }
    assert (made.is_changed, made.is_pending) == (True, False)


async def test_members_in_pascal_case_are_not_sent_twice(upstream: Upstream, make: Make) -> None:
    """The new value takes the place of the old one, however that was spelled."""
    upstream.stored = {name[0].upper() + name[1:]: value for name, value in BODY.items()}

    await make(MORE)

    sent = json.loads(upstream.sent[0].content)
    assert [(name, value) for name, value in sent.items() if name.lower() == "quantity"] == [("quantity", 15)]


@pytest.mark.parametrize(("new", "member"), NEW_VALUES)
async def test_what_stands_as_asked_is_not_sent(upstream: Upstream, make: Make, new: NewValue, member: Body) -> None:
    """Whatever the version: it is looked at first."""
    upstream.stored |= {**member, "partnerId": "999"}

    made = await make(new, "of long ago")

    assert upstream.calls == ["GET"]
    assert (made.is_changed, made.is_pending) == (False, False)


async def test_another_version_is_not_changed(upstream: Upstream, make: Make) -> None:
    """Somebody else has changed it since: 15 would take seats back that were just bought."""
    upstream.stored |= {"quantity": 20}

    with pytest.raises(Declined) as raised:
        await make(MORE)

    (problem,) = raised.value.problems
    assert isinstance(problem, VersionConflict)
    assert problem.subscription.quantity == 20
    assert upstream.calls == ["GET"]


@pytest.mark.parametrize(
    ("etag", "sent"),
    [
        pytest.param('W/"3"', 'W/"3"', id="of an old offer"),
        pytest.param("", None, id="empty, as a marketplace one is printed"),
        pytest.param("three\r\nX-Evil: 1", None, id="not fit for a header"),
        pytest.param("dré", None, id="letters that a header cannot hold"),
        pytest.param(None, None, id="none, as new commerce"),
    ],
)
async def test_an_etag_is_sent_along(upstream: Upstream, make: Make, etag: str | None, sent: str | None) -> None:
    """Partner Center then refuses to change another state."""
    upstream.stored |= {"attributes": {"etag": etag, "objectType": "Subscription"}}

    await make(MORE)

    assert upstream.sent[0].headers.get("if-match") == sent


@pytest.mark.parametrize("answer", [refusal(400, 2055), refusal(412, 0)], ids=["2055", "412"])
async def test_a_stale_etag_is_a_version_conflict(upstream: Upstream, make: Make, answer: Answer) -> None:
    """Somebody changed it between the read and the write; the problem shows the present state."""
    upstream.between = lambda: upstream.stored.update(quantity=20)
    upstream.end_patch(answer, is_done=False)

    with pytest.raises(Declined) as raised:
        await make(MORE)

    (problem,) = raised.value.problems
    assert isinstance(problem, VersionConflict)
    assert problem.subscription.quantity == 20


async def test_a_stale_etag_of_the_same_change_is_success(upstream: Upstream, make: Make) -> None:
    """Somebody else asked for just that between the read and the write."""
    upstream.between = lambda: upstream.stored.update(quantity=15)
    upstream.end_patch(refusal(400, 2055), is_done=False)

    assert not (await make(MORE)).is_changed


async def test_a_cancellation_by_somebody_else_is_success(upstream: Upstream, make: Make) -> None:
    """2011: it is deleted, which is all that was asked for."""
    upstream.between = lambda: upstream.stored.update(status="deleted")
    upstream.end_patch(refusal(400, 2011), is_done=False)

    made = await make(CANCELLED)

    assert (made.is_changed, made.after.status.value) == (False, "deleted")


@pytest.mark.parametrize(
    ("body", "reads", "quantity"),
    [
        pytest.param({**BODY, "quantity": 15}, 1, 15, id="with the subscription"),
        pytest.param(None, 2, 12, id="without a body: read again"),
    ],
)
async def test_an_accepted_change_is_pending(
    upstream: Upstream, make: Make, body: Body | None, reads: int, quantity: int
) -> None:
    """202: Partner Center has taken it, and is still at work on it."""
    upstream.end_patch(httpx.Response(202, json=body) if body else httpx.Response(202), is_done=False)

    made = await make(MORE)

    assert (made.is_changed, made.is_pending, made.after.quantity) == (True, True, quantity)
    assert upstream.calls.count("GET") == reads


async def test_a_change_that_cannot_be_read_afterwards_is_not_denied(upstream: Upstream, make: Make) -> None:
    """It was taken; only its result cannot be shown."""
    upstream.end_patch(httpx.Response(202), is_done=False)
    upstream.reads = [None, refusal(500, 800003)]

    made = await make(MORE)

    assert (made.is_changed, made.is_pending, made.after.quantity) == (True, True, 12)


LOST: list[Answer] = [
    httpx.ReadError("broke"),
    httpx.ReadTimeout("late"),
    refusal(500, 800003),
    refusal(502, 0),
    httpx.Response(200, content=b"{"),
    httpx.Response(200),
]
LOST_IDS = ["broken connection", "no answer", "500", "502", "half an answer", "an empty answer"]


@pytest.mark.parametrize("lost", LOST, ids=LOST_IDS)
async def test_a_lost_answer_is_found_by_a_look(upstream: Upstream, make: Make, lost: Answer) -> None:
    """The change was made, and is not sent again."""
    upstream.end_patch(lost, is_done=True)

    made = await make(MORE)

    assert (made.is_changed, made.after.quantity) == (True, 15)
    assert upstream.calls == ["GET", "PATCH", "GET"]


async def test_what_certainly_did_not_arrive_is_sent_once_more(upstream: Upstream, make: Make) -> None:
    """After a failure that Partner Center itself answered, under the same request id."""
    upstream.end_patch(refusal(503, 800003), is_done=False)

    made = await make(MORE)

    assert (made.is_changed, upstream.stored["quantity"]) == (True, 15)
    assert len(upstream.request_ids) == 2
    assert len(set(upstream.request_ids)) == 1


async def test_a_second_attempt_is_refused_as_under_way_because_of_the_first(upstream: Upstream, make: Make) -> None:
    """409/900278 after an own write: the change is pending."""
    upstream.end_patch(refusal(500, 800094), is_done=False)
    upstream.end_patch(refusal(409, 900278), is_done=False)

    made = await make(MORE)

    assert (made.is_changed, made.is_pending) == (True, True)


async def test_a_second_attempt_whose_answer_is_lost_is_looked_for(upstream: Upstream, make: Make) -> None:
    """It was made all the same."""
    upstream.end_patch(refusal(500, 800003), is_done=False)
    upstream.end_patch(httpx.ReadError("broke"), is_done=True)

    assert (await make(MORE)).after.quantity == 15


async def test_what_others_changed_meanwhile_is_not_overwritten(upstream: Upstream, make: Make) -> None:
    """The first attempt failed, and the look shows a version that the caller has not seen."""
    upstream.end_patch(refusal(500, 800003), is_done=False)
    upstream.between = lambda: upstream.stored.update(quantity=20)

    with pytest.raises(ChangeUnknown):
        await make(MORE)

    assert upstream.calls == ["GET", "PATCH", "GET"]
    assert upstream.stored["quantity"] == 20


@pytest.mark.parametrize(
    ("patches", "reads"),
    [
        pytest.param([httpx.ReadTimeout("late")], [None, None], id="no answer, and not there yet"),
        pytest.param([httpx.ReadError("broke")], [None, None], id="broken connection, and not there yet"),
        pytest.param([refusal(504, 0)], [None, None], id="a proxy gave up, and not there yet"),
        pytest.param([httpx.Response(200, content=b"[]")], [None, None], id="no answer of Partner Center's"),
        pytest.param([refusal(500, 0)], [None, refusal(500, 0)], id="no look possible"),
        pytest.param([refusal(500, 0), refusal(500, 0)], [None, None, None], id="failed twice"),
        pytest.param([refusal(500, 0), refusal(400, 800090)], [None, None], id="failed, then refused"),
        pytest.param([refusal(500, 0), not_connected()], [None, None], id="failed, then not sent"),
        pytest.param([refusal(500, 0), refusal(400, 2055)], [None, None, refusal(500, 0)], id="failed, stale, unreadable"),
    ],
)  # fmt: skip
async def test_an_unknown_outcome_is_said_so(
    upstream: Upstream, make: Make, patches: list[Answer], reads: list[Answer | None]
) -> None:
    """Never a guess in either direction."""
    for answer in patches:
        upstream.end_patch(answer, is_done=False)
    upstream.reads = reads

    with pytest.raises(ChangeUnknown) as raised:
        await make(MORE)

    assert raised.value.extensions == {"code": "CHANGE_OUTCOME_UNKNOWN", "retryable": True}
    assert upstream.calls.count("PATCH") == len(patches)


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        pytest.param(refusal(403, 20002), Forbidden, id="no rights"),
        pytest.param(refusal(400, 800090), Refused, id="seats cannot be given back"),
        pytest.param(refusal(404, 20003), NotFound, id="gone"),
        pytest.param(refusal(409, 900278), Conflict, id="something is under way, and not by this call"),
        pytest.param(not_connected(), Unavailable, id="nothing sent"),
    ],
)
async def test_a_refusal_means_that_nothing_was_changed(
    upstream: Upstream, make: Make, answer: Answer, kind: type[GatewayError]
) -> None:
    """It is raised as it is, after one attempt."""
    upstream.end_patch(answer, is_done=False)

    with pytest.raises(kind):
        await make(MORE)

    assert upstream.calls == ["GET", "PATCH"]


async def test_a_repeat_after_an_unknown_outcome_has_the_same_request_id(upstream: Upstream, make: Make) -> None:
    """Partner Center can tell that it is the same change."""
    upstream.end_patch(httpx.ReadTimeout("late"), is_done=False)
    with pytest.raises(ChangeUnknown):
        await make(MORE)

    made = await make(MORE)

    assert (made.is_changed, len(set(upstream.request_ids))) == (True, 1)


def test_every_replica_gives_a_change_the_same_request_id() -> None:
    """It is derived from whose subscription it is, its version, the change, and how many were answered before."""
    words = ("customer", "subscriptions", "subscription")
    ids = [Resource("partner", words).request_id("version/quantity=15", generation) for generation in (0, 0, 1)]
    others = [
        Resource("partner", words).request_id("version/quantity=16", 0),
        Resource("partner", (*words[:2], "other")).request_id("version/quantity=15", 0),
        Resource("other", words).request_id("version/quantity=15", 0),
    ]

    assert ids[0] == ids[1] == "878872d4-1f0f-5f45-b61c-9fa2a46fa335"
    assert len({*ids, *others}) == 5


@pytest.mark.parametrize(
    ("arrives", "is_sent"),
    [pytest.param(True, False, id="and finds the change"), pytest.param(False, True, id="and sends it again")],
)
async def test_a_repeat_waits_until_the_first_attempt_can_no_longer_arrive(
    upstream: Upstream, make: Make, seconds: Seconds, *, arrives: bool, is_sent: bool
) -> None:
    """Five seconds from the moment the gateway gave up waiting for its answer."""
    upstream.end_patch(httpx.ReadTimeout("late"), is_done=False)
    with pytest.raises(ChangeUnknown):
        await make(MORE)
    seconds.now += 2
    seconds.meanwhile = lambda: upstream.stored.update(quantity=15 if arrives else 12)

    made = await make(MORE)

    assert (made.is_changed, seconds.slept) == (is_sent, [3.0])


async def test_a_late_change_does_not_undo_another_one(upstream: Upstream, make: Make, seconds: Seconds) -> None:
    """The second caller waits for it too, and then sees a version that it has not seen."""
    upstream.end_patch(httpx.ReadTimeout("late"), is_done=False)
    with pytest.raises(ChangeUnknown):
        await make(MORE)
    seconds.meanwhile = lambda: upstream.stored.update(quantity=15)

    with pytest.raises(Declined):
        await make(NewValue("quantity", 13))

    assert (seconds.slept, upstream.calls.count("PATCH")) == ([5.0], 1)


@pytest.mark.parametrize(
    ("new", "kind"),
    [pytest.param(MORE, ChangeUnknown, id="the same change"), pytest.param(CANCELLED, StillRunning, id="another one")],
)
async def test_without_time_to_wait_nothing_is_sent(
    upstream: Upstream, make: Make, new: NewValue, kind: type[GatewayError]
) -> None:
    """Only what was sent before may have been made."""
    upstream.end_patch(httpx.ReadTimeout("late"), is_done=False)
    with pytest.raises(ChangeUnknown):
        await make(MORE)

    with pytest.raises(kind) as raised:
        await make(new, within=5.5)

    assert raised.value.retry_after_s == 5
    assert upstream.calls.count("PATCH") == 1


async def test_a_repeat_that_is_refused_as_under_way_is_pending(upstream: Upstream, make: Make) -> None:
    """What is under way is the earlier call's attempt."""
    upstream.end_patch(httpx.ReadTimeout("late"), is_done=False)
    with pytest.raises(ChangeUnknown):
        await make(MORE)
    upstream.end_patch(refusal(409, 900278), is_done=False)

    made = await make(MORE)

    assert (made.is_changed, made.is_pending) == (True, True)


async def test_an_answered_change_can_be_made_again_later(upstream: Upstream, make: Make) -> None:
    """There and back and there again: the third change is not taken for the first one."""
    back = NewValue("quantity", 12)
    await make(MORE)
    await make(back, version(a_subscription(quantity=15)))

    await make(MORE)

    assert upstream.stored["quantity"] == 15
    assert len(set(upstream.request_ids)) == 3


async def test_a_refused_change_is_a_new_one_when_asked_again(upstream: Upstream, make: Make) -> None:
    """Partner Center may remember the refusal under its request id."""
    upstream.end_patch(refusal(409, 900278), is_done=False)
    with pytest.raises(Conflict):
        await make(MORE)

    await make(MORE)

    assert len(set(upstream.request_ids)) == 2


@pytest.mark.parametrize(
    ("unread", "kind"),
    [
        pytest.param(refusal(500, 0), ChangeUnknown, id="Partner Center fails"),
        pytest.param(httpx.ReadError("broke"), ChangeUnknown, id="a broken connection"),
        pytest.param(refusal(429, 0), ChangeUnknown, id="throttled"),
        pytest.param(refusal(401, 0), Unsettled, id="a token that is not accepted"),
        pytest.param(refusal(403, 20002), Unsettled, id="no rights"),
        pytest.param(refusal(404, 20003), NotFound, id="gone, which is an answer"),
    ],
)
async def test_a_repeat_that_cannot_look_does_not_deny_the_earlier_call(
    upstream: Upstream, make: Make, unread: Answer, kind: type[Exception]
) -> None:
    """It sends nothing itself, but the earlier attempt may have been carried out."""
    upstream.end_patch(httpx.ReadTimeout("late"), is_done=True)
    upstream.reads = [None, refusal(500, 0), unread]
    with pytest.raises(ChangeUnknown):
        await make(MORE)

    with pytest.raises(kind):
        await make(MORE)

    assert upstream.calls.count("PATCH") == 1


async def test_a_repeat_that_cannot_look_does_not_deny_what_was_made(upstream: Upstream, make: Make) -> None:
    """The caller may have lost the gateway's own answer."""
    await make(MORE)
    upstream.reads = [refusal(500, 0)]

    with pytest.raises(ChangeUnknown):
        await make(MORE)


async def test_an_accepted_change_is_still_pending_when_asked_again(upstream: Upstream, make: Make) -> None:
    """What is under way then is the caller's own."""
    upstream.end_patch(httpx.Response(202), is_done=False)
    upstream.end_patch(refusal(409, 900278), is_done=False)
    await make(MORE)

    made = await make(MORE)

    assert (made.is_changed, made.is_pending) == (True, True)


async def test_a_first_call_that_cannot_look_has_changed_nothing(upstream: Upstream, make: Make) -> None:
    """No record tells of an earlier one."""
    upstream.reads = [refusal(500, 0)]

    with pytest.raises(Unavailable):
        await make(MORE)


async def test_a_change_that_has_not_ended_is_not_joined_by_another(
    upstream: Upstream, make: Make, locks: ResourceLocks
) -> None:
    """The other call may be making the same change, so nobody is told that nothing was changed."""
    async with locks.hold(TokenCaller("canary-token").partner, CONTOSO, "subscriptions", ID):
        with pytest.raises(ChangeUnknown):
            await make(MORE)

    assert upstream.calls == []


@pytest.mark.parametrize(
    ("new", "after", "dropped"),
    [
        pytest.param(MORE, {"scheduledNextTermInstructions": None}, 9, id="a change during the term drops it"),
        pytest.param(MORE, {}, None, id="it is left"),
        pytest.param(NewValue("quantity", 12), {}, None, id="nothing was changed"),
    ],
)
async def test_what_was_to_happen_at_renewal_is_said_to_be_lost(
    upstream: Upstream, make: Make, new: NewValue, after: Body, dropped: int | None
) -> None:
    """By comparing before and after."""
    upstream.end_patch(httpx.Response(200, json={**BODY, "quantity": new.value, **after}), is_done=True)

    found = dropped_next_term(await make(new))

    assert (found and found.quantity) == dropped
