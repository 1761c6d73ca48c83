"""`runner mode=serve` from the command line: what is refused, and a tick of a real account at a real exchange."""

from __future__ import annotations

import signal
import sys
import time
from pathlib import Path

import pytest

from runner.alert.alert import Alert
from runner.alert.outbox import Outbox
from runner.build import errand as errand_of
from runner.check import CheckedErrand, check
from runner.compose import compose
from runner.live.gone import keep
from runner.live.gone import leave as leave_open
from runner.live.serving import read
from runner.live.state import state_of
from runner.live.status import PositionStatus, Status, leave
from runner.menu import Menu
from runner.mode.accounts.bare import with_settings
from runner.mode.serve import Options, digest, planned
from runner.model.errors import ConfigError
from runner.serve.plan import Plan
from tests.alert.receiver import receiving
from tests.command import command, written
from tests.mode.venue import ACCOUNT, KEYS, Process, awaited, venue

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="serve needs processes that fork")
SOON_S = 15  # a start takes some seconds
RUNS = """\
runs:
  ema_cross: {enabled: false}
  quick: {strategy: quick, every: 1m, offset: %ds}
  daily: {job: report, every: 1m, offset: %ds}
  weekly: {job: review, every: 1m, offset: %ds}
"""
MORE = """\
defaults:
  - own_money
  - _self_
name: %s
secrets: {key: %s_KEY, secret: %s_SECRET}
runs:
  ema_cross: {enabled: false}
  it: {strategy: ema_cross, job: %s, %s}
"""


def more(name: str, job: str, when: str = "") -> dict[str, str]:
    """An account file with one run."""
    return {f"accounts/{name}.yaml": MORE % (name, name.upper(), name.upper(), job, when)}


def served(home: Path, *words: str) -> Plan:
    """What is served of a home."""
    checked = check(compose(["mode=serve", *words], Menu(home)))
    assert isinstance(checked, CheckedErrand)
    errand = errand_of(checked, home, home)
    return planned(Menu(home), errand, Options(**errand.options))


def test_one_guard_for_all_that_send_orders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a guard run or without one; who only plays on paper needs none."""
    home = written(tmp_path, more("bot", "live") | more("tick", "once", "every: 4h") | more("play", "paper"))
    for name in ("BOT", "TICK"):
        monkeypatch.setenv(f"{name}_KEY", name)
        monkeypatch.setenv(f"{name}_SECRET", "secret")
    plan = served(home)
    assert set(plan.kept) == {"bot.it", "play.it", "host.guard"}
    assert plan.kept["host.guard"].words == ("mode=guard", "mode.accounts=[bot,tick]")
    assert plan.line == "3 accounts, 1 run at its times, 3 kept running; one guard for bot, tick"
    plan = served(home, "mode.guard=false")
    assert set(plan.kept) == {"bot.it", "play.it"}
    assert plan.line == "3 accounts, 1 run at its times, 2 kept running; no guard here for bot, tick"


def test_who_has_something_open_is_guarded_though_its_file_is_gone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the same guard, which does not begin anew for it; alone too, and not once it is flat: then there is nothing to serve."""
    home = written(tmp_path, more("bot", "live") | more("tick", "once", "every: 4h"))
    for name in ("BOT", "TICK"):
        monkeypatch.setenv(f"{name}_KEY", name)
        monkeypatch.setenv(f"{name}_SECRET", "secret")
    before, seen = served(home), digest(home)
    for name in ("bot", "tick"):
        keep(home, name, name, with_settings(Menu(home), name)[1])
    assert digest(home) == seen
    state = state_of(home, "bot")
    leave_open(state, 1, ("long 1 BTCUSDT",))
    (home / "accounts/bot.yaml").unlink()
    after, seen = served(home), digest(home)
    assert (set(after.kept), after.kept["host.guard"]) == ({"host.guard"}, before.kept["host.guard"])
    leave_open(state, 2, ())
    assert (served(home).guarded, digest(home) == seen) == (("tick",), False)
    leave_open(state, 3, ("long 1 BTCUSDT",))
    (home / "accounts/tick.yaml").unlink()
    assert served(home).line == "1 account, 0 runs at their times, 1 kept running; one guard for bot"
    leave_open(state, 4, ())
    with pytest.raises(ConfigError):
        served(home)


def test_nobody_to_guard(tmp_path: Path) -> None:
    """Paper alone sends nothing, and needs no keys."""
    plan = served(written(tmp_path, more("play", "paper")))
    assert (set(plan.kept), plan.line) == (
        {"play.it"},
        "1 account, 0 runs at their times, 1 kept running; nobody to guard: no run sends orders",
    )


def test_keys_that_are_not_there_are_refused(tmp_path: Path) -> None:
    """All at once, before anything is started; a file that serve does not read is named, and no value of it."""
    home = written(tmp_path, more("mine", "once", "every: 4h") | more("play", "paper"))
    ran = command("mode=serve", home=home, environment={"MINE_SECRET": "hush"})
    assert (ran.status, "mine  MINE_KEY is not set  the environment of serve" in ran.err, "PLAY" in ran.err) == (2, True, False), ran.err
    (home / ".env").write_text("MINE_KEY=hush\n")
    ran = command("mode=serve", home=home)
    assert (ran.status, ran.err.count("serve does not read .env"), "hush" in ran.err) == (2, 2, False), ran.err
    assert not (home / "state").exists()


def test_nothing_to_serve_is_refused(tmp_path: Path) -> None:
    """Status 2 and what to do; no folder is made."""
    ran = command("mode=serve", home=tmp_path)
    assert (ran.status, "there is nothing to serve" in ran.err) == (2, True)
    assert list(tmp_path.iterdir()) == []


def test_a_jitter_that_makes_ticks_late_is_refused(tmp_path: Path) -> None:
    """With what is expected; as much as is allowed is."""
    ran = command("mode=serve", "mode.jitter=6m", home=tmp_path)
    assert (ran.status, "jitter  expected at most 5m, was '6m'" in ran.err) == (2, True), ran.err
    assert "nothing to serve" in command("mode=serve", "mode.jitter=5m", home=tmp_path).err


def test_real_money_needs_its_second_word(tmp_path: Path) -> None:
    """One line for each account of it, before anything is started."""
    account = "defaults:\n  - own_money\n  - _self_\nname: mine\nvenue: {environment: live}\nsecrets: {key: T_KEY, secret: T_SECRET}\n"
    home = written(tmp_path, {"accounts/mine.yaml": account})
    ran = command("mode=serve", home=home, environment=KEYS)
    assert (ran.status, "mine trades real money; type live=yes-real-money as well" in ran.err) == (2, True), ran.err
    assert not (home / "state").exists()


def test_a_real_account_is_ticked_reported_and_guarded_and_a_second_serve_is_refused(tmp_path: Path) -> None:
    """Each run's own line on stderr; the pages of the day and the week are kept and told; the guard is there; SIGTERM ends all."""
    soon = int(time.time() + SOON_S) % 60
    with venue(tmp_path, account=ACCOUNT + RUNS % (soon, (soon + 1) % 60, (soon + 2) % 60)) as place:
        process = place.start("mode=serve")
        process.says("serving 1 account, 3 runs at their times, 1 kept running; one guard for mine", 60)
        second = place.start("mode=serve")
        assert (second.ends(60), "another serve is at work" in second.text) == (2, True), second.text
        process.says("status 0  mine@demo tick", 150)
        awaited(lambda: reported(place.home) == {"mine.daily", "mine.weekly"}, 150, lambda: process.text)
        awaited(lambda: "mine demo  equity" in (place.home / "state/host/serve.log").read_text(), 60)
        process.running.terminate()
        assert process.ends(60) == 0
        assert "host.guard  stopped, status 0" in process.text
        pages = [file.read_text() for file in (place.home / "state/mine/reports").glob("*.md")]
        assert sorted(next(word for word in page.splitlines()[1].split()) for page in pages) == ["day", "week"], pages


def reported(home: Path) -> set[str]:
    """The reports that serve says were written."""
    served = read(home)
    return {each.run for each in (served.runs if served is not None else ()) if each.status == 0 and each.run != "mine.quick"}


def again(home: Path, url: str) -> list[Alert]:
    """Alerts, newest first, once a serve that is started anew has been told of."""
    serve = Process(home, ("mode=serve",), {"A_URL": url})
    try:
        with Outbox.of(home) as outbox:
            awaited(lambda: any(each.kind == "serve_up" for each in outbox.alerts()), 120, lambda: serve.text)
            return outbox.alerts()
    finally:
        serve.running.terminate()
        serve.ends()


@pytest.mark.skipif(sys.platform != "linux", reason="what lasts ends with serve on Linux alone")
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM], ids=["killed", "asked to stop"])
def test_a_serve_that_dies_is_told_by_its_alerts_before_they_end(tmp_path: Path, number: int) -> None:
    """With who has positions and what to do; a serve that somebody stops is no such news."""
    mode = "defaults: [shipped/alerts, _self_]\nto: {critical: [A_URL]}\n"
    runs = "runs:\n  ema_cross: {enabled: false}\n  weekly: {job: review, every: reset}\n"
    account = f"defaults: [shipped/own_money, _self_]\nname: mine\n{runs}"
    home = written(tmp_path / "home", {"accounts/mine.yaml": account, "conf/mode/alerts.yaml": mode})
    held = PositionStatus(symbol="BTCUSDT", side=1, quantity="1", entry="100", stop="99")
    now = time.time_ns() // 1_000_000
    leave(state_of(home, "mine"), Status(account="mine", environment="demo", mode="once", pid=1, at_ms=now, positions=(held,)))
    log = home / "state" / "host" / "serve.log"
    with receiving() as receiver:
        serve = Process(home, ("mode=serve",), {"A_URL": receiver.url})
        try:
            awaited(lambda: log.exists() and "watching mine" in log.read_text(), 120, lambda: serve.text)
            serve.running.send_signal(number)
            assert serve.ends() == (-number if number == signal.SIGKILL else 0)
            with Outbox.of(home) as outbox:
                awaited(lambda: number == signal.SIGTERM or "HAS DIED" in receiver.text, 60, log.read_text)
                kinds = [each.kind for each in outbox.alerts()]
        finally:
            serve.running.kill()
            serve.running.wait()
    assert kinds.count("serve_died") == (1 if number == signal.SIGKILL else 0)
    if number == signal.SIGKILL:
        assert [entry.kind for entry in again(home, receiver.url)].count("serve_up") == 1
        assert "1 account with positions:\nmine@demo: Open at the venue: BTCUSDT long 1 from 100, stop 99." in receiver.text
        assert f"Start it in {home}: runner mode=serve" in receiver.text
