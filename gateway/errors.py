"""Every way a request can fail, by what the caller can do about it. Knows neither GraphQL nor HTTP clients.

GatewayError                     code, retryable, and the ids support will ask for
├── InvalidInput                 a value the caller sent breaks one of the gateway's rules
├── Refused                      Partner Center understood and said no, with a code and words of its own
│   ├── NotFound
│   ├── Conflict
│   ├── Forbidden
│   └── Throttled                with the seconds to wait
├── Unauthenticated              the caller's token is missing, stale or not accepted
├── SignInFailed                 the gateway's own sign-in is not accepted: its operator has to act
├── Unavailable                  no usable answer: connection, 5xx
│   ├── TimedOut                 none in time
│   └── Untrusted                the certificate could not be verified
├── Malformed                    an answer that breaks the documented shape
├── CheckoutUnknown              a checkout was sent and its result is not known
├── ChangeUnknown                another change was sent and it is not known whether it was made
├── Overloaded                   the gateway is at its limit; nothing was begun
│   └── StoreFailed              the gateway's store does not answer
│       └── RecordUnreadable     it has a record that another version of the gateway wrote
├── StillRunning                 an earlier call with the same idempotency key has not ended
└── Declined                     what the gateway declines itself, with all problems; defined in carts/
    └── CartRule                 an edit or a checkout of a cart
"""

from collections.abc import Mapping
from typing import ClassVar, Self


class GatewayError(Exception):
    """A failure with a stable code. Its message is for clients: it never holds an upstream address, a token or a body.

    `replayed`: this is the stored answer to an earlier call with the same idempotency key. `maybe_done`: an attempt at
    the call may have been carried out all the same.
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
        """The same failure as a new exception: requests never share one.

        It has no traceback, which would keep the whole call in memory.
        """
        copied = type(self).__new__(type(self), *self.args)  # bypasses __init__, whose arguments differ between classes
        vars(copied).update(vars(self))
        if hasattr(self, "__notes__"):
            copied.__notes__ = list(self.__notes__)
        return copied

    def adding(self, sentence: str) -> Self:
        """The same failure as a new exception, with *sentence* added to its message."""
        extended = self.copy()
        extended.message = f"{self.message} {sentence}"
        return extended

    @property
    def extensions(self) -> Mapping[str, object]:
        """The `extensions` of this failure among the `errors` of a GraphQL response."""
        extensions: dict[str, object] = {"code": self.code, "retryable": self.retryable}
        if self.retry_after_s is not None:
            extensions["retryAfter"] = self.retry_after_s
        return extensions


class InvalidInput(GatewayError):
    code = "BAD_USER_INPUT"


class Refused(GatewayError):
    """Partner Center said no. `partner_center_code` is its error code as text; None when the body had none."""

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
        """With Partner Center's code and correlation id, where known, for a support request to Microsoft."""
        extensions = dict(super().extensions)
        if self.partner_center_code is not None:
            extensions["partnerCenterCode"] = self.partner_center_code
        if self.upstream_correlation_id is not None:
            extensions["partnerCenterCorrelationId"] = self.upstream_correlation_id
        return extensions


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

    Not UNAUTHENTICATED, because another token of the caller's would not help. Waiting may, once the operator has acted.
    """

    code = "UPSTREAM_UNAVAILABLE"
    retryable = True


class Unavailable(GatewayError):
    """No usable answer. `sent` is False only when it is certain that nothing reached Partner Center.

    `http_status` is the status of an unusable answer; None when no answer came.
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
    """The server could not prove that it is Partner Center. Nothing was sent, and a retry would not help."""

    retryable = False


class Malformed(GatewayError):
    """An answer that breaks the documented shape."""

    code = "UPSTREAM_INVALID"
    retryable = True

    def __init__(self, message: str, *, upstream_correlation_id: str | None = None) -> None:
        super().__init__(message, upstream_correlation_id=upstream_correlation_id)
        self.maybe_done = True


class CheckoutUnknown(GatewayError):
    """A checkout was sent and its result is not known. Repeating the same call finds out."""

    code = "CHECKOUT_OUTCOME_UNKNOWN"
    retryable = True


class ChangeUnknown(GatewayError):
    """A change was sent, and it is not known whether it was made. Repeating the same call finds out.

    What makes a change raises it in that case only; its other failures mean that nothing was changed.
    """

    code = "CHANGE_OUTCOME_UNKNOWN"
    retryable = True


class StillRunning(GatewayError):
    """An earlier call with the same idempotency key has not ended; its answer will be this call's too."""

    code = "CONFLICT"
    retryable = True


class Overloaded(GatewayError):
    """The gateway is at its limit. Nothing was begun, and the same call may be sent again."""

    code = "OVERLOADED"
    retryable = True


class StoreFailed(Overloaded):
    """The gateway's store does not answer."""


class RecordUnreadable(StoreFailed):
    """There is a record, written by another version of the gateway, so nobody may conclude that nothing happened."""
