"""Origins of web pages, as operators write them and as browsers send them."""

import pytest

from gateway.settings.kinds import normalized_origin


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        pytest.param("https://shop.example.com", "https://shop.example.com", id="as browsers send it"),
        pytest.param("HTTPS://Shop.Example.com", "https://shop.example.com", id="in another case"),
        pytest.param("https://shop.example.com:443", "https://shop.example.com", id="with the default port of https"),
        pytest.param("http://shop.example.com:80", "http://shop.example.com", id="with the default port of http"),
        pytest.param(
            "http://shop.example.com:443", "http://shop.example.com:443", id="with a port that is not its own"
        ),
        pytest.param("https://shop.example.com/", "https://shop.example.com", id="with a slash at the end"),
        pytest.param("https://[::1]:8443", "https://[::1]:8443", id="with an IPv6 address"),
        pytest.param("https://xn--bcher-kva.example", "https://xn--bcher-kva.example", id="in Punycode"),
        pytest.param("capacitor://localhost", "capacitor://localhost", id="an app of Capacitor"),
        pytest.param("ionic://localhost", "ionic://localhost", id="an app of Ionic"),
        pytest.param("tauri://localhost", "tauri://localhost", id="an app of Tauri"),
        pytest.param("app://-", "app://-", id="an app of Electron"),
        pytest.param("capacitor://localhost:443", "capacitor://localhost:443", id="an app with a port"),
        pytest.param("chrome-extension://abcdefgh", "chrome-extension://abcdefgh", id="an extension of Chrome"),
        pytest.param("safari-web-extension://AB-1", "safari-web-extension://ab-1", id="an extension of Safari"),
        pytest.param("vscode-webview://1ab2c", "vscode-webview://1ab2c", id="a view of VS Code"),
    ],
)
def test_an_origin_may_be_written_in_any_form(written: str, sent: str) -> None:
    """It is normalized to the form in which browsers send it."""
    assert normalized_origin(written) == sent
    assert normalized_origin(sent) == sent


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        pytest.param("*", "must name each origin", id="every origin"),
        pytest.param("https://*.example.com", "must name each origin", id="every host of a domain"),
        pytest.param("null", "every local file", id="pages from nowhere"),
        pytest.param("file://", "every local file", id="files"),
        pytest.param("file:///index.html", "every local file", id="a file"),
        pytest.param("https://shop.example.com/path", "without a path", id="a path"),
        pytest.param("https://shop.example.com//", "without a path", id="two slashes"),
        pytest.param("https://shop.example.com?a=b", "without a path", id="a query"),
        pytest.param("https://bücher.example", "Punycode", id="an international name"),
        pytest.param("shop.example.com", "must be origins such as", id="no scheme"),
        pytest.param("https://", "must be origins such as", id="no host"),
        pytest.param("capacitor://", "must be origins such as", id="a scheme alone"),
        pytest.param("https://user:canary@shop.example.com", "must be origins such as", id="credentials"),
        pytest.param("https://shop.example.com:canary", "must be origins such as", id="a port that is not a number"),
        pytest.param("https://shop.example.com:70000", "must be origins such as", id="a port that does not exist"),
        pytest.param("https://[::1", "must be origins such as", id="half an address"),
        pytest.param("https://a.example https://b.example", "without a path", id="two with a space between"),
        pytest.param("", "must be origins such as", id="nothing"),
    ],
)
def test_anything_but_a_single_origin_is_refused_with_the_reason(written: str, reason: str) -> None:
    """The reason says what an origin must be, without repeating the value."""
    with pytest.raises(ValueError, match=reason) as refused:
        normalized_origin(written)

    assert "canary" not in str(refused.value)
