"""Units, judged by systemd's own programs."""

from __future__ import annotations

import re
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from runner.deploy import systemd
from runner.deploy.process import Process
from runner.deploy.timing import timing
from runner.mode.serve import Options
from runner.model.duration import milliseconds
from runner.schedule.when import AfterReset, BarClose, Cron, When, following
from runner.serve.server import SLACK_S
from tests.deploy.samples import VALUES, sample, site, tool

ROOT = Path(__file__).parents[2]
HOUR = 3_600_000
LARGEST_EXPOSURE = 2.0  # of 10; what systemd itself calls OK
BEGINS = ("2026-03-27 12:00", "2027-10-29 12:00", "2026-07-01 00:00")  # before the clocks of Europe go forward, back, and between
TIMES: dict[str, When] = {
    "4h bars": BarClose(every_ms=4 * HOUR, offset_ms=5_000),
    "90m bars": BarClose(every_ms=3 * HOUR // 2),
    "weekly bars": BarClose(every_ms=7 * 24 * HOUR, offset_ms=60_000),
    "1m bars": BarClose(every_ms=60_000, offset_ms=2_000),
    "a reset in New York on weekdays": AfterReset(at="17:00", zone="America/New_York", offset_ms=300_000, weekdays=(0, 1, 2, 3, 4)),
    "a reset whose offset crosses midnight": AfterReset(at="23:58", zone="Europe/Prague", offset_ms=300_000, weekdays=(4,)),
    "Sundays in Berlin": Cron(expression="0 9 * * SUN", zone="Europe/Berlin"),
    "Sundays as 7": Cron(expression="0 9 * * 7", zone="Europe/Berlin"),
    "hours of a weekday": Cron(expression="5 0-23/4 * * MON-FRI", zone="UTC"),
    "first of a month or Mondays": Cron(expression="15 8 1 * MON", zone="Asia/Tokyo"),
    "odd days that are Mondays": Cron(expression="15 8 */2 * MON", zone="UTC"),
    "the 31st": Cron(expression="0 12 31 * *", zone="Europe/London"),
    "every hour where clocks change": Cron(expression="0 * * * *", zone="Europe/Berlin"),
    "half an hour off": Cron(expression="0 9 * * *", zone="Asia/Kolkata"),
    "Lord Howe, half an hour of change": Cron(expression="45 12 * * *", zone="Australia/Lord_Howe"),
}


def elapses(expressions: list[str], begin: str, count: int) -> list[int]:
    """The next instants that systemd sees, UTC ms."""
    found: set[int] = set()
    for each in expressions:
        words = [tool("systemd-analyze", "systemd"), "calendar", f"--base-time={begin} UTC", f"--iterations={count}", each]
        told = subprocess.run(words, check=True, capture_output=True, text=True, env={"TZ": "UTC", "LC_ALL": "C"}).stdout
        stamps = re.findall(r"(?:Next elapse|Iter\. #\d+): \w+ (\S+ \S+) UTC", told)
        found |= {round(datetime.strptime(stamp, "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC).timestamp() * 1000) for stamp in stamps}
    return sorted(found)[:count]


@pytest.mark.parametrize("name", TIMES)
def test_systemd_sees_the_same_instants(name: str) -> None:
    """What systemd-analyze calendar tells of our expressions is what the schedule says, around changes of the clock too."""
    when = TIMES[name]
    timed = timing(when, ("UTC", getattr(when, "zone", "UTC")), 2026)
    expressions = [each for fields in timed.fields for each in systemd.calendar(fields, timed.seconds, timed.zone)]
    assert timed.exact or name == "odd days that are Mondays"
    for begin in BEGINS:
        at = int(datetime.fromisoformat(begin).replace(tzinfo=UTC).timestamp()) * 1000
        expected, seen = following(when, at, 12), elapses(expressions, begin, 12 if timed.exact else 40)
        assert seen == expected if timed.exact else set(expected) <= {*seen, *(each for each in expected if each > seen[-1])}


def test_a_time_that_a_change_of_the_clock_leaves_out_is_asked_about() -> None:
    """Half past two in Berlin does not come where clocks go forward, systemd drops it; the minutes that hold it are asked."""
    when = Cron(expression="30 2 * * *", zone="Europe/Berlin")
    timed = timing(when, ("UTC", "Europe/Berlin"), 2026)
    expressions = [each for fields in timed.fields for each in systemd.calendar(fields, timed.seconds, timed.zone)]
    begin = datetime(2026, 3, 28, 12, tzinfo=UTC)
    seen = elapses(expressions, f"{begin:%Y-%m-%d %H:%M}", 24)
    assert not timed.exact
    assert set(following(when, int(begin.timestamp()) * 1000, 3)) <= set(seen)
    assert max(seen) > (begin + timedelta(days=3)).timestamp() * 1000


@pytest.fixture
def units(tmp_path: Path) -> Path:
    """Every unit of the samples in a folder."""
    for path, text in systemd.files(sample(), site(tmp_path), tmp_path / "units", system=True).items():
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        Path(path).write_text(text, encoding="utf-8")
    return tmp_path / "units"


def test_units_are_sound(units: Path) -> None:
    """systemd-analyze verify has nothing to say: every word is known, every program is there, every unit that is named too."""
    names = sorted(file.name for file in units.iterdir())
    verify = [tool("systemd-analyze", "systemd"), "verify", "--man=no", *(f"./{name}" for name in names)]
    done = subprocess.run(verify, cwd=units, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert {"prop-runner.target", "prop-runner-guard.service", "prop-runner-mine.fvg.timer", "prop-runner-mine.bot.service"} <= set(names)


def test_the_unit_of_serve_that_the_docs_show(tmp_path: Path) -> None:
    """Every word of it is known to systemd; who is stopped waits for ticks at work, and what is killed takes nobody with it."""
    page = (ROOT / "docs" / "serve.md").read_text(encoding="utf-8")
    (shown,) = re.findall(r"```ini\n(\[Unit\].*?)```", page, re.DOTALL)
    unit = tmp_path / "serve.service"
    unit.write_text(re.sub(r"ExecStart=\S+", "ExecStart=/bin/true", shown), encoding="utf-8")
    verify = [tool("systemd-analyze", "systemd"), "verify", "--man=no", f"./{unit.name}"]
    done = subprocess.run(verify, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    words = dict(line.split("=", 1) for line in shown.splitlines() if "=" in line and not line.startswith("Environment="))
    assert (words["KillMode"], words["OOMPolicy"], words["RestartPreventExitStatus"]) == ("process", "continue", "2")
    assert float(words["TimeoutStopSec"]) > milliseconds(Options().patience) / 1000 + 2 * SLACK_S


def test_units_are_hardened(units: Path) -> None:
    """The exposure that systemd computes, for each service."""
    for file in sorted(units.glob("*.service")):
        words = [tool("systemd-analyze", "systemd"), "security", "--offline=yes", f"./{file.name}"]
        told = subprocess.run(words, cwd=units, capture_output=True, text=True, check=True).stdout
        exposure = re.search(r"Overall exposure level for .*: ([0-9.]+)", told)
        assert exposure is not None
        assert float(exposure[1]) <= LARGEST_EXPOSURE, file.name


def test_what_is_started_again(units: Path) -> None:
    """Bots are, a few times, but not after a refusal or another bot; a tick is not, and a missed one is not made up for.

    The guard and the alerts are for ever, also while another process is at it, so that they take over when that ends.
    """
    bot, tick, timer = (
        (units / f"prop-runner-mine.{name}").read_text(encoding="utf-8") for name in ("bot.service", "fvg.service", "fvg.timer")
    )
    for name in ("guard", "alerts"):
        text = (units / f"prop-runner-{name}.service").read_text(encoding="utf-8")
        assert "StartLimitIntervalSec=0\n\n[Service]" in text
        assert "Restart=on-failure\nRestartSec=30s\nRestartPreventExitStatus=2\n" in text
    assert "Restart=on-failure\nRestartSec=15s\nRestartPreventExitStatus=2 7\n" in bot
    assert "StartLimitIntervalSec=10min\nStartLimitBurst=5\n" in bot
    assert "Restart=no\nTimeoutStartSec=600s\n" in tick
    assert "SuccessExitStatus=7\n" in tick
    assert "OnCalendar=*-*-* 00,04,08,12,16,20:00:05 UTC\n" in timer
    assert "Persistent=false\n" in timer
    assert "AccuracySec=100ms\n" in timer


def test_keys_are_named_and_not_told(units: Path, tmp_path: Path) -> None:
    """The file with keys goes to those that need it, and its content to none."""
    texts = {file.name: file.read_text(encoding="utf-8") for file in units.iterdir()}
    assert not any(value in text for text in texts.values() for value in VALUES)
    named = {name for name, text in texts.items() if f"EnvironmentFile={tmp_path / '.env'}" in text}
    assert "prop-runner-mine.fvg.service" in named
    assert "prop-runner-guard.service" in named
    assert "prop-runner-mine.weekly.service" not in named
    assert "prop-runner-other_one.play.service" not in named


def test_units_of_a_users_own_manager() -> None:
    """Nobody is named, for it is who types it; what the manager of the system alone has is not asked for."""
    found = systemd.files(sample(), site(Path("/home/me/trading"), user="me"), Path("/units"))
    text = "".join(found.values())
    assert found["/units/prop-runner.target"].endswith("[Install]\nWantedBy=default.target\n")
    assert "User=" not in text
    assert "network-online" not in text


def test_seconds_of_a_time_that_is_asked_about() -> None:
    """The timer elapses at full minutes, so that the question is in time; the seconds are waited for once it is due."""
    asked = Process(name="mine.odd", job="once", words=("mode=once",), when=BarClose(every_ms=5 * HOUR, offset_ms=5_000))
    host = site(Path("/home/me/trading"))
    timed = asked.times(("UTC",), host.year)
    assert not timed.exact
    assert "OnCalendar=*-*-* *:00:00 UTC\n" in systemd.timer(asked, host, timed)
    assert "probe 5 5 bars 18000000 5000\nExecStartPre=/bin/sleep 5\nExecStart=" in systemd.service(asked, host, timed, system=False)


def test_words_with_signs_that_systemd_reads() -> None:
    """Percent signs, dollars, quotes and blanks reach the program as they are."""
    assert systemd.line(["/bin/run", "50%", "$HOME", 'say "hi" \\', "a=[b,c]"]) == '/bin/run 50%% $$HOME "say \\"hi\\" \\\\" a=[b,c]'


@pytest.mark.parametrize(
    ("home", "program", "shown"),
    [
        pytest.param("/home/me/trading", "/home/me/env/bin/runner", None, id="a home"),
        pytest.param("/srv/trading", "/opt/runner/bin/runner", None, id="of a service"),
        pytest.param("/tmp/a: b", "/opt/runner/bin/runner", '"/tmp/a: b"', id="a folder that is emptied"),  # noqa: S108
        pytest.param("/var/tmp/x", "/tmp/env/bin/runner", '"/var/tmp/x" "/tmp/env"', id="folders, the program too"),  # noqa: S108
        pytest.param("/tmpx/trading", "/opt/runner/bin/runner", None, id="another folder"),  # noqa: S108
    ],
)
def test_a_unit_sees_its_folders(home: str, program: str, shown: str | None) -> None:
    """Each unit has a /tmp of its own: what lies in the host's is shown to it, and the person is told."""
    host = site(Path(home), program=program, cache=None)
    texts = systemd.files(sample(), host, Path("/units")).values()
    lines = {line for text in texts for line in text.splitlines() if line.startswith("Bind")}
    assert lines == ({f"BindReadOnlyPaths={shown}"} if shown else set())
    assert [home in line for line in systemd.told(host)][:1] == ([True] if shown else [])
