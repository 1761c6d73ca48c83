"""What a bot that trades needs, and what it refuses to begin with."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest

from runner.journal.live import LiveJournal
from runner.live.clock import WallClock
from runner.live.desk import Desk
from runner.mode.trading.gear import of_our_pace, of_this_account, protectable
from runner.model.errors import ConfigError
from runner.rehearsal.serve import Served, served
from runner.rehearsal.service import Service
from runner.wire.bybit import BybitDialect


def test_coins_cannot_be_protected() -> None:
    """Spot has no position that a stop could stand on; a perpetual has."""
    protectable(BybitDialect(category="linear", environment="demo"))
    with pytest.raises(ConfigError, match="could not be protected"):
        protectable(BybitDialect(category="spot", environment="demo"))


def test_a_journal_is_of_one_phase(tmp_path: Path) -> None:
    """The phase it began in is kept; the account of the next one needs a journal of its own."""
    for phase in ("challenge", "challenge"):
        with LiveJournal.open(tmp_path / "journal.db", account="mine") as journal:
            of_this_account(journal, phase=phase)
            journal.told(0, 0, b"")
    with (
        LiveJournal.open(tmp_path / "journal.db", account="mine") as journal,
        pytest.raises(ConfigError, match="another account") as refused,
    ):
        of_this_account(journal, phase="verification")
    assert "began with phase challenge, the account has verification now" in refused.value.problems[0].message


def test_a_journal_that_was_told_nothing_is_free(tmp_path: Path) -> None:
    """A start that was refused binds nobody: phase and world are those of the next one."""
    with LiveJournal.open(tmp_path / "journal.db", account="mine") as journal:
        for phase, world in (("challenge", "live"), ("verification", "demo")):
            of_this_account(journal, phase=phase)
            of_this_account(journal, environment=world)
        assert (journal.meta("phase"), journal.meta("environment")) == ("verification", "demo")


def desk_at(exchange: Served) -> Desk:
    """A desk at an exchange on this machine, its clock measured."""
    desk = Desk(BybitDialect(category="linear", environment="demo", endpoint=exchange.http), None, WallClock(), account="mine")
    desk.measure_clock()
    return desk


def test_an_exchange_in_a_hurry_is_refused() -> None:
    """A bot waits by its own clock; at the same pace it trades, on a clock of its own too."""
    cases: list[tuple[float, Any]] = [(1.0, nullcontext()), (60.0, pytest.raises(ConfigError, match="in a hurry"))]
    for speed, refusal in cases:
        with served(Service(speed=speed, window=speed == 1.0)) as exchange:
            desk = desk_at(exchange)
            with refusal:
                of_our_pace(desk)
            desk.close()
