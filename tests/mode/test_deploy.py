"""`mode=deploy` from the command line: shown, written, taken away; refused before anything is written."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
from pathlib import Path

import pytest

from runner.live.state import Beat, beat, last_beat, state_of
from runner.mode.deploy import Options, composer, starts, stopping
from tests.command import Ran, command, written
from tests.deploy.samples import ACCOUNTS, KEYS, MINE, VALUES, home_of, site, tool

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


def folders(home: Path) -> set[Path]:
    """Every folder of the user's."""
    return {place for place in home.rglob("*") if place.is_dir() and not place.is_relative_to(home / "state")}


@pytest.mark.parametrize("into", ["made/for/it", "mine/for/it"])
def test_folders_that_were_made_go_with_the_files(home: Path, into: str) -> None:
    """Those and no others: what was there stays, empty or not."""
    (home / "mine").mkdir()
    (home / "made").mkdir()
    (home / "made" / "note").write_text("the user's\n", encoding="utf-8")
    before = folders(home)
    for _ in range(2):
        assert deploy(home, "action=apply", f"into={home / into}", target="compose").status == 0
        assert deploy(home, "action=apply", f"into={home / into}", target="compose").status == 0
        assert home / into in folders(home)
        assert deploy(home, "action=remove", f"into={home / into}", target="compose").status == 0
        assert folders(home) == before


def test_folders_go_with_files_that_move(home: Path) -> None:
    """Applied into another folder, the first is no more; one in which somebody has put something stays."""
    before = folders(home)
    for name in ("a", "b"):
        assert deploy(home, "action=apply", f"into={home / name}", target="kubernetes").status == 0
        assert folders(home) - before == {home / name, home / "deploy"}
    (home / "b" / "note").write_text("the user's\n", encoding="utf-8")
    assert deploy(home, "action=remove", target="kubernetes").status == 0
    assert folders(home) - before == {home / "b"}


@pytest.mark.parametrize(
    ("target", "said"),
    [
        ("systemd", "then: systemctl --user stop prop-runner.target; systemctl --user daemon-reload\n"),
        ("compose", "then: docker ps -aq --filter label=com.docker.compose.project=prop-runner | xargs -r docker stop -t 120 | "),
        ("kubernetes", "then: kubectl -n prop-runner delete deployments,cronjobs,services,configmaps -l app.kubernetes.io/part-of="),
    ],
)
def test_what_stops_them_reads_no_file_that_is_gone(home: Path, target: str, said: str) -> None:
    """Nothing is said where nothing was installed."""
    deploy(home, "action=apply", target=target)
    removed = deploy(home, "action=remove", target=target)
    assert said in removed.out, removed.out
    assert not any(str(home) in line for line in removed.out.splitlines() if line.startswith("then: "))
    assert deploy(home, "action=remove", target=target).out == f"{target}: nothing is installed\n"


def test_what_kubernetes_is_told(home: Path) -> None:
    """The namespace first, by itself: what selects by the label passes over it, and keys need it. Taken away, what stays is said."""
    applied = deploy(home, "action=apply", target="kubernetes").out.splitlines()[-4:]
    folder = home / "deploy" / "kubernetes"
    assert applied == [
        f"once: kubectl apply -f {folder}/namespace.yaml",
        f"keys, once: kubectl -n prop-runner create secret generic prop-runner-keys --from-env-file={home}/.env",
        "  that file holds JOURNAL_URL, MINE_KEY, MINE_SECRET, OTHER_KEY, OTHER_SECRET; no pod starts without what it lacks: JOURNAL_URL",
        f"then: kubectl apply --prune -l app.kubernetes.io/part-of=prop-runner -f {folder}",
    ]
    assert "labels:\n    pod-security" in (folder / "namespace.yaml").read_text(encoding="utf-8")
    *_, stays = deploy(home, "action=remove", target="kubernetes").out.splitlines()
    assert stays.startswith("what stays: the claim prop-runner-state (halts, the guard's peaks, journals in files) and the Secrets ")
    assert "loses both for good" in stays
    assert "delete namespace" not in stays


def test_how_compose_is_spoken_to() -> None:
    """By the program of its first version where that is here, else as part of docker."""
    assert (composer("/usr/bin/docker-compose"), composer(None)) == ("docker-compose", "docker compose")


def test_what_stops_the_containers(tmp_path: Path) -> None:
    """The line that is told, typed into a shell: this deployment's containers are stopped, then taken away, and its network."""
    docker = tmp_path / "docker"
    docker.write_text(f'#!/bin/sh\necho "$@" >>{tmp_path}/typed\ncase $1 in ps) echo c1; echo c2;; stop) echo c1; echo c2;; esac\n')
    docker.chmod(0o755)
    line = stopping(Options(target="compose", action="remove"), "compose", site(tmp_path))[-1].removeprefix("then: ")
    subprocess.run(["/bin/sh", "-c", line], check=True, env={"PATH": f"{tmp_path}:{os.environ['PATH']}"}, stdout=subprocess.DEVNULL)
    label = "--filter label=com.docker.compose.project=prop-runner"
    typed = (tmp_path / "typed").read_text().splitlines()
    assert sorted(typed) == sorted([f"ps -aq {label}", "stop -t 120 c1 c2", "rm c1 c2", f"network ls -q {label}"])


def test_what_stops_the_scripts_of_cron(tmp_path: Path) -> None:
    """The line that is told, typed into a shell: scripts of this folder end though their files are gone, those of another do not."""
    tool("pkill", "procps")
    homes = [tmp_path / "a (1)+b", tmp_path / "a (1)+b.two"]
    running = []
    for home in homes:
        file = written(home, {"deploy/cron/x.sh": "echo up; read line\n"}) / "deploy" / "cron" / "x.sh"
        running.append(subprocess.Popen(["/bin/sh", str(file)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True))
    try:
        for each in running:
            assert each.stdout is not None
            each.stdout.readline()
        for home in homes:
            (home / "deploy" / "cron" / "x.sh").unlink()
        line = stopping(Options(target="cron", action="remove"), "cron", site(homes[0]))[-1].partition(": ")[2]
        subprocess.run(["/bin/sh", "-c", line], check=True)
        assert running[0].wait(60) == -signal.SIGTERM
        assert running[1].poll() is None
    finally:
        for each in running:
            each.kill()
            each.communicate()


def test_lines_that_nobody_reads_start_nothing() -> None:
    """Where no cron runs, one line says so and what was looked for; where nobody can tell, it is trusted; systemd-cron may be late."""
    assert starts("cron") == starts(None) == "cron starts them from the next minute on"
    assert starts("") == (
        "nothing starts yet: neither a process cron, crond, fcron or bcron-sched nor the cron.target of systemd-cron "
        "is at work on this host; start one (Debian: service cron start)"
    )
    assert starts("systemd-cron").endswith("each up to a minute late; target=systemd is exact")


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


def test_the_same_key_under_two_names_goes_into_no_secret(home: Path) -> None:
    """The Secret of Kubernetes is made of the file, which is looked at before anything is written; what it lacks may be elsewhere."""
    written(home, {".env": KEYS.replace("hush-c", "hush-a")})
    before = tree(home)
    refused = deploy(home, "action=apply", target="kubernetes")
    assert (refused.status, refused.out, tree(home) == before) == (2, "", True)
    assert "OTHER_KEY holds what MINE_KEY holds" in refused.err
    written(home, {".env": "MINE_KEY=hush-a\n"})
    assert deploy(home, target="kubernetes").status == 0


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
        (("into=elsewhere",), "mode.into  has no meaning for cron, only for systemd, compose, kubernetes; leave it out"),
        (("memory=256M", "image=mine"), "2 problems"),
        (("storage=2Gi",), "mode.storage  has no meaning for cron, only for kubernetes"),
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


def test_units_written_elsewhere_are_brought_to_where_systemd_looks(home: Path) -> None:
    """Before anything else that is told."""
    away = home / "un its"
    *_, last = deploy(home, "action=apply", f"into='{away}'").out.splitlines()
    assert last.startswith(f"then: cp '{away}'/prop-runner* {home}/config/systemd/user/ && systemctl --user daemon-reload && ")
    *_, last = deploy(home, "action=apply").out.splitlines()
    assert last.startswith("then: systemctl --user daemon-reload && ")


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
