"""The gateway's own sign-in, made from the settings."""

import httpx

from gateway.partner_center.clouds import CLOUDS
from gateway.partner_center.http_client import open_http_client
from gateway.partner_center.sign_in.access_token import SignIn
from gateway.partner_center.sign_in.authority import Authority
from gateway.partner_center.sign_in.grants import Application, AsApplication, AsUser
from gateway.partner_center.sign_in.refresh_tokens import InFile, InMemory, RefreshTokens
from gateway.settings.model import Settings


class OwnSignIn:
    """The source of tokens and its HTTP client; close it. For settings whose `auth` is not `forward`."""

    def __init__(self, settings: Settings, *, transport: httpx.AsyncBaseTransport | None = None) -> None:
        """*transport* carries the calls to the authority instead of the network."""
        cloud = CLOUDS[settings.cloud]
        address = settings.authority_url or cloud.authority
        if transport is None:
            self._http = open_http_client(address, concurrency=1)
        else:
            self._http = httpx.AsyncClient(transport=transport, base_url=address)
        authority = Authority(self._http, attempt_s=settings.attempt_s)
        application = Application(
            tenant=settings.tenant_id or "",
            client_id=settings.client_id or "",
            client_secret=settings.own_client_secret,
            resource=cloud.resource,
        )
        if settings.auth == "app":
            self.tokens = SignIn(AsApplication(authority, application))
        else:
            self.tokens = SignIn(AsUser(authority, application, _refresh_tokens(settings)))

    async def close(self) -> None:
        await self.tokens.close()
        await self._http.aclose()


def _refresh_tokens(settings: Settings) -> RefreshTokens:
    first, file = settings.first_refresh_token, settings.refresh_token_file
    return InMemory(first) if file is None else InFile(file.path, first)
