"""Opens the gateway's own sign-in. Loaded only where the tokens of callers are not forwarded."""

from contextlib import AsyncExitStack

import httpx

from gateway.partner_center.clouds import CLOUDS
from gateway.partner_center.http_client import open_http_client
from gateway.partner_center.sign_in.access_token import SignIn
from gateway.partner_center.sign_in.authority import Authority
from gateway.partner_center.sign_in.grants import Application, AsApplication, AsUser
from gateway.partner_center.sign_in.refresh_tokens import InFile, InMemory, RefreshTokens
from gateway.settings.model import Settings


def open_sign_in(settings: Settings, transport: httpx.AsyncBaseTransport | None, closing: AsyncExitStack) -> SignIn:
    """The source of the gateway's own tokens. *transport* carries the calls to the authority instead of the network."""
    cloud = CLOUDS[settings.cloud]
    http = _open_client(settings.authority_url or cloud.authority, transport)
    closing.push_async_callback(http.aclose)
    authority = Authority(http, attempt_s=settings.attempt_s)
    application = Application(
        tenant=settings.tenant_id or "",
        client_id=settings.client_id or "",
        client_secret=settings.own_client_secret,
        resource=cloud.resource,
    )
    if settings.auth == "app":
        sign_in = SignIn(AsApplication(authority, application))
    else:
        sign_in = SignIn(AsUser(authority, application, _refresh_tokens(settings)))
    closing.push_async_callback(sign_in.close)
    return sign_in


def _refresh_tokens(settings: Settings) -> RefreshTokens:
    first, file = settings.first_refresh_token, settings.refresh_token_file
    return InMemory(first) if file is None else InFile(file.path, first)


def _open_client(base_url: str, transport: httpx.AsyncBaseTransport | None) -> httpx.AsyncClient:
    if transport is not None:
        return httpx.AsyncClient(transport=transport, base_url=base_url)
    return open_http_client(base_url)
