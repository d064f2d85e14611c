"""Mistakes in the command line: each is reported in one line, with what helps."""

import re

import pytest

from gateway.cli.main import main
from gateway.sandbox.scenarios.summaries import SUMMARIES
from gateway.settings.checks import SECRETS, flag, variable
from gateway.settings.model import Settings


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No settings in the environment, and a terminal of 80 columns."""
    for name in Settings.model_fields:
        monkeypatch.delenv(variable(name), raising=False)
    monkeypatch.setenv("COLUMNS", "80")


def refused(capsys: pytest.CaptureFixture[str], line: str) -> list[str]:
    """The mistakes that are reported for a command line."""
    with pytest.raises(SystemExit) as ended:
        main(line.split())
    output = capsys.readouterr()
    assert (ended.value.code, output.out) == (2, "")
    assert "canary" not in output.err.lower()
    return [mistake.removeprefix("gateway: ") for mistake in output.err.splitlines()]


def helped(capsys: pytest.CaptureFixture[str], command: str) -> str:
    with pytest.raises(SystemExit) as ended:
        main([command, "--help"])
    assert ended.value.code == 0
    return capsys.readouterr().out


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        pytest.param("serve --prot 80", "unrecognized flag --prot; did you mean --port?", id="a misspelled flag"),
        pytest.param("serve --por 80", "unrecognized flag --por; did you mean --port?", id="an abbreviated flag"),
        pytest.param("serve --port=80 --hos=x", "unrecognized flag --hos; did you mean --host?", id="one among others"),
        pytest.param("serve -port 80", "unrecognized flag -port; did you mean --port?", id="one dash"),
        pytest.param("serve -host canary", "unrecognized flag -host; did you mean --host?", id="one dash before the letter of help"),
        pytest.param("serve --PORT 80", "unrecognized flag --PORT; did you mean --port?", id="capitals"),
        pytest.param("serve --log_level x", "unrecognized flag --log_level; did you mean --log-level?", id="underscores"),
        pytest.param("serve --xyz canary", "unrecognized flag --xyz; see gateway serve --help", id="an unknown flag"),
        pytest.param("serve -pcanary", "unrecognized short flag; flags are spelled out, see gateway serve --help", id="a short flag"),
        pytest.param("serve --xyz --canary", "unrecognized flag --xyz; see gateway serve --help", id="a value that looks like a flag"),
        pytest.param("serve --canary1", "unrecognized flag, not repeated because it may hold a secret; see gateway serve --help", id="a flag that may hold a value"),
        pytest.param("serve --client-secert canary", "unrecognized flag --client-secert; did you mean --client-secret-file?", id="a misspelled secret"),
        pytest.param("serve --client-secret canary", "--client-secret is not a flag, since every user of this machine could read it; set GATEWAY_CLIENT_SECRET_FILE (or GATEWAY_CLIENT_SECRET). For example: GATEWAY_CLIENT_SECRET_FILE=/run/secrets/client-secret", id="a secret"),
        pytest.param("dev --workers 2", "gateway dev does not have --workers: it runs in one process, against its own sandbox, in development mode", id="a flag that development does not have"),
        pytest.param("dev --wrkers 2", "unrecognized flag --wrkers; did you mean --workers? gateway dev does not have --workers: it runs in one process, against its own sandbox, in development mode", id="a misspelled flag that development does not have"),
        pytest.param("serve --store x", "--store is a flag of gateway dev and gateway sandbox, not of gateway serve", id="a flag of other commands"),
        pytest.param("dev --scenario canary", f"--scenario must be one of {', '.join(SUMMARIES)}. For example: --scenario out-of-stock", id="an unknown scenario"),
        pytest.param("serve --scenario slow", "--scenario is a flag of gateway dev and gateway sandbox, not of gateway serve", id="a scenario without a sandbox"),
        pytest.param("serve dev", "gateway serve and gateway dev are two commands; give one", id="two commands"),
        pytest.param("serve canary", "gateway serve takes flags only, and one word belongs to no flag; see gateway serve --help", id="a word too many"),
        pytest.param("serve --port", "--port needs a value (typed as --port=VALUE if it begins with a dash); see gateway serve --help", id="a flag without its value"),
        pytest.param("serve --client-id -canary", "--client-id needs a value (typed as --client-id=VALUE if it begins with a dash); see gateway serve --help", id="a value that begins with a dash"),
        pytest.param("serve --help=canary", "--help takes no value; see gateway serve --help", id="a value too many"),
        pytest.param("schema --check", "--check needs a value (typed as --check=VALUE if it begins with a dash); see gateway schema --help", id="a check without a file"),
        pytest.param("", "a command is missing. Commands: dev, serve, sandbox, schema, operations, check. To begin with: gateway dev", id="nothing"),
        pytest.param("sevre --port 80", "unknown command sevre; did you mean gateway serve? Commands: dev, serve, sandbox, schema, operations, check; see gateway --help", id="a misspelled command"),
        pytest.param("canary", "unknown command. Commands: dev, serve, sandbox, schema, operations, check; see gateway --help", id="an unknown command"),
        pytest.param("--port 80 serve", "the command comes first: gateway COMMAND [--FLAG VALUE ...]. Commands: dev, serve, sandbox, schema, operations, check", id="flags before the command"),
        pytest.param("--vers", "unrecognized flag --vers; did you mean --version?", id="an abbreviated flag without a command"),
        pytest.param("serve --port canary", "--port (GATEWAY_PORT) must be a whole number. For example: --port 8000", id="not a number"),
        pytest.param("serve --port=", "--port (GATEWAY_PORT) must be a whole number. For example: --port 8000", id="an empty number"),
        pytest.param("serve --port -1", "--port (GATEWAY_PORT) must be at least 0. For example: --port 8000", id="a negative number"),
        pytest.param("serve --limit-errors 99999", "--limit-errors (GATEWAY_LIMIT_ERRORS) must be at most 10000. For example: --limit-errors 100", id="too large a number"),
        pytest.param("serve --deadline-s 0", "--deadline-s (GATEWAY_DEADLINE_S) must be more than 0. For example: --deadline-s 30", id="zero seconds"),
        pytest.param("serve --log-level loud", "--log-level (GATEWAY_LOG_LEVEL) must be debug, info, warning or error. For example: --log-level info", id="not a choice"),
        pytest.param("serve --log-level warn", "--log-level (GATEWAY_LOG_LEVEL) must be debug, info, warning or error. For example: --log-level warning", id="a shortened choice"),
        pytest.param("serve --host=", "--host (GATEWAY_HOST) is empty. For example: --host 127.0.0.1", id="an empty host, which would listen everywhere"),
        pytest.param("serve --host 127.0.0.1:80", "--host (GATEWAY_HOST) must be only an address or host name; the port is a separate setting. For example: --host 127.0.0.1", id="a host with a port"),
        pytest.param("serve --host http://127.0.0.1", "--host (GATEWAY_HOST) must be only an address or host name, without http:// and path. For example: --host 127.0.0.1", id="a URL as host"),
        pytest.param("sandbox --host *", "--host (GATEWAY_SANDBOX_HOST) must be an IP address or a host name; 0.0.0.0 = all addresses of this machine. For example: --host 127.0.0.1", id="an invalid host of the sandbox"),
    ],
)  # fmt: skip
def test_a_mistake_is_reported_with_what_helps(capsys: pytest.CaptureFixture[str], line: str, answer: str) -> None:
    """One line on standard error and exit code 2, without words that may be secret."""
    assert refused(capsys, line) == [answer]


@pytest.mark.parametrize(
    ("line", "beginnings"),
    [
        pytest.param("serve --prot 80 --hots x canary", ["unrecognized flag --prot;", "unrecognized flag --hots;", "gateway serve takes flags only,"], id="in flags"),
        pytest.param("serve --port x --log-level loud --attempt-s 60", ["--port ", "--attempt-s ", "--log-level "], id="in values"),
        pytest.param("serve --prot 80 --log-level loud", ["unrecognized flag --prot;", "--log-level "], id="in both"),
        pytest.param("sandbox --prot 80 --host *", ["unrecognized flag --prot;", "--host "], id="in both, of the sandbox"),
    ],
)  # fmt: skip
def test_all_mistakes_are_reported_together(
    capsys: pytest.CaptureFixture[str], line: str, beginnings: list[str]
) -> None:
    """One line each, flags that do not exist before wrong values."""
    mistakes = refused(capsys, line)

    assert len(mistakes) == len(beginnings)
    assert all(mistake.startswith(beginning) for mistake, beginning in zip(mistakes, beginnings, strict=True))


def test_h_is_short_for_help(capsys: pytest.CaptureFixture[str]) -> None:
    """Of the program, and of a command."""
    for command in ([], ["serve"]):
        outputs: list[str] = []
        for flag_of_help in ("--help", "-h"):
            with pytest.raises(SystemExit) as ended:
                main([*command, flag_of_help])
            assert ended.value.code == 0
            outputs.append(capsys.readouterr().out)

        assert outputs[0] == outputs[1]


@pytest.mark.parametrize("command", ["serve", "dev", "check"])
@pytest.mark.parametrize("name", sorted(SECRETS))
def test_a_secret_is_not_a_flag(capsys: pytest.CaptureFixture[str], command: str, name: str) -> None:
    """Every user of a machine can see the flags of its processes."""
    (mistake,) = refused(capsys, f"{command} {flag(name)} canary-canary-canary")

    assert flag(name) in mistake


@pytest.mark.parametrize("command", ["serve", "dev", "sandbox", "schema", "check"])
def test_help_reads_well_at_80_columns(capsys: pytest.CaptureFixture[str], command: str) -> None:
    """No line is wider, and none lists all flags."""
    lines = helped(capsys, command).splitlines()

    assert max(map(len, lines)) <= 80
    assert all(line.count("--") <= 3 for line in lines)


@pytest.mark.parametrize("command", ["dev", "sandbox"])
def test_help_lists_the_scenarios(capsys: pytest.CaptureFixture[str], command: str) -> None:
    """Each in a line of its own, at the end."""
    lines = helped(capsys, command).splitlines()

    shown = [line.split(maxsplit=1) for line in lines[lines.index("scenarios:") + 1 :]]
    assert shown == [[name, summary] for name, summary in SUMMARIES.items()]


def test_help_shows_each_setting_once_by_subject(capsys: pytest.CaptureFixture[str]) -> None:
    """With its choices or the kind of its value, its variable, and its default."""
    text = helped(capsys, "serve")
    titles = re.findall(r"^(\S.*):$", text, re.MULTILINE)
    shown = re.findall(r"^  (--[a-z-]+) (\S+)", text, re.MULTILINE)

    assert titles == ["options", "listening", "Partner Center and sign-in", "store and catalog", "development aids",
                      "callers and browsers", "trusted documents and agents", "times and limits", "execution and logging"]  # fmt: skip
    assert [name for name, _ in shown] == [flag(name) for name in Settings.model_fields if name not in SECRETS]
    assert {("--port", "PORT"), ("--deadline-s", "SECONDS"), ("--limit-tokens", "N"), ("--upstream-url", "URL"),
            ("--limit-body-bytes", "BYTES"), ("--trusted-documents", "FILE"), ("--cors-origins", "ORIGINS"),
            ("--log-level", "{debug,info,warning,error}")} <= set(shown)  # fmt: skip
    assert all(variable(name) in text for name in Settings.model_fields)


def test_help_shows_the_defaults_of_development(capsys: pytest.CaptureFixture[str]) -> None:
    """And no flags for fixed settings."""
    text = " ".join(helped(capsys, "dev").split())

    assert all(f"({variable(name)}, default: on)" in text for name in ("introspection", "suggestions", "ide"))
    assert "--workers" not in text
    assert "--store FILE" in text
