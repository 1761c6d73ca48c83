"""A rehearsal from the command line: what it leaves, what it refuses, and that killing the bot or a storm changes nothing that counts."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from runner.journal.live import LiveJournal
from runner.mode.rehearse import Options, run
from runner.mode.rehearsing.market import show
from runner.mode.rehearsing.rebuilt import rebuilt
from tests.command import Ran, command
from tests.mode.rehearsals import CROSS, GRID, bot_of, stored, words

SECTION = {"parity", "naked_seconds_max", "duplicate_orders", "lost_fills", "state_equal", "breaches", "kills", "faults"}
SEEDS = (1, 2, 3, 4, 5, 6)


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Made bars that every test here reads."""
    return stored(tmp_path_factory.mktemp("market"))


def rehearsed(market: Path, folder: Path, *more: str, strategy: Sequence[str] = CROSS) -> tuple[int, dict[str, Any]]:
    """Exit status, and the section of the summary, of a run in a process of its own."""
    status = run(bot_of(market, folder, "mode.quiet=true", *more, strategy=strategy))
    page: dict[str, Any] = json.loads((folder / "summary.json").read_text())
    return status, page["rehearsal"]


def behaved(section: dict[str, Any]) -> bool:
    """Nothing that must never happen has happened."""
    nothing = (section["duplicate_orders"], section["lost_fills"], section["differs"])
    return nothing == (0, 0, "") and section["state_equal"] and section["naked_seconds_max"] <= 5.0


def rebuilt_state(market: Path, folder: Path) -> bytes:
    """The ledger as the journal alone gives it."""
    bot = bot_of(market, folder, "mode.bars=60")
    options = Options(**bot.options)
    with LiveJournal.open(folder / "journal.db", account=bot.account.name, read_only=True) as journal:
        return rebuilt(bot, show(bot, options.bars, options.history, None).streams, journal, restart=options.restart).follower.state()


def refused(market: Path, home: Path, *more: str) -> Ran:
    """A run that must not begin."""
    ran = command(*words(market, *more), home=home)
    assert (ran.status, ran.out) == (2, "")
    assert "Traceback" not in ran.err
    return ran


def test_a_calm_rehearsal_is_the_backtest(market: Path, tmp_path: Path) -> None:
    """Every decision and every fill; the table is green, and the files tell the same."""
    ran = command(*words(market, "mode.bars=60", "mode.output=out"), home=tmp_path)
    assert (ran.status, ran.err) == (0, "")
    assert ran.out.startswith("ema_cross on hyro_2step: 120 bars of 2 symbols rehearsed in ")
    assert "the backtest has" not in ran.out
    page = json.loads((tmp_path / "out" / "summary.json").read_text())
    section = page["rehearsal"]
    assert set(section) >= SECTION
    assert (page["mode"], page["bars"], page["faults"], page["seed"]) == ("rehearse", 120, "none", 1)
    assert section["parity"] == {"decisions": 1.0, "fills": 1.0}
    assert {name: each["expected"] == each["found"] > 10 for name, each in section["compared"].items()} == {
        "decisions": True,
        "fills": True,
    }
    assert (section["kills"], section["faults"], section["breaches"]) == (0, {}, [])
    assert behaved(section)
    log = [json.loads(line) for line in (tmp_path / "out" / "exchange.jsonl").read_text().splitlines()]
    assert sum(row["kind"] == "fill" for row in log) == section["fills"]
    assert rebuilt_state(market, tmp_path / "out") == (tmp_path / "out" / "bot.state").read_bytes()


def test_three_symbols_that_reverse_at_one_open_are_the_backtest(market: Path, tmp_path: Path) -> None:
    """Each is closed and opened again before the next one is decided on, so that every decision sees what the one before has cost."""
    words = ("strategy.symbols=[BTCUSDT,ETHUSDT,SOLUSDT]", "mode.bars=160", "mode.after_failure=restart")
    status, section = rehearsed(market, tmp_path / "out", *words)
    assert (status, section["parity"]) == (0, {"decisions": 1.0, "fills": 1.0})
    assert section["fills"] > 100


def test_a_guard_beside_a_bot_that_needs_none_does_nothing(market: Path, tmp_path: Path) -> None:
    """It looks every minute of the exchange's time, and every decision and fill is the backtest's as without it."""
    _, section = rehearsed(market, tmp_path / "out", "mode.bars=60", "mode.guard=1m", "mode.after_failure=stop")
    assert section["guard"] == {"rounds": section["guard"]["rounds"], "blind": 0, "acts": {}}
    assert section["guard"]["rounds"] > 250
    assert (section["parity"], section["calm"]) == ({"decisions": 1.0, "fills": 1.0}, True)
    assert behaved(section)


def test_an_account_that_has_ended_rests(market: Path, tmp_path: Path) -> None:
    """After a broken rule nothing is traded, days and bars pass to the end, and all is as in the backtest."""
    words = ("account.gate.enabled=false", "strategy.sizing.risk_fraction=0.03", "mode.after_failure=stop")
    status, section = rehearsed(market, tmp_path / "out", "mode.bars=160", *words)
    assert len(section["breaches"]) == 1
    assert (status, section["parity"]) == (0, {"decisions": 1.0, "fills": 1.0})
    assert behaved(section)


def test_a_bot_that_is_killed_goes_on_as_if_it_had_not_been(market: Path, tmp_path: Path) -> None:
    """Killed five times at random points: the same decisions and fills, and the journal gives back the bot's bytes."""
    status, section = rehearsed(market, tmp_path, "mode.bars=60", "mode.kills=5", "mode.seed=3")
    assert (status, section["kills"], sum(section["killed"].values())) == (0, 5, 5)
    assert section["parity"] == {"decisions": 1.0, "fills": 1.0}
    assert behaved(section)
    assert rebuilt_state(market, tmp_path) == (tmp_path / "bot.state").read_bytes()


@pytest.mark.parametrize("seed", SEEDS)
def test_a_storm_costs_no_order_and_no_fill(market: Path, tmp_path: Path, seed: int) -> None:
    """Whatever goes wrong, nothing is sent twice, lost, or left without a stop, and the ledger is the venue's."""
    status, section = rehearsed(market, tmp_path, "mode.bars=60", "mode.faults=storm", f"mode.seed={seed}")
    assert status == 0
    assert behaved(section)
    assert section["fills"] > 1
    assert sum(section["faults"].values()) > 10
    assert rebuilt_state(market, tmp_path) == (tmp_path / "bot.state").read_bytes()


def test_a_storm_with_kills(market: Path, tmp_path: Path) -> None:
    """Both at once."""
    status, section = rehearsed(market, tmp_path, "mode.bars=60", "mode.faults=storm", "mode.seed=7", "mode.kills=3")
    assert (status, section["kills"]) == (0, 3)
    assert behaved(section)


def test_a_grid_that_is_killed_fills_the_same_levels(market: Path, tmp_path: Path) -> None:
    """Many orders rest, fill and are armed anew while the bot is killed and started again: every decision and fill is the backtest's."""
    status, section = rehearsed(market, tmp_path, "mode.bars=60", "mode.kills=4", "mode.seed=3", strategy=GRID)
    assert (status, section["kills"], section["parity"]) == (0, 4, {"decisions": 1.0, "fills": 1.0})
    assert section["fills"] > 20
    assert behaved(section)


def test_a_grid_in_a_storm_loses_no_order(market: Path, tmp_path: Path) -> None:
    """Late, doubled and lost fills of many orders: nothing twice, nothing lost, nothing bare, and the ledger is the venue's."""
    status, section = rehearsed(market, tmp_path, "mode.bars=60", "mode.faults=storm", "mode.seed=2", strategy=GRID)
    assert status == 0
    assert behaved(section)
    assert sum(section["faults"].values()) > 10


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("mode.bars=0", "mode.bars"),
        ("mode.faults=hurricane", "expected one of none, gentle, storm"),
        ("mode.seed=-1", "mode.seed"),
        ("mode.kills=often", "mode.kills"),
        ("mode.end=yesterday", "expected a date such as '2024-01-31'"),
        ("mode.speed=3", "speed"),
        ("mode.guard=1m", "nothing can follow a verdict: mode.after_failure=stop"),
        ("mode.guard=often", "mode.guard"),
    ],
)
def test_an_option_that_makes_no_sense_is_refused(market: Path, tmp_path: Path, word: str, said: str) -> None:
    """One line names it, and nothing is written."""
    ran = refused(market, tmp_path, word)
    assert said in ran.err
    assert list(tmp_path.iterdir()) == []


def test_too_few_bars_are_refused(market: Path, tmp_path: Path) -> None:
    """How many are missing, and which settings ask for fewer."""
    ran = refused(market, tmp_path, "mode.bars=300", "mode.output=out")
    assert "BTCUSDT" in ran.err
    assert "lacks 131 bars; ask for fewer with mode.bars or mode.history" in ran.err
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_holds_a_run_is_refused(market: Path, tmp_path: Path) -> None:
    """The first run stays as it is."""
    (tmp_path / "summary.json").write_text("first")
    ran = refused(market, tmp_path, "mode.output=.")
    assert "already holds a run" in ran.err
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {"summary.json": "first"}
