"""A live journal that cannot be used says so in one line, and nothing that was committed is lost."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import closing
from pathlib import Path

import pytest

from runner.journal.live import JournalError, LiveJournal
from runner.journal.live_store import DiskError, refusal_of
from tests.journal.live_cases import one_of_each, swallowing


def file_of(folder: Path) -> Path:
    """A journal with a row in every table."""
    path = folder / "journal.db"
    with LiveJournal.open(path, account="a") as journal:
        one_of_each(journal)
    return path


def refusal(path: Path | str, *, read_only: bool = False) -> str:
    """How opening it is refused: one title, one line."""
    with pytest.raises(JournalError) as caught:
        LiveJournal.open(path, account="a", read_only=read_only)
    assert len(caught.value.problems) == 1
    return str(caught.value.problems[0].message)


def test_a_newer_version_is_refused(tmp_path: Path) -> None:
    """What a newer version wrote is not understood, so it is left alone."""
    path = file_of(tmp_path)
    with LiveJournal.open(path, account="a") as journal:
        journal.set_meta("schema", "2")
    before = path.read_bytes()
    assert refusal(path) == "it was written by a newer version of the runner (schema 2, this one knows 1)"
    assert path.read_bytes() == before


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    """Text is not taken for a journal, nor overwritten."""
    (tmp_path / "journal.db").write_text("hello" * 1000)
    assert "not a database" in refusal(tmp_path / "journal.db")
    assert (tmp_path / "journal.db").read_text().startswith("hello")


def test_another_database_is_refused(tmp_path: Path) -> None:
    """A database of somebody else gets no tables of ours."""
    with closing(sqlite3.connect(tmp_path / "other.db")) as other:
        other.execute("CREATE TABLE theirs (x)")
    assert refusal(tmp_path / "other.db") == "this is no live journal"


def test_a_damaged_file_is_refused(tmp_path: Path) -> None:
    """A page of rubbish in the middle is found when the journal is opened."""
    path = tmp_path / "journal.db"
    with LiveJournal.open(path, account="a") as journal, journal.batch():
        for number in range(500):
            journal.told(number, 1, b"x" * 500)
    content = bytearray(path.read_bytes())
    content[len(content) // 2 : len(content) // 2 + 20_000] = b"\xa5" * 20_000
    path.write_bytes(bytes(content))
    assert "damaged" in refusal(path) or "malformed" in refusal(path)


def test_a_full_disk_loses_nothing(tmp_path: Path) -> None:
    """The batch that did not fit is not there at all; when there is room again it is written."""
    with LiveJournal.open(tmp_path / "journal.db", account="a") as journal:
        journal.told(1, 1, b"kept")
        with journal.store.transaction() as connection:
            pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
            connection.exec_driver_sql(f"PRAGMA max_page_count = {pages + 1}")
        with pytest.raises(JournalError, match="full"):
            told_together(journal, b"x" * 100, b"x" * 100_000)
        assert [row[3] for row in journal.all_told()] == [b"kept"]
        with journal.store.transaction() as connection:
            connection.exec_driver_sql("PRAGMA max_page_count = 1000000")
        assert journal.told(2, 1, b"x" * 100_000) == 2


def told_together(journal: LiveJournal, *payloads: bytes) -> None:
    """Several records in one transaction."""
    with journal.batch():
        for payload in payloads:
            journal.told(1, 1, payload)


def test_a_swallowed_failure_spoils_its_batch(tmp_path: Path) -> None:
    """A batch of which a part failed is not kept, even where its caller goes on."""
    with LiveJournal.open(tmp_path / "journal.db", account="a") as journal:
        with pytest.raises(JournalError, match="failed before"):
            swallowing(journal)
        assert journal.notes() == []


READ_ONLY = """
import os, sys, tempfile
from runner.journal.live import LiveJournal
from runner.journal.live_store import DiskError
with tempfile.TemporaryDirectory() as folder:
    LiveJournal.open(folder + "/journal.db", account="a").close()
if os.geteuid() == 0:
    os.setuid(65534)
try:
    with LiveJournal.open(sys.argv[1], account="a") as journal:
        journal.note(1, "x", {})
except DiskError as error:
    print(error)
"""


def test_a_folder_that_cannot_be_written_is_named() -> None:
    """Someone without rights hears it in one line; what is there stays readable for its owner."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        path = file_of(folder)
        for made in folder.iterdir():
            made.chmod(0o444)
        folder.chmod(0o555)
        told = subprocess.run([sys.executable, "-c", READ_ONLY, str(path)], capture_output=True, text=True, check=True)
        folder.chmod(0o755)
        path.chmod(0o644)
        assert told.stdout == f"the journal of a cannot be used\n  {path}  cannot be written: Permission denied\n"
        with LiveJournal.open(path, account="a") as journal:
            assert journal.counter("order") == 2


def test_a_folder_in_the_place_of_the_file_is_named(tmp_path: Path) -> None:
    """What the system says, not what the database makes of it; a journal that is there and sound is no matter of the disk."""
    (tmp_path / "journal.db").mkdir()
    with pytest.raises(DiskError, match="cannot be written: Is a directory"):
        LiveJournal.open(tmp_path / "journal.db", account="a")
    assert refusal_of(file_of(tmp_path / "other")) == ""


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    """A file stands where the folder should."""
    (tmp_path / "state").write_text("")
    assert refusal(tmp_path / "state" / "a" / "journal.db") == "its folder cannot be made: Not a directory"


def test_a_reader_makes_nothing(tmp_path: Path) -> None:
    """A journal that is not there is not made by looking at it."""
    assert "unable to open" in refusal(tmp_path / "journal.db", read_only=True)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("address", ["mysql://me:hush@here/there", "nonsense://me:hush@here"])
def test_an_address_that_is_none_is_refused_without_its_password(address: str) -> None:
    """Expected forms are named, the address is not repeated."""
    said = refusal(address)
    assert "postgresql://USER:PASSWORD@HOST/DATABASE" in said
    assert "hush" not in said


def test_a_server_that_does_not_answer_is_named_without_its_password() -> None:
    """Nothing listens on port 9 here."""
    with pytest.raises(JournalError) as caught:
        LiveJournal.open("postgresql://me:hush@127.0.0.1:9/x", account="a")
    assert "127.0.0.1:9" in str(caught.value)
    assert "hush" not in str(caught.value)


KILLED = """
import os, signal, sys
from runner.journal.live import LiveJournal
journal = LiveJournal.open(sys.argv[1], account="a")
for number in range(1000):
    if number == 300:
        with journal.batch():
            journal.told(1, 1, b"half a batch")
            os.kill(os.getpid(), signal.SIGKILL)
    journal.intent(f"c{number}", number, "BTCUSDT", "entry", "", {})
"""


def test_what_was_committed_survives_kill_9(tmp_path: Path) -> None:
    """Every intent that was written is there, nothing of the batch under way is."""
    told = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path / "journal.db")], check=False)
    assert told.returncode == -signal.SIGKILL
    with LiveJournal.open(tmp_path / "journal.db", account="a") as journal:
        assert len(journal.open_intents()) == 300
        assert list(journal.all_told()) == []
