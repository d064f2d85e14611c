"""Gateway and sandbox in one process, to try things out: no account, no network, nothing to clean up."""

import json
from collections.abc import Sequence
from importlib.metadata import version
from textwrap import wrap

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from gateway.app import MCP_PATH, build_app
from gateway.dev.fixed_settings import FIXED
from gateway.dev.in_process import InProcess
from gateway.dev.scenarios import first_tabs, open_scenario, open_scenarios
from gateway.dev.tabs import first_query, open_tabs
from gateway.http.authentication import why_not_local
from gateway.http.browsers import Origins, check_page
from gateway.http.graphiql import Tab
from gateway.http.responses import HTTPError
from gateway.operations.failures import Failure
from gateway.sandbox.app import Sandbox, build_sandbox
from gateway.settings.kinds import is_this_machine
from gateway.settings.manifest import read_manifest
from gateway.settings.model import Settings

_CONTROL_PATH = "/_sandbox"
_SANDBOX_PATHS = (_CONTROL_PATH, "/v1/", "/v1.0/")


class Development:
    """An ASGI application: the gateway, and the sandbox's own paths, which show its state and the calls it received."""

    def __init__(self, settings: Settings, *, store: str | None = None, scenario: str | None = None) -> None:
        """Raises KeyError for an unknown *scenario*. With one, the sandbox begins with a reset."""
        self.sandbox: Sandbox = build_sandbox(store=store)
        if scenario is not None:
            self.sandbox.begin(scenario)
        self._settings = settings.model_copy(update=FIXED)
        self._origins = Origins(settings.cors_origins, this_machine=True)
        self._gateway = self._new_gateway()
        self._resets = self.sandbox.resets

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith(_SANDBOX_PATHS):
            await self._gateway(scope, receive, send)
            return
        try:
            self._check(Headers(scope=scope), scope["path"])
        except HTTPError as error:
            await PlainTextResponse(str(error), error.status)(scope, receive, send)
            return
        await self.sandbox(scope, receive, send)
        if self.sandbox.resets != self._resets:  # the gateway's records refer to carts that are gone
            self._resets = self.sandbox.resets
            self._gateway = self._new_gateway()

    def welcome(self, address: str) -> str:
        """Suggests what to try at *address*. Includes a token if other machines can call."""
        lines = [
            f"Partner Center Gateway {version('partner-center-gateway')}, with a sandbox in place of Partner Center.",
            "",
            f"  GraphiQL   {address}/graphql",
            f"  Sandbox    {address}/_sandbox/calls lists the calls it received,",
            f"             {address}/_sandbox/scenario what a shop must cope with (gateway dev --scenario NAME)",
        ]
        if self._settings.mcp != "off":
            lines.append(f"  MCP        {address}{MCP_PATH} has tools for agents ({self._settings.mcp})")
        if not is_this_machine(self._settings.host):
            lines.append(
                f"  Token      for requests from other machines or through a proxy: {self.sandbox.demo_token()}"
            )
        return "\n".join([*lines, "", *self._first_steps()])

    def _first_steps(self) -> Sequence[str]:
        """What to send: a first query, or what shows the scenario."""
        if self.sandbox.scenario is None:
            return ["A first query:", "", first_query(self.sandbox.demo)]
        scenario = open_scenario(self.sandbox.scenario.name)
        return [
            f"Scenario {scenario.name}: {scenario.summary}.",
            *wrap(scenario.look_for, 100),
            "",
            "GraphiQL opens with what shows it. Elsewhere, send the documents that gateway operations --manifest prints, with",
            "these variables:",
            "",
            *(f"  {name}  {json.dumps(tab.variables)}" for name, tab in first_tabs(scenario).items()),
        ]

    def _check(self, headers: Headers, path: str) -> None:
        """Checks a call as strictly as a mutation: a page of another site must not reset the sandbox or order from it."""
        check_page(headers, "POST", self._origins)
        if path.startswith(_CONTROL_PATH) and (why := why_not_local(headers)):
            message = (
                f"The sandbox's own paths require no token and answer only direct requests to localhost, but {why}."
            )
            raise HTTPError(403, Failure(message, "FORBIDDEN"))

    def _new_gateway(self) -> ASGIApp:
        return build_app(
            _read_again(self._settings),
            transport=InProcess(self.sandbox),
            now=self.sandbox.now,
            token_without_sign_in=self.sandbox.demo_token,
            tabs=self.tabs,
            scenarios=open_scenarios(),
        )

    @property
    def tabs(self) -> Sequence[Tab]:
        """With which GraphiQL opens: those of the scenario, if there is one, before the usual ones."""
        scenario = self.sandbox.scenario
        first = () if scenario is None else open_scenario(scenario.name).tabs.values()
        return [*first, *open_tabs(self.sandbox.demo)]

    def close(self) -> None:
        self.sandbox.close()


def _read_again(settings: Settings) -> Settings:
    """With the trusted documents as their file has them now; if it is broken or empty, with those read before."""
    known = settings.trusted_documents
    if known is None:
        return settings
    try:
        read = read_manifest(known.path)
    except ValueError:
        return settings
    return settings.model_copy(update={"trusted_documents": read}) if read.documents else settings
