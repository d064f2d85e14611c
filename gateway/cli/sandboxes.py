"""`gateway dev` and `gateway sandbox`. Each returns whether the application could start."""

import os
from functools import partial

from gateway.cli.console import say
from gateway.cli.servers import serve_on
from gateway.dev.development import Development
from gateway.dev.fixed_settings import FIXED
from gateway.sandbox.app import Sandbox, build_sandbox
from gateway.sandbox.server import Connection
from gateway.server.serving import serve_single_process
from gateway.settings.model import Settings
from gateway.settings.reading import overruled_settings
from gateway.telemetry.logs import start_logging


def dev(settings: Settings, *, store: str | None, scenario: str | None) -> bool:
    start_logging(level=settings.log_level, form=settings.log_format)
    if overruled := overruled_settings(os.environ, fixed=FIXED):
        say(f"gateway: set, but not used by this command, and ignored: {', '.join(overruled)}.")
    app = Development(settings, store=store, scenario=scenario)
    try:
        serve = partial(serve_single_process, app, protocol=Connection, keep_alive_s=settings.keep_alive_s)
        return serve_on(serve, host=settings.host, port=settings.port, welcome=app.welcome)
    finally:
        app.close()


def sandbox(host: str, port: int, *, store: str | None, scenario: str | None) -> bool:
    start_logging(level="info", form=None)
    app = build_sandbox(store=store)
    if scenario is not None:
        app.begin(scenario)
    try:
        keep_alive_s = Settings.model_fields["keep_alive_s"].default
        serve = partial(serve_single_process, app, protocol=Connection, keep_alive_s=keep_alive_s)
        return serve_on(serve, host=host, port=port, welcome=partial(_welcome, app))
    finally:
        app.close()


def _welcome(app: Sandbox, address: str) -> str:
    lines = [
        f"Partner Center sandbox at {address}/v1",
        f"  Demo customer   {app.demo.customer_id}",
        f"  Demo token      {app.demo_token()}",
        f"  Against it      GATEWAY_UPSTREAM_URL={address} gateway serve",
    ]
    if app.scenario is not None:
        lines += [
            f"  Scenario        {app.scenario.name}: {app.scenario.summary}",
            f"                  customer {app.scenario.customer_id}, cart {app.scenario.cart_id}",
        ]
    return "\n".join(lines)
