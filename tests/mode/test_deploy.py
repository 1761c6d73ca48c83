"""`mode=deploy` from the command line: shown, written, taken away; refused before anything is written."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from runner.live.state import Beat, beat, last_beat, state_of
from tests.command import Ran, command, written
from tests.deploy.samples import ACCOUNTS, KEYS, MINE, VALUES, home_of

REAL = MINE.replace("name: mine", "name: mine\nvenue: {environment: live}")


def deploy(home: Path, *words: str, target: str = "systemd") -> Ran:
    """The command, with systemd's folder within the home."""
    return command("mode=deploy", f"target={target}", *words, home=home, environment={"XDG_CONFIG_HOME": str(home / "config")})


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Both accounts with keys."""
    return home_of(tmp_path / "trading")


def tree(home: Path) -> dict[str, str]:
    """Everything in a folder."""
    return {str(file.relative_to(home)): file.read_text(encoding="utf-8") for file in sorted(home.rglob("*")) if file.is_file()}


@pytest.mark.parametrize("target", ["systemd", "compose", "kubernetes"])
def test_there_and_back(home: Path, target: str) -> None:
    """The difference is shown and nothing written; applied, a second look finds nothing to do; removed, the folder is as before."""
    before = tree(home)
    shown = deploy(home, target=target)
    assert (shown.status, shown.err) == (0, "")
    assert tree(home) == before
    applied = deploy(home, "action=apply", target=target)
    assert applied.status == 0
    assert "then: " in applied.out
    there = tree(home)
    assert len(there) > len(before)
    assert not any(value in text for name, text in there.items() if name != ".env" for value in VALUES)
    for name in there.keys() - before.keys():
        assert f"added      {name}\n" in shown.out or name.endswith(f"{target}.json")
        assert stat.S_IMODE((home / name).stat().st_mode) == 0o644
    again = deploy(home, target=target)
    assert again.out.splitlines()[-1].startswith(f"{target}: ")
    assert "added" not in again.out
    assert "changed " not in again.out.replace("unchanged", "")
    assert deploy(home, "action=remove", target=target).status == 0
    assert tree(home) == before
    assert deploy(home, "action=remove", target=target).out.startswith(f"{target}: nothing is installed\n")


def test_what_is_no_text_goes_into_no_config_map(home: Path) -> None:
    """A file of another encoding beside the accounts, which nothing composes: named, nothing written."""
    (home / "conf" / "strategy").mkdir(parents=True)
    (home / "conf" / "strategy" / "old.yaml").write_bytes("# größe\n".encode("latin-1"))
    ran = deploy(home, "action=apply", target="kubernetes")
    assert (ran.status, ran.out) == (2, "")
    assert "conf/strategy/old.yaml  expected text in UTF-8" in ran.err
    assert not (home / "deploy").exists()


def test_accounts_whose_runs_are_taken_away_say_so(home: Path) -> None:
    """Whoever watches them misses no tick; taking away nothing says nothing."""
    state = state_of(home, "mine")
    beat(state, "bot", 1, "a tick")
    deploy(home, "action=remove")
    assert last_beat(state, "bot") == Beat(at_ms=1, pid=os.getpid(), doing="a tick")
    deploy(home, "action=apply")
    deploy(home, "action=remove")
    word = last_beat(state, "bot")
    assert word is not None
    assert (word.asked, word.ended) == (True, "its runs were taken away by mode=deploy")


def test_a_run_more_and_one_less(home: Path) -> None:
    """Applied again, what is new comes, what is no run any more goes, the rest is not touched."""
    deploy(home, "action=apply")
    written(home, {"accounts/mine.yaml": MINE.replace("every: 4h", "every: 1h").replace("weekly:", "sundays:")})
    shown = deploy(home)
    assert "-OnCalendar=*-*-* 00,04,08,12,16,20:00:05 UTC\n+OnCalendar=*-*-* *:00:05 UTC\n" in shown.out
    assert "removed    config/systemd/user/prop-runner-mine.weekly.timer\n" in shown.out
    assert "added      config/systemd/user/prop-runner-mine.sundays.timer\n" in shown.out
    assert "3 added, 3 changed, 2 removed" not in shown.out
    assert deploy(home, "action=apply").status == 0
    assert "prop-runner-mine.weekly" not in "".join(tree(home / "config"))


def test_a_file_that_somebody_edited(home: Path) -> None:
    """Neither overwritten nor removed, and nothing else is changed either, unless forced."""
    deploy(home, "action=apply")
    unit = home / "config" / "systemd" / "user" / "prop-runner-guard.service"
    unit.write_text(unit.read_text(encoding="utf-8") + "# mine\n", encoding="utf-8")
    before = tree(home)
    assert "not without mode.force=true" in deploy(home).out
    for action in ("apply", "remove"):
        refused = deploy(home, f"action={action}")
        assert (refused.status, refused.out) == (2, "")
        assert "was edited since it was written" in refused.err
        assert tree(home) == before
    assert deploy(home, "action=remove", "force=true").status == 0
    assert not unit.exists()


def test_a_file_of_somebody_else(home: Path) -> None:
    """One of the same name, which was never ours, stays."""
    written(home, {"config/systemd/user/prop-runner.target": "theirs\n"})
    refused = deploy(home, "action=apply")
    assert refused.status == 2
    assert "was not written by this" in refused.err
    assert list(tree(home / "config").values()) == ["theirs\n"]


def test_units_that_are_enabled_stay(home: Path) -> None:
    """It would go on starting what is no longer there to be read."""
    deploy(home, "action=apply")
    link = home / "config" / "systemd" / "user" / "default.target.wants" / "prop-runner.target"
    link.parent.mkdir()
    link.symlink_to("../prop-runner.target")
    refused = deploy(home, "action=remove")
    assert refused.status == 2
    assert "type first: systemctl --user disable --now prop-runner.target" in refused.err


@pytest.mark.parametrize(
    ("file", "text", "said"),
    [
        pytest.param("accounts/mine.yaml", MINE.replace("0 9 * * SUN", "0 9 * * SNU"), "expected a day of week", id="a typo"),
        pytest.param("accounts/mine.yaml", MINE.replace("Europe/Berlin", "Europe/Berln"), "Europe/Berlin", id="an unknown zone"),
        pytest.param("accounts/mine.yaml", MINE.replace("0 9 * * SUN", "0 9 31 2 *"), "never comes", id="never"),
        pytest.param(
            "accounts/other_one.yaml", ACCOUNTS["accounts/other_one.yaml"].replace("OTHER_", "MINE_"), "same key", id="the same keys"
        ),
        pytest.param("accounts/mine.yaml", REAL, "type live=yes-real-money as well", id="real money without its word"),
        pytest.param(".env", KEYS.replace("MINE_KEY=hush-a\n", ""), "needs MINE_KEY, which is not there", id="a key is missing"),
        pytest.param(".env", "export MINE_KEY=hush-a\n", "expected NAME=value", id="a file that systemd reads otherwise"),
        pytest.param(".env", KEYS.replace("hush-c", "hush-a"), "OTHER_KEY holds what MINE_KEY holds", id="the same key under two names"),
        pytest.param(".env", KEYS.replace("hush-d", 'hush-d"'), "without quotes", id="a value that everybody reads otherwise"),
        pytest.param("config", "", "Not a directory", id="a folder that is a file"),
    ],
)
def test_refused_before_anything_is_written(home: Path, file: str, text: str, said: str) -> None:
    """One line that says what, status 2, no file more than before."""
    written(home, {file: text})
    before = tree(home)
    refused = deploy(home, "action=apply", f"into={home}/config/x")
    assert (refused.status, refused.out) == (2, "")
    assert said in refused.err
    assert not any(value in refused.err for value in VALUES)
    assert tree(home) == before


def test_real_money_with_its_word(home: Path) -> None:
    """It is written into what is started, for runs that send orders alone."""
    written(home, {"accounts/mine.yaml": REAL})
    assert deploy(home, "action=apply", "live=yes-real-money").status == 0
    texts = tree(home / "config" / "systemd" / "user")
    sworn = {name for name, text in texts.items() if "live=yes-real-money" in text}
    assert sworn == {"prop-runner-mine.fvg.service", "prop-runner-mine.bot.service"}


def test_a_word_in_a_file_is_none(home: Path) -> None:
    """Real money is asked for on the command line, each time."""
    written(home, {"conf/mode/deploy.yaml": "name: deploy\ntarget: systemd\nlive: yes-real-money\n"})
    refused = deploy(home, "action=apply")
    assert refused.status == 2
    assert "is typed on the command line each time" in refused.err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("into=elsewhere",), "cron's files always go to deploy/cron"),
        (("scope=system", "user=me"), "2 problems"),
        (("program=/nowhere/bin/runner",), "there is none at /nowhere/bin/runner"),
        (("program=/etc/passwd",), "there is none at /etc/passwd"),
        (("memory=1K",), "expected at least 128M, was '1K'"),
        (("environment=a\nb",), "expected a path of printable characters"),
        (("zone=Europe/Berln",), "expected an IANA zone"),
        (("program=runner",), "expected an absolute path"),
        (("memory=lots",), "mode.memory"),
        (("environment=nowhere",), "nowhere"),
    ],
)
def test_options_that_are_wrong(home: Path, words: tuple[str, ...], said: str) -> None:
    """Named, with what was expected."""
    refused = deploy(home, *words, target="cron")
    assert (refused.status, refused.out) == (2, "")
    assert said in refused.err


def test_no_target_and_no_runs(tmp_path: Path) -> None:
    """What could be typed; where runs are written."""
    ran = command("mode=deploy", home=tmp_path)
    assert (ran.status, "expected one of cron, systemd, compose, kubernetes" in ran.err) == (2, True)
    ran = command("mode=deploy", "target=compose", home=tmp_path)
    assert (ran.status, "no account under accounts/ has runs" in ran.err) == (2, True)


def test_keys_in_a_file_are_not_for_containers(home: Path) -> None:
    """A container does not see it; on a host it is read by the bot itself."""
    written(
        home, {"accounts/mine.yaml": MINE.replace("secrets: {", "secrets_file: keys/mine\nsecrets: {"), "keys/mine": "key=a\nsecret=b\n"}
    )
    (home / "keys" / "mine").chmod(0o600)
    for target, status in (("compose", 2), ("kubernetes", 2), ("systemd", 0)):
        assert deploy(home, target=target).status == status


def test_a_crontab_that_is_refused(home: Path, tmp_path: Path) -> None:
    """Nothing is left: no folder, no script, no mark of what was written."""
    crontab = tmp_path / "bin" / "crontab"
    written(
        tmp_path, {"bin/crontab": '#!/bin/sh\n[ "$1" = -l ] && { echo "no crontab for me" >&2; exit 1; }\necho "disk full" >&2; exit 1\n'}
    )
    crontab.chmod(0o755)
    before = sorted(home.rglob("*"))
    ran = command("mode=deploy", "target=cron", "action=apply", home=home, environment={"PATH": f"{crontab.parent}:{os.environ['PATH']}"})
    assert (ran.status, ran.out) == (2, "")
    assert "disk full" in ran.err
    assert sorted(home.rglob("*")) == before


def test_a_folder_that_cannot_be_written(home: Path) -> None:
    """One line without an error's number, nothing written. Root writes everywhere but where the kernel keeps its own files."""
    shut = Path("/proc/shut")
    if os.geteuid() != 0:
        shut = home / "shut"
        shut.mkdir(mode=0o500)
    before = tree(home)
    refused = deploy(home, "action=apply", f"into={shut}", target="compose")
    assert (refused.status, refused.out) == (2, "")
    assert "Errno" not in refused.err
    assert tree(home) == before


def test_a_user_of_the_system_that_is_not_there(home: Path) -> None:
    """Such units would not be started."""
    before = tree(home)
    refused = deploy(home, "scope=system", "user=no-such-one", f"into={home}/units", "action=apply")
    assert (refused.status, refused.out) == (2, "")
    assert "expected a user of this host, was 'no-such-one'" in refused.err
    assert tree(home) == before


def test_units_that_run_as_somebody_else(home: Path) -> None:
    """They could not write to a folder of the state that is another's."""
    (home / "state").mkdir()
    refused = deploy(home, "scope=system", "user=daemon", f"into={home}/units", "action=apply")
    assert (refused.status, refused.out) == (2, "")
    assert "state  is not daemon's, whom the units run as; chown -R daemon it" in refused.err
