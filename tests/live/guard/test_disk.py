"""A disk that takes nothing for a while: told once, and nothing is missing afterwards."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from runner.live.guard.disk import Disk
from runner.live.guard.peaks import Entry, entries
from runner.live.state import halts, last_beat
from runner.model.trading import Origin
from tests.live.guard.test_guard import Guarded, guarded

__all__ = ["guarded"]


def line(number: int) -> Entry:
    """A line of the record."""
    return Entry(at_ms=number, kind="mark", facts={"balance": float(number), "equity": float(number)})


def test_lines_that_were_missed_are_written_in_their_order(tmp_path: Path) -> None:
    """A folder stands where the file should; once it is gone everything is there, and both are told once."""
    said: list[str] = []
    file = tmp_path / "guard.peaks"
    disk = Disk(file, said.append)
    disk.note(line(1))
    file.unlink()
    file.mkdir()
    for number in (2, 3):
        disk.note(line(number))
    assert len(said) == 1
    assert "guarding goes on: the record of peaks" in said[0]
    assert str(file) in disk.line
    file.rmdir()
    disk.catch_up()
    assert [each.at_ms for each in entries(file) or ()] == [2, 3]
    assert (said[1:], disk.line) == (["written again: the record of peaks"], "")


def test_a_line_that_a_full_disk_has_cut_short_spoils_nothing(tmp_path: Path) -> None:
    """The rest of it is taken off before the next try."""
    file = tmp_path / "guard.peaks"
    disk = Disk(file, lambda _text: None)
    disk.note(line(1))
    disk.failing["record of peaks"] = "No space left on device"
    with file.open("ab") as stream:
        stream.write(b"0123abcd [2,")
    disk.note(line(2))
    assert [each.at_ms for each in entries(file) or ()] == [1, 2]


def test_a_peak_that_was_seen_while_the_disk_was_full_is_not_forgotten(guarded: Guarded) -> None:
    """It is written when the disk takes lines again; a guard that starts then knows the floor that hangs from it."""
    file = guarded.ward.state.peaks
    kept = file.rename(file.with_name("kept"))
    file.mkdir()
    guarded.venue.order(quantity="100", stop=None)
    guarded.venue.exchange.price("BTCUSDT", "103")
    rounds = [guarded.tick() for _ in range(3)]
    assert all(str(file) in each.line() for each in rounds)
    assert sum("not written" in text for text in guarded.said) == 1
    file.rmdir()
    kept.rename(file)
    guarded.venue.exchange.price("BTCUSDT", "102")
    assert guarded.tick().unwritten == ""
    view = guarded.again().tick().view
    assert view is not None
    assert view.floors[0].level >= 9_780


def test_a_halt_that_is_not_written_stands_all_the_same(guarded: Guarded) -> None:
    """Entries are withdrawn each round though no file says so; it is told once, and written when the disk takes it."""
    guarded.venue.order(stop=None)
    guarded.ward.state.peaks.unlink()
    guarded.ward.state.halts.write_text("a file stands where the folder should")
    blind = guarded.again()
    blind.tick()
    guarded.venue.limit("90", symbol="ETHUSDT")
    for _ in range(3):
        blind.tick()
    assert not [each for each in guarded.venue.desk.open_orders() if not each.reduce_only and each.origin is Origin.USER]
    assert sum("the halt (" in text for text in blind.said) == 1
    guarded.ward.state.halts.unlink()
    blind.tick()
    assert halts(guarded.ward.state, guarded.venue.now_ms)
    assert sum("written again: the halt" in text for text in blind.said) == 1


def test_a_sign_of_life_is_told_once(guarded: Guarded) -> None:
    """Lost, and there again."""
    beat = guarded.ward.state.heartbeat("guard")
    beat.unlink()
    beat.mkdir()
    (beat / "in the way").touch()
    for _ in range(3):
        assert guarded.tick().unwritten
    (beat / "in the way").unlink()
    beat.rmdir()
    guarded.tick()
    assert [text.split("  ")[1].split(" (")[0] for text in guarded.said] == [
        "not written, guarding goes on: the sign of life",
        "written again: the sign of life",
    ]
    assert last_beat(replace(guarded.ward.state), "guard") is not None
