"""The calls to the sandbox that pages show as curl commands are ones that it accepts."""

import shlex
from collections.abc import AsyncGenerator, Iterator
from dataclasses import dataclass

import httpx
import pytest

from gateway.dev.development import Development
from gateway.settings.model import Settings
from tests.docs.pages import Block, Page, Part, all_pages, page_of

_SHELL = {"", "sh", "bash", "shell", "console"}


@dataclass(frozen=True)
class Call:
    """What curl would send; *place* is a page and a line."""

    place: str
    method: str
    path: str
    body: str | None


def sandbox_calls(page: Page) -> Iterator[Call]:
    """In sentences and in blocks of shell, with their continuation lines."""
    blocks = [block for block in page.blocks if block.language in _SHELL]
    for part in [*page.spans, *blocks]:
        if "curl " in part.text and "/_sandbox/" in part.text:
            yield from _calls(page, part)


def _calls(page: Page, part: Part | Block) -> Iterator[Call]:
    words = shlex.split(part.text.replace("\\\n", " "), comments=True)
    starts = [at for at, word in enumerate(words) if word == "curl"]
    for start, end in zip(starts, [*starts[1:], len(words)], strict=True):
        command = words[start:end]
        (address,) = (word for word in command if word.startswith("http://"))
        _, found, path = address.partition("/_sandbox/")
        if found:
            body = command[command.index("-d") + 1] if "-d" in command else None
            method = command[command.index("-X") + 1] if "-X" in command else "POST" if body else "GET"
            yield Call(f"{page}:{part.line}", method, found + path, body)


CALLS = [pytest.param(call, id=call.place) for page in all_pages() for call in sandbox_calls(page)]


@pytest.fixture
async def development() -> AsyncGenerator[httpx.AsyncClient]:
    app = Development(Settings(mode="development"))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1:8000") as client:
        yield client
    app.close()


@pytest.mark.parametrize("call", CALLS)
async def test_the_sandbox_accepts_what_pages_show(call: Call, development: httpx.AsyncClient) -> None:
    answer = await development.request(call.method, call.path, content=call.body)

    assert answer.status_code == 200, f"{call.place}: {answer.text}"


def test_calls_are_found_in_blocks_and_sentences() -> None:
    """With their method and body, whatever else the block has."""
    page = page_of(
        "Send `curl -X DELETE http://h:1/_sandbox/calls`.\n\n"
        "```\n# a fault\ncurl http://h:1/_sandbox/faults \\\n  -d '{\"racy\": # no comment\n true}'\ngateway dev\n```\n"
    )

    assert list(sandbox_calls(page)) == [
        Call("docs/made-up.md:1", "DELETE", "/_sandbox/calls", None),
        Call("docs/made-up.md:3", "POST", "/_sandbox/faults", '{"racy": # no comment\n true}'),
    ]
