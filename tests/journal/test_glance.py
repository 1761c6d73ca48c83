"""A look at a journal from outside."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

from runner.journal.glance import Glance
from runner.journal.live import JournalError, LiveJournal

MINUTE = 60_000


@pytest.fixture
def journal(tmp_path: Path) -> Path:
    """A thousand marks a minute apart, something else after every third, and an order after every hundredth."""
    file = tmp_path / "journal.db"
    with LiveJournal.open(file, account="mine") as made, made.batch():
        for number in range(1000):
            made.note(number * MINUTE, "mark", {"number": number})
            if number % 3 == 0:
                made.note(number * MINUTE, "stream", {"number": number})
            if number % 100 == 0:
                made.intent(f"o{number}", number * MINUTE, "BTCUSDT", "entry", str(number), {"quantity": "1"})
                made.step(f"o{number}", number * MINUTE + 1, "filled")
    return file


@pytest.mark.parametrize(("since", "most", "numbers"), [(990, 50, range(990, 1000)), (0, 1000, range(1000)), (2000, 10, range(0))])
def test_marks_from_an_instant_on(journal: Path, since: int, most: int, numbers: range) -> None:
    """Every one of them where they are few enough, the first at that instant itself."""
    with Glance(journal, account="mine") as glance:
        found = glance.marks(since * MINUTE, max(most, 1400))
    assert [each.detail["number"] for each in found] == list(numbers)


def test_many_marks_are_thinned_evenly_and_keep_both_ends(journal: Path) -> None:
    """No more than asked for and one, in order, from the first to the newest, with no long hole."""
    with Glance(journal, account="mine") as glance:
        found = [each.detail["number"] for each in glance.marks(100 * MINUTE, 50)]
    assert (found[0], found[-1]) == (100, 999)
    assert 40 <= len(found) <= 51
    assert max(after - before for before, after in pairwise(found)) <= 30
    with Glance(journal, account="mine") as glance:
        assert 450 <= len(glance.marks(0, 900)) <= 901  # a few too many halve them
        assert glance.marks(101 * MINUTE, 50)[0].detail["number"] == 101
        assert {each.kind for each in glance.marks(0, 50)} == {"mark"}  # the newest note is none


def test_what_else_happened_newest_first(journal: Path) -> None:
    """Marks are left out; no more than asked for."""
    with Glance(journal, account="mine") as glance:
        found = glance.notes(500 * MINUTE, 3)
        every = glance.notes(990 * MINUTE, 100)
    assert [(each.kind, each.detail["number"]) for each in found] == [("stream", 999), ("stream", 996), ("stream", 993)]
    assert [each.detail["number"] for each in every] == [999, 996, 993, 990]


def test_marks_of_bars_that_closed_long_before_hide_nothing(tmp_path: Path) -> None:
    """A bot that starts at noon marks the daily bar of midnight: what else happened around noon is found all the same."""
    file = tmp_path / "journal.db"
    with LiveJournal.open(file, account="mine") as made:
        made.note(720 * MINUTE, "stream", {"number": 1})
        made.note(0, "mark", {})
        made.note(0, "mark", {})
        made.note(721 * MINUTE, "stream", {"number": 2})
    with Glance(file, account="mine") as glance:
        assert [each.detail["number"] for each in glance.notes(700 * MINUTE, 10)] == [2, 1]


def test_orders_with_what_became_of_them(journal: Path) -> None:
    """Newest first, from an instant on."""
    with Glance(journal, account="mine") as glance:
        found = glance.intents(800 * MINUTE, 10)
    assert [(each.plan, each.state.value) for each in found] == [("900", "filled"), ("800", "filled")]


def test_nothing_is_scanned(journal: Path) -> None:
    """Every question is answered through an index: SQLite's own plan of each names no scan of a table that grows."""
    with Glance(journal, account="mine") as glance:
        asked: list[str] = []
        connection = glance.store._connection()
        raw = connection.connection.driver_connection
        assert raw is not None
        raw.set_trace_callback(asked.append)
        glance.marks(0, 50)
        glance.marks(900 * MINUTE, 50)
        glance.notes(900 * MINUTE, 5)
        glance.intents(900 * MINUTE, 5)
        raw.set_trace_callback(None)
        plans = [row[3] for words in asked if words.startswith(("SELECT", "WITH")) for row in raw.execute(f"EXPLAIN QUERY PLAN {words}")]
    assert len(plans) > 30
    assert [plan for plan in plans if plan.startswith("SCAN") and plan.split()[1] in {"note", "intent", "step", "beside", "newest"}] == []


def test_a_journal_that_is_written_to_is_seen_as_it_grows(journal: Path) -> None:
    """Looking keeps nobody from writing, and the next look sees what was written."""
    with LiveJournal.open(journal, account="mine") as writer, Glance(journal, account="mine") as glance:
        assert len(glance.marks(999 * MINUTE, 5)) == 1
        writer.note(1000 * MINUTE, "mark", {"number": 1000})
        assert [each.detail["number"] for each in glance.marks(999 * MINUTE, 5)] == [999, 1000]


def test_what_is_not_there_is_one_line(tmp_path: Path) -> None:
    """And nothing is made by looking."""
    with pytest.raises(JournalError, match=r"the journal of mine cannot be used"):
        Glance(tmp_path / "journal.db", account="mine")
    assert list(tmp_path.iterdir()) == []
