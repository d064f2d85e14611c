"""Every way a request can fail, by what the caller can do about it. Knows neither GraphQL nor HTTP clients.

GatewayError                     code, retryable, and the ids support will ask for
├── InvalidInput                 a value the caller sent breaks a rule of ours
├── Refused                      Partner Center understood and said no; its code and words kept
│   ├── NotFound
│   ├── Conflict
│   ├── Forbidden
│   └── Throttled                and for how many seconds
├── Unauthenticated              the caller's token is missing, stale or not accepted
├── SignInFailed                 the gateway's own sign-in is not accepted: whoever runs it has to act
├── Unavailable                  no usable answer: connection, 5xx
│   ├── TimedOut                 none in time
│   └── Untrusted                its certificate is not one to trust
├── Malformed                    an answer that breaks the documented shape
├── CheckoutUnknown              a checkout was sent and its result is not known
├── Overloaded                   more than the gateway can do right now; nothing was begun
│   └── StoreFailed              its store does not answer
├── StillRunning                 an earlier call with the same idempotency key has not ended
└── CartRule                     an edit the middle itself declines; in carts/rules.py, which knows carts
"""

from collections.abc import Mapping
from typing import ClassVar, Self


class GatewayError(Exception):
    """A failure with a stable code. Its message is meant for clients: no upstream address, token or body in it.

    `replayed` says that this is the stored answer to an earlier call with the same idempotency key, `maybe_done` that an
    attempt at the call may have been carried out all the same.
    """

    code: ClassVar[str] = "INTERNAL"
    retryable: ClassVar[bool] = False

    def __init__(
        self, message: str, *, retry_after_s: float | None = None, upstream_correlation_id: str | None = None
    ) -> None:
        super().__init__(message)
        self.message = message
        self.retry_after_s = retry_after_s
        self.upstream_correlation_id = upstream_correlation_id
        self.replayed = False
        self.maybe_done = False

    def copy(self) -> Self:
        """The same failure as a new exception, for another request: one request's failure is never shared with another.

        Without the traceback, which would keep the whole call in memory.
        """
        copied = type(self).__new__(type(self), *self.args)  # the classes' own arguments differ
        vars(copied).update(vars(self))
        if hasattr(self, "__notes__"):
            copied.__notes__ = list(self.__notes__)
        return copied

    def adding(self, sentence: str) -> Self:
        """The same failure as a new exception that says one thing more."""
        longer = self.copy()
        longer.message = f"{self.message} {sentence}"
        return longer

    @property
    def extensions(self) -> Mapping[str, object]:
        """What goes beside the message in an entry of a GraphQL answer's `errors`."""
        told: dict[str, object] = {"code": self.code, "retryable": self.retryable}
        if self.retry_after_s is not None:
            told["retryAfter"] = self.retry_after_s
        return told


class InvalidInput(GatewayError):
    code = "BAD_USER_INPUT"


class Refused(GatewayError):
    """Partner Center said no. `partner_center_code` is its own error code as text; None when the body had none."""

    code = "UPSTREAM_REJECTED"

    def __init__(
        self,
        message: str,
        *,
        http_status: int,
        partner_center_code: str | None = None,
        description: str | None = None,
        retry_after_s: float | None = None,
        upstream_correlation_id: str | None = None,
    ) -> None:
        super().__init__(message, retry_after_s=retry_after_s, upstream_correlation_id=upstream_correlation_id)
        self.http_status = http_status
        self.partner_center_code = partner_center_code
        self.description = description

    @property
    def extensions(self) -> Mapping[str, object]:
        """With Partner Center's code and its correlation id, where known, to quote to Microsoft."""
        told = dict(super().extensions)
        if self.partner_center_code is not None:
            told["partnerCenterCode"] = self.partner_center_code
        if self.upstream_correlation_id is not None:
            told["partnerCenterCorrelationId"] = self.upstream_correlation_id
        return told


class NotFound(Refused):
    code = "NOT_FOUND"


class Conflict(Refused):
    code = "CONFLICT"
    retryable = True


class Forbidden(Refused):
    code = "FORBIDDEN"


class Throttled(Refused):
    code = "UPSTREAM_THROTTLED"
    retryable = True


class Unauthenticated(GatewayError):
    code = "UNAUTHENTICATED"


class SignInFailed(GatewayError):
    """The gateway's own credentials are not accepted. Nothing was done.

    Not UNAUTHENTICATED: another token of the caller's would not help. Waiting does, until somebody mends the settings.
    """

    code = "UPSTREAM_UNAVAILABLE"
    retryable = True


class Unavailable(GatewayError):
    """No usable answer. `sent` is False only when it is certain that nothing reached Partner Center.

    `http_status` is that of an answer that was of no use; None when there was none.
    """

    code = "UPSTREAM_UNAVAILABLE"
    retryable = True

    def __init__(
        self,
        message: str,
        *,
        sent: bool = True,
        http_status: int | None = None,
        retry_after_s: float | None = None,
        upstream_correlation_id: str | None = None,
    ) -> None:
        super().__init__(message, retry_after_s=retry_after_s, upstream_correlation_id=upstream_correlation_id)
        self.sent = sent
        self.maybe_done = sent
        self.http_status = http_status


class TimedOut(Unavailable):
    code = "UPSTREAM_TIMEOUT"


class Untrusted(Unavailable):
    """Whoever answered could not prove to be Partner Center. Nothing was sent, and trying again would not help."""

    retryable = False


class Malformed(GatewayError):
    """An answer that breaks the documented shape."""

    code = "UPSTREAM_INVALID"
    retryable = True

    def __init__(self, message: str, *, upstream_correlation_id: str | None = None) -> None:
        super().__init__(message, upstream_correlation_id=upstream_correlation_id)
        self.maybe_done = True


class CheckoutUnknown(GatewayError):
    """A checkout was sent and its result is not known. Repeating the same call is the way to find out."""

    code = "CHECKOUT_OUTCOME_UNKNOWN"
    retryable = True


class StillRunning(GatewayError):
    """An earlier call with the same idempotency key has not ended; its answer will be this call's too."""

    code = "CONFLICT"
    retryable = True


class Overloaded(GatewayError):
    """More than the gateway can do right now: nothing was begun, and the same call may be sent again."""

    code = "OVERLOADED"
    retryable = True


class StoreFailed(Overloaded):
    """The gateway's own store does not answer."""
