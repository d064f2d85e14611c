"""schema.graphql held to graphql-eslint's recommended and Relay rules; tests/schema/lint has the few exceptions and why."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

LINT = Path(__file__).parent / "lint"
INSTALLED = LINT / "node_modules" / ".package-lock.json"
"""What npm writes last."""

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
    """Installed anew when its lock file has changed."""
    if INSTALLED.exists() and INSTALLED.stat().st_mtime >= (LINT / "package-lock.json").stat().st_mtime:
        return
    installed = subprocess.run(
        [npm, "ci", "--no-audit", "--no-fund"], cwd=LINT, capture_output=True, text=True, timeout=300, check=False
    )
    assert installed.returncode == 0, installed.stderr


def findings(node: str, folder: Path) -> set[tuple[str, str]]:
    """The line at fault and the rule, for everything that is found in the folder's schema.graphql."""
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


def test_the_schema_keeps_the_rules(node: str) -> None:
    """Nothing is found in schema.graphql."""
    assert findings(node, ROOT) == set()


def test_the_rules_bite(node: str, tmp_path: Path) -> None:
    """Every fault planted in a small schema is found, and what the exceptions allow is not."""
    (tmp_path / "schema.graphql").write_text(FAULTY, "utf-8")

    assert findings(node, tmp_path) == FAULTS
