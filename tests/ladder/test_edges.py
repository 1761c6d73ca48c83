"""Every condition of the ladder at its edge, in journals made of the rows that a real bot has written at a real exchange."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from runner.build import build
from runner.compose import compose
from runner.journal.live import LiveJournal
from runner.journal.live_rows import Filled, Intent, Note
from runner.ladder import Rung, Wants, ladder
from runner.live.records import Record, keep, practice_hash
from runner.live.state import state_of
from runner.menu import Menu
from runner.model.bot import Bot
from tests.command import command, written
from tests.mode.test_once import tick
from tests.mode.venue import FIRM, KEYS, RISES, STRATEGY, UP, venue

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the lease looks for processes as POSIX does")
DAY = 86_400_000
T = 20_000 * DAY  # 2024-10-04
WON = (100.5, 103.0, 100.4, 102.9)


@dataclass(frozen=True, kw_only=True)
class Lived:
    """What a real bot has written of one trade that earned: orders, executions, marks; and the records of the ways out."""

    entry: Intent
    fills: tuple[Filled, Filled]
    mark: Note
    records: tuple[Record, ...]
    environment: str


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Lived:
    """Three ticks at an exchange, then a halt and a way out by hand."""
    from runner.live.records import records

    with venue(tmp_path_factory.mktemp("lived"), (RISES, UP, WON, UP), account=FIRM) as place:
        for bars in (0, 1, 2):
            if bars:
                place.show(bars)
            status, process = tick(place)
            assert status == 0, process.text
        for mode in ("halt", "flatten"):
            assert command(f"mode={mode}", "account=mine", home=place.home, environment=KEYS).status == 0
        with LiveJournal.open(state_of(place.home, "mine").journal, account="mine", read_only=True) as journal:
            first, last = journal.fills()
            entry = journal.intent_of(first.fill.client_order_id)
            assert entry is not None
            return Lived(
                entry=entry,
                fills=(first, last),
                mark=journal.notes("mark")[0],
                records=tuple(records(place.home, "mine")),
                environment=journal.meta("environment") or "",
            )


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A user's folder with the account and its strategy."""
    return written(tmp_path, {"accounts/mine.yaml": FIRM % "http://127.0.0.1:9", "conf/strategy/quick.yaml": STRATEGY})


def the_bot(home: Path, *words: str) -> Bot:
    """What would be traded."""
    return build(compose(["+strategy=quick", "+account=mine", *words], Menu(home)))


def has_passed(home: Path, *words: str, kinds: tuple[str, ...] = ("backtest", "rehearsal")) -> None:
    """Records as a backtest and a rehearsal of that configuration leave them."""
    hashed = practice_hash(the_bot(home, *words))
    for number, kind in enumerate(kinds):
        keep(home, Record(kind=kind, account="mine", strategy="quick", at_ms=T + number * DAY, passed=True, config_hash=hashed))  # type: ignore[arg-type]


def practised(
    home: Path, lived: Lived, *, days: int = 5, wins: int = 11, losses: int = 9, stops: int = 10, ends: str = "", records: bool = True
) -> None:
    """The bot's rows again, as often as asked for: so many days and trades, so many of them with the stop taken with the entry."""
    with LiveJournal.open(state_of(home, "mine").journal, account="mine") as journal, journal.batch():
        journal.set_meta("environment", lived.environment)
        for day in range(days):
            journal.note(T + day * DAY, "mark", lived.mark.detail)
        for number in range(wins + losses):
            at_ms = T + (number % days) * DAY + 60_000 * number
            request = lived.entry.request if number < stops else {**lived.entry.request, "stop": None}
            journal.intent(f"e{number}", at_ms, lived.entry.symbol, lived.entry.role, str(number), request)
            for seen in executions(lived, number, at_ms, lost=number >= wins):
                journal.fill(seen.fill, seen.fill.at_ms, str(number), seen.role)
        if ends:
            journal.note(T + DAY, "ended", {"why": ends, "next": ""})
    for record in lived.records if records else ():
        keep(home, record)


def executions(lived: Lived, number: int, at_ms: int, *, lost: bool) -> Iterator[Filled]:
    """The two executions of the trade at another time; a loss leaves at half the price."""
    for place, seen in enumerate(lived.fills):
        price = seen.fill.price / 2 if lost and place else seen.fill.price
        fill = replace(
            seen.fill, price=price, at_ms=at_ms + place, execution_id=f"{number}.{place}", client_order_id=f"{'ex'[place]}{number}"
        )
        yield replace(seen, fill=fill)


def shown(home: Path, *words: str, wants: Wants | None = None) -> dict[str, Rung]:
    """The rungs of what would be traded, by name."""
    bot = the_bot(home, *words)
    return {rung.name: rung for rung in ladder(bot.account, home, {"quick": practice_hash(bot)}, wants=wants)}


@pytest.mark.parametrize(
    ("change", "done", "said"),
    [
        ({}, True, "demo: 5 of 5 days, 20 of 20 trades; 55 % of 55 % wins; no rule violation; stop seen on 10 of 10 trades"),
        ({"days": 4}, False, "4 of 5 days"),
        ({"losses": 8}, False, "19 of 20 trades"),
        ({"wins": 28, "losses": 23}, False, "54.9 % of 55 % wins"),
        ({"wins": 55, "losses": 45}, True, "55 % of 55 % wins"),
        ({"wins": 10, "losses": 10}, False, "50 % of 55 % wins"),
        ({"stops": 9}, False, "stop seen on 9 of 10 trades"),
        ({"ends": "challenge FAILED: DAILY_LOSS"}, False, "1 rule violation, the last 2024-10-05: challenge FAILED: DAILY_LOSS"),
        ({"ends": "challenge AMBIGUOUS: PASSED or not"}, False, "1 rule violation"),
        ({"ends": "challenge PASSED: FAILED nowhere"}, True, "no rule violation"),
        ({"records": False}, False, "halt never; flatten never"),
    ],
    ids=[
        "everything",
        "four days",
        "nineteen trades",
        "54.9 percent",
        "55 of 100",
        "half",
        "nine stops",
        "a violation",
        "not decided",
        "passed",
        "no way out",
    ],
)
def test_practice_at_its_edges(home: Path, lived: Lived, change: dict[str, int], done: bool, said: str) -> None:
    """One less than what is asked keeps the rung open, with the figure that is short; what is asked is enough."""
    practised(home, lived, **change)  # type: ignore[arg-type]
    found = shown(home)["paper or demo"]
    assert (found.done, said in found.said) == (done, True), found.said
    assert (found.at_ms > 0) == done


def test_the_way_up(home: Path, lived: Lived) -> None:
    """Rung by rung: a backtest, a rehearsal, practice; each has its day, and none takes another one's place."""
    done = [rung.done for rung in shown(home).values()]
    assert done == [False] * 5
    has_passed(home, kinds=("backtest",))
    assert [rung.done for rung in shown(home).values()] == [True, False, False, False, False]
    has_passed(home)
    practised(home, lived)
    rungs = shown(home)
    assert [rung.done for rung in rungs.values()] == [True, True, True, False, False]
    assert (rungs["backtest"].said, rungs["rehearsal"].said) == ("2024-10-04, its targets were met", "2024-10-05, nothing was red")
    assert rungs["challenge"].said == "not begun: the account's environment is not live"


@pytest.mark.parametrize(
    "words",
    [
        ("strategy.entry.fast=1",),
        ("account.size=20000",),
        ("strategy.sizing.risk_fraction=0.02",),
        ("account.gate.enabled=true",),
        ("account.variant=standard",),
    ],
    ids=["a parameter", "the size", "the risk", "the gate", "the variant"],
)
def test_what_was_tested_otherwise_does_not_count(home: Path, words: tuple[str, ...]) -> None:
    """One setting was changed since: backtest and rehearsal are of another configuration, and the day of that one is told."""
    has_passed(home, *words)
    rungs = shown(home)
    for name, on in (("backtest", "2024-10-04"), ("rehearsal", "2024-10-05")):
        assert (rungs[name].done, rungs[name].said) == (False, f"quick: none of this configuration, one of another on {on}")
    assert [shown(home, *words)[name].done for name in ("backtest", "rehearsal")] == [True, True]


def test_a_rehearsal_is_no_backtest(home: Path) -> None:
    """Each kind counts for its own rung; a later one that failed takes the rung away."""
    has_passed(home, kinds=("rehearsal",))
    rungs = shown(home)
    assert (rungs["backtest"].done, rungs["rehearsal"].done) == (False, True)
    hashed = practice_hash(the_bot(home))
    keep(home, Record(kind="rehearsal", account="mine", strategy="quick", at_ms=T + 9 * DAY, passed=False, config_hash=hashed))
    assert shown(home)["rehearsal"].said == "quick: that of 2024-10-13 was red"


@pytest.mark.parametrize(
    "line",
    [
        '{{"kind":"rehearsal","account":"mine","at_ms":1,"passed":"yes","config_hash":"{hashed}"}}',
        '{{"kind":"rehearsal","account":"mine","at_ms":"1","passed":true,"config_hash":"{hashed}"}}',
        '{{"kind":"rehearsal","account":"mine","at_ms":1,"passed":true,"config_hash":["{hashed}"]}}',
        '{{"kind":"rehearsal","account":"mine","at_ms":1,"passed":true,"config_hash":"{hashed}","detail":"fine"}}',
        '{{"kind":"rehearsal","account":"mine","at_ms":1,"passed":true,"config_hash":"{hashed}","by":"hand"}}',
    ],
)
def test_a_line_that_somebody_edited(home: Path, line: str) -> None:
    """What no command writes is passed over, and breaks nothing."""
    file = home / "state" / "records" / "mine.jsonl"
    written(home, {"state/records/mine.jsonl": line.format(hashed=practice_hash(the_bot(home))) + "\n"})
    assert file.exists()
    assert not shown(home)["rehearsal"].done


def test_practice_of_the_own_paper_account_and_of_nobody_else(home: Path, lived: Lived) -> None:
    """Another account's journal counts only where it is named."""
    practised(home, lived)
    (home / "state" / "mine").rename(home / "state" / "yours")
    assert shown(home)["paper or demo"].said.startswith("paper: 0 of 5 days")
    bot = the_bot(home)
    named = {rung.name: rung for rung in ladder(bot.account, home, {}, practice="yours")}
    assert named["paper or demo"].said.startswith("demo: 5 of 5 days, 20 of 20 trades") or named["paper or demo"].done
