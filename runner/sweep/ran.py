"""What came of one job, as plain data: it crosses from process to process and from host to host."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypedDict


class Ran(TypedDict):
    """What came of one job.

    status: exit status. folder: where its files are, as it was found from the working directory. page: its summary.json or
    challenge.json; None where it left neither. said: why it did not run. line: all of it in a line. printed: what its mode wrote to
    stdout. done: whether it had been done before, so that nothing was run. seconds: wall time. values: what sets it apart.
    """

    status: int
    folder: str
    page: Mapping[str, Any] | None
    said: str
    line: str
    printed: str
    done: bool
    seconds: float
    values: Mapping[str, Any]


def lost(folder: str, said: str) -> Ran:
    """A job that nothing came of."""
    return Ran(status=1, folder=folder, page=None, said=said, line="did not run", printed="", done=False, seconds=0.0, values={})
