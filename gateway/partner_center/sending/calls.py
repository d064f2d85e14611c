"""One call of the REST API as a value, and the protocols of its senders."""

import os
from collections.abc import Callable, Mapping
from typing import Generic, Literal, Protocol, TypeVar

from msgspec import Struct, field

from gateway.partner_center.callers import Caller
from gateway.partner_center.paths import Path
from gateway.telemetry.requests import Tally

T = TypeVar("T")

Method = Literal["GET", "POST", "PUT", "PATCH"]


class Call(Struct, Generic[T], eq=False):
    """One logical call, which may take several attempts; `MS-RequestId` is the same for all of them.

    That header is documented to make a repeat safe after a time-out ("Partner Center REST headers").
    """

    action: str
    """Completes "Partner Center refused to ...": `read the cart`."""
    method: Method
    path: Path
    read: Callable[[bytes], T]
    """Turns the body of a successful answer into the call's result. Raises Malformed."""
    request_id: str
    query: Mapping[str, str] = {}
    headers: Mapping[str, str] = {}
    body: bytes | None = None
    customer_id: str | None = None
    """The customer it is about: some calls are throttled for each customer ("API throttling guidance")."""
    is_repeatable: bool = True
    """Whether sending it again does no harm when an attempt may have been carried out."""
    is_question: bool = False
    """Whether it only asks, although it is a POST."""
    read_accepted: Callable[[bytes], T] | None = None
    """Reads the body of a 202, which says that the work is not finished; None where `read` reads that too."""
    tally: Tally = field(default_factory=Tally)

    @property
    def is_read(self) -> bool:
        """Whether it changes nothing at Partner Center."""
        return self.is_question or self.method == "GET"

    def __repr__(self) -> str:
        """Without the body, which may tell who buys what."""
        return f"Call({self.method} {self.path}, request_id={self.request_id!r})"


class Sender(Protocol):
    """Sends a call, with as many attempts as it takes."""

    async def send(self, call: Call[T], *, caller: Caller, deadline: float | None) -> T:
        """The result of the call. Raises a GatewayError. *deadline* is in the running loop's time."""
        ...


class Attempts(Protocol):
    """Makes one attempt at a call."""

    async def attempt(self, call: Call[T], *, caller: Caller, bearer: str, deadline: float | None) -> T:
        """The same for one attempt, made with the token *bearer*."""
        ...


def new_guid() -> str:
    """A fresh random id for `MS-RequestId` and `MS-CorrelationId`: a UUID of version 4 (RFC 9562, 5.4).

    Written out here because `str(uuid4())` takes three times as long, and each call needs two.
    """
    digits = os.urandom(16).hex()
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-a{digits[17:20]}-{digits[20:]}"
