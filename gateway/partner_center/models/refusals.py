"""The body of an error answer ("Partner Center REST error codes"; the form of 429 is in "API throttling guidance")."""

from gateway.partner_center.models.record import Record


class RefusalBody(Record, frozen=True, kw_only=True):
    """What upstream says about a refusal. The table calls `code` a text, every sample prints a number.

    A throttled call is answered with `status_code` and `message` instead of the rest.
    """

    code: int | str | None = None
    description: str | None = None
    source: str | None = None
    status_code: int | None = None
    message: str | None = None
