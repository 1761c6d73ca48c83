"""The word that a bot leaves: whatever goes wrong in it is one line, however often it is tried."""

from __future__ import annotations

from pathlib import Path

import pytest
from loguru import logger

from runner.journal.live import LiveJournal
from runner.live.marks import Marks
from runner.live.state import state_of
from runner.live.status import Status, read
from runner.live.word import Word
from runner.model.errors import Problem, RunnerError

NAMES = Status(account="mine", environment="demo", mode="live", pid=1, at_ms=5)
REFUSED = RunnerError("it cannot be written", [Problem(path="status.json", message="No space left on device")])


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (REFUSED, "status.json  No space left on device"),
        (RunnerError("no more is known", []), "no more is known"),
        (ZeroDivisionError("of nothing"), "the account's status cannot be told: ZeroDivisionError('of nothing')"),
    ],
)
def test_what_cannot_be_told_is_said_once(error: Exception, line: str, tmp_path: Path) -> None:
    """And again once something else could be told in between; a bar without its mark is not tried at each event."""

    def trips() -> Status:
        raise error

    said: list[str] = []
    sink = logger.add(lambda record: said.append(str(record).strip()), level="ERROR", format="{message}")
    state = state_of(tmp_path, "mine")
    try:
        with LiveJournal.open(state.journal, account="mine") as journal:
            word = Word(state, Marks(journal))
            word.leave(trips)
            word.leave(trips)
            word.mark(900_000, trips)
            word.mark(900_000, lambda: NAMES)
            assert (said, journal.notes("mark")) == ([line], [])
            word.leave(lambda: NAMES)
            word.mark(1_800_000, lambda: NAMES)
            word.leave(trips)
            assert [each.time_ms for each in journal.notes("mark")] == [1_800_000]
    finally:
        logger.remove(sink)
    assert said == [line, line]
    assert read(state) == NAMES
