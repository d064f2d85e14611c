"""What the token authority answers ("Partner Center authentication"). Names on its wire are in snake_case."""

import msgspec


class Token(msgspec.Struct, frozen=True, kw_only=True):
    """An access token and what came with it. Lifetimes are seconds, moments are seconds since 1970; both come as text."""

    access_token: str
    expires_in: int
    token_type: str = "Bearer"  # noqa: S105 - a kind of token, not one
    expires_on: int | None = None
    not_before: int | None = None
    resource: str | None = None
    scope: str | None = None
    refresh_token: str | None = None
    id_token: str | None = None

    def __repr__(self) -> str:
        return f"Token(expires_in={self.expires_in}, ...)"
