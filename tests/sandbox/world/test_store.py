"""The store: documents by kind and key, written in transactions."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.sandbox.world.store import Store


@pytest.fixture
def store() -> Iterator[Store]:
    opened = Store()
    yield opened
    opened.close()


def fail_after_writing(store: Store, key: str) -> None:
    with store.transaction():
        store.write("number", key, 2)
        raise RuntimeError


def test_documents_are_listed_in_the_order_of_their_first_write(store: Store) -> None:
    """Overwriting changes the content, not the position."""
    for key, value in [("a/2", 1), ("a/1", 2), ("b/1", 3), ("a/2", 4)]:
        store.write("number", key, value)

    assert store.read_all("number", int, prefix="a/") == [4, 2]
    assert store.read_all("number", int) == [4, 2, 3]
    assert store.read("number", "a/3", int) is None


def test_an_exception_rolls_back(store: Store) -> None:
    """Writes inside the block are undone, earlier ones stay."""
    store.write("number", "a", 1)

    with pytest.raises(RuntimeError):
        fail_after_writing(store, "a")

    assert store.read("number", "a", int) == 1


def test_an_inner_rollback_keeps_outer_writes(store: Store) -> None:
    """So a refusal can be remembered without the refused work."""
    with store.transaction():
        store.write("number", "outer", 1)
        with pytest.raises(RuntimeError):
            fail_after_writing(store, "inner")

    assert (store.read("number", "outer", int), store.read("number", "inner", int)) == (1, None)


def test_delete_all_keeps_the_given_kinds(store: Store) -> None:
    """Kinds to keep are listed, so a new kind never survives a reset by accident."""
    for kind in ("one", "two", "three"):
        store.write(kind, "", kind)

    store.delete_all(except_kinds=["two"])

    assert [store.read(kind, "", str) for kind in ("one", "two", "three")] == [None, "two", None]


def test_a_file_survives_the_store(tmp_path: Path) -> None:
    """For the next process."""
    first = Store(tmp_path / "store.sqlite")
    first.write("number", "a", 1)
    first.close()

    second = Store(tmp_path / "store.sqlite")
    kept = second.read("number", "a", int)
    second.close()

    assert kept == 1
