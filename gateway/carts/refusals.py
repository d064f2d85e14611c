"""Partner Center's refusals in an idempotency record."""

import msgspec

from gateway.errors import Conflict, NotFound, Refused

_REFUSALS: dict[str, type[Refused]] = {kind.__name__: kind for kind in (Refused, NotFound, Conflict)}


class Refusal(msgspec.Struct, frozen=True, array_like=True):
    """A business refusal of Partner Center, as stored in an idempotency record."""

    kind: str
    message: str
    http_status: int
    partner_center_code: str | None
    description: str | None
    retry_after_s: float | None
    upstream_correlation_id: str | None

    def error(self) -> Refused:
        """The failure to raise in a repeat, marked as replayed."""
        error = _REFUSALS[self.kind](
            self.message,
            http_status=self.http_status,
            partner_center_code=self.partner_center_code,
            description=self.description,
            retry_after_s=self.retry_after_s,
            upstream_correlation_id=self.upstream_correlation_id,
        )
        error.replayed = True
        return error


def refusal(error: Refused) -> Refusal:
    return Refusal(
        kind=type(error).__name__,
        message=error.message,
        http_status=error.http_status,
        partner_center_code=error.partner_center_code,
        description=error.description,
        retry_after_s=error.retry_after_s,
        upstream_correlation_id=error.upstream_correlation_id,
    )
