"""schema.graphql passes graphql-eslint's recommended and Relay rules, but for the exceptions in tests/schema/lint.

GraphQL Inspector, installed beside it, lists what changed between two versions of the schema.
"""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

LINT = Path(__file__).parent / "lint"
INSTALLED = LINT / "node_modules" / ".package-lock.json"
"""The last file that npm writes."""

ROOT = Path(__file__).parents[2]

FAULTY = '''
"""What can be asked."""
type Query {
  """Without the arguments of a page."""
  carts: CartConnection

  """Has no id, and no good reason for it."""
  total: Total

  """A list of values, which is allowed."""
  names: [String!]!

  undescribed: Int

  """See `Node`."""
  node: Node
}

"""What can be fetched again."""
interface Node {
  """Opaque."""
  id: ID!
}

"""A page."""
type CartConnection {
  """What is on it."""
  edges: [CartEdge!]!

  """Where it lies."""
  pageInfo: PageInfo!
}

"""Without a cursor."""
type CartEdge {
  """What is listed."""
  node: Cart!
}

"""Without its cursors."""
type PageInfo {
  """Whether there is more."""
  hasNextPage: Boolean!

  """Whether there was more."""
  hasPreviousPage: Boolean!
}

type Cart implements Node {
  """Opaque."""
  id: ID!

  """In another language's spelling."""
  line_count: Int!

  """Repeats what it is in."""
  cartStatus: Status!
}

"""A state."""
enum Status {
  """In small letters."""
  open

  """Gone, without saying why."""
  CLOSED @deprecated
}

"""A sum."""
type Total {
  """How much."""
  amount: String!
}

"""Led to from nowhere."""
enum Nowhere {
  """Never seen."""
  UNSEEN
}
'''

FAULTS = {
    ("carts: CartConnection", "relay-arguments"),
    ("undescribed: Int", "require-description"),
    ("type CartEdge {", "relay-edge-types"),
    ("type PageInfo {", "relay-page-info"),
    ("type Cart implements Node {", "require-description"),
    ("line_count: Int!", "naming-convention"),
    ("cartStatus: Status!", "no-typename-prefix"),
    ("open", "naming-convention"),
    ("CLOSED @deprecated", "require-deprecation-reason"),
    ("type Total {", "strict-id-in-types"),
    ("enum Nowhere {", "no-unreachable-types"),
}

pytestmark = pytest.mark.node


@pytest.fixture(scope="module", autouse=True)
def linter(npm: str) -> None:
    """Installed again when its lock file has changed."""
    if INSTALLED.exists() and INSTALLED.stat().st_mtime >= (LINT / "package-lock.json").stat().st_mtime:
        return
    installed = subprocess.run(
        [npm, "ci", "--no-audit", "--no-fund"], cwd=LINT, capture_output=True, text=True, timeout=300, check=False
    )
    assert installed.returncode == 0, installed.stderr


def findings(node: str, folder: Path) -> set[tuple[str, str]]:
    """The line and the rule of each finding in the schema.graphql of *folder*."""
    eslint = LINT / "node_modules" / "eslint" / "bin" / "eslint.js"
    ended = subprocess.run(
        [node, eslint, "--config", LINT / "eslint.config.js", "--format", "json", "schema.graphql"],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ended.returncode in {0, 1}, ended.stderr
    found: list[dict[str, Any]] = json.loads(ended.stdout)[0]["messages"]
    lines = (folder / "schema.graphql").read_text("utf-8").splitlines()
    return {
        (lines[int(each["line"]) - 1].strip(), (each["ruleId"] or each["message"]).removeprefix("@graphql-eslint/"))
        for each in found
    }


def test_the_schema_passes_the_rules(node: str) -> None:
    """Nothing is found in schema.graphql."""
    assert findings(node, ROOT) == set()


def test_the_rules_find_faults(node: str, tmp_path: Path) -> None:
    """Every fault of a small schema is found, and what the exceptions allow is not."""
    (tmp_path / "schema.graphql").write_text(FAULTY, "utf-8")

    assert findings(node, tmp_path) == FAULTS


OLD = """
type Query { count: Int status: Status }
enum Status { OPEN }
interface UserError { code: String }
type CartNotFound implements UserError { code: String }
"""


def changes(node: str, folder: Path, new: str) -> tuple[int, list[str]]:
    """The exit code and a line for each change from OLD to *new*."""
    files = [folder / "old.graphql", folder / "new.graphql"]
    for file, text in zip(files, [OLD, new], strict=True):
        file.write_text(text, "utf-8")
    ended = subprocess.run(
        [node, LINT / "changes.js", *files], capture_output=True, text=True, timeout=120, check=False
    )
    assert ended.stderr == ""
    return ended.returncode, [" ".join(line.split()) for line in ended.stdout.splitlines()]


def test_a_change_that_breaks_clients_fails(node: str, tmp_path: Path) -> None:
    """Breaking changes come first, and the exit code is 1."""
    code, lines = changes(node, tmp_path, OLD.replace("count: Int", "total: Int"))

    assert code == 1
    assert lines == [
        "BREAKING Field 'count' was removed from object type 'Query'",
        "NON_BREAKING Field 'total' was added to object type 'Query'",
    ]


@pytest.mark.parametrize(
    ("new", "line"),
    [
        pytest.param(
            OLD.replace("OPEN", "OPEN SHUT"), "DANGEROUS Enum value 'SHUT' was added to enum 'Status'", id="enum value"
        ),
        pytest.param(
            OLD + "type CartExpired implements UserError { code: String }",
            "DANGEROUS 'CartExpired' object implements 'UserError' interface",
            id="type behind an interface",
        ),
    ],
)
def test_what_generated_clients_do_not_know_is_dangerous(node: str, tmp_path: Path, new: str, line: str) -> None:
    """Requests stay valid, so the exit code is 0."""
    code, lines = changes(node, tmp_path, new)

    assert (code, lines[0]) == (0, line)
