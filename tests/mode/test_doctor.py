"""`mode=doctor` from the command line: at a real exchange over real sockets, with what can be wrong being wrong."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from types import SimpleNamespace

import pytest

from runner.build import build
from runner.compose import compose
from runner.journal.live import LiveJournal
from runner.live.blind import Blindness
from runner.live.keychain import put
from runner.live.practised import rehearsed
from runner.live.records import Record, keep, practice_hash
from runner.live.state import Beat, Halt, beat, halt, state_of
from runner.live.state import written as leaves
from runner.live.status import THAW, FrozenStatus, PositionStatus, Status, leave
from runner.menu import Menu, shipped
from runner.rehearsal.core.setup import Setup
from runner.rehearsal.serve import served
from runner.rehearsal.service import KEY, SECRET, Key, Service
from tests.command import Ran, command, written
from tests.live.test_keychain import Memory
from tests.live.test_keychain import memory as memory  # noqa: PLC0414 - a fixture
from tests.mode.venue import ACCOUNT, FIRM, KEYS, STRATEGY, TRADES, Process, venue

DAY_MS = 86_400_000
RUNS = "runs:\n  ema_cross: {strategy: quick, every: 1m}\n"  # the base has this one, every 4h
SELDOM = RUNS.replace("1m", "4h")
NOBODY = "http://127.0.0.1:9"
BOUND = Key(secret=SECRET, ips=("203.0.113.7",))


def now_ms() -> int:
    """The time of this machine."""
    return time.time_ns() // 1_000_000


def folder(home: Path, endpoint: str = NOBODY, more: str = RUNS) -> Path:
    """A user's folder with one account and its strategy."""
    return written(home, {"accounts/mine.yaml": ACCOUNT % endpoint + more, "conf/strategy/quick.yaml": STRATEGY})


@contextmanager
def at(home: Path, key: Key = BOUND, **service: object) -> Iterator[Path]:
    """A user's folder whose account is at a running exchange that keeps this machine's time."""
    setup = Setup(isolated=True)
    with served(Service(keys={KEY: key}, setup=setup, **service)) as exchange:  # type: ignore[arg-type]
        yield folder(home, exchange.http)


def seen(ran: Ran, title: str = "account mine") -> dict[str, tuple[str, str, str]]:
    """Of one part of the page, by check: (grade, what was found, what to do)."""
    findings = json.loads(ran.out)["findings"][title]
    return {each["check"]: (each["grade"], each["found"], each["advice"]) for each in findings}


def looked(home: Path, *words: str, **environment: str) -> Ran:
    """The page as JSON, the host left out."""
    ran = command("mode=doctor", "form=json", "host=false", *words, home=home, environment={**KEYS, **environment})
    assert KEY not in ran.out + ran.err
    assert SECRET not in ran.out + ran.err
    return ran


def rehearse(home: Path, *words: str, passed: bool = True) -> None:
    """A record that says so."""
    bot = build(compose(["+strategy=quick", "+account=mine", *words], Menu(home)))
    keep(home, Record(kind="rehearsal", account="mine", strategy="quick", at_ms=now_ms(), passed=passed, config_hash=practice_hash(bot)))


def test_all_is_well(tmp_path: Path) -> None:
    """Nothing is wrong: every line is ok, status 0; nothing is left behind."""
    with at(tmp_path) as home:
        rehearse(home)
        beat(state_of(home, "mine"), "guard", now_ms(), "guards")
        before = sorted(home.rglob("*"))
        ran = looked(home, "+account=mine")
        checks = seen(ran)
        assert {name: grade for name, (grade, _, _) in checks.items() if grade != "ok"} == {}
        assert ran.status == 0
        assert checks["keys"][1] == "the key in T_KEY with the secret in T_SECRET is there"
        assert checks["key rights"][1] == "may trade, may not withdraw, bound to addresses"
        assert checks["schedule"][1].startswith("1 run, next ema_cross at ")
        assert checks["rehearsal"][1].startswith("ema_cross as it is now: passed ")
        assert sorted(home.rglob("*")) == before


@pytest.mark.parametrize(
    ("key", "check", "grade", "found", "status"),
    [
        (Key(secret=SECRET, withdraw=True), "key rights", "problem", "the key may withdraw money", 2),
        (Key(secret=SECRET, read_only=True), "key rights", "problem", "the key may not trade", 2),
        (Key(secret=SECRET), "key rights", "warning", "may trade, may not withdraw, works from any address", 1),
        (Key(secret=SECRET, ips=("1.2.3.4",), expires_ms=now_ms() + 5 * DAY_MS + 3_600_000), "key expiry", "warning", "5 days left", 1),
        (Key(secret=SECRET, ips=("1.2.3.4",), expires_ms=now_ms() + 80 * DAY_MS + 3_600_000), "key expiry", "ok", "80 days left", 1),
        (Key(secret=SECRET, ips=("1.2.3.4",), expires_ms=now_ms() + 3 * DAY_MS + 3_600_000), "key expiry", "warning", "3 days left", 1),
        (Key(secret=SECRET, ips=("1.2.3.4",), expires_ms=now_ms() - DAY_MS), "key rights", "problem", "Your api key has expired", 2),
        (Key(secret="another" * 5), "key rights", "problem", "the venue does not accept", 2),
    ],
    ids=[
        "may withdraw",
        "may only read",
        "from anywhere",
        "expires in five days",
        "expires later",
        "expires in three days",
        "has expired",
        "another secret",
    ],
)
def test_keys_at_the_venue(tmp_path: Path, key: Key, check: str, grade: str, found: str, status: int) -> None:
    """What the venue says of the key is told with what to do; the other checks are made all the same."""
    with at(tmp_path, key) as home:
        ran = looked(home)
        checks = seen(ran)
        assert (checks[check][0], found in checks[check][1], ran.status) == (grade, True, status), ran.out
        assert (checks[check][2] == "") == (grade == "ok")
        assert checks["venue clock"][0] == "ok"


def test_a_clock_that_is_off(tmp_path: Path) -> None:
    """The venue's time goes forty times as fast as ours: soon they are apart, and ticks would miss their bars."""
    with at(tmp_path, speed=40.0) as home:
        time.sleep(0.5)
        grade, found, advice = seen(looked(home))["venue clock"]
        assert (grade, " ms ahead of ours" in found, "ticks are started by this machine's clock" in advice) == ("problem", True, True), (
            found
        )


@pytest.mark.parametrize(("ahead_ms", "grade"), [(5_000, "warning"), (12_000, "problem")])
def test_clocks_that_are_apart(tmp_path: Path, ahead_ms: int, grade: str) -> None:
    """Five seconds are a warning, twelve a problem; both with what to do."""
    with served(Service(keys={KEY: BOUND}, setup=Setup(isolated=True))) as exchange:
        began, start = exchange.front.began
        exchange.front.began = (began, start + ahead_ms)
        found = seen(looked(folder(tmp_path, exchange.http)))["venue clock"]
    off = re.match(r"(\d+) ms ahead of ours, known to (\d+) ms", found[1])
    assert off is not None
    assert abs(int(off[1]) - ahead_ms) <= int(off[2]) + 500
    assert (found[0], "timedatectl set-ntp true" in found[2]) == (grade, True), found


@pytest.mark.parametrize(
    ("old", "new", "found", "advice"),
    [
        ("version: trading rules of", "version: trading rules before", "in the shipped menu", "which wins"),
        ("read_on: '2026-", "read_on: '2025-", "sources read 2025-", "hold them against the firm's pages"),
        ("as_of: '2026-", "as_of: '2025-", "prices and splits as of 2025-", "hold them against the firm's page"),
    ],
    ids=["another version", "read long ago", "old prices"],
)
def test_rules_that_have_aged(tmp_path: Path, old: str, new: str, found: str, advice: str) -> None:
    """A copy of a firm's program in the user's own folder, as it was once."""
    program = (shipped("conf") / "firm" / "hyrotrader" / "2step.yaml").read_text()
    files = {
        "accounts/mine.yaml": FIRM % NOBODY,
        "conf/firm/hyrotrader/2step.yaml": program.replace(old, new),
        "conf/strategy/quick.yaml": STRATEGY,
    }
    checks = seen(looked(written(tmp_path, files), "mode.venue=false"))
    grade, said, do = checks["economics" if "prices" in found else "rules"]
    assert (grade, found in said, advice in do) == ("warning", True, True), (said, do)


def test_one_key_in_two_entries_of_a_keyring(tmp_path: Path, memory: Memory) -> None:
    """Different services, the same key: the second account has a problem, which names the first and shows nothing."""
    account = (ACCOUNT % NOBODY).replace("secrets: {key: T_KEY, secret: T_SECRET}\n", "secrets_keyring: prop-runner/mine\n") + RUNS
    files = {f"accounts/{name}.yaml": account.replace("mine", name) for name in ("mine", "twin", "other")}
    home = written(tmp_path, {**files, "conf/strategy/quick.yaml": STRATEGY})
    for name, key in (("mine", KEY), ("twin", KEY), ("other", KEY[::-1])):
        put(f"prop-runner/{name}", {"key": key, "secret": SECRET})
    ran = looked(home, "mode.venue=false")
    found = {name: seen(ran, f"account {name}")["keys"] for name in ("mine", "twin", "other")}
    assert [found[name][0] for name in ("mine", "twin", "other")] == ["ok", "problem", "ok"]
    assert found["twin"][1].startswith("the key in the keyring under prop-runner/twin is the key of mine as well")
    assert KEY[::-1] not in ran.out
    assert looked(home, "account=twin", "mode.venue=false").status == 1


def test_offline(tmp_path: Path) -> None:
    """A venue that nobody answers for is a problem of its own status; without asking it everything else is looked at."""
    home = folder(tmp_path)
    ran = looked(home)
    checks = seen(ran)
    assert (ran.status, checks["venue"][0], "no answer from 127.0.0.1:9" in checks["venue"][1]) == (3, "problem", True)
    assert checks["key rights"] == ("warning", "not known, the venue was not reached", "look again when it is")
    ran = looked(home, "mode.venue=false")
    assert (ran.status, seen(ran)["venue"]) == (1, ("ok", "not asked, mode.venue=false", ""))


def test_keys_that_are_not_there(tmp_path: Path) -> None:
    """Unset, or in a file that others may read: a problem, and the venue is not asked."""
    home = folder(tmp_path)
    checks = seen(looked(home, T_KEY=""))
    assert checks["keys"][:2] == ("problem", "account.secrets.key  T_KEY is not set")
    assert checks["venue"][1] == "not asked, its keys are not ready"
    (home / "mine.keys").write_text(f"key={KEY}\nsecret={SECRET}\n")
    (home / "mine.keys").chmod(0o644)
    found = seen(looked(home, "+account=mine", "account.secrets_file=./mine.keys"))["keys"]
    assert (found[0], "may be read by others (mode 0644); chmod 600 it" in found[1]) == ("problem", True)


def test_a_damaged_journal(tmp_path: Path) -> None:
    """Whether it does not open, is damaged inside, or belongs to another phase: status 2; one that is sound tells its age."""
    home = folder(tmp_path)
    file = state_of(home, "mine").journal
    with LiveJournal.open(file, account="mine") as journal:
        journal.set_meta("environment", "demo")
        journal.note(now_ms() - 90_000, "mark", {})
    grade, found, _ = seen(looked(home, "mode.venue=false"))["journal"]
    assert (grade, re.search(r"last row (9\d|1\d\d) s ago", found) is not None) == ("ok", True), found
    grade, found, _ = seen(
        looked(home, "mode.venue=false", "+account=mine", "account.venue.environment=testnet", "account.venue.endpoint=''")
    )["journal"]
    assert (grade, found) == ("problem", "began with environment demo")
    file.write_bytes(b"no journal at all" * 999)
    ran = looked(home, "mode.venue=false")
    assert (ran.status, seen(ran)["journal"][0]) == (2, "problem"), ran.out


def test_a_journal_nobody_writes(tmp_path: Path) -> None:
    """Four-hour ticks whose last one was two days ago; of bars of a minute they miss most."""
    home = folder(tmp_path, more=SELDOM)
    with LiveJournal.open(state_of(home, "mine").journal, account="mine") as journal:
        journal.note(now_ms() - 2 * DAY_MS, "mark", {})
    checks = seen(looked(home, "mode.venue=false"))
    assert (checks["schedule"][0], checks["schedule"][2]) == ("warning", "runner mode=schedule tells all of it")
    grade, found, advice = checks["journal"]
    assert (grade, "a tick is due every 4 h" in found, "cron" in advice) == ("warning", True, True), found


def test_ticks_that_plan_nothing_are_not_missed(tmp_path: Path) -> None:
    """They write no row: its bot's sign of life tells that they are made, or its status; one that is old tells that they are not."""
    home = folder(tmp_path)
    state = state_of(home, "mine")
    with LiveJournal.open(state.journal, account="mine") as journal:
        journal.note(now_ms() - 3_600_000, "mark", {})
    beat(state, "bot", now_ms() - 1_800_000, "no position")
    grade, found, _ = seen(looked(home, "mode.venue=false"))["journal"]
    assert (grade, "last row 60 min ago, last tick 30 min ago, a tick is due every 60 s" in found) == ("warning", True), found
    leave(state, Status(account="mine", environment="demo", mode="once", pid=1, at_ms=now_ms()))
    assert seen(looked(home, "mode.venue=false"))["journal"][0] == "ok"
    leave(state, Status(account="mine", environment="demo", mode="once", pid=1, at_ms=now_ms() - 3_600_000))
    beat(state, "bot", now_ms(), "no position")
    assert seen(looked(home, "mode.venue=false"))["journal"][0] == "ok"


def test_rows_that_are_damaged(tmp_path: Path) -> None:
    """An index that does not fit its table: SQLite opens it, the long look finds it."""
    from runner.doctor.account import damaged

    file = tmp_path / "x.db"
    with sqlite3.connect(file) as connection:
        connection.executescript("CREATE TABLE a (b); CREATE INDEX c ON a (b); INSERT INTO a VALUES (1), (2); PRAGMA writable_schema=1;")
        connection.execute("UPDATE sqlite_master SET sql = 'CREATE INDEX c ON a (b) WHERE b > 1' WHERE name = 'c'")
    connection.close()
    assert "index c" in damaged(file)


def test_a_disk_that_is_almost_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By what the system says is free: a GiB is enough, less is a warning, under 100 MiB a problem of the disk."""
    from runner.doctor import host
    from runner.doctor.finding import STATE, Check

    def found(free: int) -> tuple[str, int]:
        monkeypatch.setattr("shutil.disk_usage", lambda _: SimpleNamespace(free=free))
        finding = host.disk(Check("disk", lambda check: check.ok("")), tmp_path)
        assert (finding.advice == "") == (finding.grade.word == "ok")
        return finding.grade.word, finding.status

    assert [found(free)[0] for free in (1 << 30, (1 << 30) - 1, 100 << 20)] == ["ok", "warning", "warning"]
    assert found((100 << 20) - 1) == ("problem", STATE)


def test_a_halt_that_is_over_and_one_that_is_not(tmp_path: Path) -> None:
    """One with an end says when; after it nobody holds entries back."""
    home = folder(tmp_path)
    halt(state_of(home, "mine"), Halt(by="hand", at_ms=0, why="yesterday", until_ms=now_ms() - 1))
    assert seen(looked(home, "mode.venue=false"))["halts"][:2] == ("ok", "none")
    halt(state_of(home, "mine"), Halt(by="hand", at_ms=0, why="news", until_ms=now_ms() + DAY_MS))
    grade, found, advice = seen(looked(home, "mode.venue=false"))["halts"]
    assert (grade, found.startswith("halted by hand: news, until "), "mode.release=true" in advice) == ("warning", True, True)


def test_real_money_that_was_never_practised(tmp_path: Path) -> None:
    """A problem of the rehearsal with the command for it, and a warning of the ladder; a torn journal keeps it a warning."""
    home = written(tmp_path, {"accounts/mine.yaml": FIRM % NOBODY, "conf/strategy/quick.yaml": STRATEGY})
    words = ("+account=mine", "+strategy=quick", "mode.venue=false")
    real = ("account.venue.environment=live", "account.venue.endpoint=''")
    checks = seen(looked(home, *words, *real))
    assert (checks["rehearsal"][0], checks["rehearsal"][2].endswith("mode=rehearse")) == ("problem", True)
    assert (checks["ladder"][0], checks["ladder"][2]) == ("warning", "runner mode=ladder account=mine")
    checks = seen(looked(home, *words))
    assert (checks["rehearsal"][0], checks["ladder"][0]) == ("warning", "ok")
    state = state_of(home, "mine")
    state.root.mkdir(parents=True)
    state.journal.write_bytes(b"no journal at all" * 999)
    assert seen(looked(home, *words))["ladder"][::2] == (
        "warning",
        "mend what cannot be read, or move it away; what it would show does not count",
    )


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only the superuser mounts a disk of his own")
def test_a_disk_that_is_full_and_one_that_may_not_be_written(tmp_path: Path) -> None:
    """Both on a small disk of their own: status 4."""
    home = tmp_path / "disk"
    home.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(home)], capture_output=True, check=False)
    if mounted.returncode:
        pytest.skip("nothing may be mounted here")
    try:
        folder(home)
        (home / "state" / "mine").mkdir(parents=True)
        (home / "fills").write_bytes(b"")
        with (home / "fills").open("wb", buffering=0) as stream:
            try:
                while stream.write(b"\0" * 4096) == 4096:
                    pass
            except OSError:
                pass
        ran = command("mode=doctor", "form=json", "mode.venue=false", home=home, environment=KEYS)
        host, mine = seen(ran, "this host"), seen(ran)
        assert (host["folder"][0], host["disk"][0]) == ("problem", "problem"), ran.out
        assert "No space left on device" in mine["state folder"][1]
    finally:
        subprocess.run(["umount", str(home)], check=True)


def test_a_guard_that_cannot_look(tmp_path: Path) -> None:
    """Is told as that, not as one that never ran; and where its process is gone, or has ended, as gone."""
    home = folder(tmp_path)
    state = state_of(home, "mine")
    guard = Blindness([state])
    guard.tell({"mine": "no answer"}, now_ms() - 1_000)
    grade, found, _ = seen(looked(home, "mode.venue=false"))["guard"]
    assert (grade, found.startswith(f"process {os.getpid()} is there and cannot look, since ")) == ("problem", True)
    assert found.endswith(": no answer")
    guard.last_words(now_ms(), "asked to stop")
    grade, found, _ = seen(looked(home, "mode.venue=false"))["guard"]
    assert (grade, found.startswith("stopped "), found.endswith("asked to stop; it could not look: no answer")) == ("warning", True, True)


def test_a_process_that_is_gone(tmp_path: Path) -> None:
    """Its sign of life is not so old, and says nothing."""
    home = folder(tmp_path, more="runs:\n  bot: {strategy: quick, job: live}\n")
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    for part in ("guard", "bot"):
        sign = Beat(at_ms=now_ms() - 60_000, pid=gone.pid, doing="at work")
        leaves(state_of(home, "mine").heartbeat(part), asdict(sign))
    checks = seen(looked(home, "mode.venue=false"))
    for part in ("guard", "bot"):
        assert (checks[part][0], f"process {gone.pid}, which is gone" in checks[part][1]) == ("warning", True), checks[part]


def test_who_is_at_work(tmp_path: Path) -> None:
    """Halts, a guard that is gone, a bot that should be at work, and a position whose stop is missing (status 5)."""
    home = folder(tmp_path, more="runs:\n  bot: {strategy: quick, job: live}\n")
    state = state_of(home, "mine")
    halt(state, Halt(by="hand", at_ms=0, why="holiday"))
    beat(state, "guard", now_ms() - DAY_MS, "guards")
    checks = seen(looked(home, "mode.venue=false"))
    assert checks["halts"][:2] == ("warning", "halted by hand: holiday")
    assert (checks["guard"][0], "24 h ago" in checks["guard"][1]) == ("warning", True)
    assert checks["bot"][1:] == (
        "run bot should be at work, and never was",
        "start it: runner +strategy=quick +account=mine mode=live",
    )
    naked = PositionStatus(symbol="BTCUSDT", side=1, quantity="1", entry="100")
    leave(state, Status(account="mine", environment="demo", mode="live", pid=1, at_ms=now_ms(), positions=(naked,)))
    ran = looked(home, "mode.venue=false")
    assert (ran.status, seen(ran)["status"][:2]) == (5, ("problem", "BTCUSDT without a stop"))
    stuck = FrozenStatus(symbol="BTCUSDT", why="order 17 is not ours")
    leave(state, Status(account="mine", environment="demo", mode="live", pid=1, at_ms=now_ms(), frozen=(stuck,)))
    assert seen(looked(home, "mode.venue=false"))["status"] == ("warning", "BTCUSDT takes no entry: frozen, order 17 is not ours", THAW)


def test_broken_configurations(tmp_path: Path) -> None:
    """Each is told with its file, and keeps nobody from being looked at; two accounts with the same keys are a problem."""
    home = folder(tmp_path)
    other = (ACCOUNT % NOBODY).replace("name: mine", "name: twin") + RUNS
    zone = (ACCOUNT % NOBODY).replace(
        "name: mine", "name: zoned"
    ) + "runs:\n  a: {strategy: quick, schedule: {cron: '0 9 * * *', zone: Europe/Berln}}\n"
    never = (ACCOUNT % NOBODY).replace("name: mine", "name: never") + "runs:\n  a: {strategy: quick, schedule: {cron: '0 0 31 2 *'}}\n"
    written(home, {"accounts/twin.yaml": other, "accounts/zoned.yaml": zone, "accounts/never.yaml": never, "accounts/torn.yaml": "name: ["})
    ran = looked(home, "mode.venue=false")
    assert ran.status == 2
    for name, said in (("zoned", "Berln"), ("never", "never"), ("torn", "accounts/torn.yaml"), ("twin", "has the same key as mine")):
        grade, found, _ = seen(ran, f"account {name}")["configuration"]
        assert (grade, said in found) == ("problem", True), (name, found)
    assert seen(ran)["configuration"] == ("ok", "checks, 1 run", "")


def test_an_account_with_slips_is_told_all_of_them_and_the_host_is_looked_at(tmp_path: Path) -> None:
    """What was typed, its file, and what its runs trade: all in one; a slip elsewhere is refused, and a name of none."""
    home = folder(tmp_path, more="siez: 5\nruns: {a: {strategy: quik, every: 4h}}\n")
    ran = command("mode=doctor", "form=json", "mode.venue=false", "account=mine", "account.phaze=x", home=home, environment=KEYS)
    assert ran.status == 2, ran.err
    grade, found, _ = seen(ran)["configuration"]
    assert (grade, [word in found for word in ("'siez'", "'phaze'", "'quik'")]) == ("problem", [True, True, True]), found
    assert "python" in seen(ran, "this host")
    for words, said in ((("account=mine", "mode.venu=1"), "has no 'venu'"), (("account=mien",), "there is no account 'mien'")):
        refused = command("mode=doctor", *words, home=home, environment=KEYS)
        assert (refused.status, refused.out, said in refused.err) == (2, "", True), refused.err


@pytest.mark.skipif(sys.platform == "win32", reason="permissions as POSIX has them")
def test_what_others_may_read(tmp_path: Path) -> None:
    """Of the account's folder with it, of the rest with the host; with the command that ends it, which is then run."""
    home = folder(tmp_path)
    state = state_of(home, "mine")
    LiveJournal.open(state.journal, account="mine").close()
    rehearse(home)
    words = ("mode=doctor", "form=json", "mode.venue=false")

    def said() -> dict[str, tuple[str, str, str]]:
        ran = command(*words, home=home, environment=KEYS)
        return {"state": seen(ran, "this host")["state"], "privacy": seen(ran)["privacy"]}

    fine = ("ok", "for this user alone", "")
    assert said() == {"state": fine, "privacy": fine}
    state.root.chmod(0o755)
    state.journal.chmod(0o644)
    (home / "state" / "records" / "mine.jsonl").chmod(0o640)
    found = said()
    assert found["privacy"][:2] == ("warning", "others of this machine may read the folder itself, journal.db")
    assert found["state"][:2] == ("warning", "others of this machine may read records/mine.jsonl")
    for _, _, advice in found.values():
        assert advice.startswith("chmod -R go= ")
        subprocess.run(["sh", "-c", advice], check=True)
    assert said() == {"state": fine, "privacy": fine}


@pytest.mark.skipif(sys.platform == "win32", reason="kills as POSIX does")
def test_ended_midway(tmp_path: Path) -> None:
    """While the venue keeps it waiting: every file is as it was, whoever ends it; SQLite alone leaves its own two, without rows."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        home = folder(tmp_path / "home", f"http://127.0.0.1:{silent.getsockname()[1]}")
        with LiveJournal.open(state_of(home, "mine").journal, account="mine") as journal:
            journal.note(now_ms(), "mark", {})
        rehearse(home)
        before = {file: file.read_bytes() for file in home.rglob("*") if file.is_file()}
        for number in (signal.SIGKILL, signal.SIGINT):
            doctor = Process(home, ("mode=doctor", "mode.host=false"), KEYS)
            doctor.says("  ladder  ")
            doctor.running.send_signal(number)
            assert doctor.ends() != 0
            after = {file: file.read_bytes() for file in home.rglob("*") if file.is_file()}
            assert {file: after[file] for file in before} == before
            assert {file.name: len(content) for file, content in after.items() if file not in before and "-shm" not in file.name} in (
                {},
                {"journal.db-wal": 0},
            )
            assert (KEY in doctor.text, "Traceback" in doctor.text) == (False, False), doctor.text


def test_lines_for_people(tmp_path: Path) -> None:
    """One line a check, the host first, how many of each at the end; a folder without accounts has the host alone."""
    ran = command("mode=doctor", home=tmp_path)
    lines = ran.out.splitlines()
    assert (ran.status in (0, 1), lines[0], lines[-1].endswith(" ok")) == (True, "this host", True)
    assert {"python", "packages", "machine", "folder", "state", "disk", "clock", "alerts", "zones"} >= {
        line.split()[1] for line in lines[1:-1]
    } - {"time"}
    assert not any(line.startswith("account") for line in lines)


def test_the_gravest_problem_names_the_status() -> None:
    """A position without a stop before a refusal, that before a disk, that before the venue; a warning only without any problem."""
    from runner.doctor.finding import BARE, REFUSED, STATE, VENUE, Check, status

    check = Check("a", lambda each: each.ok(""))
    order = [BARE, REFUSED, STATE, VENUE]
    problems = [check.problem("x", "y", number) for number in reversed(order)]
    warned, fine = check.warning("x", "y"), check.ok("x")
    assert [status([fine, warned, *problems[: len(order) - left]]) for left in range(len(order))] == order
    assert (status([fine, warned]), status([fine]), status([])) == (1, 0, 0)


def test_a_check_that_breaks() -> None:
    """It is one line, without what a secret would show, and the next one is made."""
    from runner.doctor.finding import Check, made
    from runner.live.keys import REDACTOR, Keys, Secret

    REDACTOR.learn(Keys(key=Secret("planted-in-a-check"), secret=Secret("planted-in-a-check")))
    first, second = made([Check("a", lambda _: {}["planted-in-a-check"]), Check("b", lambda check: check.ok("fine"))])  # type: ignore[index]
    assert (first.grade.word, first.found) == ("problem", "this check broke: KeyError: '***'")
    assert second.found == "fine"


# --- real money for what was never rehearsed ------------------------------------------------------------------------------

REAL = ("+strategy=quick", "+account=mine", "account.venue.environment=live")


@pytest.mark.parametrize("mode", ["live", "once"])
def test_real_money_wants_a_rehearsal(tmp_path: Path, mode: str) -> None:
    """Refused with the command that rehearses it; another setting, a failed one or another name do not count; the account's name does."""
    home = folder(tmp_path, "")

    def said(*words: str) -> str:
        ran = command(f"mode={mode}", "live=yes-real-money", *REAL, *words, home=home, environment={"T_KEY": "", "T_SECRET": ""})
        assert ran.status == 2
        return ran.err

    asked = "runner +strategy=quick +account=mine account.venue.environment=live mode=rehearse"
    assert f"mine trades real money; first {asked}, or name it: mode.unrehearsed=mine" in said().replace("\n", " ")
    rehearse(home, "strategy.entry.fast=1")
    rehearse(home, passed=False)
    assert "never rehearsed" in said()
    assert "never rehearsed" in said("mode.unrehearsed=other")
    assert "not in the environment" in said("mode.unrehearsed=mine")
    rehearse(home)
    assert "not in the environment" in said()
    assert "never rehearsed" in said("strategy.entry.fast=1", "strategy.entry.slow=9")


def test_it_is_typed_each_time(tmp_path: Path) -> None:
    """Written into a file it means nothing."""
    home = written(folder(tmp_path, ""), {"conf/mode/live.yaml": "defaults:\n  - shipped/live\n  - _self_\nunrehearsed: mine\n"})
    ran = command("mode=live", "live=yes-real-money", *REAL, home=home)
    assert (ran.status, "unrehearsed" in ran.err, "typed on the command line each time" in ran.err) == (2, True, True), ran.err


def test_play_money_is_warned(tmp_path: Path) -> None:
    """A demo account trades what was never rehearsed; `mode=live` says so in one line, and `mode=once`, which cron repeats, does not."""
    with venue(tmp_path) as place:
        for mode, warned in (("live", True), ("once", False)):
            bot = place.start(f"mode={mode}", *TRADES)
            if warned:
                bot.says("trading BTCUSDT")
                bot.stop()
            assert bot.ends() == 0
            said = "WARNING mine@demo never rehearsed as it is: runner +strategy=quick +account=mine mode=rehearse"
            assert (said in bot.text) == warned, bot.text


@pytest.mark.parametrize(("job", "grade", "status"), [("paper", "ok", 1), ("live", "problem", 2)])
def test_paper_needs_no_keys(job: str, grade: str, status: int, tmp_path: Path) -> None:
    """What trades at the venue does."""
    home = folder(tmp_path, more=f"runs:\n  ema_cross: {{strategy: quick, job: {job}, every: null, offset: null}}\n")
    ran = command("mode=doctor", "form=json", "host=false", "venue=true", home=home)
    assert (ran.status, seen(ran)["keys"][0]) == (status, grade)
    assert seen(ran)["venue"][:2] == ("ok", "not asked, its keys are not ready")


def test_paper_is_told(tmp_path: Path) -> None:
    """Paper needs no rehearsal: one line at its start says that real money does, and none once it is there or in a tick of cron."""
    with venue(tmp_path) as place:
        for words, told in (((), True), (("mode.catch_up=true",), False), ((), False)):
            bot = place.start("mode=paper", *TRADES, *words)
            bot.says("paper trading BTCUSDT")
            if not words:
                bot.stop()
            assert bot.ends() == 0
            said = "never rehearsed as it is, which paper does not need and real money does: runner +strategy=quick +account=mine "
            assert (said + "mode=rehearse" in bot.text) == told, bot.text
            if words:
                rehearse(place.home)


def test_practice_on_another_account_counts(tmp_path: Path) -> None:
    """The same rules, size and strategy under another name; not another size."""
    home = folder(tmp_path)
    bot = build(compose(["+strategy=quick", "+account=mine", "account.name=sibling"], Menu(home)))
    keep(home, Record(kind="rehearsal", account="sibling", strategy="quick", at_ms=1, passed=True, config_hash=practice_hash(bot)))
    assert rehearsed(build(compose(["+strategy=quick", "+account=mine"], Menu(home)))) is not None
    assert rehearsed(build(compose(["+strategy=quick", "+account=mine", "account.size=7"], Menu(home)))) is None


@pytest.mark.skipif(sys.platform == "win32", reason="no such lock there")
@pytest.mark.parametrize(("reader", "grade"), [("cron", "ok"), ("systemd-cron", "ok"), (None, "ok"), ("", "warning")])
def test_a_crontab_that_nobody_reads(tmp_path: Path, reader: str | None, grade: str) -> None:
    """Where mode=deploy has written scripts for cron: does anybody start them? Without any nobody asks; a torn record is told."""
    from runner.doctor.finding import Check, made
    from runner.doctor.host import Host, cron
    from runner.live.clock import WallClock

    host = Host(home=tmp_path, clock=WallClock())
    assert "cron" not in {check.name for check in host.checks()}
    written(tmp_path, {"deploy/cron.json": json.dumps({"written": {"crontab": ["0"], "/home/a.sh": ["1"]}})})
    (check,) = [check for check in host.checks() if check.name == "cron"]
    found = cron(check, tmp_path, lambda: reader)
    assert (found.grade.word, found.found.startswith("1 script of mode=deploy")) == (grade, True)
    assert ("nor the cron.target of systemd-cron is at work" in found.found) is (reader == "")
    written(tmp_path, {"deploy/cron.json": "[]"})
    (told,) = made([Check("cron", check.look)])
    assert (told.grade.word, "what was written before cannot be read" in told.found) == ("problem", True)


def test_alerts_that_somebody_sends(tmp_path: Path) -> None:
    """Whoever holds the lock is at work."""
    import fcntl

    from runner.doctor.host import sent_by_somebody

    lock = tmp_path / "alerts.lock"
    assert not sent_by_somebody(lock)
    with lock.open("w") as file:
        assert not sent_by_somebody(lock)
        fcntl.flock(file, fcntl.LOCK_EX)
        assert sent_by_somebody(lock)
