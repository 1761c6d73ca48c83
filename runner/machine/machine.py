"""The machine as Python sees it: build it, run it or step it, read the outcome."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from runner.machine.actions import BEGIN, END, FULL, MORE, RUN, STEP
from runner.machine.funding import complete
from runner.machine.native import drive
from runner.machine.state import RECORDS, STATE, World
from runner.machine.table import table
from runner.machine.tape import build_world, strategies_of, symbols_of
from runner.model.bot import Costs, GateSettings
from runner.model.records import EquityRecord, Outcome
from runner.model.rules import Family, RuleBook
from runner.model.stream import Stream

ENDED = ("days", "results", "events")  # the records that ending the run adds to


class Machine:
    """One account over prepared streams. `step` and `run` share one compiled function, so both leave the same bytes.

    others: the side (+1, -1) that other accounts of the firm's group hold, by symbol; a backtest knows of none. harder: floors are judged
    as if each bar's favourable price had come first; False where the path inside bars is known to be the machine's own.
    """

    def __init__(
        self,
        *,
        streams: Sequence[Stream],
        book: RuleBook,
        costs: Costs,
        gate: GateSettings | None = None,
        after_failure: str = "stop",
        others: Mapping[str, int] | None = None,
        harder: bool = True,
    ) -> None:
        self.streams = tuple(streams)
        self.book = book
        self.costs = costs
        restart = after_failure == "restart"
        self.world: World = build_world(streams, book, costs, gate or GateSettings(), restart=restart, others=others)
        self.world.settings["harder"] = harder
        self.view = table(self.world)
        self._begin()

    def step(self) -> bool:
        """Advance by one instant; False when there is nothing left."""
        while (status := drive(self.view, STEP)) == FULL:
            self._grow()
        return bool(status == MORE)

    def run(self) -> Outcome:
        """Advance to the end and return the outcome."""
        while drive(self.view, RUN) == FULL:
            self._grow()
        return self.outcome()

    def state(self) -> bytes:
        """The whole state and record so far; equal bytes mean equal machines."""
        parts = [getattr(self.world, name).tobytes() for name in STATE]
        return b"".join([*parts, *(self._record(name).tobytes() for name in RECORDS)])

    def outcome(self) -> Outcome:
        """What the run knows, as tables. Ends the record (running day and phase) on a copy; the machine can go on.

        Fills, trades and equity are written once and never changed, so they are shared instead of copied.
        """
        final = self.world._replace(**{name: getattr(self.world, name).copy() for name in (*STATE, *ENDED)})
        drive(table(final), END)
        ledger = final.ledger[0]
        record = EquityRecord(
            time=self._times()[: ledger["rows"]], stretches=final.stretches[: ledger["stretches"]], marks=final.marks[: ledger["marks"]]
        )
        return Outcome(
            symbols=symbols_of(self.streams),
            strategies=strategies_of(self.streams),
            book=self.book,
            plans=final.plans,
            decisions=final.decisions,
            rule_states=final.rule_states,
            fills=final.fills[: ledger["fills"]],
            trades=final.trades[: ledger["trades"]],
            stops=final.stops[: ledger["stops"]],
            equity_record=record,
            days=final.days[: ledger["days"]],
            phases=final.results[: ledger["results"]],
            events=final.events[: ledger["events"]],
            floor_rules=self._floor_rules(),
            balance=float(ledger["balance"]),
            equity_now=record.last if len(record) else float(ledger["balance"]),
            ambiguous_resolved=0,
            ambiguous_failed=int(final.results["ambiguous"][: ledger["results"]].sum()),
            missing_funding=self._missing_funding(),
        )

    def _begin(self) -> None:
        """The account's first instant."""
        drive(self.view, BEGIN)

    def _times(self) -> NDArray[np.int64]:
        """Every instant at which a bar closes."""
        closes = self.world.close_time
        return closes if len(self.world.symbols) == 1 else np.unique(closes)

    def _missing_funding(self) -> tuple[str, ...]:
        complete_ones = {s.symbol: complete(s.funding, s.market.instrument, s.execution, self.costs) for s in self.streams}
        return tuple(symbol for symbol, funding in complete_ones.items() if funding is not None and funding.assumed)

    def _floor_rules(self) -> tuple[tuple[int, ...], ...]:
        rows = list(enumerate(self.book.rows))
        return tuple(
            tuple(n for n, row in rows if row.phase == phase and row.family == Family.FLOOR) for phase in range(len(self.book.phases))
        )

    def _record(self, name: str) -> NDArray[Any]:
        return getattr(self.world, name)[: self.world.ledger[0][name]]

    def _grow(self) -> None:
        self.world = grown(self.world)
        self.view = table(self.world)


def grown(world: World) -> World:
    """The same world with twice the room in every record."""
    return world._replace(**{name: np.concatenate([getattr(world, name), np.zeros_like(getattr(world, name))]) for name in RECORDS})
