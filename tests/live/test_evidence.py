"""What an account can show of a day, written from a real journal and a real exchange's statements."""

from __future__ import annotations

import hashlib
import json
from decimal import Decimal
from pathlib import Path

import pytest

from runner.journal.live import LiveJournal
from runner.live.evidence import Evidence, leave
from runner.live.evidence_rows import Statement, closest_of, decisions_of, planned_of, statement_of
from runner.live.guard.peaks import Entry, append
from runner.live.keys import REDACTOR
from runner.live.state import state_of
from runner.machine.follower import Follower
from runner.machine.observer import Observer
from runner.model.bot import Account, GateSettings
from runner.model.errors import RunnerError
from tests.journal.live_cases import one_of_each
from tests.live.guard.test_guard import BOOK
from tests.live.loopback import loopback
from tests.machine.build import FREE, OFF, START, bars, flat, plan, stream

DAY = 86_400_000
ACCOUNT = Account(
    name="mine",
    size=10_000.0,
    currency="USDT",
    phase="challenge",
    variant="standard",
    purchased="2026-10-01",
    book=BOOK,
    gate=GateSettings(),
    firm="hyrotrader",
    program="2step",
    version="2026-09",
    environment="demo",
)


def lines(folder: Path, name: str) -> list[dict[str, object]]:
    """A file's rows."""
    return [json.loads(line) for line in (folder / f"{name}.jsonl").read_text().splitlines()]


def test_a_day_is_kept_with_its_checksums(tmp_path: Path) -> None:
    """Orders, executions, notes, the venue's own statements, what the guard saw; each file's checksum in the manifest."""
    state = state_of(tmp_path, "mine")
    with loopback() as venue, LiveJournal.open(state.journal, account="mine") as journal:
        day = venue.now_ms // DAY * DAY
        one_of_each(journal)
        journal.note(day + 5, "deposit", {"change": "5"})
        append(state.peaks, Entry(at_ms=day + 7, kind="did", facts={"line": "set_stop"}))
        venue.order(quantity="2", stop=Decimal(95))
        told = statement_of(venue.desk, day)
        decisions = [{"time": day + 1, "answer": "REFUSED", "code": "DAILY_LOSS"}, {"time": day - 1, "answer": "APPROVED"}]
        evidence = Evidence(account=ACCOUNT, config_hash="abc", day_ms=day, statement=told, decisions=decisions)
        folder = leave(evidence, journal, state)
        again = leave(evidence, journal, state)
    assert folder == again
    assert folder.name == "2026-01-01"
    assert lines(folder, "account")[0]["version"] == "2026-09"
    assert [row["code"] for row in lines(folder, "decisions")] == ["DAILY_LOSS"]
    assert [row["kind"] for row in lines(folder, "notes")] == ["deposit"]
    assert lines(folder, "guard")[0]["facts"] == {"line": "set_stop"}
    assert [row["symbol"] for row in lines(folder, "venue_fills")] == ["BTCUSDT"]
    assert len(lines(folder, "venue_ledger")) == 1
    manifest = json.loads((folder / "manifest.json").read_text())
    for name, digest in manifest["sha256"].items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest
    assert sorted([*manifest["sha256"], "manifest.json"]) == sorted(file.name for file in folder.iterdir())


def test_no_secret_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever somebody wrote into a note."""
    monkeypatch.setattr(REDACTOR, "parts", ["PLANTEDSECRET99"])
    state = state_of(tmp_path, "mine")
    with LiveJournal.open(state.journal, account="mine") as journal:
        journal.note(5, "trouble", {"why": "asked with PLANTEDSECRET99"})
        folder = leave(Evidence(account=ACCOUNT, config_hash="abc", day_ms=0, statement=Statement()), journal, state)
    assert "PLANTEDSECRET99" not in "".join(file.read_text() for file in folder.iterdir())
    assert lines(folder, "notes")[0]["detail"] == {"why": "asked with ***"}


def test_a_disk_that_takes_nothing_is_named(tmp_path: Path) -> None:
    """A file stands where the folder should."""
    state = state_of(tmp_path, "mine")
    with LiveJournal.open(state.journal, account="mine") as journal:
        state.evidence.write_text("")
        with pytest.raises(RunnerError, match="evidence cannot be written"):
            leave(Evidence(account=ACCOUNT, config_hash="abc", day_ms=0, statement=Statement()), journal, state)


def test_how_near_each_rule_came() -> None:
    """9,700 of a peak of 10,000: 200 above the daily floor, 700 above the other."""
    observer = Observer(book=BOOK, symbols=("BTCUSDT",), start_ms=0)
    observer.mark(1_000, balance=10_000.0, equity=9_700.0)
    observer.mark(2_000, balance=10_000.0, equity=9_900.0)
    assert [(row["rule"], row["value"], row["bound"]) for row in closest_of(observer)] == [
        ("rules.daily", 9_700.0, 9_500.0),
        ("rules.total", 9_700.0, 9_000.0),
    ]


def test_decisions_are_kept_with_their_reasons() -> None:
    """A plan that the machine has not decided on yet, and the price it was made at."""
    machine = Follower(streams=[stream(bars(flat(3), symbol="BTCUSDT"))], book=BOOK, costs=FREE, gate=OFF, start_ms=START)
    machine.add_plan("BTCUSDT", "hand", plan(1)[0])
    (row,) = decisions_of(machine)
    assert (row["plan"], row["symbol"], row["side"], row["answer"], row["rule"]) == (0, "BTCUSDT", 1, "PENDING", None)
    assert planned_of(machine) == {"0": 100.0}
