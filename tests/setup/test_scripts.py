"""The scripts find an interpreter, say what is missing and lose no time once set up."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TOOLS = ("bash", "cat", "cksum", "dirname", "env", "grep", "ls", "readlink", "sh", "sha256sum")
BASE = vars(sys)["_base_executable"]  # what is meant when the tests run inside an environment
OLD = "#!/bin/sh\nexit 1\n"  # an interpreter below 3.12 leaves the probe with status 1
SHIM = '#!/bin/sh\necho "pyenv: python3.12: command not found" >&2\nexit 127\n'
REAL = f'#!/bin/sh\nexec "{sys.executable}" "$@"\n'
BARE = "#!/bin/sh\necho '3.12 bare /usr/bin/python3.12'\n"


def program(path: Path, text: str) -> Path:
    """An executable script at `path`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    path.chmod(0o755)
    return path


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A home with a PATH of its own that holds the tools of a bare system; spaces in its name."""
    home = tmp_path / "a home"
    (home / "bin").mkdir(parents=True)
    for tool in TOOLS:
        for folder in os.environ["PATH"].split(":"):
            if (Path(folder) / tool).exists():
                (home / "bin" / tool).symlink_to(Path(folder) / tool)
                break
    return home


def setup(home: Path, *arguments: str, script: Path = ROOT / "scripts" / "setup", **extra: str) -> subprocess.CompletedProcess[str]:
    """scripts/setup in a world that consists of `home`."""
    world = {"PATH": str(home / "bin"), "HOME": str(home), **extra}
    return subprocess.run([str(script), *arguments], env=world, capture_output=True, text=True, cwd=home, check=False, timeout=60)


def asked(home: Path, **extra: str) -> str:
    """The interpreter that set-up would use."""
    done = setup(home, "--find-python", script=ROOT / "scripts" / "setup", **extra)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.mark.parametrize("name", ["python3.13", "python3.12", "python3", "python"])
def test_an_interpreter_on_the_path_is_found(place: Path, name: str) -> None:
    """Under any of its usual names."""
    program(place / "bin" / name, REAL)
    assert asked(place) == BASE


def test_the_interpreter_named_by_python_comes_first(place: Path) -> None:
    """A path with spaces in $PYTHON is used as it stands."""
    program(place / "bin" / "python3.13", BARE)
    assert asked(place, PYTHON=str(program(place / "my tools" / "python", REAL))) == BASE


def test_an_unsuitable_python_variable_is_passed_over(place: Path) -> None:
    """The search goes on behind it."""
    program(place / "bin" / "python3", REAL)
    assert asked(place, PYTHON=str(program(place / "old", OLD))) == BASE


def test_broken_shims_and_old_interpreters_are_passed_over(place: Path) -> None:
    """A pyenv shim that fails and an older default hide neither the rest of PATH nor the versions under pyenv."""
    for name in ("python3.13", "python3.12"):
        program(place / "bin" / name, SHIM)
    for name in ("python3", "python"):
        program(place / "bin" / name, OLD)
    program(place / ".pyenv" / "versions" / "3.12.1" / "bin" / "python3.12", REAL)
    assert asked(place) == BASE


def test_a_second_interpreter_of_the_same_name_is_found(place: Path) -> None:
    """The shim stands before the real one on PATH."""
    program(place / "bin" / "python3.12", SHIM)
    program(place / "other bin" / "python3.12", REAL)
    assert asked(place, PATH=f"{place / 'bin'}:{place / 'other bin'}") == BASE


def test_pyenv_may_live_elsewhere(place: Path) -> None:
    """$PYENV_ROOT is searched too."""
    program(place / "py env" / "versions" / "3.13.0" / "bin" / "python3.13", REAL)
    assert asked(place, PYENV_ROOT=str(place / "py env")) == BASE


def test_uv_is_asked_last(place: Path) -> None:
    """What `uv python find` answers is used when nothing else is there."""
    program(place / "bin" / "uv", f'#!/bin/sh\n[ "$2" = find ] && echo "{program(place / "uv python", REAL)}"\n')
    assert asked(place) == BASE


def test_nothing_found_is_one_line_and_status_2(place: Path) -> None:
    """It says what was looked for and what to do; nothing is made."""
    program(place / "bin" / "python3", OLD)
    done = setup(place, "--find-python")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.count("\n") == 1
    assert "no Python 3.12 or 3.13 found" in done.stderr


def test_an_interpreter_that_cannot_make_environments_is_named(place: Path) -> None:
    """Some systems split venv off; the line says which package brings it."""
    program(place / "bin" / "python3.12", BARE)
    done = setup(place, "--find-python")
    assert done.returncode == 2
    assert done.stderr == "set-up: /usr/bin/python3.12 cannot make environments: install its venv package (python3.12-venv), or uv\n"


def test_an_unknown_argument_is_refused(place: Path) -> None:
    """Status 2 and the argument that exists."""
    done = setup(place, "--find-pyhton")
    assert done.returncode == 2
    assert "--find-python" in done.stderr


@pytest.mark.parametrize("word", ["run", "test", "check", "lint", "new-block"])
def test_every_script_stops_when_no_interpreter_is_there(place: Path, word: str) -> None:
    """One line on stderr, status 2, no half-made .venv; through a link and in a path with spaces."""
    clone = fresh(place)
    link = place / "link"
    link.symlink_to(clone / "scripts" / word)
    done = setup(place, script=link)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.count("\n") == 1
    assert not (clone / ".venv").exists()


def fresh(place: Path) -> Path:
    """A clone that has never been set up: scripts and project file only."""
    clone = place / "a clone"
    (clone / "scripts").mkdir(parents=True)
    for path in (ROOT / "scripts").iterdir():
        if path.is_file():
            program(clone / "scripts" / path.name, path.read_text(encoding="utf-8"))
    (clone / "pyproject.toml").write_text((ROOT / "pyproject.toml").read_text(encoding="utf-8"), encoding="utf-8")
    return clone


def pretend(clone: Path, place: Path, settings: str = "version = 3.12.1\n") -> None:
    """A finished set-up of `clone` without its packages: an environment whose `runner` says where and with what it runs."""
    program(clone / ".venv" / "bin" / "python", '#!/bin/sh\necho "$PWD|$*"\n')
    (clone / ".venv" / "pyvenv.cfg").write_text(settings, encoding="utf-8")
    made = subprocess.run(
        ["bash", "-c", '. scripts/setup && fingerprint >"$stamp"'],
        cwd=clone,
        env={"PATH": str(place / "bin"), "HOME": str(place)},
        check=False,
    )
    assert made.returncode == 0


def in_time(place: Path, clone: Path) -> float:
    """Seconds that scripts/run takes to hand over its arguments, seen to arrive."""
    started = time.perf_counter()
    done = setup(place, "+strategy=fvg", "a b", script=clone / "scripts" / "run")
    took = time.perf_counter() - started
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"{place}|{clone}/.venv/bin/runner +strategy=fvg a b\n"
    return took


def test_a_finished_set_up_is_found_done_at_once(place: Path) -> None:
    """The second call adds less than 0.2 s and says nothing; the caller's folder and arguments arrive unchanged."""
    clone = fresh(place)
    pretend(clone, place)
    took = [in_time(place, clone) for _ in range(3)]
    assert min(took) < 0.2


@pytest.mark.parametrize("key", ["version", "version_info"], ids=["made by venv", "made by uv"])
def test_asking_for_the_version_that_is_there_changes_nothing(place: Path, key: str) -> None:
    """$PYTHON of the same version as .venv is content with it; another version makes it anew."""
    clone = fresh(place)
    here = f"{sys.version_info.major}.{sys.version_info.minor}"
    pretend(clone, place, f"{key} = {here}.0\n")
    program(place / "mine", REAL)
    assert setup(place, script=clone / "scripts" / "run", PYTHON=str(place / "mine")).stderr == ""
    pretend(clone, place, f"{key} = 3.99.0\n")
    assert "making .venv" in setup(place, script=clone / "scripts" / "run", PYTHON=str(place / "mine")).stderr


@pytest.mark.parametrize("touched", ["pyproject.toml", "scripts/requirements.lock", ".venv/pyvenv.cfg"])
def test_a_change_of_what_was_installed_asks_for_set_up(place: Path, touched: str) -> None:
    """Lock, project file or environment: each belongs to the stamp; here no interpreter is there to do it again."""
    clone = fresh(place)
    pretend(clone, place)
    with (clone / touched).open("a", encoding="utf-8") as file:
        file.write("# changed\n")
    done = setup(place, script=clone / "scripts" / "run")
    assert done.returncode == 2
    assert "no Python 3.12 or 3.13 found" in done.stderr


def test_an_environment_without_a_stamp_is_not_believed(place: Path) -> None:
    """Interrupted set-up leaves no stamp, so the next call starts again."""
    clone = fresh(place)
    pretend(clone, place)
    (clone / ".venv" / ".ready").unlink()
    done = setup(place, script=clone / "scripts" / "run")
    assert done.returncode == 2
    assert "no Python 3.12 or 3.13 found" in done.stderr


def test_a_moved_clone_is_set_up_again(place: Path) -> None:
    """Environments hold absolute paths; the stamp knows where it was made."""
    clone = fresh(place)
    pretend(clone, place)
    moved = clone.rename(place / "elsewhere")
    assert setup(place, script=moved / "scripts" / "run").returncode == 2


def test_the_lock_names_no_place() -> None:
    """Pinned versions with hashes; neither an index address nor a path of the machine that made it."""
    lines = (ROOT / "scripts" / "requirements.lock").read_text(encoding="utf-8").splitlines()
    assert not [line for line in lines if "://" in line or "file:" in line or line.startswith(("-", "/", "."))]
    pinned = [number for number, line in enumerate(lines) if "==" in line.split(";")[0]]
    assert len(pinned) > 50
    assert all(lines[number + 1].strip().startswith("--hash=sha256:") for number in pinned)
