"""The settings that `gateway dev` has fixed. Knows no sandbox, which other commands need not load."""

from collections.abc import Mapping

_SANDBOX_ADDRESS = "http://127.0.0.1"
"""Never connected to: calls stay in the process."""

FIXED: Mapping[str, object] = {
    "mode": "development",
    "workers": 1,
    "metrics_port": None,
    "cloud": "global",
    "upstream_url": _SANDBOX_ADDRESS,
    "store_url": "memory:",
    "auth": "forward",
    "authority_url": None,
    "tenant_id": None,
    "client_id": None,
    "client_secret": None,
    "client_secret_file": None,
    "refresh_token": None,
    "refresh_token_file": None,
    "caller_keys": (),
    "caller_keys_file": None,
}
"""Settings that users cannot change here: no call leaves the process, and only the sandbox issues tokens."""
