"""The one HTTP client of the process: who it talks to, and what it must never do by itself."""

import ipaddress
from http.cookiejar import CookieJar, DefaultCookiePolicy

import aiohttp
import httpx
from httpx_aiohttp import AiohttpTransport

_KEEP_ALIVE_S = 15.0


class _ClosedWithoutAnswer(aiohttp.ClientConnectionError):
    """A connection in use that ended before the answer: the request may have been worked on."""


def open_http_client(base_url: str, *, concurrency: int) -> httpx.AsyncClient:
    """A client for one host, with *concurrency* connections; to be closed with `aclose`.

    It follows no redirects, keeps no cookies (callers share it), repeats nothing, and asks the environment for no
    proxy. Time limits are the transport's. Raises ValueError unless *base_url* is https, or http on this machine.
    """
    url = _checked(base_url)
    tls = httpx.create_ssl_context()

    def open_session() -> aiohttp.ClientSession:
        return aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=concurrency, keepalive_timeout=_KEEP_ALIVE_S, ssl=tls),
            cookie_jar=aiohttp.DummyCookieJar(),
            middlewares=(_never_repeat,),
        )

    return httpx.AsyncClient(
        base_url=url,
        transport=AiohttpTransport(verify=tls, client=open_session),
        cookies=CookieJar(policy=DefaultCookiePolicy(allowed_domains=[])),
        timeout=None,  # noqa: S113 - the transport limits each attempt as a whole
        follow_redirects=False,
        trust_env=False,
    )


async def _never_repeat(request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType) -> aiohttp.ClientResponse:
    """Keep aiohttp from repeating a GET or PUT when a connection ends early: what may be repeated is not its to know.

    It repeats on the two errors caught here, so they go up under another class.
    """
    try:
        return await handler(request)
    except aiohttp.ClientConnectorError:
        raise
    except (aiohttp.ServerDisconnectedError, aiohttp.ClientOSError) as error:
        raise _ClosedWithoutAnswer(type(error).__name__) from error


def _checked(base_url: str) -> httpx.URL:
    url = httpx.URL(base_url)
    if not url.host or url.userinfo or url.query or url.fragment:
        raise ValueError(
            "The address of Partner Center is a plain one, such as https://api.partnercenter.microsoft.com."
        )
    if url.scheme != "https" and not (url.scheme == "http" and _is_this_machine(url.host)):
        raise ValueError("The address of Partner Center must be https; http is for this machine only.")
    return url


def _is_this_machine(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
