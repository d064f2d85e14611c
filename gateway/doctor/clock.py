"""How far this machine's clock is from another one."""

from gateway.doctor.findings import Outcome, failed, ok, warning

_WARNING_S = 5.0
"""More than the inaccuracy of an HTTP date, in whole seconds, and of a slow answer."""
_FAILED_S = 60.0
"""From here on the gateway misjudges whether tokens and carts have expired."""

_REMEDY = "Set the clocks with NTP (chrony, systemd-timesyncd), first that of this machine."


def upstream_clock(ahead_s: float) -> Outcome:
    """*ahead_s* is how far Partner Center's clock is ahead of ours."""
    words = _words("Partner Center", ahead_s)
    if abs(ahead_s) < _WARNING_S:
        return ok(words)
    return failed(words, _REMEDY) if abs(ahead_s) >= _FAILED_S else warning(words, _REMEDY)


def store_clock(ahead_s: float) -> Outcome:
    """Never a failure: the store counts times to live by its own clock."""
    words = _words("the store's server", ahead_s)
    return ok(words) if abs(ahead_s) < _WARNING_S else warning(words, _REMEDY)


def _words(whose: str, ahead_s: float) -> str:
    if abs(ahead_s) < 1:
        return f"This machine's clock and that of {whose} agree to the second."
    return f"This machine's clock is {abs(ahead_s):.0f} s {'behind' if ahead_s > 0 else 'ahead of'} that of {whose}."
