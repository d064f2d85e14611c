"""What the reports of purchases and changes say about a failure."""

from gateway.errors import GatewayError

REFUSALS = frozenset({"UNAUTHENTICATED", "FORBIDDEN", "NOT_FOUND"})
"""Codes of a caller that may not see what it asks for."""


def cause(error: GatewayError) -> str:
    """The failure behind the error, down to the exception of the HTTP client where that is noted."""
    root = error.__cause__ if isinstance(error.__cause__, GatewayError) else error
    notes = " ".join(getattr(root, "__notes__", ()))
    return f"{root.code}: {root.message} {notes}".strip()
