"""All checks of a gateway that would be started with the same settings. Those that are independent run at once."""

import asyncio
from collections.abc import Mapping, Sequence
from functools import partial

from gateway.doctor import configuration as settings_checks
from gateway.doctor import partner_center, ports, store
from gateway.doctor.configuration import Configuration, read_configuration
from gateway.doctor.findings import Check, Finding, finding, run, skipped
from gateway.doctor.partner_center import PartnerCenterChecks
from gateway.doctor.threads import DaemonThreads

_OFFLINE = skipped("It needs the network.", "Leave out --offline.")


def diagnose(
    given: Mapping[str, object], *, unknown: Mapping[str, str | None], token: str | None, offline: bool
) -> Sequence[Finding]:
    """*given* are the settings of the command line, *unknown* the variables that no setting has.

    *token* is one to read with when the gateway has none of its own. *offline* skips what needs the network.
    """
    return asyncio.run(_diagnose(read_configuration(given), unknown, token, offline=offline))


async def _diagnose(
    configuration: Configuration, unknown: Mapping[str, str | None], token: str | None, *, offline: bool
) -> Sequence[Finding]:
    asyncio.get_running_loop().set_default_executor(DaemonThreads())
    groups = await asyncio.gather(
        _local(configuration, unknown),
        _store(configuration, offline=offline),
        _partner_center(configuration, token, offline=offline),
    )
    return [each for group in groups for each in group]


async def _local(configuration: Configuration, unknown: Mapping[str, str | None]) -> Sequence[Finding]:
    settings = configuration.settings
    return [
        await run("settings", partial(settings_checks.settings_valid, configuration)),
        await run("unknown variables", partial(settings_checks.unknown_variables, unknown)),
        await run("dangerous settings", partial(settings_checks.dangers, configuration)),
        await run("secret files", partial(settings_checks.secret_files, configuration)),
        await run("trusted documents", partial(settings_checks.trusted_documents, configuration)),
        await _port("port", configuration, partial(ports.port, settings)),
        await _port("metrics port", configuration, partial(ports.metrics_port, settings)),
    ]


async def _port(name: str, configuration: Configuration, check: Check) -> Finding:
    lacking = configuration.lacking("host", "port", "metrics_port")
    return finding(name, lacking) if lacking else await run(name, check)


async def _store(configuration: Configuration, *, offline: bool) -> Sequence[Finding]:
    url = configuration.settings.store_url
    unusable = configuration.lacking("store_url") or (_OFFLINE if offline and url.startswith("redis") else None)
    if unusable:
        return [finding(name, unusable) for name in store.NAMES]
    return await store.store_findings(url)


async def _partner_center(configuration: Configuration, token: str | None, *, offline: bool) -> Sequence[Finding]:
    if offline:
        return [finding(name, _OFFLINE) for name in partner_center.NAMES]
    return await PartnerCenterChecks(configuration, token=token).findings()
