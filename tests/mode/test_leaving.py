"""`mode=halt`, `mode=flatten` and `mode=guard` from the command line, at a real exchange over real sockets."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from decimal import Decimal
from pathlib import Path
from time import monotonic
from typing import Any

import pytest

from runner.alert.outbox import Outbox
from runner.build import errand as errand_of
from runner.check import CheckedErrand, check
from runner.compose import compose
from runner.live import blind
from runner.live.clock import WallClock
from runner.live.guard.view import Terms
from runner.live.records import records
from runner.live.state import halts, last_beat, state_of
from runner.menu import Menu
from runner.mode.guarding import accounts, sole
from runner.mode.relief import Post
from runner.model.errors import OccupiedError
from runner.model.trading import ProtectRequest
from runner.rehearsal.service import KEY, SECRET
from tests.command import Ran, command, written
from tests.live.loopback import Loopback, loopback
from tests.mode.venue import awaited

NOBODY = "http://127.0.0.1:9"  # a port that nobody listens on
KEYS = {"T_KEY": KEY, "T_SECRET": SECRET}
ACCOUNT = """\
defaults:
  - hyro_2step
  - _self_
name: mine
purchased: ''
venue: {endpoint: '%s'}
secrets: {key: T_KEY, secret: T_SECRET}
"""


@pytest.fixture
def venue() -> Iterator[Loopback]:
    """An account with a naked position and a bid."""
    with loopback() as venue:
        venue.order("BTCUSDT", 1, "1")
        venue.limit("90", symbol="ETHUSDT", stop=Decimal(85))
        yield venue


@pytest.fixture
def home(venue: Loopback, tmp_path: Path) -> Path:
    """A user's folder with that account in it."""
    return written(tmp_path / "home", {"accounts/mine.yaml": ACCOUNT % venue.exchange.http})


def ran(home: Path, *words: str) -> Ran:
    """A command with the account's keys in its environment; no word of them is ever shown."""
    done = command(*words, home=home, environment=KEYS)
    assert KEY not in done.out + done.err
    assert SECRET not in done.out + done.err
    return done


def test_flatten_leaves_nothing(venue: Loopback, home: Path) -> None:
    """Halted, withdrawn, closed, verified: status 0, every line with account and environment."""
    done = ran(home, "mode=flatten", "account=mine")
    assert (done.status, done.err) == (0, "")
    assert (venue.desk.positions(), venue.resting()) == ([], [])
    assert all("  mine demo  " in line for line in done.out.splitlines())
    assert done.out.splitlines()[-1].endswith("nothing is left")
    (stands,) = halts(state_of(home, "mine"), 0)
    assert (stands.by, stands.why) == ("hand", "flattened by hand")


def test_flatten_needs_no_state_files(venue: Loopback, home: Path) -> None:
    """Where nothing can be written everything is closed all the same; status 3, because a running bot hears of no halt."""
    (home / "state").write_text("a file stands where the folder should")
    done = ran(home, "mode=flatten", "account=mine")
    assert done.status == 3
    assert "the halt is not written" in done.out
    assert "among the alerts" not in done.out
    assert venue.desk.positions() == []


def test_flatten_without_a_halt(venue: Loopback, home: Path) -> None:
    """A bot may then enter again."""
    assert ran(home, "mode=flatten", "account=mine", "mode.halt=false").status == 0
    assert not halts(state_of(home, "mine"), 0)
    (record,) = records(home, "mine")
    assert (record.kind, record.passed, record.detail["environment"]) == ("flatten", True, "demo")


def test_a_sweep_flattens_every_account(venue: Loopback, home: Path) -> None:
    """Two accounts that differ in nothing but name and venue: both exchanges are empty afterwards, each account has said so."""
    with loopback() as other:
        other.order("BTCUSDT", -1, "2")
        written(home, {"accounts/second.yaml": (ACCOUNT % other.exchange.http).replace("name: mine", "name: second")})
        done = ran(home, "-m", "mode=flatten", "account=mine,second")
        assert (done.status, done.err) == (0, "")
        assert (venue.desk.positions(), other.desk.positions()) == ([], [])
    assert ("mine demo  nothing is left" in done.out, "second demo  nothing is left" in done.out) == (True, True)


def test_a_sweep_halts_every_account(home: Path) -> None:
    """Two accounts of one venue: a halt of each, and nothing about jobs that equal another."""
    text = (home / "accounts" / "mine.yaml").read_text()
    written(home, {"accounts/second.yaml": text.replace("name: mine", "name: second")})
    done = ran(home, "-m", "mode=halt", "account=mine,second")
    assert (done.status, "equal" in done.out) == (0, False)
    assert [bool(halts(state_of(home, name), 0)) for name in ("mine", "second")] == [True, True]
    assert sorted(path.name for path in home.iterdir()) == ["accounts", "state"]


def test_halt_withdraws_entries_and_is_lifted(venue: Loopback, home: Path) -> None:
    """The position stays as it is; the halt stands until it is released, which asks no venue."""
    done = ran(home, "mode=halt", "account=mine", "mode.why=holiday")
    assert done.status == 0
    assert venue.resting() == []
    assert len(venue.desk.positions()) == 1
    assert halts(state_of(home, "mine"), 0)
    released = command("mode=halt", "account=mine", "mode.release=true", home=home)
    assert (released.status, released.out.rstrip().rpartition("  ")[2]) == (0, "released: what hand (holiday) had halted")
    assert not halts(state_of(home, "mine"), 0)
    assert command("mode=halt", "account=mine", "mode.release=true", home=home).out.rstrip().endswith("it was not halted")


def test_a_venue_that_cannot_be_asked(home: Path) -> None:
    """Status 3 and the reason, here a key that it does not know; the halt stands."""
    file = home / "accounts" / "mine.yaml"
    file.write_text(file.read_text().replace("T_KEY", "T_SECRET"))
    done = ran(home, "mode=halt", "account=mine", "mode.within=1s")
    assert done.status == 3
    assert done.out.splitlines()[-1].endswith("the venue could not be asked what is left")
    assert "the venue does not accept the key in T_SECRET with the secret in T_SECRET: API key is invalid. (code 10003)" in done.out
    assert halts(state_of(home, "mine"), 0)


@pytest.mark.parametrize("mode", ["halt", "flatten"])
def test_a_venue_that_is_not_there(home: Path, mode: str) -> None:
    """Asked for as long as `mode.within` says, told once with its address and the end of it; then one clear line and status 3."""
    file = home / "accounts" / "mine.yaml"
    file.write_text(ACCOUNT % NOBODY)
    done = ran(home, f"mode={mode}", "account=mine", "mode.within=1s")
    _halted, asked, end = done.out.splitlines()
    assert (done.status, done.err) == (3, "")
    assert "mine demo  the venue's answer is unknown: /v5/order/realtime got no answer from 127.0.0.1:9 (" in asked
    assert re.search(r"it is asked again until \d\d:\d\d:\d\d$", asked)
    assert (
        "the venue could not be asked what is left: the venue's answer is unknown: /v5/order/realtime got no answer from 127.0.0.1:9" in end
    )


@pytest.mark.parametrize(("words", "end"), [((), ""), (("mode.why=news",), ": news")])
def test_a_flatten_that_did_not_finish_does_not_say_flattened(home: Path, words: tuple[str, ...], end: str) -> None:
    """Beside the halt stands what was to be done first, then that it did not finish and why."""
    (home / "accounts" / "mine.yaml").write_text(ACCOUNT % NOBODY)
    done = ran(home, "mode=flatten", "account=mine", "mode.within=1s", *words)
    assert (done.status, f"halted: to be flattened by hand{end}; mode=halt" in done.out) == (3, True)
    (stands,) = halts(state_of(home, "mine"), 0)
    assert stands.why.startswith("flatten by hand did not finish: the venue could not be asked what is left: ")
    assert stands.why.endswith(end)


@pytest.mark.parametrize("words", [("mode=flatten",), ("mode=flatten", "mode.halt=false"), ("mode=halt",)])
def test_what_did_not_finish_is_critical(venue: Loopback, home: Path, words: tuple[str, ...]) -> None:
    """It is among the alerts, to be sent at once; one that did finish is not."""
    assert ran(home, *words, "account=mine").status == 0
    assert not (home / "state" / "alerts.db").exists()
    (home / "accounts" / "mine.yaml").write_text(ACCOUNT % NOBODY)
    assert ran(home, *words, "account=mine", "mode.within=1s").status == 3
    with Outbox.of(home) as outbox:
        (told,) = outbox.alerts()
    assert (told.severity, told.kind, told.whose) == ("critical", "unfinished", "mine@demo")
    mode = words[0].partition("=")[2]
    assert told.title == f"A {mode.upper()} BY HAND DID NOT FINISH: the venue could not be asked what is left"
    assert told.text.startswith("the venue's answer is unknown: /v5/order/realtime got no answer from 127.0.0.1:9 (")
    assert told.text.endswith(f"at the venue now, or try again: runner mode={mode} account=mine")


def test_a_flatten_does_not_halt_again_what_was_released(home: Path) -> None:
    """Somebody who lifts the halt while positions are being closed has lifted it."""
    (home / "accounts" / "mine.yaml").write_text(ACCOUNT % NOBODY)
    folder = state_of(home, "mine").halts
    with begun(home, "flatten", "account=mine", "mode.within=5s") as flatten:
        awaited((folder / "hand.json").exists)
        assert command("mode=halt", "account=mine", "mode.release=true", home=home).status == 0
        assert flatten.wait(60) == 3
    assert not halts(state_of(home, "mine"), 0)


@pytest.mark.parametrize("mode", ["halt", "flatten"])
def test_what_cannot_be_done_is_refused(home: Path, mode: str) -> None:
    """Without an account, without keys, at a venue that takes no orders: status 2 and one problem."""
    assert "type mode=" in command(f"mode={mode}", home=home).err
    without = command(f"mode={mode}", "account=mine", home=home)
    assert (without.status, "T_KEY" in without.err) == (2, True)
    assert command(f"mode={mode}", "account=no_limits", home=home).status == 2


def test_guard_protects_what_it_finds(venue: Loopback, home: Path) -> None:
    """All accounts of the host whose keys are set: one round sets the missing stop, says how the account stands, and ends."""
    done = ran(home, "mode=guard", "mode.rounds=1")
    assert (done.status, done.err) == (0, "")
    assert venue.desk.position("BTCUSDT").stop == Decimal("98.0")
    lines = done.out.splitlines()
    assert "mine demo  set_stop BTCUSDT at 98.0: NO_STOP" in done.out
    assert "mine demo  equity " in lines[-2]
    assert "the guard has stopped" in lines[-1]


def test_guard_without_anything_to_guard(tmp_path: Path) -> None:
    """No account here has its keys set: status 2, and what to type."""
    done = command("mode=guard", "mode.rounds=1", home=tmp_path)
    assert done.status == 2
    assert "account=NAME" in done.err


def test_guard_says_what_it_cannot_look_at(venue: Loopback, home: Path) -> None:
    """An account whose key the venue does not know is told and makes the status 3; the other one is guarded."""
    text = (ACCOUNT % venue.exchange.http).replace("name: mine", "name: lost").replace("T_KEY", "T_SECRET")
    written(home, {"accounts/lost.yaml": text})
    done = ran(home, "mode=guard", "mode.rounds=1", "mode.accounts=[lost,mine]")
    assert done.status == 3
    assert "lost demo  cannot look: trading must stop: account lost, demo: the venue does not accept the key in T_SECRET with" in done.out
    assert venue.desk.position("BTCUSDT").stop == Decimal("98.0")


def test_a_dead_account_makes_no_other_wait(venue: Loopback, home: Path) -> None:
    """The other one's stop is set at once, within two seconds and what a busy machine adds; no line is without its time and account."""
    written(home, {"accounts/dead.yaml": (ACCOUNT % NOBODY).replace("name: mine", "name: dead")})
    with guarding(home, "mode.accounts=[dead,mine]") as guard:
        assert guard.stdout is not None
        awaited((home / "state" / "mine" / "guard.lock").exists)
        begun_s = monotonic()
        lines: list[str] = []
        while not (any("mine demo  set_stop" in line for line in lines) and any("dead demo  cannot look: " in line for line in lines)):
            lines.append(guard.stdout.readline())
            assert guard.poll() is None, lines
        took_s = monotonic() - begun_s
        guard.send_signal(signal.SIGTERM)
        *rest, last = guard.stdout
        assert guard.wait(20) == 3
    assert took_s < 4.0
    assert "the guard has stopped" in last
    assert all(re.match(r"[\d-]{10} [\d:]{8}  (dead|mine) demo  ", line) for line in [*lines, *rest]), lines


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (("mode.warn_buffer=0.2",), "warn_buffer: expected at least reduce_buffer (0.3), was 0.2"),
        (("mode.rounds=0",), "expected a whole number of at least 1, was 0"),
    ],
)
def test_guard_refuses_settings_that_make_no_sense(home: Path, words: tuple[str, ...], problem: str) -> None:
    """Status 2 and what was expected."""
    done = ran(home, "mode=guard", "account=mine", *words)
    assert (done.status, problem in done.err) == (2, True)


@pytest.mark.skipif(sys.platform == "win32", reason="signals as POSIX sends them")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_a_guard_that_is_stopped_says_so(venue: Loopback, home: Path, number: int) -> None:
    """Whoever watches can tell one that somebody stopped from one that was killed."""
    with guarding(home, "account=mine") as guard:
        awaited(lambda: last_beat(state_of(home, "mine"), "guard") is not None)
        guard.send_signal(number)
        assert guard.wait(60) == (-number if number == signal.SIGKILL else 0)
    beat = last_beat(state_of(home, "mine"), "guard")
    assert beat is not None
    assert (beat.asked, bool(beat.ended)) == (number != signal.SIGKILL, number != signal.SIGKILL)


@pytest.mark.skipif(sys.platform == "win32", reason="signals as POSIX sends them")
def test_a_guard_that_never_could_look_leaves_no_sign_of_a_look(venue: Loopback, home: Path) -> None:
    """Why, and since when, while it tries; that it stopped, afterwards. The other account's last word is as ever."""
    written(home, {"accounts/dead.yaml": (ACCOUNT % NOBODY).replace("name: mine", "name: dead")})
    dead, mine = state_of(home, "dead"), state_of(home, "mine")
    with guarding(home, "mode.accounts=[dead,mine]") as guard:
        awaited(lambda: last_beat(mine, "guard") is not None and "got no answer from" in getattr(blind.read(dead), "why", ""))
        left = blind.read(dead)
        assert left is not None
        assert (left.pid, left.ended, last_beat(dead, "guard")) == (guard.pid, "", None)
        awaited(lambda: blind.read(mine) is None)
        guard.send_signal(signal.SIGTERM)
        assert guard.wait(60) == 3
    after, beat = blind.read(dead), last_beat(mine, "guard")
    assert after is not None
    assert beat is not None
    assert (after.ended, after.since_ms, last_beat(dead, "guard"), beat.ended) == ("asked to stop", left.since_ms, None, "asked to stop")


def test_an_account_named_twice_is_guarded_once(venue: Loopback, home: Path) -> None:
    """Nobody is told of another guard."""
    done = ran(home, "mode=guard", "mode.accounts=[mine,mine]", "mode.rounds=1")
    assert (done.status, "another guard" in done.out, done.out.count("mine demo  equity ")) == (0, False, 1)


def test_an_account_that_was_named_and_is_not_guarded_shows(venue: Loopback, home: Path) -> None:
    """One that is not there is refused before anything begins; one whose keys are not set is told, the other one is guarded: status 3."""
    text = (ACCOUNT % venue.exchange.http).replace("name: mine", "name: bare").replace("T_KEY", "NOWHERE_KEY")
    written(home, {"accounts/bare.yaml": text})
    refused = ran(home, "mode=guard", "mode.accounts=[nobody,bare,mine]", "mode.rounds=1")
    assert (refused.status, "nobody" in refused.err) == (2, True)
    assert venue.desk.position("BTCUSDT").stop is None
    done = ran(home, "mode=guard", "mode.accounts=[bare,mine]", "mode.rounds=1")
    assert done.status == 3
    assert "not guarded  account bare  account.secrets.key  NOWHERE_KEY is not set" in done.out
    assert venue.desk.position("BTCUSDT").stop == Decimal("98.0")


def test_two_accounts_with_one_key_are_guarded_once(venue: Loopback, home: Path) -> None:
    """The second one is told by the names of the variables; where it was named the status is 3. At another exchange it is no second one."""
    runs = "runs: {trend: {strategy: ema_cross, every: 4h}}\n"
    text, keys = ACCOUNT.replace("T_KEY", "T_OTHER").replace("name: mine", "name: twin"), KEYS | {"T_OTHER": KEY}
    written(home, {"accounts/mine.yaml": ACCOUNT % venue.exchange.http + runs, "accounts/twin.yaml": text % venue.exchange.http + runs})
    said = "not guarded  account twin  twin has the same key as mine: T_OTHER holds what T_KEY holds"
    for words, status in (((), 0), (("mode.accounts=[mine,twin]",), 3)):
        done = command("mode=guard", "mode.rounds=1", *words, home=home, environment=keys)
        assert (done.status, said in done.out) == (status, True), done.out
        assert ("mine demo  equity " in done.out, "twin demo" in done.out, KEY in done.out + done.err) == (True, False, False)
    written(home, {"accounts/twin.yaml": text % NOBODY})
    done = command("mode=guard", "mode.rounds=1", "mode.accounts=[mine,twin]", home=home, environment=keys)
    assert ("twin demo  cannot look" in done.out, "same key" in done.out) == (True, False)


def test_guard_guards_the_account_as_it_was_typed(venue: Loopback, home: Path) -> None:
    """An address on the command line is where it looks; the name there is its own, and so is its state; a strategy gives its symbols."""
    dead = ran(home, "mode=guard", "account=mine", "account.venue.endpoint=http://127.0.0.1:9", "mode.rounds=1")
    assert (dead.status, "mine demo  cannot look: " in dead.out) == (3, True)
    assert "got no answer from 127.0.0.1:9 (ConnectionError)" in dead.out
    assert venue.desk.position("BTCUSDT").stop is None
    file = home / "accounts" / "mine.yaml"
    file.write_text(file.read_text().replace(venue.exchange.http, "http://127.0.0.1:9"))
    typed = (f"account.venue.endpoint={venue.exchange.http}", "account.name=tryout", "+strategy=ema_cross")
    done = ran(home, "mode=guard", "account=mine", *typed, "mode.rounds=1")
    assert (done.status, "tryout demo  set_stop BTCUSDT at 98.0: NO_STOP" in done.out) == (0, True)
    assert (home / "state" / "tryout" / "guard.peaks").is_file()


def test_guard_takes_what_was_typed_for_the_chosen_account_alone(venue: Loopback, home: Path) -> None:
    """Beside it others are as their files say; one that is chosen and not among those named is refused."""
    written(home, {"accounts/second.yaml": (ACCOUNT % venue.exchange.http).replace("name: mine", "name: second")})
    with loopback() as other:
        other.order("ETHUSDT", 1, "1")
        words = ("mode=guard", "account=mine", f"account.venue.endpoint={other.exchange.http}", "mode.rounds=1")
        both = ran(home, *words, "mode.accounts=[second,mine]")
        refused = ran(home, *words, "mode.accounts=[second]")
    assert (both.status, "mine demo  set_stop ETHUSDT" in both.out, "second demo  set_stop BTCUSDT" in both.out) == (0, True, True)
    assert (refused.status, "mode.accounts  account=mine is chosen and not among them" in refused.err) == (2, True)


@contextmanager
def guarding(home: Path, *words: str) -> Iterator[subprocess.Popen[str]]:
    """`runner mode=guard words…` in a process of its own."""
    with begun(home, "guard", *words) as guard:
        yield guard


@contextmanager
def begun(home: Path, mode: str, *words: str) -> Iterator[subprocess.Popen[str]]:
    """`runner mode=MODE words…` in a process of its own; stderr is part of what it says."""
    program = [sys.executable, "-c", "from runner.cli import main; main()", f"mode={mode}", *words]
    environment = os.environ | KEYS | {"RUNNER_HOME": str(home), "PYTHONPATH": os.pathsep.join(sys.path)}
    both: Any = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    with subprocess.Popen(program, text=True, env=environment, cwd=home, **both) as process:
        try:
            yield process
        finally:
            process.kill()


def test_guard_ends_when_it_is_told_to(venue: Loopback, home: Path) -> None:
    """SIGTERM: the round is finished, the last line says that nobody looks any more, status 0."""
    with guarding(home, "account=mine", "mode.every=1s") as guard:
        assert guard.stdout is not None
        while "set_stop" not in guard.stdout.readline():
            assert guard.poll() is None
        guard.send_signal(signal.SIGTERM)
        rest = guard.stdout.read()
        assert (guard.wait(20), "the guard has stopped" in rest) == (0, True)


def test_an_account_has_one_guard_at_a_time(venue: Loopback, home: Path) -> None:
    """A second one is refused with the first one's process and status 7; beside another account it is told, and that one is guarded."""
    text = (ACCOUNT % venue.exchange.http).replace("name: mine", "name: free")
    written(home, {"accounts/free.yaml": text})
    with sole(home, "mine"):
        second = ran(home, "mode=guard", "account=mine", "mode.rounds=1")
        assert second.status == 7
        assert f"account mine  another guard on this host (process {os.getpid()}) has it; one at a time" in second.err
        assert venue.desk.position("BTCUSDT").stop is None
        both = ran(home, "mode=guard", "mode.rounds=1", "mode.accounts=[mine,free]")
        assert (both.status, both.out.count("another guard on this host")) == (0, 1)
        assert "free demo  set_stop BTCUSDT" in both.out
    assert ran(home, "mode=guard", "account=mine", "mode.rounds=1").status == 0


def test_what_another_guard_has_is_taken_over_when_that_ends(venue: Loopback, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Asked for each minute, as it is written by then, and said once; one whose key is guarded already, or whose keys are gone, is not."""
    for name, value in KEYS.items():
        monkeypatch.setenv(name, value)
    runs, text = "runs: {trend: {strategy: ema_cross, every: 4h}}\n", ACCOUNT % venue.exchange.http
    second = {"T_KEY": "T_OTHER", "name: mine": "name: free", "purchased: ''": "purchased: '2026-01-01'"}
    written(home, {"accounts/mine.yaml": text + runs, "accounts/free.yaml": ACCOUNT % NOBODY + runs})
    for old, new in second.items():
        (home / "accounts/free.yaml").write_text((home / "accounts/free.yaml").read_text().replace(old, new))
    monkeypatch.setenv("T_OTHER", "another-key")
    said: list[str] = []
    checked = check(compose(["mode=guard"], Menu(home)))
    assert isinstance(checked, CheckedErrand)
    errand = errand_of(checked, home, home)
    with ExitStack() as held:
        post = Post(menu=Menu(home), terms=Terms(), clock=WallClock(), held=held, say=said.append)
        with sole(home, "mine"):
            found = accounts(Menu(home), (), errand)
            post.begin(found)
            post.tell(found)
            assert [line.endswith("one at a time; tried again every minute, until it ends") for line in said] == [True]
            guard, blindness, due = post.guard(), post.blindness(), post.due_ms
            post.relieve(guard, blindness, due)
        assert [ward.name for ward in guard.wards] == ["free"]
        post.relieve(guard, blindness, due + 59_999)
        assert len(said) == 1
        monkeypatch.delenv("T_KEY")
        post.relieve(guard, blindness, due + 60_000)
        assert (len(said), "T_KEY is not set" in said[-1], len(guard.wards)) == (2, True, 1), said
        with sole(home, "mine"):  # which it has let go of again
            monkeypatch.setenv("T_KEY", KEY)
        (home / "accounts/mine.yaml").write_text(text.replace("purchased: ''", "phase: verification") + runs)
        post.relieve(guard, blindness, due + 120_000)
        assert (said[-1], [ward.name for ward in guard.wards]) == (
            "guarded from now on  account mine  its other guard has ended",
            ["free", "mine"],
        )
        assert guard.wards[1].subject.phase == "verification"
        with pytest.raises(OccupiedError), sole(home, "mine"):
            pass
        (round_,) = [guard.look(ward, due + 120_000) for ward in guard.wards[1:]]
        assert (round_.fault, venue.desk.position("BTCUSDT").stop) == ("", Decimal("98.0"))
        assert sum("account mine" in line for line in said) == 3
    with sole(home, "mine"):
        pass


def test_an_account_whose_file_is_gone_is_guarded_by_what_was_kept_of_it(venue: Loopback, home: Path) -> None:
    """While something of it is open, named or not; what it is made from may be gone as well. Without its keys it is told as not guarded."""
    runs = "runs: {trend: {strategy: trend, every: 4h}}\n"
    free = (ACCOUNT % venue.exchange.http).replace("name: mine", "name: free").replace("secrets: {key: T_KEY", "secrets: {key: T_OTHER")
    base = {"accounts/base.yaml": ACCOUNT % venue.exchange.http, "accounts/free.yaml": free + runs}
    text = "defaults: [base, _self_]\nname: mine\n" + runs
    written(home, base | {"accounts/mine.yaml": text, "conf/strategy/trend.yaml": "defaults: [ema_cross, _self_]\n"})
    assert ran(home, "mode=guard", "mode.accounts=[mine]", "mode.rounds=1").status == 0
    for name in ("accounts/base.yaml", "accounts/mine.yaml", "conf/strategy/trend.yaml"):
        (home / name).unlink()
    venue.desk.protect(ProtectRequest(symbol="BTCUSDT", stop=Decimal(0)))
    left = "its file is gone while long 1 BTCUSDT is open"
    for words in ((), ("mode.accounts=[mine]",)):
        done = ran(home, "mode=guard", "mode.rounds=1", *words)
        assert (done.status, f"guarded by what was kept of it  account mine  {left}" in done.out) == (0, True), done.out + done.err
        assert "mine demo  equity " in done.out
    assert venue.desk.position("BTCUSDT").stop == Decimal("98.0")
    written(home, {"accounts/free.yaml": free})
    other = {"T_OTHER": KEY, "T_SECRET": SECRET}
    done = command("mode=guard", "mode.rounds=1", "mode.accounts=[free,mine]", home=home, environment=other)
    assert (done.status, "not guarded  account mine  account.secrets.key  T_KEY is not set" in done.out) == (3, True), done.out + done.err
    seen = blind.read(state_of(home, "mine"))
    assert seen is not None
    assert seen.why.startswith("its file is gone, and what was kept of it cannot be used: account.secrets.key  T_KEY is not set")
    assert command("mode=flatten", "account=free", home=home, environment=other).status == 0
    assert ran(home, "mode=guard", "mode.rounds=1", "mode.accounts=[mine]").status == 0
    assert "there is nothing to guard" in ran(home, "mode=guard", "mode.rounds=1").err


def test_a_guard_without_a_disk_guards_on_and_says_so_once(venue: Loopback, home: Path) -> None:
    """The stop is set, each part that is not written is told once in two rounds, and the status is 4."""
    (home / "state").write_text("a file stands where the folder should")
    done = ran(home, "mode=guard", "account=mine", "mode.rounds=2", "mode.every=1s")
    assert done.status == 4
    assert venue.desk.position("BTCUSDT").stop == Decimal("98.0")
    assert (done.out.count("the sign of life ("), done.out.count("the record of peaks (")) == (1, 1)
    assert "1 entry, not written: " in done.out, done.out


def test_figures_of_a_day_need_its_date(home: Path) -> None:
    """What was read on one day must not hang the next day's floor."""
    file = home / "accounts" / "mine.yaml"
    file.write_text(file.read_text() + "adopt: {day_peak_equity: 10400}\n")
    done = command("mode=halt", "account=mine", "mode.release=true", home=home)
    assert done.status == 2
    assert "figures of a day need its date" in done.err
