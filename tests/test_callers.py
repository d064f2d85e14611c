"""Who gets in, and as whom."""

from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import sha256

import pytest
from starlette.datastructures import Headers

from gateway.errors import Unauthenticated
from gateway.http.authentication import Authenticator, KeyAuthenticator, LocalAuthenticator, TokenAuthenticator
from gateway.partner_center.sign_in.access_token import AccessToken, SignIn

THIS_MACHINE = ("localhost", "LOCALHOST:8000", "shop.localhost:8000", "127.0.0.1:8000", "127.8.8.8", "[::1]:8000")
ELSEWHERE = (
    "evil.example:8000",
    "127.0.0.1.evil.example",
    "localhost.evil.example:8000",
    "evillocalhost",
    "192.168.0.7",
    "0.0.0.0",
    "[::1",
    "",
)
KEYS = ("key-of-the-shop-1", "key-of-the-shop-2")
PROXIED = (
    "Forwarded",
    "X-Forwarded-For",
    "X-Forwarded-Host",
    "X-Forwarded-Proto",
    "X-Forwarded-Port",
    "X-Forwarded-Server",
    "X-Real-IP",
    "Via",
    "CDN-Loop",
    "X-Original-Host",
    "X-Client-IP",
    "True-Client-IP",
    "CF-Connecting-IP",
    "X-Azure-ClientIP",
    "X-Envoy-External-Address",
)
LONGEST_TOKEN = 16 * 1024


async def a_token() -> AccessToken:
    return AccessToken("token-of-the-gateway", lives_s=3600)


@pytest.fixture
def by_key() -> Authenticator:
    return KeyAuthenticator(KEYS, SignIn(a_token), partner="the-tenant")


@pytest.fixture
def this_machine() -> Authenticator:
    return LocalAuthenticator(SignIn(a_token), partner="the-tenant")


@pytest.fixture
def lending() -> Authenticator:
    return TokenAuthenticator(lambda: "the-demo-token", now=lambda: datetime.now(UTC))


def bearing(*values: str, host: str = "gateway.example") -> Headers:
    authorization = [(b"authorization", value.encode("latin-1")) for value in values]
    return Headers(raw=[(b"host", host.encode()), *authorization])


def addressed_to(host: str) -> Headers:
    return Headers({"host": host})


async def test_a_key_identifies_its_holder(by_key: Authenticator) -> None:
    """Another key is another caller of the same partner; both call with the gateway's token, and no key is shown."""
    first, again, second = (by_key(bearing(f"Bearer {key}")) for key in (KEYS[0], KEYS[0], KEYS[1]))

    assert first.key == again.key != second.key
    assert (first.partner, second.partner) == ("the-tenant", "the-tenant")
    assert await first.bearer() == await second.bearer() == "token-of-the-gateway"
    assert first.key == sha256(KEYS[0].encode()).hexdigest()[:32]
    assert "shop" not in f"{first!r} {by_key!r} {vars(by_key)!r}"


@pytest.mark.parametrize(
    "given",
    [
        pytest.param((), id="nothing"),
        pytest.param(("Bearer ",), id="an empty key"),
        pytest.param(("Bearer key-of-the-shop-3",), id="another key"),
        pytest.param(("Bearer key-of-the-shop-",), id="the beginning of a key"),
        pytest.param(("Bearer key-of-the-shop-1,key-of-the-shop-2",), id="two keys at once"),
        pytest.param(("Bearer KEY-OF-THE-SHOP-1",), id="a key in capitals"),
        pytest.param(("Bearer kéy-of-the-shop-1",), id="odd letters"),
        pytest.param(("Basic key-of-the-shop-1",), id="another scheme"),
        pytest.param(("key-of-the-shop-1",), id="no scheme"),
        pytest.param(("Bearer key-of-the-shop-1", "Bearer key-of-the-shop-2"), id="several headers"),
    ],
)
def test_callers_without_one_of_the_keys_are_refused(by_key: Authenticator, given: Sequence[str]) -> None:
    """The refusal does not repeat what was sent."""
    with pytest.raises(Unauthenticated) as caught:
        by_key(bearing(*given))

    assert "shop" not in caught.value.message.lower()


@pytest.mark.parametrize("host", THIS_MACHINE)
async def test_without_keys_everybody_on_this_machine_is_one_caller(this_machine: Authenticator, host: str) -> None:
    """Whatever they bring."""
    caller, other = this_machine(addressed_to(host)), this_machine(Headers({"host": host, "authorization": "Bearer x"}))

    assert (caller.key, caller.partner) == (other.key, "the-tenant")
    assert await caller.bearer() == "token-of-the-gateway"


@pytest.mark.parametrize("host", ELSEWHERE)
def test_without_keys_this_machine_is_called_by_its_own_name(this_machine: Authenticator, host: str) -> None:
    """A stranger's page that points its own name at this machine would spend the partner's money otherwise."""
    with pytest.raises(Unauthenticated):
        this_machine(addressed_to(host))


@pytest.mark.parametrize("host", THIS_MACHINE)
@pytest.mark.parametrize("name", PROXIED)
def test_without_keys_no_request_comes_through_a_proxy(this_machine: Authenticator, name: str, host: str) -> None:
    """A proxy may replace the Host header and let in everybody with the partner's rights; the refusal says what to do."""
    with pytest.raises(Unauthenticated, match=f"(?i)header {name} shows.* Set GATEWAY_CALLER_KEYS"):
        this_machine(Headers({"host": host, name: ""}))


@pytest.mark.parametrize("name", PROXIED)
async def test_a_key_is_taken_through_a_proxy(by_key: Authenticator, name: str) -> None:
    """The key says who calls, not the way that the request took."""
    caller = by_key(Headers({"host": "gateway.example", name: "a", "authorization": f"Bearer {KEYS[0]}"}))

    assert await caller.bearer() == "token-of-the-gateway"


@pytest.mark.parametrize("name", PROXIED)
async def test_through_a_proxy_a_token_is_needed(lending: Authenticator, name: str) -> None:
    """No stranger acts as the demo partner because a proxy replaced the Host header."""
    own = await lending(Headers({"host": "localhost", name: "a", "authorization": "Bearer a-token"})).bearer()

    with pytest.raises(Unauthenticated, match=f"(?i)header {name} shows.* Send a token"):
        lending(Headers({"host": "localhost", name: "a"}))

    assert own == "a-token"


@pytest.mark.parametrize("door", ["by_key", "this_machine", "lending"])
@pytest.mark.parametrize("length", [LONGEST_TOKEN + 1, 60 * 1024])
def test_a_token_of_more_than_16_kb_is_refused(door: str, length: int, request: pytest.FixtureRequest) -> None:
    """However callers are authenticated, and before anything is asked of Partner Center."""
    let_in: Authenticator = request.getfixturevalue(door)

    with pytest.raises(Unauthenticated, match=f"has {length} characters; at most {LONGEST_TOKEN}"):
        let_in(bearing(f"Bearer {'a' * length}", host="localhost"))


async def test_a_token_of_16_kb_is_accepted(lending: Authenticator) -> None:
    """It goes on to Partner Center, which judges it."""
    token = "a" * LONGEST_TOKEN

    assert await lending(bearing(f"Bearer {token}")).bearer() == token


@pytest.mark.parametrize(
    ("given", "key"),
    [
        pytest.param(("Bearer a-token",), "a-token", id="a token"),
        pytest.param(("bearer  a-token ",), "a-token", id="a token with blanks"),
        pytest.param((), "the-demo-token", id="nothing"),
        pytest.param(("Basic abc",), None, id="another scheme"),
        pytest.param(("Bearer ",), None, id="an empty token"),
    ],
)
async def test_a_token_of_ones_own_goes_before_one_that_is_lent(
    lending: Authenticator, given: Sequence[str], key: str | None
) -> None:
    """Only who sends nothing at all is lent one; a mistake is told."""
    headers = bearing(*given, host="localhost:8000")

    if key is None:
        with pytest.raises(Unauthenticated, match="Authorization: Bearer <token>"):
            lending(headers)
    else:
        assert await lending(headers).bearer() == key


@pytest.mark.parametrize("host", THIS_MACHINE)
async def test_who_calls_localhost_is_lent_a_token(lending: Authenticator, host: str) -> None:
    """By whichever of its names and addresses."""
    assert await lending(bearing(host=host)).bearer() == "the-demo-token"


@pytest.mark.parametrize("host", ELSEWHERE)
async def test_who_calls_another_name_needs_a_token(lending: Authenticator, host: str) -> None:
    """It may be a stranger's, pointed at this machine for a page of his; such a page has no token to bring."""
    own = await lending(bearing("Bearer a-token", host=host)).bearer()

    with pytest.raises(Unauthenticated, match="call localhost directly"):
        lending(bearing(host=host))

    assert own == "a-token"


def test_where_nothing_is_lent_a_token_is_needed() -> None:
    """The refusal says where it belongs."""
    with pytest.raises(Unauthenticated, match="Authorization: Bearer <token>"):
        TokenAuthenticator(now=lambda: datetime.now(UTC))(bearing())
