"""What a forked process does in tests of serve, instead of the command line: the first word says what."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Sequence


def main(words: Sequence[str]) -> None:
    """The first word is one of these.

    `say TEXT`, `exit STATUS`, `raise`, `kill`, `sleep SECONDS [STATUS]`, `deaf SECONDS` (does not hear SIGTERM), `wait` (until SIGTERM),
    `slow SECONDS` (ends so long after SIGTERM).
    """
    word, *rest = words
    if word == "say":
        sys.stdout.write(" ".join(rest) + "\n")
    elif word == "exit":
        sys.exit(int(rest[0]))
    elif word == "raise":
        raise ValueError("something of ours")
    elif word == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    elif word == "deaf":
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        time.sleep(float(rest[0]))
    elif word == "sleep":
        time.sleep(float(rest[0]))
        sys.exit(int(rest[1]) if rest[1:] else 0)
    elif word in ("wait", "slow"):
        signal.signal(signal.SIGTERM, lambda _number, _frame: leave(float(rest[0]) if rest else 0.0))
        sys.stdout.write("waits\n")
        sys.stdout.flush()
        while True:
            time.sleep(60)


def leave(seconds: float) -> None:
    """End, after a while."""
    time.sleep(seconds)
    sys.exit(0)
