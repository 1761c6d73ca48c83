"""The account's ledger while it trades: whatever the machine is told is written down first, and a restart tells it again."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.typing import NDArray

from runner.journal.live import LiveJournal
from runner.machine.follower import Follower
from runner.machine.state import TOLD
from runner.model.errors import Problem, RunnerError
from runner.model.following import Told
from runner.model.plan import PLAN

PLAN_ROW, COLUMNS, OTHERS = 100, 101, 102  # kinds of records besides those of Told
KEEP_EVERY = 20_000  # records after which the ledger is kept as it stands, so that a restart need not be told all of them
LAYOUT = f"{TOLD.itemsize}:{PLAN.itemsize}"


class LiveAccount:
    """A Follower whose every input is in the journal: the same journal gives the same bytes."""

    def __init__(self, follower: Follower, journal: LiveJournal) -> None:
        self.follower = follower
        self.journal = journal
        self._kept = 0
        self.turn_ms: int | None = None  # the boundary that is being crossed
        self.closed: set[str] = set()  # symbols whose candle was told at it
        self.planned: dict[tuple[str, str], list[int]] = {}  # plans taken at it, by symbol and strategy

    def restore(self, *, whole: bool = False) -> int:
        """Tell the machine what the journal knows; how many records that were. Refuses a journal of another layout.

        whole: everything from the first record on, and not only what came after the ledger was kept last.
        """
        known = self.journal.meta("layout")
        if known is None:
            self.journal.set_meta("layout", LAYOUT)
        elif known != LAYOUT:
            problem = Problem(path="layout", message=f"expected {LAYOUT}, found {known}: it was written by another version of the runner")
            raise RunnerError("this journal cannot be read", [problem])
        count, self._kept = 0, 0 if whole else self._take_kept()
        for _, _, kind, payload in self.journal.all_told(self._kept):
            self._apply(kind, payload)
            count += 1
        return count

    def _take_kept(self) -> int:
        """The number of the record up to which the ledger needs to be told nothing; 0 where none was kept, or other rules hold now."""
        kept = self.journal.last_snapshot()
        return kept[0] if kept is not None and self.follower.take_image(kept[1]) else 0

    def keep(self) -> None:
        """Between two boundaries: keep the ledger as it stands, where many records have come since it was kept last."""
        if self.journal.last_told - self._kept >= KEEP_EVERY:
            self._kept = self.journal.last_told
            self.journal.snapshot(self._kept, self.follower.image())

    def boundary_ms(self) -> int:
        """The next instant at which a bar ends or a day begins; an account that has ended has no days any more."""
        world = self.follower.world
        ends = int(world.close_time[world.symbols["first"] + 1].min())
        return ends if self.follower.ended else min(ends, self.follower.next_reset_ms())

    @contextmanager
    def together(self) -> Iterator[None]:
        """What is told inside is kept as one, or not at all."""
        with self.journal.batch():
            yield

    def tell(self, kind: Told, time_ms: int, symbol: str | None = None, **fields: float) -> None:
        """Write down one thing, then tell the machine. Whatever comes while a boundary is crossed happens at it, as in a backtest."""
        if kind is not Told.OVER:
            time_ms = min(time_ms, self.boundary_ms() if self.turn_ms is None else self.turn_ms)
        record = self.follower.note(kind, max(time_ms, self.follower.time_ms), symbol, **fields)
        self._take(int(kind), int(record[0]["time"]), record.tobytes())

    def add_plan(self, symbol: str, strategy: str, plan: NDArray[Any]) -> int:
        """Take a plan; its number."""
        head = json.dumps({"symbol": symbol, "strategy": strategy}).encode() + b"\0"
        self._take(PLAN_ROW, int(plan["time"]), head + plan.tobytes())
        return self.follower.plan_count - 1

    def set_columns(self, time_ms: int, symbol: str, strategy: str, values: Sequence[float]) -> None:
        """Take what a stream's columns say at the bar that has just closed."""
        if len(values):
            head = json.dumps({"symbol": symbol, "strategy": strategy}).encode() + b"\0"
            self._take(COLUMNS, time_ms, head + np.array(values).tobytes())

    def set_others(self, time_ms: int, sides: Mapping[str, int]) -> bool:
        """Take which side other accounts hold, by symbol; whether that is news. It stands in the journal: a restart decides as before."""
        others = [sides.get(symbol, 0) for symbol in self.follower.symbols]
        if others == self.follower.world.others.tolist():
            return False
        self._take(OTHERS, time_ms, json.dumps(others).encode())
        return True

    def _take(self, kind: int, time_ms: int, payload: bytes) -> None:
        self.journal.told(time_ms, kind, payload)
        self._apply(kind, payload)

    def _apply(self, kind: int, payload: bytes) -> None:
        if kind == OTHERS:
            self.follower.world.others[:] = json.loads(payload)
            return
        if kind in (PLAN_ROW, COLUMNS):
            head, _, body = payload.partition(b"\0")
            names = json.loads(head)
            if kind == PLAN_ROW:
                number = self.follower.add_plan(names["symbol"], names["strategy"], np.frombuffer(body, PLAN)[0])
                self.planned.setdefault((names["symbol"], names["strategy"]), []).append(number)
            else:
                self.follower.set_columns(names["symbol"], names["strategy"], np.frombuffer(body).tolist())
            return
        record = np.frombuffer(payload, TOLD)
        self._note_turn(Told(kind), record[0])
        self.follower.tell(record)

    def _note_turn(self, kind: Told, record: Any) -> None:
        """How far the crossing of a boundary has come, so that a restart goes on there."""
        symbol = self.follower.symbols[int(record["symbol"])]
        if kind is Told.OVER:
            self.turn_ms = int(record["time"])
        elif kind is Told.CANDLE:
            self.follower.set_signal_close(symbol, int(record["bits"]))
            self.closed.add(symbol)
        elif kind is Told.BEGIN:
            self.turn_ms = None
            self.closed.clear()
            self.planned.clear()
