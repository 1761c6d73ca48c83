"""Lines of a crontab and their scripts: read by a shell, started by the real cron."""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.deploy import cron
from runner.deploy.cron import CRONTAB, block, with_block
from runner.deploy.installed import Change, Record, changes, crontab, install, put
from runner.deploy.process import Process
from runner.model.errors import ConfigError
from runner.schedule.when import Always, Cron
from tests.deploy.samples import VALUES, home_of, sample, site, tool

ROOT = Path(__file__).parents[2]
EVERY_MINUTE = Cron(expression="* * * * *", zone="UTC")
ASKED = Cron(
    expression="0-59 0-22,23 * * *", zone="America/New_York"
)  # each minute, and not `*`: clock changes make it unlike a line of UTC
PROGRAM = """\
#!/bin/sh
echo "$@ home=$RUNNER_HOME key=${MINE_KEY:-none}"
case "$*" in *warn*) echo "WARNING: look" >&2;; esac
case "$*" in *status=*) exit "${*##*status=}";; esac
case "$*" in *lasting*) exec sleep 60;; esac
"""
MINUTE_S = 75


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A user's folder with a blank in its name, and a program that stands in for the runner."""
    home = home_of(tmp_path / "my trading")
    (home / "bin").mkdir()
    for name, text in {"runner": PROGRAM, "python": f'#!/bin/sh\nPYTHONPATH={ROOT} exec {sys.executable} "$@"\n'}.items():
        (home / "bin" / name).write_text(text, encoding="utf-8")
        (home / "bin" / name).chmod(0o755)
    return home


def process(*words: str, name: str = "mine.tick", lasts: bool = False, keys: tuple[str, ...] = ("MINE_KEY",), job: str = "once") -> Process:
    """Something to start."""
    return Process(name=name, job=job, words=words, when=Always() if lasts else EVERY_MINUTE, accounts=("mine",), keys=keys)


def scripts(home: Path, *processes: Process) -> list[Path]:
    """The scripts, written."""
    host = site(home, program=str(home / "bin" / "runner"), python=str(home / "bin" / "python"))
    files = {Path(path): text for path, text in cron.files(processes, host).items() if path != CRONTAB}
    for path, text in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return list(files)


def started(script: Path) -> subprocess.CompletedProcess[str]:
    """As cron starts it."""
    clean = {"PATH": "/usr/bin:/bin", "HOME": "/"}
    return subprocess.run(["/bin/sh", script], capture_output=True, text=True, check=False, env=clean, cwd="/")


def log(home: Path) -> list[str]:
    """What the account's log holds."""
    return (home / "deploy" / "log" / "mine.log").read_text(encoding="utf-8").splitlines()


def test_every_script_is_read_by_a_shell(home: Path) -> None:
    """No syntax is amiss in any of them, and none holds a key."""
    files = scripts(home, *sample())
    assert len(files) == len(sample())
    for file in files:
        subprocess.run(["/bin/sh", "-n", file], check=True)
        assert not any(value in file.read_text(encoding="utf-8") for value in VALUES)


def test_a_tick_that_says_a_line(home: Path) -> None:
    """The line goes to the log of the account, nothing to cron; keys come from the file."""
    (script,) = scripts(home, process("mode=once"))
    done = started(script)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert log(home) == [f"mode=once home={home} key=hush-a"]


def test_a_key_is_no_word_of_the_shell(home: Path) -> None:
    """Whatever a key is made of, it arrives as it stands in the file; nothing of it is run or shown."""
    odd = "a$b$(touch ran)`touch ran`&;?*~ #<>|c=="
    text = (home / ".env").read_text(encoding="utf-8").replace("hush-a", odd)
    (home / ".env").write_text(f"# keys\n\n{text.rstrip()}", encoding="utf-8")
    (script,) = scripts(home, process("mode=once"))
    done = started(script)
    assert (done.returncode, done.stderr) == (0, "")
    assert log(home) == [f"mode=once home={home} key={odd}"]
    assert not list(home.rglob("ran"))


def test_a_tick_that_warns(home: Path) -> None:
    """What it says on stderr is mailed, and kept; its status is passed on."""
    (script,) = scripts(home, process("warn", "status=5"))
    done = started(script)
    assert (done.returncode, done.stderr) == (5, "WARNING: look\n")
    assert log(home)[-1] == "WARNING: look"


def test_keys_only_for_those_that_need_them(home: Path) -> None:
    """A report is given none."""
    (script,) = scripts(home, process("mode=report", keys=()))
    started(script)
    assert log(home) == [f"mode=report home={home} key=none"]


def test_keys_that_others_may_read(home: Path) -> None:
    """Nothing is started."""
    (script,) = scripts(home, process("mode=once"))
    (home / ".env").chmod(0o640)
    done = started(script)
    assert done.returncode == 2
    assert "may be read by others; chmod 600 it" in done.stderr
    assert not (home / "deploy" / "log" / "mine.log").exists()


def test_what_lasts_is_started_once(home: Path) -> None:
    """A second start while it runs does nothing; SIGTERM reaches it, and it is not started again."""
    (script,) = scripts(home, process("lasting", lasts=True))
    first = subprocess.Popen(["/bin/sh", script], stderr=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 20
    while not (home / "deploy" / "log" / "mine.log").exists() or not log(home):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    assert started(script).returncode == 0
    assert len(log(home)) == 1
    first.send_signal(signal.SIGTERM)
    _, said = first.communicate(timeout=20)
    assert first.returncode == 128 + signal.SIGTERM
    assert "is started again" in said


@pytest.mark.parametrize(
    ("job", "status", "again", "mailed"),
    [
        ("live", 0, False, ""),
        ("live", 2, False, "ended with status 2"),
        ("live", 7, False, "ended with status 7"),
        ("live", 3, True, "is started again"),
        ("live", 4, True, "is started again"),
        ("live", 5, True, "is started again"),
        ("alerts", 0, False, ""),
        ("alerts", 2, False, "ended with status 2"),
        ("alerts", 7, True, ""),
        ("alerts", 1, True, "is started again"),
    ],
)
def test_statuses_after_which_it_is_started_again(home: Path, job: str, status: int, again: bool, mailed: str) -> None:
    """Not after it ended as asked, was refused, or found another bot; a script that was written anew is started all the same.

    Alerts (and the guard) wait for the other process that sends them, and mail nobody each minute meanwhile.
    """
    (script,) = scripts(home, process(f"status={status}", lasts=True, job=job))
    first = started(script)
    assert (first.returncode, bool(first.stderr)) == (status, bool(mailed))
    assert mailed in first.stderr
    started(script)
    assert len(log(home)) == (2 if again else 1)
    os.utime(script, (time.time() + 5, time.time() + 5))
    started(script)
    assert len(log(home)) == (3 if again else 2)


LINES = [
    "",
    "# mine",
    "MAILTO=me@example.com",
    "MAILFROM = 'bot'",
    "SHELL=/bin/bash",
    '"HOME" = /nowhere',
    "CRON_TZ=Asia/Tokyo",
    "  TZ=Asia/Tokyo",
    "PATH=",
    "5 4 * * *\techo  'a  b' ",
    "@daily X=1 echo",
    "* * * * * \u00e9\u2028\f",
    "# >>> prop-runner /elsewhere >>>",
]


@given(st.lists(st.sampled_from(LINES), max_size=8), st.booleans(), st.lists(st.sampled_from(LINES), max_size=3))
def test_the_rest_of_a_crontab_stays(before: list[str], ended: bool, more: list[str]) -> None:
    """Byte for byte, a last line without its end too, when our part comes, changes and goes; nothing that is set above applies to it."""
    text = "\n".join(before) + ("\n" if ended and before else "")
    host = site(Path("/home/mine"))
    ours = cron.files([process("a")], host)[CRONTAB]
    other = cron.files([process("a"), process("b", name="mine.other")], host)[CRONTAB]
    assert block(text, host) is None
    with_ours = with_block(text, host, ours)
    assert block(with_ours, host) == ours
    assert not cron.misplaced(with_ours, host)
    assert with_block(with_ours, host, None) == text
    edited = "".join(f"{line}\n" for line in more) + with_ours
    changed = with_block(edited, host, other)
    assert block(changed, host) == other
    assert not cron.misplaced(changed, host)
    assert with_block(changed, host, None) == "".join(f"{line}\n" for line in more) + text


@pytest.mark.parametrize(
    ("crontab", "above"),
    [
        pytest.param("", "", id="no crontab"),
        pytest.param("# mine\n1 1 * * * mine\n", "", id="lines"),
        pytest.param("CRON_TZ=Asia/Tokyo\n1 1 * * * mine\n", "", id="a zone"),
        pytest.param("# mine\n\nMAILTO=me\nSHELL=/bin/bash\n", "# mine\n\nMAILTO=me\n", id="mail, then a shell"),
        pytest.param("SHELL=/bin/bash\nMAILTO=me\n", "", id="a shell, then mail"),
        pytest.param("MAILTO=me", "", id="mail without the end of its line"),
    ],
)
def test_where_our_part_begins(crontab: str, above: str) -> None:
    """What a line sets applies to all below it: only whom mail goes to may stand above our lines."""
    assert cron.place(crontab) == len(above)


def test_a_line_that_somebody_put_above_our_part(home: Path) -> None:
    """It would apply to our lines: our part moves above it, every other byte stays, and the person is told."""
    host = site(home)
    ours = cron.files([process("a")], host)[CRONTAB]
    assert cron.apart("1 1 * * * mine\n" + ours, host) == []
    torn = "HOME=/nowhere\n" + ours + "1 1 * * * mine\n"
    assert cron.misplaced(torn, host)
    assert Change(path=CRONTAB, before=ours, after=ours, astray=True).kind == "moved"
    moved = with_block(torn, host, ours)
    assert moved == ours + "HOME=/nowhere\n1 1 * * * mine\n"
    (said,) = cron.apart(moved, host)
    assert "above the lines that set HOME, so that they apply to your own lines alone" in said
    assert "MAILTO" not in said


@pytest.mark.parametrize(
    "left",
    [
        "{0}\n1 1 * * * mine\n",
        "1 1 * * * mine\n{1}\n",
        "{0}\n1 1 * * * mine\n{1}\n{0}\n",
        "{1}\n1 1 * * * mine\n{0}\n",
        "{0}\n1 1 * * * mine\n{1}",
    ],
)
def test_a_part_without_one_of_its_marks_is_refused(tmp_path: Path, left: str) -> None:
    """Its lines would stay for ever, and the next part would start everything twice."""
    host = site(tmp_path)
    torn = left.format(*cron.marks(host))
    with pytest.raises(ConfigError, match="put the missing one back"):
        block(torn, host)
    for text in ("new\n", None):
        with pytest.raises(ConfigError, match="put the missing one back"):
            with_block(torn, host, text)


def test_two_folders_share_a_crontab(tmp_path: Path) -> None:
    """Each has its own part, also where one path begins with the other."""
    hosts = [site(tmp_path / name) for name in ("a", "ab")]
    parts = [cron.files([process("x")], host)[CRONTAB] for host in hosts]
    text = with_block(with_block("", hosts[0], parts[0]), hosts[1], parts[1])
    assert [block(text, host) for host in hosts] == parts


@contextmanager
def own_crontab() -> Iterator[None]:
    """The crontab for a test alone; afterwards it is as before."""
    with (Path(tempfile.gettempdir()) / "prop-runner-crontab.lock").open("w", encoding="utf-8") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        before = crontab()
        try:
            yield
        finally:
            if crontab() != before:
                install(before)


@contextmanager
def running_cron() -> Iterator[None]:
    """The real cron, ours unless the machine has one at work."""
    daemon = subprocess.Popen([tool("cron", "cron"), "-f"], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    time.sleep(0.5)
    there = daemon.poll() is not None and b"can't lock" in (daemon.stderr.read() if daemon.stderr else b"")
    assert there or daemon.poll() is None
    try:
        yield
    finally:
        if daemon.poll() is None:
            daemon.terminate()
        daemon.communicate(timeout=20)


def awaited(files: Sequence[Path]) -> None:
    """Until every file is there."""
    deadline = time.monotonic() + MINUTE_S
    while not all(file.exists() for file in files):
        assert time.monotonic() < deadline, [str(file) for file in files if not file.exists()]
        time.sleep(0.2)


def test_the_real_cron_starts_it(home: Path) -> None:
    """Installed beside lines of the user's and what they set; started in its minute, asked or not, with its keys; gone without a trace."""
    if os.geteuid() != 0:
        pytest.skip("a cron of one's own is started by root alone")
    tool("crontab", "cron")
    host = site(home, program=str(home / "bin" / "runner"), python=str(home / "bin" / "python"))
    asked = Process(name="mine.asked", job="report", words=("asked",), when=ASKED, accounts=("asked",))
    wanted = cron.files([process("mode=once", "a=50%"), asked], host)
    assert "runner.deploy.probe" in wanted[str(home / "deploy" / "cron" / "mine.asked.sh")]
    own = f"SHELL=/bin/false\nHOME=/nowhere\nPATH=/nowhere\n# mine\nSHELL=/bin/sh\nHOME=/\n* * * * * echo mine > '{home}/theirs'\n"
    with own_crontab():
        install(own)
        found = changes(wanted, Record.read(home, "cron"), host)
        put(found, Record.read(home, "cron"), host)
        assert crontab() == wanted[CRONTAB] + own
        with running_cron():
            awaited([home / "deploy" / "log" / "mine.log", home / "deploy" / "log" / "asked.log", home / "theirs"])
        gone = changes({}, Record.read(home, "cron"), host)
        put(gone, Record.read(home, "cron"), host)
        assert crontab() == own
    assert log(home)[0] == f"mode=once a=50% home={home} key=hush-a"
    assert {each.kind for each in gone} == {"removed"}
    assert not list((home / "deploy" / "cron").iterdir())


def test_a_line_that_cron_does_not_read(home: Path) -> None:
    """It is refused by crontab: files and crontab are as before, in one piece."""
    if os.geteuid() != 0:
        pytest.skip("a cron of one's own is started by root alone")
    tool("crontab", "cron")
    host, script = site(home), home / "deploy" / "cron" / "a.sh"
    with own_crontab():
        install("1 1 * * * mine\n")
        opening, closing = cron.marks(host)
        bad = [
            Change(path=str(script), before=None, after="echo\n"),
            Change(path=CRONTAB, before=None, after=f"{opening}\n99 * * * * no\n{closing}\n"),
        ]
        with pytest.raises(Exception, match="nothing is changed") as raised:
            put(bad, Record.read(home, "cron"), host)
        assert "bad minute" in str(raised.value)
        assert crontab() == "1 1 * * * mine\n"
    assert not script.exists()
    assert not (home / "deploy").exists()
