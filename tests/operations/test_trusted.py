"""The file of trusted documents: what it may look like, and what a change of it does."""

import hashlib
import json
import logging
from pathlib import Path

import httpx
import pytest

from gateway.app import build_app
from gateway.dev.in_process import InProcess
from gateway.operations.persisted import TrustedDocuments
from gateway.sandbox.app import Sandbox
from gateway.settings.manifest import read_manifest
from gateway.settings.model import Settings
from gateway.settings.reading import WrongSettings, read_settings
from tests.programs import run

FIRST, SECOND = "{ __typename }", "query Second { second }"


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _manifest(*texts: str) -> str:
    return json.dumps({_sha256(text): text for text in texts})


class Seconds:
    """A clock that tests move."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A manifest of the first document."""
    file = tmp_path / "documents.json"
    file.write_text(_manifest(FIRST))
    return file


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


@pytest.fixture
def trusted(file: Path, seconds: Seconds) -> TrustedDocuments:
    return TrustedDocuments(read_manifest(file), clock=seconds)


@pytest.mark.parametrize(
    "content",
    [
        pytest.param({_sha256(FIRST): FIRST}, id="Relay's and GraphQL Code Generator's"),
        pytest.param({f"sha256:{_sha256(FIRST)}": FIRST}, id="with the algorithm"),
        pytest.param({_sha256(FIRST).upper(): FIRST}, id="in capitals"),
        pytest.param(
            {
                "format": "apollo-persisted-query-manifest",
                "version": 1,
                "operations": [{"id": _sha256(FIRST), "name": "First", "type": "query", "body": FIRST}],
            },
            id="Apollo's",
        ),
    ],
)
def test_manifests_of_the_usual_tools_are_read(file: Path, content: object) -> None:
    """They name each document by its SHA-256."""
    file.write_text(json.dumps(content))

    assert read_manifest(file).documents == {_sha256(FIRST): FIRST}


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        pytest.param("{", "is not a JSON object from", id="no JSON"),
        pytest.param("[]", "is not a JSON object from", id="a list"),
        pytest.param('{"a": 1}', "is not a JSON object from", id="no texts"),
        pytest.param('{"format": "apollo-persisted-query-manifest", "operations": [1]}', "is not a JSON object from", id="Apollo's, broken"),
        pytest.param(json.dumps({_sha256(FIRST): SECOND}), "whose document [0-9a-f]{12} has another SHA-256", id="a changed text"),
        pytest.param(json.dumps({"0" * 32: FIRST}), "written with another algorithm", id="MD5"),
    ],
)  # fmt: skip
def test_a_wrong_manifest_is_refused(file: Path, content: str, complaint: str) -> None:
    """All of it: a file that is wrong in one place is not to be trusted in another."""
    file.write_text(content)

    with pytest.raises(ValueError, match=complaint):
        read_manifest(file)


def test_a_changed_file_is_read_without_a_restart(trusted: TrustedDocuments, file: Path, seconds: Seconds) -> None:
    """The file is looked at once a second at most."""
    file.write_text(_manifest(SECOND))

    within_the_second = trusted.text_of(_sha256(FIRST))
    seconds.now += 1

    assert within_the_second == FIRST
    assert trusted.text_of(_sha256(FIRST)) is None
    assert trusted.text_of(_sha256(SECOND)) == SECOND


@pytest.mark.parametrize(
    "content",
    [pytest.param("{", id="broken"), pytest.param("{}", id="empty"), pytest.param(None, id="removed")],
)
def test_a_broken_file_changes_nothing(
    trusted: TrustedDocuments, file: Path, seconds: Seconds, content: str | None, caplog: pytest.LogCaptureFixture
) -> None:
    """The documents read before stay in force, the log tells it once, and the next good file counts."""
    file.unlink()
    if content is not None:
        file.write_text(content)

    for _ in range(3):
        seconds.now += 1
        assert trusted.text_of(_sha256(FIRST)) == FIRST
    assert [record.levelno for record in caplog.records] == [logging.ERROR]

    file.write_text(_manifest(FIRST, SECOND))
    seconds.now += 1
    assert trusted.text_of(_sha256(SECOND)) == SECOND


def test_an_empty_manifest_is_not_enforced(file: Path) -> None:
    """Every request would be refused, so the gateway does not start and says why."""
    file.write_text("{}")

    with pytest.raises(WrongSettings, match="is empty: every request would be refused") as told:
        read_settings({"trusted_documents": str(file), "trusted_documents_mode": "enforce"})

    assert told.value.mistakes[0].endswith("For example: --trusted-documents-mode log")


@pytest.mark.parametrize("mode", ["off", "log"])
def test_an_empty_manifest_that_refuses_nothing_is_a_warning(
    file: Path, seconds: Seconds, mode: str, caplog: pytest.LogCaptureFixture
) -> None:
    """A later one with documents counts."""
    file.write_text("{}")
    settings = read_settings({"trusted_documents": str(file), "trusted_documents_mode": mode})
    assert settings.trusted_documents is not None

    trusted = TrustedDocuments(settings.trusted_documents, clock=seconds)
    file.write_text(_manifest(FIRST))
    seconds.now += 1

    assert trusted.text_of(_sha256(FIRST)) == FIRST
    assert [record.levelno for record in caplog.records] == [logging.WARNING]


@pytest.mark.parametrize("mode", ["enforce", "log"])
def test_trust_needs_a_file(mode: str) -> None:
    """Without one the gateway does not start."""
    with pytest.raises(
        WrongSettings, match=r"GATEWAY_TRUSTED_DOCUMENTS_MODE\) requires GATEWAY_TRUSTED_DOCUMENTS"
    ) as told:
        read_settings({"trusted_documents_mode": mode})

    assert len(told.value.mistakes) == 1


def test_a_server_with_an_unreadable_file_does_not_start(tmp_path: Path) -> None:
    """It says so in one line and ends with 2."""
    ended = run("serve", "--trusted-documents", str(tmp_path / "none.json"), "--trusted-documents-mode", "enforce")

    assert ended.returncode == 2
    (line,) = ended.stderr.splitlines()
    assert "(GATEWAY_TRUSTED_DOCUMENTS) names a file that cannot be read: No such file or directory." in line


async def test_the_gateway_runs_what_its_settings_name(sandbox: Sandbox, file: Path) -> None:
    """Told to enforce a file, it runs the documents in it, by their path too, and no other."""
    settings = Settings(
        upstream_url="http://127.0.0.1", trusted_documents=read_manifest(file), trusted_documents_mode="enforce"
    )
    app = build_app(settings, transport=InProcess(sandbox), now=sandbox.now, token_without_sign_in=sandbox.demo_token)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost") as http,
    ):
        trusted = await http.get(f"/graphql/{_sha256(FIRST)}")
        foreign = await http.post("/graphql", json={"query": "{ a: __typename }"})

    assert trusted.json() == {"data": {"__typename": "Query"}}
    assert foreign.json()["errors"][0]["extensions"]["code"] == "DOCUMENT_NOT_TRUSTED"
