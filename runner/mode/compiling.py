"""Says that the machine is being compiled, while it is: the first run of a new version takes longer."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from runner.machine.native import is_stored

NOTICE = "compiling the machine; this happens once and takes about half a minute"


@contextmanager
def announced(file: IO[str] | None = None) -> Iterator[None]:
    """Write the notice (standard error by default) when the machine inside still has to be compiled; silent when it is on disk."""
    if not is_stored():
        print(NOTICE, file=file or sys.stderr, flush=True)
    yield
