"""The command line, as real processes on real sockets."""

import os
import re
import socket
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import httpx
import pytest

from tests.programs import environment, run, running, until_it_answers
from tests.shop import DEMO, open_shop


def test_dev_sells_the_demo_cart_by_the_query_it_prints() -> None:
    """The first query that `gateway dev` prints works when pasted, without a token, and finds the demo cart."""
    process = subprocess.Popen(
        [sys.executable, "-m", "gateway", "dev", "--port", "0"], env=environment(), stderr=subprocess.PIPE, text=True
    )
    try:
        assert process.stderr is not None
        output = ""
        for line in process.stderr:
            output += line
            if line == "}\n":
                break
        address = re.findall(r"http://[\d.]+:\d+", output)[0]
        until_it_answers(address)
        query = output[output.index("# ") :]

        answer = httpx.post(f"{address}/graphql", json={"query": query}).json()

        assert "errors" not in answer
        assert answer["data"]["cart"]["canCheckout"] is True
        assert all(line["product"]["title"] for line in answer["data"]["cart"]["lineItems"])
    finally:
        process.kill()
        process.communicate()


def test_dev_starts_in_a_production_environment() -> None:
    """One line names the variables that it ignores, without their values."""
    production = {
        "GATEWAY_AUTH": "app-user",
        "GATEWAY_TENANT_ID": "canary",
        "GATEWAY_CLIENT_SECRET_FILE": "/run/secrets/canary",
        "GATEWAY_CALLER_KEYS": "canary",
        "GATEWAY_STORE_URL": "redis://:canary@store.example",
    }
    with running("dev", **production) as (address, _):
        answer = httpx.post(f"{address}/graphql", json={"query": "{ customers { totalCount } }"})
    with socket.create_server(("127.0.0.1", 0)) as taken:
        lines = run("dev", "--port", str(taken.getsockname()[1]), **production).stderr.splitlines()

    assert answer.json()["data"] == {"customers": {"totalCount": 13}}
    assert lines[0] == (
        "gateway: set, but not used by this command, and ignored: "
        "GATEWAY_STORE_URL, GATEWAY_AUTH, GATEWAY_TENANT_ID, GATEWAY_CLIENT_SECRET_FILE, GATEWAY_CALLER_KEYS."
    )
    assert len(lines) == 2


def test_serve_forwards_the_token_to_a_sandbox_on_its_own_port() -> None:
    """Two processes, real sockets: only a caller with a token of the sandbox is served."""
    with open_shop() as shop, running("serve", GATEWAY_UPSTREAM_URL=shop.address) as (address, _):
        query = {"query": f'{{ customer(by: {{tenantId: "{DEMO["customerId"]}"}}) {{ companyName country }} }}'}

        served = httpx.post(f"{address}/graphql", json=query, headers=shop.headers)
        refused = httpx.post(f"{address}/graphql", json=query)
        stale = httpx.post(f"{address}/graphql", json=query, headers={"Authorization": "Bearer made-up"})

    assert served.json()["data"]["customer"] == {"companyName": "Contoso, Ltd.", "country": "US"}
    assert (refused.status_code, refused.json()["errors"][0]["extensions"]["code"]) == (401, "UNAUTHENTICATED")
    assert stale.json()["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"


def test_an_upstream_that_is_gone_is_a_clear_error() -> None:
    """The client sees no address, path or library name of the upstream."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with running("serve", GATEWAY_UPSTREAM_URL=f"http://127.0.0.1:{port}") as (address, _):
        query = {"query": '{ customer(by: {tenantId: "28089560-09e9-4305-9944-5fb2b1a786e5"}) { companyName } }'}

        answer = httpx.post(f"{address}/graphql", json=query, headers={"Authorization": "Bearer token"})

    failure = answer.json()["errors"][0]
    assert (failure["extensions"]["code"], failure["extensions"]["retryable"]) == ("UPSTREAM_UNAVAILABLE", True)
    assert not re.search(rf"127\.0\.0\.1|{port}|aiohttp|httpx|/v1|Traceback", answer.text)


def test_production_hides_schema_and_ide() -> None:
    """`gateway serve` has no GraphiQL, introspection or SDL, but /health and /ready answer."""
    with running("serve") as (address, _):
        page = httpx.get(f"{address}/graphql", headers={"Accept": "text/html"})
        sdl = httpx.get(f"{address}/schema.graphql")
        asked = httpx.post(
            f"{address}/graphql",
            json={"query": "{ __schema { queryType { name } } }"},
            headers={"Authorization": "Bearer token"},
        )
        health = [httpx.get(f"{address}/{path}").status_code for path in ("health", "ready")]

    assert "<html" not in page.text
    assert sdl.status_code == 404
    assert asked.json()["errors"][0]["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"
    assert health == [200, 200]


@pytest.mark.parametrize("command", ["dev", "sandbox"])
def test_a_scenario_has_begun_when_the_program_is_ready(command: str) -> None:
    """Its first request meets what the scenario promises."""
    with running(command, "--scenario", "expired-cart") as (address, _):
        shown = httpx.get(f"{address}/_sandbox/scenario").json()

    assert shown["current"] == "expired-cart"


def test_the_sandbox_keeps_its_state_in_a_file(tmp_path: Path) -> None:
    """A cart that was ordered before a restart is ordered after it."""
    store = str(tmp_path / "sandbox.sqlite")
    ids = f'customerTenantId: "{DEMO["customerId"]}", cartId: "{DEMO["cartId"]}"'
    query = f"{{ cart(by: {{partnerCenter: {{{ids}}}}}) {{ id status }} }}"
    with running("dev", "--store", store) as (address, _):
        cart_id = httpx.post(f"{address}/graphql", json={"query": query}).json()["data"]["cart"]["id"]
        checkout = f'mutation {{ checkoutCart(input: {{cartId: "{cart_id}"}}) {{ result {{ outcome }} }} }}'
        ordered = httpx.post(f"{address}/graphql", json={"query": checkout}).json()["data"]["checkoutCart"]

    with running("dev", "--store", store) as (address, _):
        after = httpx.post(f"{address}/graphql", json={"query": query}).json()["data"]["cart"]

    assert ordered == {"result": {"outcome": "SUCCEEDED"}}
    assert after["status"] == "ORDERED"


def test_a_port_in_use_is_reported_in_one_line() -> None:
    """Exit code 3 and what to do, not a traceback."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        ended = run("dev", "--port", str(taken.getsockname()[1]))

    assert ended.returncode == 3
    assert ended.stderr.count("\n") == 1
    assert "--port" in ended.stderr


def test_a_file_that_is_not_a_database_is_reported_in_one_line(tmp_path: Path) -> None:
    """Exit code 3 and what to do; the file is not changed."""
    file = tmp_path / "notes.txt"
    file.write_text("not a database, but somebody's notes" * 100, "utf-8")

    ended = run("dev", "--store", str(file), "--port", "0")

    assert ended.returncode == 3
    assert ended.stderr.count("\n") == 1
    assert "--store" in ended.stderr
    assert file.read_text("utf-8").startswith("not a database")


def test_a_store_that_cannot_be_used_is_reported_in_one_line() -> None:
    """Exit code 3 and what to do, not a traceback."""
    ended = run("serve", "--store-url", "sqlite:/nonexistent/x", "--port", "0")

    assert ended.returncode == 3
    assert ended.stderr.count("\n") == 1
    assert "--store-url" in ended.stderr


def test_serving_from_memory_is_warned_of(tmp_path: Path) -> None:
    """Once, with what a restart forgets and what to set; `dev`, which is for trials, says nothing."""
    warned = [
        _warnings("serve"),
        _warnings("serve", GATEWAY_STORE_URL=f"sqlite:{tmp_path / 'store.sqlite'}"),
        _warnings("dev"),
    ]

    assert [len(each) for each in warned] == [1, 0, 0]
    assert all(word in warned[0][0] for word in ("urchase", "idempotency", "leases", "restart", "GATEWAY_STORE_URL"))


@pytest.mark.parametrize(
    ("workers", "form"),
    [
        ("1", "redis://127.0.0.1:{}/0"),
        ("2", "redis://127.0.0.1:{}/0"),
        ("1", "redis+sentinel://127.0.0.1:{}/shop"),
        ("1", "redis+cluster://127.0.0.1:{}"),
    ],
)
def test_the_gateway_starts_without_its_redis(workers: str, form: str) -> None:
    """Redis may come back."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        store = form.format(free.getsockname()[1])
    with running("serve", "--workers", workers, GATEWAY_STORE_URL=store) as (address, _):
        health = httpx.get(f"{address}/health")

    assert health.status_code == 200


def test_the_sandbox_listens_where_its_variables_say() -> None:
    """A variable that is not a port is refused like a flag, and is not repeated."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])

        busy = run("sandbox", GATEWAY_SANDBOX_PORT=port)
        wrong = run("sandbox", GATEWAY_SANDBOX_PORT="eighty")
        impossible = run("sandbox", GATEWAY_SANDBOX_PORT="70000")

    assert (busy.returncode, port in busy.stderr) == (3, True)
    for ended in (wrong, impossible):
        assert ended.returncode == 2
        assert ended.stderr.startswith("gateway: --port (GATEWAY_SANDBOX_PORT) must be a whole number from 0 to 65535.")
    assert "eighty" not in wrong.stderr


def test_wrong_settings_are_reported_together() -> None:
    """Exit code 2, one line for each mistake."""
    ended = run("serve", GATEWAY_PORT="eighty", GATEWAY_CLOUD="mars")

    assert ended.returncode == 2
    assert [line.split(" ")[1] for line in ended.stderr.splitlines()] == ["GATEWAY_PORT", "GATEWAY_CLOUD"]


def test_schema_prints_and_checks(tmp_path: Path) -> None:
    """The SDL goes to standard output. A stale copy gives exit code 1, the difference, and how to update it."""
    printed = run("schema").stdout
    fresh = _file(tmp_path / "fresh.graphql", printed)
    stale = _file(tmp_path / "stale.graphql", printed.replace("  lineItemCount: Int!\n", "  oldCount: Int!\n", 1))
    broken = _file(tmp_path / "broken.graphql", printed.removesuffix("}\n"))

    current = run("schema", "--check", fresh)
    outdated = run("schema", "--check", stale)
    unparsed = run("schema", "--check", broken)

    assert (current.returncode, current.stdout, current.stderr) == (0, "", "")
    assert outdated.returncode == 1
    assert "\n-  oldCount: Int!\n+  lineItemCount: Int!\n" in outdated.stdout
    assert outdated.stderr == f"gateway: {stale} is stale; update it with: gateway schema > {stale}\n"
    assert (unparsed.returncode, unparsed.stdout[-3:], unparsed.stderr.count("\n")) == (1, "+}\n", 1)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        pytest.param(None, "cannot be read: No such file", id="missing"),
        pytest.param(b"\xff\xfe", "is not text in UTF-8", id="not text"),
    ],
)
def test_a_copy_of_the_schema_that_cannot_be_read_is_reported_in_one_line(
    tmp_path: Path, content: bytes | None, reason: str
) -> None:
    """Exit code 2, which file, why, and what to name instead."""
    file = tmp_path / "some.graphql"
    if content is not None:
        file.write_bytes(content)

    ended = run("schema", "--check", str(file))

    assert (ended.returncode, ended.stdout, ended.stderr.count("\n")) == (2, "", 1)
    assert ended.stderr.startswith(f"gateway: {file} ")
    assert reason in ended.stderr


def test_operations_are_listed() -> None:
    """Name and description of each, a line for each."""
    ended = run("operations")

    named = dict(line.split("  ", 1) for line in ended.stdout.splitlines())
    assert (ended.returncode, ended.stderr) == (0, "")
    assert set(named) == {file.stem for file in (Path(__file__).parents[2] / "operations").glob("*.graphql")}
    assert named["CheckOut"].strip().startswith("Buys what is in a cart.")


def test_the_manifest_of_operations_is_what_a_strict_gateway_takes(tmp_path: Path) -> None:
    """A client names a document by the hash of its file, and sends variables alone."""
    printed = run("operations", "--manifest")
    manifest = _file(tmp_path / "trusted.json", printed.stdout)
    document = (Path(__file__).parents[2] / "operations" / "FindProducts.graphql").read_text("utf-8")
    known = {"documentId": f"sha256:{sha256(document.encode()).hexdigest()}", "variables": {"query": "premium"}}
    strict = {"GATEWAY_TRUSTED_DOCUMENTS": manifest, "GATEWAY_TRUSTED_DOCUMENTS_MODE": "enforce"}

    with running("dev", **strict) as (address, _):
        found = httpx.post(f"{address}/graphql", json=known)
        refused = httpx.post(f"{address}/graphql", json={"query": "{ __typename }"})

    assert found.json()["data"]["products"]["nodes"]
    assert refused.json()["errors"][0]["extensions"]["code"] == "DOCUMENT_NOT_TRUSTED"


def test_a_reader_that_stops_gets_no_traceback() -> None:
    """As when the schema is piped into `head`."""
    read, write = os.pipe()
    os.close(read)
    ended = subprocess.run(
        [sys.executable, "-m", "gateway", "schema"],
        env=environment(),
        stdout=write,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    os.close(write)

    assert (ended.returncode, ended.stderr) == (0, "")


def test_garbage_is_collected_once_the_program_is_loaded() -> None:
    """Loading happens without the collector, and a command runs with it, over what is made from then on."""
    code = "import atexit, gc; atexit.register(lambda: print(gc.isenabled(), gc.get_freeze_count() > 0)); "
    code += "import sys; sys.argv = ['gateway', '--version']; from gateway.__main__ import main; main()"

    ended = subprocess.run([sys.executable, "-c", code], env=environment(), capture_output=True, text=True, check=True)

    assert ended.stdout.splitlines()[-1] == "True True"


def test_help_fits_one_screen() -> None:
    """With 24 lines and 80 columns, and shows a real example."""
    helped = run("--help", COLUMNS="80").stdout.splitlines()

    assert len(helped) <= 24
    assert max(map(len, helped)) <= 80
    assert any(line.startswith("  gateway dev  ") for line in helped)


def test_help_breaks_no_name() -> None:
    """So that it can be copied, hyphens and all."""
    assert "partner-center-gateway[mcp]" in run("dev", "--help", COLUMNS="80").stdout


_INTERRUPTED_WHILE_LOADING = """
import sys
from importlib.abc import MetaPathFinder

class Interrupt(MetaPathFinder):
    def find_spec(self, name, path, target=None):
        if name == "gateway.cli.main":
            raise KeyboardInterrupt

sys.meta_path.insert(0, Interrupt())
from gateway.__main__ import main
main()
"""


def test_ctrl_c_while_the_program_loads_ends_it_quietly() -> None:
    """As it does later."""
    ended = subprocess.run(
        [sys.executable, "-c", _INTERRUPTED_WHILE_LOADING], capture_output=True, text=True, timeout=60, check=False
    )

    assert (ended.returncode, ended.stderr) == (0, "")


def test_help_shows_how_to_pass_each_secret() -> None:
    """In a file that a flag names, or in the environment, since every user of the machine can see values of flags."""
    words = run("serve", "--help").stdout.split()

    for name in ("client-secret", "refresh-token", "caller-keys"):
        variable = f"GATEWAY_{name.upper().replace('-', '_')}"
        assert f"--{name}-file" in words
        assert f"--{name}" not in words
        assert {f"({variable}_FILE,", f"{variable})"} <= set(words)


def test_a_misspelled_variable_is_named_before_what_is_missing() -> None:
    """The first may be the reason for the second."""
    ended = run("serve", GATEWAY_AUTH="app", GATEWAY_TENNANT_ID="contoso.onmicrosoft.com")

    assert (ended.returncode, "did you mean GATEWAY_TENANT_ID?" in ended.stderr.splitlines()[0]) == (2, True)


def _file(path: Path, content: str) -> str:
    path.write_text(content, "utf-8")
    return str(path)


def _warnings(command: str, **settings: str) -> list[str]:
    """The log records of level warning of a server that then finds its port taken."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        ended = run(
            command,
            "--port",
            str(taken.getsockname()[1]),
            GATEWAY_LOG_FORMAT="json",
            GATEWAY_LOG_LEVEL="warning",
            **settings,
        )
    return [line for line in ended.stderr.splitlines() if '"level":"warning"' in line]
