"""Says that the machine is being compiled, while it is: the first run of a new version takes longer."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TextIO

NOTICE = "compiling the machine; this happens once and takes about half a minute"


@contextmanager
def announced(file: TextIO | None = None) -> Iterator[None]:
    """Write the notice (standard error by default) when the first function inside is really compiled; silent when the cache has it."""
    from numba.core.event import Listener, install_listener

    class Notice(Listener):  # type: ignore[misc]  # numba carries no types
        """Speaks once."""

        said = False

        def on_start(self, event: Any) -> None:  # noqa: ARG002 - the listener's signature is given
            """A function is not in the cache."""
            if not self.said:
                self.said = True
                print(NOTICE, file=file or sys.stderr, flush=True)

        def on_end(self, event: Any) -> None:
            """Nothing to say."""

    with install_listener("numba:compile", Notice()):
        yield
