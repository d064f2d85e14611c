"""What a fault makes of an answer: another status, another body. Faults of the connection change nothing here."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from email.utils import format_datetime

from gateway.sandbox import sign_in, wire
from gateway.sandbox.errors import Refusal, bad_token
from gateway.sandbox.faults.bodies import damaged
from gateway.sandbox.faults.edits import edited
from gateway.sandbox.faults.rules import Rule
from gateway.sandbox.world.world import World

_WITHOUT_A_BODY = (204, 304)
_WORDS = {
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
    """An answer as it goes out."""

    status: int
    headers: dict[str, str]
    body: bytes


def faulty(rule: Rule, reply: Reply, world: World, *, is_sign_in: bool) -> Reply:
    """*reply* as the fault has it. *is_sign_in*: the token authority answers, which words its refusals in its own way."""
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
            return _edited(rule, reply)
        case "redirect":
            return replace(reply, status=307, headers={**reply.headers, "Location": rule.location or ""}, body=b"")
        case status if status.isdigit():
            return _refused(rule, int(status), reply, world, is_sign_in=is_sign_in)
        case _:
            return replace(reply, body=damaged(rule, reply.body))


def _edited(rule: Rule, reply: Reply) -> Reply:
    """As ordered; a status that allows no body gets none."""
    status = rule.status or reply.status
    body = b"" if status in _WITHOUT_A_BODY else edited(rule, reply.body)
    return Reply(status, {**reply.headers, **(rule.headers or {})}, body)


def _refused(rule: Rule, status: int, reply: Reply, world: World, *, is_sign_in: bool) -> Reply:
    waits = _retry_after(rule, world.clock.unmoved())
    if rule.html:
        page = _html(status, f"Error {status}")
        return replace(page, headers={**page.headers, **waits})
    headers = {**reply.headers, **waits}
    if is_sign_in:
        return Reply(status, headers, wire.written(sign_in.failed(world, status).body))
    if status == 429:
        return Reply(status, headers, wire.written(_throttled(rule)))
    if status == 401:
        headers |= bad_token(realm=world.seed.partner.tenant_id).headers
    code, words = _WORDS[status] if rule.code is None else (rule.code, "A failure on order.")
    return Reply(status, headers, wire.written(Refusal(status, code, words).body))


def _throttled(rule: Rule) -> wire.Document:
    """The body of a 429, unlike that of every other refusal ("API throttling guidance")."""
    when = "later" if rule.retry_after is None else f"in {rule.retry_after} seconds"
    return {"statusCode": 429, "message": f"Rate limit is exceeded. Try again {when}."}


def _retry_after(rule: Rule, now: datetime) -> dict[str, str]:
    """A text goes out as it was ordered, sensible or not."""
    if rule.retry_after is None:
        return {}
    if rule.as_date and isinstance(rule.retry_after, int):
        return {"Retry-After": format_datetime(now + timedelta(seconds=rule.retry_after), usegmt=True)}
    return {"Retry-After": str(rule.retry_after)}


def _html(status: int, title: str) -> Reply:
    """What a gateway on the way answers, which knows none of Partner Center's headers."""
    page = f"<html><head><title>{title}</title></head><body><h1>{title}</h1></body></html>"
    return Reply(status, {"Content-Type": "text/html"}, page.encode())
