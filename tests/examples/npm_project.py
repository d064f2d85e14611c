"""An example that npm installs, run by the commands of its README."""

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests.programs import environment

EXAMPLES = Path(__file__).parents[2] / "examples"


@dataclass(frozen=True)
class NpmProject:
    folder: Path

    def step(self, command: str, **settings: str) -> subprocess.CompletedProcess[str]:
        """Runs a command in the example's folder."""
        return subprocess.run(
            command.split(),
            cwd=self.folder,
            env=environment(**settings),
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )

    def set_up(self) -> str:
        """Runs the README's commands up to the last, which it returns. Skips the first when all is installed."""
        readme = (self.folder / "README.md").read_text(encoding="utf-8")
        commands: list[str] = re.findall(r"^npm .+$", readme, re.MULTILINE)
        install, generate, check, start = commands
        assert (install, generate, check) == ("npm ci", "npm run generate", "npm run check")
        for command in (generate, check) if self._is_installed() else (install, generate, check):
            done = self.step(command)
            assert done.returncode == 0, done.stdout + done.stderr
        return start

    def _is_installed(self) -> bool:
        """True when what is installed is not older than what is locked."""
        installed, locked = self.folder / "node_modules" / ".package-lock.json", self.folder / "package-lock.json"
        return installed.exists() and installed.stat().st_mtime >= locked.stat().st_mtime
