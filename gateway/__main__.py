"""The program `gateway`, which `python -m gateway` runs too."""

import gc
import sys
from typing import NoReturn


def main() -> NoReturn:
    """Loads the commands without looking for garbage, of which modules make none worth the time, and runs one."""
    gc.disable()
    try:
        from gateway.cli.main import main as run  # noqa: PLC0415 - see above
    except KeyboardInterrupt:
        sys.exit(0)  # as for Ctrl-C later

    gc.freeze()
    gc.enable()
    run()


if __name__ == "__main__":
    main()
