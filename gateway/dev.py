"""Gateway and sandbox in one process, for trying things out: no account, no network, nothing to clean up."""

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from gateway.app import build_app
from gateway.http.browsers import Origins, check_page
from gateway.http.failures import HTTPError
from gateway.in_process import InProcess
from gateway.sandbox.app import Sandbox, build_sandbox
from gateway.settings import Settings

SANDBOX_ADDRESS = "http://127.0.0.1"
"""Never dialled: calls to it stay within the process."""

_OF_THE_SANDBOX = ("/_sandbox", "/v1/")


class Development:
    """An ASGI application: the gateway, and beside it the sandbox's own paths, to look at what it holds and saw."""

    def __init__(self, settings: Settings, *, store: str | None = None) -> None:
        self.sandbox: Sandbox = build_sandbox(store=store)
        self.first_query = first_query(self.sandbox)
        self._settings = settings.model_copy(update={"upstream_url": SANDBOX_ADDRESS, "auth": "forward"})
        self._origins = Origins(settings.cors_origins, this_machine=True)
        self._gateway = self._new_gateway()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith(_OF_THE_SANDBOX):
            await self._gateway(scope, receive, send)
            return
        try:
            # As strict as for a mutation: a page of a stranger must not reset the sandbox or order from it.
            check_page(Headers(scope=scope), "POST", self._origins)
        except HTTPError as error:
            await PlainTextResponse(str(error), error.status)(scope, receive, send)
            return
        await self.sandbox(scope, receive, send)
        if scope["path"] == "/_sandbox/reset":  # what the gateway keeps is of a world that is gone
            self._gateway = self._new_gateway()

    def _new_gateway(self) -> ASGIApp:
        return build_app(
            self._settings,
            transport=InProcess(self.sandbox),
            now=self.sandbox.now,
            token_without_sign_in=self.sandbox.demo_token,
            first_query=self.first_query,
        )

    def close(self) -> None:
        self.sandbox.close()


def first_query(sandbox: Sandbox) -> str:
    """A query that works as it stands: the demo customer's demo cart."""
    return f"""\
# The demo cart of the sandbox.
query DemoCart {{
  cart(by: {{partnerCenter: {{
    customerTenantId: "{sandbox.demo.customer_id}"
    cartId: "{sandbox.demo.cart_id}"
  }}}}) {{
    id
    status
    canCheckout
    customer {{ companyName country }}
    totals {{ amount currencyCode }}
    lineItems {{
      quantity
      termDuration
      billingCycle
      product {{ title }}
      sku {{ title }}
      pricing {{ price extendedPrice }}
      error {{ errorCode errorDescription }}
    }}
  }}
}}
"""
