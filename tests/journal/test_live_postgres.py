"""The live journal in PostgreSQL, against a server that is started for it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import text

from runner.journal.live import JournalError, LeaseError, LiveJournal
from runner.journal.live_schema import APPEND_ONLY
from tests.journal.live_cases import execution, one_of_each, swallowing
from tests.postgres import postgres


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """A new server; its URL."""
    with postgres() as url:
        yield url


@pytest.fixture
def address(server: str) -> Iterator[str]:
    """The server, emptied of the accounts that a test has made."""
    yield server
    with LiveJournal.open(server, account="z") as journal, journal.store.transaction() as connection:
        found = connection.execute(text("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'runner_%'")).scalars().all()
        for name in found:
            connection.execute(text(f'DROP SCHEMA "{name}" CASCADE'))


def test_everything_comes_back_after_a_restart(address: str) -> None:
    """Bytes, digits, states and numbers, as from a file."""
    with LiveJournal.open(address, account="hyro-2.step") as journal:
        one_of_each(journal)
        journal.step("c1", 9, "filled", "o1")
    with LiveJournal.open(address, account="hyro-2.step") as journal:
        assert list(journal.all_told()) == [(1, 1, 2, b"\x00\xff")]
        assert journal.last_snapshot() == (1, b"ledger")
        assert journal.open_intents() == []
        assert [row.fill for row in journal.fills()] == [execution()]
        assert not journal.fill(execution(), 9, "p1", "entry")
        assert (journal.counter("order"), journal.meta("config"), journal.told(2, 2, b"")) == (2, "abc", 2)


def test_accounts_share_a_server_and_nothing_else(address: str) -> None:
    """Each has its own rows and its own numbers."""
    with LiveJournal.open(address, account="a") as one, LiveJournal.open(address, account="b") as two:
        one_of_each(one)
        assert two.notes() == []
        assert two.counter("order") == 1


def test_a_batch_that_fails_leaves_nothing(address: str) -> None:
    """Also where a failure inside it was swallowed."""
    with LiveJournal.open(address, account="a") as journal:
        with pytest.raises(JournalError, match="failed before"):
            swallowing(journal)
        assert journal.notes() == []
        with pytest.raises(JournalError, match="never used"):
            twice(journal)
        assert journal.fills() == []


def twice(journal: LiveJournal) -> None:
    """A batch whose second half uses an id again."""
    with journal.batch():
        one_of_each(journal)
        one_of_each(journal)


@pytest.mark.parametrize("table", [table.name for table in APPEND_ONLY])
@pytest.mark.parametrize("change", ["UPDATE {} SET id = id + 100", "DELETE FROM {}", "TRUNCATE {}"])
def test_what_is_written_stays(address: str, table: str, change: str) -> None:
    """The server itself refuses changes and deletions."""
    with LiveJournal.open(address, account="a") as journal:
        one_of_each(journal)
        with pytest.raises(JournalError, match="append-only"), journal.store.transaction() as connection:
            connection.execute(text(change.format(f"runner_a.{table}")))
        assert journal.meta("config") == "abc"


def test_a_newer_version_is_refused_without_the_password(address: str) -> None:
    """One line, with the place and not the secret."""
    with LiveJournal.open(address, account="a") as journal:
        journal.set_meta("schema", "9")
    with pytest.raises(JournalError, match=r"newer version of the runner \(schema 9") as caught:
        LiveJournal.open(address, account="a")
    assert "hush" not in str(caught.value)


@pytest.mark.parametrize(("durable", "setting"), [("power_loss", "on"), ("crash", "off")])
def test_what_a_commit_survives_is_a_switch(address: str, durable: str, setting: str) -> None:
    """The server waits for the disk only where a power loss is to be survived."""
    with LiveJournal.open(address, account="a", durable=durable) as journal, journal.store.transaction() as connection:  # type: ignore[arg-type]
        assert connection.execute(text("SHOW synchronous_commit")).scalar() == setting


def test_a_second_bot_is_refused(address: str) -> None:
    """Two hosts share the journal; whoever came first is named."""
    with LiveJournal.open(address, account="a") as one, LiveJournal.open(address, account="a") as two:
        one.lease("first", ["BTCUSDT"], 1_000, 60_000)
        with pytest.raises(LeaseError, match="traded by first"):
            two.lease("second", ["BTCUSDT"], 1_000, 60_000)


def test_a_lost_connection_is_opened_anew(address: str) -> None:
    """The call that met it fails in one line, the next one works, nothing committed is lost."""
    with LiveJournal.open(address, account="a") as journal, LiveJournal.open(address, account="b") as other:
        journal.told(1, 1, b"kept")
        with other.store.transaction() as connection:
            mine = text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'"
            )
            connection.execute(mine)
        with pytest.raises(JournalError):
            journal.told(2, 1, b"lost")
        assert journal.told(2, 1, b"next") == 2
        assert [row[3] for row in journal.all_told()] == [b"kept", b"next"]


def test_a_long_name_is_refused(server: str) -> None:
    """PostgreSQL would cut it, and two accounts might share a journal."""
    with pytest.raises(JournalError, match="at most 56 letters"):
        LiveJournal.open(server, account="a" * 57)
