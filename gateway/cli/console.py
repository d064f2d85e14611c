"""What people read, on standard error, and data, on standard output."""

import os
import sys


def say(text: str) -> None:
    sys.stderr.write(text + "\n")


def write(data: str) -> None:
    try:
        sys.stdout.write(data)
        sys.stdout.flush()
    except BrokenPipeError:  # the reader has closed its end, as `head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
