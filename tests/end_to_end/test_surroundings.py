"""Folders, files, terminals and signals as real machines have them: one clear line or a correct result, never a traceback."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import runner
from runner.failure import INTERRUPTED, status
from runner.machine import cache
from tests.command import command, written

ROOT = Path(runner.__file__).resolve().parent.parent
WORDS = ("strategy=ema_cross", "account=no_limits")
OURS = "defaults: [shipped/own_money, _self_]\n"


def started(*words: str, folder: Path, environment: dict[str, str] | None = None, out: int = subprocess.PIPE) -> subprocess.Popen[str]:
    """The command in a process of its own, in `folder`."""
    return subprocess.Popen(
        [sys.executable, "-c", "from runner.cli import main; main()", *words],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), **(environment or {})},
        stdout=out,
        stderr=subprocess.PIPE,
        text=True,
    )


def left(folder: Path) -> list[str]:
    """Every file below a folder."""
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


@pytest.mark.parametrize("place", ["/proc/nowhere", "file", "file/below/it"])
def test_a_folder_that_cannot_be_made_is_named(place: str, tmp_path: Path) -> None:
    """mode.output where nothing can be written: refused, and nothing else is touched."""
    home = written(tmp_path, {"file": "precious"})
    ran = command(*WORDS, f"mode.output={place}", home=home)
    assert (ran.status, ran.out) == (2, "")
    assert place in ran.err
    assert ran.err.count("\n") == 2
    assert left(home) == ["file"]


def test_a_sweep_says_the_same_of_its_folder(tmp_path: Path) -> None:
    """A sweep whose folder cannot be made."""
    ran = command("-m", "strategy=ema_cross", "account=no_limits,own_money", "hydra.sweep.dir=file/x", home=written(tmp_path, {"file": ""}))
    assert ran.status == 2
    assert "file/x  Not a directory" in ran.err


def test_outputs_that_is_a_file_is_named(tmp_path: Path) -> None:
    """The default place is taken by a file."""
    ran = command(*WORDS, home=written(tmp_path, {"outputs": "precious"}))
    assert (ran.status, ran.out) == (2, "")
    assert "outputs/no_limits/ema_cross/" in ran.err
    assert (tmp_path / "outputs").read_text(encoding="utf-8") == "precious"


def test_a_finished_run_is_never_overwritten(tmp_path: Path) -> None:
    """The second run into the same folder is refused; the first one's files stay byte for byte."""
    assert command(*WORDS, "mode.output=run", "mode.quiet=true", home=tmp_path).status == 0
    before = {path.name: path.read_bytes() for path in (tmp_path / "run").iterdir()}
    ran = command(*WORDS, "mode.output=run", home=tmp_path)
    assert (ran.status, ran.out) == (2, "")
    assert "already holds" in ran.err
    assert {path.name: path.read_bytes() for path in (tmp_path / "run").iterdir()} == before


@pytest.mark.parametrize("name", ["file", "missing"])
def test_a_home_that_is_no_folder_is_refused(name: str, tmp_path: Path) -> None:
    """RUNNER_HOME names a file, or nothing."""
    ran = command(*WORDS, home=written(tmp_path, {"file": ""}), environment={"RUNNER_HOME": name})
    assert ran.status == 2
    assert ran.err.splitlines()[1].startswith("  RUNNER_HOME  expected a folder, was ")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"a: [1,\nb: }", "is not YAML"),
        (b"- a\n- b\n", "expected a mapping (`key: value` lines), was a list"),
        (b"hello\n", "expected a mapping (`key: value` lines), was text"),
        (b"", "account  is empty: an account says at least what it is made from"),
        (b"# nothing yet\n", "account  is empty: an account says at least what it is made from"),
        (OURS.encode() + b"gate:\n\tenabled: false\n", "is not YAML: line 3: a tab; YAML indents with spaces"),
        (OURS.encode() + b"size: 5.0\nsize: 6.0\n", "account.size  stands here twice (first on line 2)"),
        (OURS.encode() + "name: größe\n".encode("latin-1"), "is not UTF-8 text: line 2 holds the byte 0xf6"),
        ((OURS + "size: 5.0\n").encode("utf-16"), "is not UTF-8 text: line 1 holds the byte 0xff"),
        (b"size: 5\x00\n", "is not YAML"),
        (b"a: 1\n---\nb: 2\n", "is not YAML"),
    ],
)
def test_a_file_that_is_no_account_says_why(content: bytes, said: str, tmp_path: Path) -> None:
    """Whatever stands in the user's YAML: the file, the line where there is one, what was expected."""
    (tmp_path / "accounts").mkdir()
    (tmp_path / "accounts" / "mine.yaml").write_bytes(content)
    ran = command("strategy=ema_cross", "account=mine", "mode=check", home=tmp_path)
    assert (ran.status, ran.out) == (2, "")
    assert ran.err.startswith("accounts/mine.yaml will not run: ")
    assert said in ran.err
    assert all("accounts/mine.yaml" in line for line in ran.err.splitlines())


@pytest.mark.parametrize(
    "content", [OURS.encode() + b"size: 500.0\r\n", b"\xef\xbb\xbf" + (OURS + "size: 500.0\n").encode()], ids=["crlf", "bom"]
)
def test_line_ends_and_marks_of_other_systems_are_read(content: bytes, tmp_path: Path) -> None:
    """Windows' line ends and byte-order mark."""
    (tmp_path / "accounts").mkdir()
    (tmp_path / "accounts" / "mine.yaml").write_bytes(content.replace(b"_self_]\n", b"_self_]\r\n"))
    ran = command("strategy=ema_cross", "account=mine", "--cfg", "job", home=tmp_path)
    assert ran.status == 0
    assert "  size: 500.0\n" in ran.out


def test_a_folder_is_no_account(tmp_path: Path) -> None:
    """accounts/mine.yaml is a folder: not found, and told what it is."""
    ran = command("strategy=ema_cross", "account=mine", home=written(tmp_path, {"accounts/mine.yaml/x": ""}))
    assert ran.status == 2
    assert "there is no account 'mine'; accounts/mine.yaml is a folder, expected a file" in ran.err


def test_names_beyond_plain_letters(tmp_path: Path) -> None:
    """Unquoted, the word is named with what was expected; quoted, the file is found and its bare name refused; with a name it runs."""
    home = written(tmp_path, {"accounts/größe.yaml": OURS.replace("_self_]", "_self_]\nname: größe"), "accounts/ärger.yaml": OURS})
    bare = command("strategy=ema_cross", "account=größe", home=home)
    assert (bare.status, bare.out) == (2, "")
    assert "  account=größe  expected key=value; what is more than plain letters" in bare.err
    named = command("strategy=ema_cross", "account='größe'", home=home)
    assert "account.name  expected a name of letters, digits, '_', '-' and '.', was 'größe'  accounts/größe.yaml:2" in named.err
    assert command("strategy=ema_cross", "account='ärger'", "mode=check", home=home).status == 0


def test_blanks_and_letters_in_paths(tmp_path: Path) -> None:
    """A home, a place for bars and a place for files with blanks and umlauts."""
    home = tmp_path / "mein Ordner ä"
    ran = command(*WORDS, "mode.output='Läufe/eins zwei'", "mode.quiet=true", home=home)
    assert (ran.status, ran.err) == (0, "")
    assert (home / "Läufe" / "eins zwei" / "summary.json").is_file()


@pytest.mark.parametrize("delay", [0.15, 0.45, 0.9])
def test_ctrl_c_leaves_nothing_half_written(delay: float, tmp_path: Path) -> None:
    """SIGINT in the middle: status 130 and one word, or it was over already; a folder with all files or none, never a traceback."""
    process = started("strategy=fvg", "account=hyro_2step", "mode.output=run", folder=tmp_path)
    time.sleep(delay)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=120)
    files = left(tmp_path)
    assert files == [] or "run/summary.json" in files  # it is written last
    if process.returncode == -signal.SIGINT:  # Python's own way out, before it reached the command or after it had left it
        assert "runner/jobs.py" not in err
        return
    assert process.returncode in (0, 130)
    assert process.returncode == 0 or err.splitlines()[-1] == "interrupted"
    assert "Traceback" not in err


def test_a_reader_that_has_gone_is_no_error(tmp_path: Path) -> None:
    """`runner … | head -0`: the files are there, nothing is said."""
    reader, writer = os.pipe()
    os.close(reader)
    process = started(*WORDS, "mode.output=run", folder=tmp_path, out=writer)
    os.close(writer)
    _, err = process.communicate(timeout=120)
    assert process.returncode == 0
    assert "Traceback" not in err
    assert "Exception" not in err
    assert (tmp_path / "run" / "summary.json").is_file()


def test_no_home_and_no_place_to_keep_compiled_code(tmp_path: Path) -> None:
    """HOME unset and caches where nothing can be written: another place is found."""
    blocked = written(tmp_path, {"file": ""}) / "file"
    done = subprocess.run(
        [sys.executable, "-c", "from runner.cli import main; main()", *WORDS, "mode=check"],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "XDG_CACHE_HOME": str(blocked), "COLUMNS": "40"},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_compiled_code_moves_where_it_can_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A cache folder that is a file: the next place is taken."""
    blocked = written(tmp_path, {"file": ""}) / "file"
    monkeypatch.delenv("NUMBA_CACHE_DIR", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(blocked))
    assert cache.folder().is_dir()
    assert not cache.folder().is_relative_to(blocked)


@pytest.mark.parametrize("columns", ["40", "1", "junk"])
def test_a_narrow_terminal_loses_nothing(columns: str, tmp_path: Path) -> None:
    """COLUMNS does not cut what is written to a file."""
    ran = command("strategy=fvg", "account=hyro_2step", "mode.output=run", home=tmp_path / "narrow", environment={"COLUMNS": columns})
    usual = command("strategy=fvg", "account=hyro_2step", "mode.output=run", home=tmp_path / "usual")
    assert ran.status == 0
    first = [line for line in ran.out.splitlines() if not line.startswith(("seconds", "files"))]
    assert first == [line for line in usual.out.splitlines() if not line.startswith(("seconds", "files"))]


def test_ctrl_c_inside_a_callback_is_sent_again(capfd: pytest.CaptureFixture[str]) -> None:
    """Where Python cannot raise, the interrupt is not printed and not lost: it comes once more."""

    class Callback:
        def __del__(self) -> None:
            signal.raise_signal(signal.SIGINT)

    def work() -> int:
        thing = Callback()
        del thing
        for _ in range(1000):
            time.sleep(0.01)
        return 0

    assert status(work) == INTERRUPTED
    assert capfd.readouterr().err == "interrupted\n"
