"""The guard's own file: what is read back is what was written, or it says that it is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from runner.live.guard.peaks import Entry, SpoiltError, append, checksum, entries, heal, set_aside
from runner.model.errors import RunnerError

LINES = [Entry(at_ms=n, kind="mark", facts={"balance": 10_000.1 + n, "equity": 1e4}) for n in range(5)]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A file of five lines in a folder that is made for it."""
    place = tmp_path / "state" / "guard.peaks"
    for line in LINES:
        append(place, line)
    return place


def test_lines_come_back(file: Path) -> None:
    """In order; a file that is not there is something else than an empty one."""
    assert entries(file) == LINES
    assert entries(file.with_name("none")) is None


def test_a_line_cut_short_is_dropped(file: Path) -> None:
    """A crash while writing costs that line; the next one begins on its own."""
    with file.open("ab") as stream:
        stream.write(b"0123")
    assert entries(file) == LINES
    heal(file)
    append(file, LINES[0])
    assert entries(file) == [*LINES, LINES[0]]


@pytest.mark.parametrize("where", range(5))
def test_a_changed_line_spoils_the_file(file: Path, where: int) -> None:
    """A peak that somebody edited, or a disk lost, is not believed."""
    lines = file.read_text().splitlines(keepends=True)
    lines[where] = lines[where].replace("10000.0", "10000.5")
    file.write_text("".join(lines))
    with pytest.raises(SpoiltError, match=f"line {where + 1} is not as it was written"):
        entries(file)
    set_aside(file, 7)
    assert entries(file) is None
    assert file.with_name("guard.peaks.spoilt-7").exists()


def test_a_missing_line_in_the_middle_is_found_by_its_remains(file: Path) -> None:
    """Half a line joined with the next has no checksum of its own."""
    content = file.read_bytes()
    middle = content.index(b"\n") + 10
    file.write_bytes(content[:middle] + content[middle + 20 :])
    with pytest.raises(SpoiltError):
        entries(file)


def test_a_disk_that_takes_nothing_is_named(tmp_path: Path) -> None:
    """A file stands where the folder should."""
    (tmp_path / "state").write_text("")
    with pytest.raises(RunnerError, match="File exists"):
        append(tmp_path / "state" / "guard.peaks", LINES[0])


@pytest.mark.parametrize("text", ['{"a":1}', "[1,2]", '["when","mark",{}]', '[1,"mark",7]', "rubbish"])
def test_a_line_of_another_shape_is_spoilt(file: Path, text: str) -> None:
    """Its checksum is right, what it says is not."""
    with file.open("a") as stream:
        stream.write(f"{checksum(text)} {text}\n")
    with pytest.raises(SpoiltError, match="cannot be used") as caught:
        entries(file)
    assert caught.value.problems[0].message == "line 6 is none that the guard writes"
