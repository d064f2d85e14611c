"""A request may name its document instead of sending it, and only trusted documents run where that is wanted."""

import hashlib
import json
import logging
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from gateway.operations.persisted import TrustedDocuments
from gateway.settings.manifest import read_manifest

KNOWN = "query Known($t: String) { echo(text: $t) }"
FOREIGN = '{ echo(text: "foreign") }'
GRAPHQL = "application/graphql-response+json"

Connect = Callable[..., httpx.AsyncClient]


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


ID = _sha256(KNOWN)


def _automatic(digest: str) -> dict[str, object]:
    """What Apollo's clients send beside a document, or in its place."""
    return {"persistedQuery": {"version": 1, "sha256Hash": digest}}


@pytest.fixture
def trusted(tmp_path: Path) -> TrustedDocuments:
    """The one known document."""
    file = tmp_path / "documents.json"
    file.write_text(json.dumps({ID: KNOWN}))
    return TrustedDocuments(read_manifest(file))


@pytest.mark.parametrize("mode", ["off", "log", "enforce"])
@pytest.mark.parametrize(
    ("path", "members"),
    [
        pytest.param("/graphql", {"documentId": ID}, id="in the body"),
        pytest.param("/graphql", {"documentId": f"sha256:{ID}"}, id="with its algorithm"),
        pytest.param("/graphql", {"documentId": ID.upper()}, id="in capitals"),
        pytest.param(f"/graphql/{ID}", {}, id="in the path"),
        pytest.param(f"/graphql/sha256:{ID}", {"documentId": ID}, id="in both"),
        pytest.param("/graphql", {"extensions": _automatic(ID)}, id="as Apollo does"),
        pytest.param("/graphql", {"query": KNOWN}, id="by its text"),
        pytest.param("/graphql", {"query": KNOWN, "documentId": ID}, id="by its text and id"),
        pytest.param("/graphql", {"query": None, "documentId": ID}, id="with null for a text"),
    ],
)
async def test_a_trusted_document_runs_however_it_is_named(
    connect: Connect, trusted: TrustedDocuments, mode: str, path: str, members: dict[str, object]
) -> None:
    """In every mode, with the variables of the request."""
    client = connect(trusted=trusted, mode=mode)

    answer = await client.post(path, json={"variables": {"t": "hello"}, **members})

    assert answer.json() == {"data": {"echo": "hello"}}


@pytest.mark.parametrize(
    ("path", "parameters"),
    [
        pytest.param(f"/graphql/{ID}", {}, id="in the path"),
        pytest.param("/graphql", {"documentId": f"sha256:{ID}"}, id="in a parameter"),
        pytest.param("/graphql", {"extensions": json.dumps(_automatic(ID))}, id="as Apollo does"),
    ],
)
async def test_get_names_documents_too(
    connect: Connect, trusted: TrustedDocuments, path: str, parameters: dict[str, str]
) -> None:
    """Such an address is short, whatever the length of the document."""
    client = connect(trusted=trusted, mode="enforce")

    answer = await client.get(path, params={"variables": '{"t": "hello"}', **parameters})

    assert answer.json() == {"data": {"echo": "hello"}}


@pytest.mark.parametrize(
    "members",
    [
        pytest.param({"query": FOREIGN}, id="as text"),
        pytest.param({"documentId": _sha256(FOREIGN)}, id="by its id"),
        pytest.param({"extensions": _automatic(_sha256(FOREIGN))}, id="as Apollo does"),
        pytest.param({"query": FOREIGN, "extensions": _automatic(_sha256(FOREIGN))}, id="to be registered"),
        pytest.param({"query": f"{KNOWN} "}, id="a trusted one with a blank more"),
    ],
)
async def test_a_foreign_document_does_not_run_where_trust_is_enforced(
    connect: Connect, trusted: TrustedDocuments, members: dict[str, object]
) -> None:
    """Neither at the first time nor at the second, and nobody is told to send its text."""
    client = connect(trusted=trusted, mode="enforce")

    answers = [await client.post("/graphql", json=members, headers={"Accept": GRAPHQL}) for _ in range(2)]

    for answer in answers:
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["extensions"]["code"] == "DOCUMENT_NOT_TRUSTED"
        assert "PersistedQuery" not in answer.text


async def test_a_foreign_document_is_logged_by_its_hash_alone(
    connect: Connect, trusted: TrustedDocuments, caplog: pytest.LogCaptureFixture
) -> None:
    """It runs, and neither its text nor its variables are written down; a trusted one is not mentioned."""
    caplog.set_level(logging.INFO)
    client = connect(trusted=trusted, mode="log")

    foreign = await client.post("/graphql", json={"query": FOREIGN, "variables": {"t": "secret"}})
    await client.post("/graphql", json={"query": KNOWN})

    assert foreign.json() == {"data": {"echo": "foreign"}}
    assert [line for line in caplog.messages if "trusted" in line] == [
        f"The document with the SHA-256 {_sha256(FOREIGN)} is not a trusted one."
    ]
    assert "echo" not in caplog.text
    assert "secret" not in caplog.text


_DEFERRING = "multipart/mixed;deferSpec=20220824, application/graphql-response+json, application/json"
_AWARE = {"apollographql-client-name": "shop", "apollographql-client-version": "1.0-1"}
_LIBRARY = {"clientLibrary": {"name": "some client", "version": "1.2.3"}}

# Headers read from the sources of apollo-ios 2.4, apollo-kotlin 5 and @apollo/client 4; version 3 sends */*.
APOLLOS_CLIENTS = [
    pytest.param({"Accept": _DEFERRING.replace(", ", ","), "Apollo-Require-Preflight": "true", **_AWARE}, GRAPHQL, id="iOS"),
    pytest.param({"Accept": _DEFERRING, "Apollo-Require-Preflight": "true", **_AWARE}, GRAPHQL, id="Kotlin"),
    pytest.param({"Accept": "application/graphql-response+json,application/json;q=0.9", **_AWARE}, GRAPHQL, id="Apollo Client 4"),
    pytest.param({"Accept": "*/*"}, "application/json", id="Apollo Client 3"),
]  # fmt: skip


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize(("headers", "media_type"), APOLLOS_CLIENTS)
async def test_apollos_clients_send_a_text_once_and_then_its_hash(
    client: httpx.AsyncClient, method: str, headers: dict[str, str], media_type: str
) -> None:
    """An unknown hash is answered with PersistedQueryNotFound, with a 2xx status for iOS, and is not cached. After the
    text was sent with it, the hash alone runs the document. Other members of extensions are ignored.
    """
    text = f"query Foreign {FOREIGN}"
    extensions = {**_automatic(_sha256(text)), **_LIBRARY}
    hash_alone = {"operationName": "Foreign", "variables": {}, "extensions": extensions}
    parameters = {"operationName": "Foreign", "variables": "{}", "extensions": json.dumps(extensions)}

    async def ask() -> httpx.Response:
        if method == "POST":
            return await client.post("/graphql", json=hash_alone, headers=headers)
        return await client.get("/graphql", params=parameters, headers=headers)

    before = await ask()
    await client.post("/graphql", json={"query": text, **hash_alone}, headers=headers)
    after = await ask()

    assert [error["message"] for error in before.json()["errors"]] == ["PersistedQueryNotFound"]
    assert "data" not in before.json()
    assert (before.status_code, before.headers["cache-control"]) == (200, "no-store")
    assert before.headers["content-type"] == f"{media_type}; charset=utf-8"
    assert after.json() == {"data": {"echo": "foreign"}}


async def test_an_unknown_id_is_not_taken_for_apollos(client: httpx.AsyncClient) -> None:
    """Its caller has no text to send after it."""
    answer = await client.post("/graphql", json={"documentId": ID})

    (error,) = answer.json()["errors"]
    assert answer.status_code == 422
    assert error["message"] == "The gateway knows no document with this documentId."


@pytest.mark.parametrize(
    ("path", "members"),
    [
        pytest.param("/graphql", {"query": FOREIGN, "documentId": ID}, id="the hash of another text"),
        pytest.param("/graphql", {"query": FOREIGN, "extensions": _automatic(ID)}, id="the same from Apollo"),
        pytest.param("/graphql", {"documentId": ID, "extensions": _automatic(_sha256(FOREIGN))}, id="two ids"),
        pytest.param(f"/graphql/{ID}", {"documentId": _sha256(FOREIGN)}, id="another one in the path"),
        pytest.param("/graphql", {"documentId": "DemoCart"}, id="no hash"),
        pytest.param("/graphql", {"documentId": f"md5:{ID}"}, id="another algorithm"),
        pytest.param("/graphql", {"documentId": ""}, id="an empty id"),
        pytest.param("/graphql", {"documentId": 5}, id="a number"),
        pytest.param("/graphql", {"extensions": {"persistedQuery": ID}}, id="an extension of another shape"),
        pytest.param("/graphql", {"extensions": {"persistedQuery": {"version": 2, "sha256Hash": ID}}}, id="another version"),
        pytest.param("/graphql", {"extensions": {"persistedQuery": {"version": True, "sha256Hash": ID}}}, id="true for a version"),
        pytest.param("/graphql", {"variables": {}}, id="neither text nor id"),
    ],
)  # fmt: skip
async def test_a_request_names_one_document_by_its_sha256(
    connect: Connect, trusted: TrustedDocuments, path: str, members: dict[str, object]
) -> None:
    """Anything else is a malformed request, and nothing is run."""
    client = connect(trusted=trusted)

    answer = await client.post(path, json=members)

    assert answer.status_code == 422
    assert [error["extensions"]["code"] for error in answer.json()["errors"]] == ["BAD_USER_INPUT"]
