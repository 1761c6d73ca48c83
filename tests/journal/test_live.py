"""What is written into a live journal is read back, once and in order."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from decimal import Decimal
from pathlib import Path

import pytest

from runner.journal.live import IntentState, JournalError, LiveJournal
from runner.journal.live_schema import APPEND_ONLY
from tests.journal.live_cases import execution, one_of_each


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[LiveJournal]:
    """An empty journal in a folder that is made for it."""
    with LiveJournal.open(tmp_path / "state" / "a" / "journal.db", account="a") as opened:
        yield opened


def again(journal: LiveJournal) -> LiveJournal:
    """The same journal after a restart."""
    journal.close()
    return LiveJournal.open(journal.store.name, account="a")


def test_what_the_machine_was_told_comes_back_byte_for_byte(journal: LiveJournal) -> None:
    """Also beyond one page, in order, and after a number."""
    payloads = [bytes([number % 256, 0, 255]) for number in range(2_500)]
    with journal.batch():
        numbers = [journal.told(10 * number, number % 5, payload) for number, payload in enumerate(payloads)]
    assert numbers == list(range(1, 2_501))
    with again(journal) as reopened:
        assert [row[3] for row in reopened.all_told()] == payloads
        assert next(reopened.all_told(2_499)) == (2_500, 24_990, 2_499 % 5, payloads[-1])
        assert reopened.told(1, 1, b"next") == 2_501


def test_the_last_snapshot_counts(journal: LiveJournal) -> None:
    """None before the first; then the newest with the record it was taken after."""
    assert journal.last_snapshot() is None
    journal.snapshot(1, b"old")
    journal.snapshot(7, b"new")
    assert journal.last_snapshot() == (7, b"new")


def test_a_batch_that_fails_leaves_nothing(journal: LiveJournal) -> None:
    """Neither rows of the inner batch nor a number that is given anew stay behind."""
    journal.told(1, 1, b"kept")
    with pytest.raises(ZeroDivisionError):
        half_a_batch(journal)
    assert [row[3] for row in journal.all_told()] == [b"kept"]
    assert journal.intent_of("c1") is None
    assert journal.told(2, 1, b"next") == 2
    assert journal.counter("order") == 1


def half_a_batch(journal: LiveJournal) -> float:
    """A batch with a batch in it that does not come to its end."""
    with journal.batch():
        with journal.batch():
            one_of_each(journal)
        return 1 / 0


def test_an_intent_is_open_until_it_ends(journal: LiveJournal) -> None:
    """The step that was written last is its state; the request comes back with its digits as text."""
    journal.intent("c1", 3, "BTCUSDT", "entry", "p1", {"price": Decimal("1.50")})
    journal.intent("c2", 4, "ETHUSDT", "target", "p1", {})
    journal.step("c1", 5, "unknown", detail="timeout")
    seen = journal.intent_of("c1")
    assert seen is not None
    assert (seen.state, seen.state_ms, seen.detail, seen.request) == (IntentState.UNKNOWN, 5, "timeout", {"price": "1.50"})
    assert [intent.client_order_id for intent in journal.open_intents()] == ["c1", "c2"]
    journal.step("c1", 6, "filled", "o1")
    assert [intent.client_order_id for intent in journal.open_intents()] == ["c2"]
    assert [step.state for step in journal.steps() if step.client_order_id == "c1"] == ["intended", "unknown", "filled"]
    assert [intent.order_id for intent in journal.intents()] == ["o1", ""]


@pytest.mark.parametrize("state", list(IntentState))
def test_which_states_are_final(journal: LiveJournal, state: IntentState) -> None:
    """Rejected, absent, filled and cancelled are; of everything else something may still come."""
    journal.intent("c1", 1, "BTCUSDT", "entry", "", {})
    journal.step("c1", 2, state)
    assert (journal.open_intents() == []) == (state in {"rejected", "absent", "filled", "cancelled"})


def test_a_client_order_id_is_used_once(journal: LiveJournal) -> None:
    """The second intent of that id is refused before anything can be sent."""
    journal.intent("c1", 1, "BTCUSDT", "entry", "", {})
    with pytest.raises(JournalError, match="never used, was 'c1'"):
        journal.intent("c1", 2, "BTCUSDT", "entry", "", {})
    assert len(journal.steps()) == 1


def test_an_execution_counts_once(journal: LiveJournal) -> None:
    """The same execution told again by stream and by asking is known; its digits come back."""
    assert journal.last_fill_ms() == 0
    assert journal.fill(execution(), 2_000, "p1", "stop")
    assert not journal.fill(execution(), 3_000, "p1", "stop")
    assert journal.fill(execution(2, 5_000), 6_000, "p1", "stop")
    assert [(row.fill, row.time_ms) for row in journal.fills()] == [(execution(), 2_000), (execution(2, 5_000), 6_000)]
    assert [row.fill.execution_id for row in journal.fills(5_000)] == ["e2"]
    assert journal.last_fill_ms() == 5_000
    assert [row.fill.execution_id for row in journal.fills_of("c1")] == ["e1", "e2"]
    assert journal.fills_of("c2") == []


def test_notes_come_back_by_kind(journal: LiveJournal) -> None:
    """All of them in order, or those of one kind."""
    journal.note(1, "reconnect", {"channel": "private"})
    journal.note(2, "deposit", {"change": Decimal(5)})
    assert [note.kind for note in journal.notes()] == ["reconnect", "deposit"]
    assert journal.notes("deposit")[0].detail == {"change": "5"}
    assert [note.kind for note in journal.notes(since_ms=2)] == ["deposit"]


def test_the_last_value_counts(journal: LiveJournal) -> None:
    """Setting a value leaves the ones before it written."""
    assert journal.meta("config") is None
    journal.set_meta("config", "one")
    journal.set_meta("config", "two")
    assert journal.meta("config") == "two"


def test_a_number_is_never_given_twice(journal: LiveJournal) -> None:
    """Each name counts for itself, on from where it stood before a restart."""
    assert [journal.counter("order"), journal.counter("order"), journal.counter("batch")] == [1, 2, 1]
    with again(journal) as reopened:
        assert reopened.counter("order") == 3


@pytest.mark.parametrize("table", [table.name for table in APPEND_ONLY])
@pytest.mark.parametrize("change", ["UPDATE {} SET id = id + 100", "DELETE FROM {}"])
def test_what_is_written_stays(journal: LiveJournal, table: str, change: str) -> None:
    """The file itself refuses changes and deletions, whoever asks."""
    one_of_each(journal)
    with closing(sqlite3.connect(journal.store.name)) as stranger, pytest.raises(sqlite3.IntegrityError, match="append-only"):
        stranger.execute(change.format(table))


def test_a_second_writer_is_found_out(journal: LiveJournal) -> None:
    """Two processes that tell one machine would mix two orders of events."""
    with LiveJournal.open(journal.store.name, account="a") as other:
        other.told(1, 1, b"theirs")
        with pytest.raises(JournalError, match="UNIQUE"):
            journal.told(1, 1, b"ours")
    assert [row[3] for row in journal.all_told()] == [b"theirs"]


def test_a_reader_reads_beside_the_writer(journal: LiveJournal) -> None:
    """Reading does not wait for a transaction under way, sees what is committed, and cannot write."""
    journal.told(1, 1, b"kept")
    with journal.batch():
        journal.told(2, 1, b"not yet")
        with LiveJournal.open(journal.store.name, account="a", read_only=True) as reader:
            assert [row[3] for row in reader.all_told()] == [b"kept"]
            with pytest.raises(JournalError, match="readonly"):
                reader.note(1, "x", {})


@pytest.mark.parametrize(("durable", "level"), [("power_loss", 2), ("crash", 1)])
def test_what_a_commit_survives_is_a_switch(tmp_path: Path, durable: str, level: int) -> None:
    """Write-ahead log always; each commit reaches the disk only where a power loss is to be survived."""
    with LiveJournal.open(tmp_path / "j.db", account="a", durable=durable) as journal, journal.store.transaction() as connection:  # type: ignore[arg-type]
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == level
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
