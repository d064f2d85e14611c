"""The program `gateway`, which `python -m gateway` runs too."""

import gc
from typing import NoReturn


def main() -> NoReturn:
    """Loads the commands without looking for garbage, of which modules make none worth the time, and runs one."""
    gc.disable()
    from gateway.cli.main import main as run  # noqa: PLC0415 - see above

    gc.freeze()
    gc.enable()
    run()


if __name__ == "__main__":
    main()
