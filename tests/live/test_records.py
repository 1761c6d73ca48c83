"""What an account has gone through: lines that are only added, and one hash for one configuration wherever it runs."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from runner.build import build
from runner.compose import compose
from runner.live.records import Record, file_of, keep, practice_hash, records
from runner.model.bot import Bot
from runner.model.errors import UnwritableError

ONE = Record(kind="rehearsal", account="mine", strategy="fvg", config_hash="abc", at_ms=5, passed=True, detail={"bars": 500})
WRITER = """
import sys
from pathlib import Path
from runner.live.records import Record, keep
print("ready", flush=True)
for n in range(1_000_000):
    keep(Path(sys.argv[1]), Record(kind="halt", account="mine", at_ms=n, passed=True, detail={"why": "x" * 2_000}))
"""


def bot(*words: str) -> Bot:
    """A bot of a shipped strategy and account."""
    return build(compose(["+strategy=ema_cross", "+account=hyro_2step", *words]))


def test_records_are_read_as_they_were_kept(tmp_path: Path) -> None:
    """In order, by kind; none of an account that has gone through nothing."""
    other = replace(ONE, kind="halt", strategy="", config_hash="", at_ms=7, passed=False)
    assert records(tmp_path, "mine") == []
    for each in (ONE, other):
        keep(tmp_path, each)
    assert records(tmp_path, "mine") == [ONE, other]
    assert records(tmp_path, "mine", "halt") == [other]
    assert records(tmp_path, "yours") == []


def test_a_torn_line_costs_itself_alone(tmp_path: Path) -> None:
    """Cut short at every byte: what was before is read, and so is what is added afterwards."""
    keep(tmp_path, ONE)
    file = file_of(tmp_path, "mine")
    whole = file.read_bytes()
    for cut in range(1, len(whole)):
        file.write_bytes(whole + whole[:cut])
        assert records(tmp_path, "mine")[:1] == [ONE]
        keep(tmp_path, replace(ONE, at_ms=9))
        assert [each.at_ms for each in records(tmp_path, "mine")][-1] == 9
        assert len(records(tmp_path, "mine")) in (2, 3)


FULL = """
import resource, signal, sys
from pathlib import Path
from runner.live.records import Record, file_of, keep
from runner.live.state import state_of, written
from runner.model.errors import UnwritableError
home, one = Path(sys.argv[1]), Record(kind="halt", account="mine", at_ms=1, passed=True)
keep(home, one)
size = file_of(home, "mine").stat().st_size
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (size + 20, size + 20))
for write in (lambda: keep(home, one), lambda: written(state_of(home, "mine").root / "x.json", "x" * 1000)):
    try:
        write()
    except UnwritableError as error:
        print(error.problems[0].message)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="the size of files cannot be limited there")
def test_a_disk_that_fills_up_in_the_middle_is_said(tmp_path: Path) -> None:
    """A part of a line is no record, a part of a file no file: both are refused aloud, and no scraps stay."""
    done = subprocess.run([sys.executable, "-c", FULL, str(tmp_path)], capture_output=True, text=True, check=True)
    assert len(done.stdout.splitlines()) == 2
    assert [each.at_ms for each in records(tmp_path, "mine")] == [1]
    assert list((tmp_path / "state" / "mine").iterdir()) == []


def test_lines_of_later_versions_are_passed_over(tmp_path: Path) -> None:
    """Another kind, another field, no object at all."""
    keep(tmp_path, ONE)
    with file_of(tmp_path, "mine").open("a") as stream:
        stream.write('{"kind":"exam","account":"mine","at_ms":1,"passed":true}\n{"kind":"halt","moon":1}\n[1]\n\xff\n')
    keep(tmp_path, ONE)
    assert records(tmp_path, "mine") == [ONE, ONE]


@pytest.mark.skipif(sys.platform == "win32", reason="kills as POSIX does")
def test_a_kill_loses_at_most_the_line_being_written(tmp_path: Path) -> None:
    """Every record up to the last is whole, without a gap."""
    for _ in range(3):
        seen = len(records(tmp_path, "mine"))
        process = subprocess.Popen([sys.executable, "-c", WRITER, str(tmp_path)], stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        with process, process.stdout:
            process.stdout.readline()
            while len(records(tmp_path, "mine")) < seen + 5:
                pass
            os.kill(process.pid, signal.SIGKILL)
        added = records(tmp_path, "mine")[seen:]
        assert [each.at_ms for each in added] == list(range(len(added)))


def test_a_disk_that_refuses(tmp_path: Path) -> None:
    """One line instead of a traceback."""
    (tmp_path / "state").touch()
    with pytest.raises(UnwritableError, match="cannot be written"):
        keep(tmp_path, ONE)


@pytest.mark.parametrize(
    ("words", "equal"),
    [
        (["mode=rehearse", "mode.bars=60"], True),
        (["mode=live"], True),
        (["account.venue.endpoint='http://127.0.0.1:9'"], True),
        (["account.name=other", "account.secrets.key=ELSE"], True),
        (["account.venue.environment=live"], True),
        (["source.root=/tmp"], True),
        (["strategy.entry.fast=3"], False),
        (["account.house.daily.rungs.stop.at=0.03"], False),
        (["account.phase=funded"], False),
        (["account.venue.leverage=5"], False),
        (["account.gate.margin_fraction=0.1"], False),
    ],
)
def test_one_configuration_has_one_hash(words: list[str], equal: bool) -> None:
    """How, where and as whom it runs does not count; what is traded under which rules does."""
    assert (practice_hash(bot(*words)) == practice_hash(bot())) is equal
