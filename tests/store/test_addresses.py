"""What the URL of a store in Redis says."""

import pytest

from gateway.errors import StoreFailed
from gateway.store.addresses import Address, parse_address


@pytest.mark.parametrize(
    ("url", "address"),
    [
        pytest.param(
            "redis://redis.example.com",
            Address("server", (("redis.example.com", 6379),), False, None, None),
            id="one server",
        ),
        pytest.param(
            "rediss://user:p%40ss@[::1]:6380/3",
            Address("server", (("::1", 6380),), True, "user", "p@ss", number=3),
            id="one server with TLS, a sign-in and a database",
        ),
        pytest.param(
            "redis+sentinel://a,b:26380/shop%20one",
            Address("sentinels", (("a", 26379), ("b", 26380)), False, None, None, "shop one"),
            id="two sentinels, one at the usual port",
        ),
        pytest.param(
            "rediss+sentinel://:secret@a/shop/2",
            Address("sentinels", (("a", 26379),), True, None, "secret", "shop", 2),
            id="a sentinel with TLS, a password and a database",
        ),
        pytest.param(
            "redis+cluster://user:secret@a:7000,[::1]:7001,c",
            Address("cluster", (("a", 7000), ("::1", 7001), ("c", 6379)), False, "user", "secret"),
            id="a cluster with a sign-in",
        ),
        pytest.param(
            "rediss+cluster://a/0",
            Address("cluster", (("a", 6379),), True, None, None),
            id="a cluster with TLS, and its only database",
        ),
    ],
)
def test_a_url_names_servers(url: str, address: Address) -> None:
    """With ports, sign-in, encryption, and what else its form has."""
    assert parse_address(url) == address


@pytest.mark.parametrize(
    ("url", "form"),
    [
        pytest.param("redis://a,canary", "redis://user:password@host:port/number", id="two plain servers"),
        pytest.param("redis+canary://a", "redis://user:password@host:port/number", id="an unknown form"),
        pytest.param("redis+sentinel://canary:26379", "host:port/service/number", id="no service"),
        pytest.param("redis+sentinel://canary:26379/", "host:port/service/number", id="an empty service"),
        pytest.param("redis+sentinel://a/shop/canary", "host:port/service/number", id="a database that is no number"),
        pytest.param("redis+sentinel://a,,canary/shop", "host:port/service/number", id="an empty host"),
        pytest.param("redis+sentinel:///canary", "host:port/service/number", id="no host"),
        pytest.param("redis+sentinel://a/shop?password=canary", "host:port/service/number", id="options"),
        pytest.param("redis+cluster://a:canary", "redis+cluster://user:password@host:port", id="a port that is none"),
        pytest.param("rediss+cluster://canary/1", "rediss+cluster://", id="a database of a cluster"),
    ],
)
def test_other_urls_are_refused(url: str, form: str) -> None:
    """With the form that the beginning of the URL promises, and without the URL: a password may be in it."""
    with pytest.raises(StoreFailed) as refused:
        parse_address(url)

    assert form in refused.value.message
    assert "canary" not in refused.value.message


def test_an_address_does_not_show_its_password() -> None:
    """Not even where a debugger prints it."""
    assert "canary" not in repr(parse_address("redis+sentinel://:canary@a/shop"))
