"""Why a connection failed, from the exceptions of the operating system and of TLS, and what to do about it."""

import errno
import re
import socket
import ssl
from collections.abc import Iterator
from dataclasses import dataclass

from gateway.doctor.findings import Outcome, failed

_ERRNO = re.compile(r"\[Errno (\d+)\]")
_NO_ROUTE = {errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN, errno.EADDRNOTAVAIL}

_EXPIRED, _NOT_YET_VALID = 10, 9
_UNKNOWN_ISSUER = {18, 19, 20, 21}
_OTHER_NAME = {62, 63, 64}
"""Results of OpenSSL's verification. Source: its `x509_vfy.h`."""


@dataclass(frozen=True, slots=True)
class Peer:
    """The server at the other end: its name in sentences, its address without credentials, and the setting of that."""

    name: str
    address: str
    setting: str


def chain(error: BaseException) -> Iterator[BaseException]:
    """The error and those that led to it, last first."""
    current: BaseException | None = error
    while current is not None:
        yield current
        current = current.__cause__ or current.__context__


def connection_failure(error: BaseException, peer: Peer) -> Outcome:
    """The outcome for an attempt to connect that ended with this error."""
    causes = list(chain(error))
    for cause in causes:
        if isinstance(cause, ssl.SSLError):
            return _tls_failure(cause, peer)
        if isinstance(cause, socket.gaierror | UnicodeError):
            return failed(
                f"No address is known for the host of {peer.address}.",
                f"Correct the host name in {peer.setting}, or the name server that this machine asks.",
            )
    return _socket_failure({number for cause in causes for number in _numbers(cause)}, causes, peer)


def no_answer(peer: Peer) -> Outcome:
    return failed(
        f"{peer.address} does not answer.",
        f"Let connections to it pass the firewall, or correct {peer.setting}; the gateway uses no proxy of the environment.",
    )


def _socket_failure(numbers: set[int], causes: list[BaseException], peer: Peer) -> Outcome:
    if errno.ECONNREFUSED in numbers:
        return failed(
            f"Nothing listens at {peer.address}: the connection was refused.",
            f"Start {peer.name}, or correct {peer.setting}.",
        )
    if any(isinstance(cause, TimeoutError) for cause in causes):
        return no_answer(peer)
    if numbers & _NO_ROUTE:
        return failed(
            f"This machine has no route to {peer.address}.",
            f"Repair the network or the container's network policy, or correct {peer.setting}.",
        )
    if errno.ENOENT in numbers:
        return failed("The file of SSL_CERT_FILE cannot be read.", "Name a file of CA certificates in SSL_CERT_FILE.")
    return failed(
        f"{peer.address} closed the connection.",
        f"See whether {peer.name} expects TLS (or none), and correct {peer.setting}.",
    )


def _tls_failure(error: ssl.SSLError, peer: Peer) -> Outcome:
    if not isinstance(error, ssl.SSLCertVerificationError):
        return failed(f"{peer.address} does not speak TLS.", f"Correct scheme or port in {peer.setting}.")
    reason = f"The certificate of {peer.address} is not accepted: {error.verify_message}."
    match error.verify_code:
        case code if code == _EXPIRED:
            remedy = f"Have the certificate of {peer.name} renewed; if it is valid, set this machine's clock."
        case code if code == _NOT_YET_VALID:
            remedy = "Set this machine's clock, which seems to be behind."
        case code if code in _OTHER_NAME:
            remedy = f"Use in {peer.setting} a name that the certificate is for."
        case code if code in _UNKNOWN_ISSUER:
            remedy = "Put the certificate of its issuer (such as a proxy that inspects TLS) in a file with the public ones, and name that in SSL_CERT_FILE."
        case _:
            remedy = f"Replace the certificate of {peer.name}."
    return failed(reason, remedy)


def _numbers(error: BaseException) -> Iterator[int]:
    """The error numbers of an OSError; asyncio has those of several addresses in the text alone."""
    if isinstance(error, OSError):
        if isinstance(error.errno, int):
            yield error.errno
        yield from map(int, _ERRNO.findall(str(error)))
