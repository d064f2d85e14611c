"""Faults in the answer: another status, another body. `connection` has the faults that lose or delay an answer."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from email.utils import format_datetime

from gateway.sandbox import sign_in, wire
from gateway.sandbox.errors import Refusal, bad_token
from gateway.sandbox.faults.bodies import damage
from gateway.sandbox.faults.edits import apply_edits
from gateway.sandbox.faults.rules import Rule
from gateway.sandbox.world.world import World

_WITHOUT_A_BODY = (204, 304)
_ERROR_BODIES = {
    400: (800002, "The request input is invalid."),
    401: (400, "Access denied: the token is invalid or has expired."),
    403: (900150, "The role of the user lacks the right to do this."),
    404: (1000, "The resource was not found."),
    405: (900141, "The operation is not supported here."),
    406: (1000, "No form of this resource is acceptable."),
    408: (800003, "The request took too long."),
    409: (800064, "The cart is in use by another request."),
    412: (2055, "The etag is out of date."),
    500: (800003, "The service failed."),
    501: (0, "This is not defined."),
    502: (800003, "The service failed behind a gateway."),
    503: (800087, "The service is busy. Try again later."),
    504: (800003, "The service did not answer its gateway in time."),
}


@dataclass(frozen=True)
class Reply:
    """An answer ready to send."""

    status: int
    headers: dict[str, str]
    body: bytes


def apply_fault(rule: Rule, reply: Reply, world: World, *, is_sign_in: bool) -> Reply:
    """*reply* changed by the fault.

    *is_sign_in*: the answer is the token authority's, which has error bodies of its own.
    """
    match rule.name:
        case "empty" | "huge":
            return replace(reply, status=200, body=b"")
        case "array":
            return replace(reply, status=200, body=b"[]")
        case "null":
            return replace(reply, status=200, body=b"null")
        case "html":
            return _html(200, "Sign in to continue")
        case "edit":
            return _edit(rule, reply)
        case "redirect":
            return replace(reply, status=307, headers={**reply.headers, "Location": rule.location or ""}, body=b"")
        case status if status.isdigit():
            return _error_reply(rule, int(status), reply, world, is_sign_in=is_sign_in)
        case _:
            return replace(reply, body=damage(rule, reply.body))


def _edit(rule: Rule, reply: Reply) -> Reply:
    """A status that allows no body gets none."""
    status = rule.status or reply.status
    body = b"" if status in _WITHOUT_A_BODY else apply_edits(rule, reply.body)
    return Reply(status, {**reply.headers, **(rule.headers or {})}, body)


def _error_reply(rule: Rule, status: int, reply: Reply, world: World, *, is_sign_in: bool) -> Reply:
    retry_after = _retry_after(rule, world.clock.real_now())
    if rule.html:
        page = _html(status, f"Error {status}")
        return replace(page, headers={**page.headers, **retry_after})
    headers = {**reply.headers, **retry_after}
    if is_sign_in:
        return Reply(status, headers, wire.encode(sign_in.failure(world, status).body))
    if status == 429:
        return Reply(status, headers, wire.encode(_throttled(rule)))
    if status == 401:
        headers |= bad_token(realm=world.seed.partner.tenant_id).headers
    code, description = _ERROR_BODIES[status] if rule.code is None else (rule.code, "An injected fault.")
    return Reply(status, headers, wire.encode(Refusal(status, code, description).body))


def _throttled(rule: Rule) -> wire.Document:
    """The body of a 429, which differs from every other error body ("API throttling guidance")."""
    when = "later" if rule.retry_after is None else f"in {rule.retry_after} seconds"
    return {"statusCode": 429, "message": f"Rate limit is exceeded. Try again {when}."}


def _retry_after(rule: Rule, now: datetime) -> dict[str, str]:
    """A string is sent unchanged, even if invalid."""
    if rule.retry_after is None:
        return {}
    if rule.as_date and isinstance(rule.retry_after, int):
        return {"Retry-After": format_datetime(now + timedelta(seconds=rule.retry_after), usegmt=True)}
    return {"Retry-After": str(rule.retry_after)}


def _html(status: int, title: str) -> Reply:
    """The answer of an intermediate gateway, without Partner Center's headers."""
    page = f"<html><head><title>{title}</title></head><body><h1>{title}</h1></body></html>"
    return Reply(status, {"Content-Type": "text/html"}, page.encode())
