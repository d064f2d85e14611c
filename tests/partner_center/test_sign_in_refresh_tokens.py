"""Refresh tokens that replace one another, in memory and in a file."""

import os
import stat
from pathlib import Path

import pytest

from gateway.partner_center.sign_in.refresh_tokens import InFile, InMemory, write_secret


def held(file: Path) -> str:
    return file.read_text("utf-8")


def write(file: Path, text: str) -> None:
    file.write_text(text, "utf-8")


def spoil(file: Path, content: bytes | None) -> None:
    if content is None:
        file.unlink()
    else:
        file.write_bytes(content)


def mode(file: Path) -> int:
    return stat.S_IMODE(file.stat().st_mode)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "refresh-token"
    file.write_text("canary-first\n", "utf-8")
    file.chmod(0o644)
    return file


async def test_without_a_file_the_new_token_stays_in_memory(caplog: pytest.LogCaptureFixture) -> None:
    """One warning is logged, which shows no token."""
    tokens = InMemory("canary-first")

    before = await tokens.current()
    await tokens.replace("canary-second")
    await tokens.replace("canary-third")

    assert (before, await tokens.current()) == ("canary-first", "canary-third")
    assert len(caplog.records) == 1
    assert "canary" not in caplog.text


async def test_the_file_is_replaced_for_its_owner_alone(file: Path) -> None:
    """In one step, and nothing is left beside it."""
    tokens = InFile(file, "canary-first")

    await tokens.replace("canary-second")

    assert (held(file), await tokens.current()) == ("canary-second", "canary-second")
    assert mode(file) == 0o600
    assert os.listdir(file.parent) == [file.name]


async def test_what_another_process_wrote_is_used(file: Path) -> None:
    """The file is read at every use, even after a replacement by this process."""
    tokens = InFile(file, "canary-first")
    write(file, "canary-of-another\n")
    theirs = await tokens.current()
    await tokens.replace("canary-ours")
    write(file, "canary-of-another-again")

    assert (theirs, await tokens.current()) == ("canary-of-another", "canary-of-another-again")


@pytest.mark.parametrize(
    "content",
    [pytest.param(None, id="gone"), pytest.param(b" ", id="empty"), pytest.param(b"\xff", id="no text")],
)
async def test_the_last_known_token_outlives_a_spoilt_file(file: Path, content: bytes | None) -> None:
    """Somebody may be repairing it by hand."""
    tokens = InFile(file, "canary-first")

    spoil(file, content)

    assert await tokens.current() == "canary-first"


async def test_an_unwritable_file_is_logged_and_the_new_token_is_used(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Neither the token nor its absence in the file makes the sign-in fail."""
    tokens = InFile(tmp_path / "no-such-folder" / "refresh-token", "canary-first")

    await tokens.replace("canary-second")

    assert await tokens.current() == "canary-second"
    assert "No such file" in caplog.text
    assert "canary" not in caplog.text


def test_a_link_stays_a_link(file: Path) -> None:
    """The file it leads to is replaced."""
    link = file.parent / "link"
    link.symlink_to(file)

    write_secret(link, "canary-second")

    assert (link.is_symlink(), held(file)) == (True, "canary-second")
