"""nginx with the configuration of deploy/, in front of servers that record what reaches them."""

from collections.abc import Generator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx
import pytest

from tests.deploy.stack import make_certificate, running_nginx
from tests.loopback import serving
from tests.store.server import free_port

HEADERS = {
    "Authorization": "Bearer a-token",
    "X-Request-Id": "an-id",
    "traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
}


@pytest.fixture(scope="module")
def certificate(openssl: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Its folder."""
    assert openssl
    folder = tmp_path_factory.mktemp("nginx")
    make_certificate(folder)
    return folder


@contextmanager
def _in_front_of_two(nginx: str, folder: Path, seen: list[Mapping[str, str]]) -> Generator[str]:
    """Two gateways that take a request and close the connection without an answer."""
    with ExitStack() as stack:
        gateways = [stack.enter_context(serving(lambda request: seen.append(request.headers))) for _ in range(2)]
        yield stack.enter_context(
            running_nginx(nginx, folder, gateways=gateways, sandbox=gateways[0], tls_port=free_port())
        )


def test_a_request_that_was_sent_is_never_sent_again(nginx: str, certificate: Path) -> None:
    """It may be a purchase. The caller gets 502, and decides; headers that join logs and traces arrive unchanged."""
    seen: list[Mapping[str, str]] = []

    with _in_front_of_two(nginx, certificate, seen) as address:
        answer = httpx.post(f"{address}/graphql", json={"query": "{ __typename }"}, headers=HEADERS)

    assert answer.status_code == 502
    assert len(seen) == 1
    assert {name: seen[0][name.lower()] for name in HEADERS} == HEADERS
    assert seen[0]["host"] == httpx.URL(address).netloc.decode()


@pytest.mark.parametrize("path", ["/metrics", "/ready", "/", "/_sandbox/purchases"])
def test_only_what_callers_need_is_passed_on(nginx: str, certificate: Path, path: str) -> None:
    seen: list[Mapping[str, str]] = []

    with _in_front_of_two(nginx, certificate, seen) as address:
        answer = httpx.get(f"{address}{path}")

    assert (answer.status_code, seen) == (404, [])


def test_the_access_log_holds_no_token_and_no_variables(nginx: str, certificate: Path) -> None:
    (certificate / "access.log").unlink(missing_ok=True)

    with _in_front_of_two(nginx, certificate, []) as address:
        httpx.get(f"{address}/graphql?query={{__typename}}&variables=canary", headers=HEADERS)

    log = (certificate / "access.log").read_text("utf-8")
    assert '"path":"/graphql"' in log
    assert "canary" not in log
    assert "a-token" not in log


def test_the_certificate_stays_until_it_expires(certificate: Path) -> None:
    """A start finds the one that is there, so what trusts it need not start again."""
    before = (certificate / "sandbox.crt").read_bytes()

    after = make_certificate(certificate).read_bytes()

    assert after == before
    assert b"BEGIN CERTIFICATE" in after
