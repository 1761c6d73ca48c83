"""What a watch tells of the files that bots and guards leave: each thing once, at any look, also after a restart."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

from runner.alert.alert import Alert
from runner.alert.host import Latest
from runner.alert.kinds import Teller
from runner.alert.outbox import Outbox
from runner.alert.picture import draw
from runner.alert.standing import Bounds
from runner.alert.watch import Subject, Watch
from runner.journal.live import LiveJournal
from runner.live.blind import Blindness
from runner.live.gone import keep
from runner.live.guard.peaks import Entry, append
from runner.live.serving import RunServed, Serving
from runner.live.serving import leave as leave_serving
from runner.live.state import Halt, StateFolder, beat, halt, last_word, release, retire, state_of
from runner.live.status import PositionStatus, RuleStatus, Status, leave
from runner.machine.state import TOLD
from runner.menu import Menu
from runner.mode.accounts.bare import bare
from runner.model.following import Told
from runner.model.run import Run
from runner.model.trading import FillKind
from runner.schedule.when import AfterReset
from tests.command import written
from tests.journal.live_cases import execution

MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000
NOW = 1_000 * DAY + HOUR


@dataclass
class Scene:
    """An account that is watched, its journal, and the time."""

    home: Path
    outbox: Outbox
    journal: LiveJournal
    now: int = NOW
    watch: Watch | None = None

    @property
    def state(self) -> StateFolder:
        """Its folder."""
        return state_of(self.home, "mine")

    def restarted(self) -> None:
        """The watching process begins anew."""
        if self.watch is not None:
            self.watch.close()
        subject = Subject(state=self.state, teller=Teller(account="mine", environment="demo"))
        daily = AfterReset(at="00:00", zone="UTC")
        self.watch = Watch(subject=subject, outbox=self.outbox, bounds=Bounds(), since_ms=NOW - HOUR, stream_ms=2 * MINUTE, daily=daily)

    def tells(self, after_ms: int = 0) -> list[Alert]:
        """What is new after so long, found by two looks and a restart between them."""
        self.now += after_ms
        before = {each.id for each in self.outbox.alerts()}
        for _ in range(2):
            assert self.watch is not None
            self.watch.look(self.now)
            self.restarted()
        return [each for each in reversed(self.outbox.alerts()) if each.id not in before]

    def kinds(self, after_ms: int = 0) -> list[str]:
        """The kinds of what is new."""
        return [each.kind for each in self.tells(after_ms)]

    def stands(self, **change: object) -> None:
        """The bot leaves how it stands now."""
        leave(self.state, replace(STATUS, at_ms=self.now, **change))  # type: ignore[arg-type]


STATUS = Status(account="mine", environment="demo", mode="once", pid=1, at_ms=NOW, phase="challenge", equity=10_000.0, symbols=("BTCUSDT",))
DAILY = RuleStatus(rule="daily", code="DAILY_LOSS", firm=True, value=100.0, limit=500.0, headroom=400.0, share_left=0.8)
HELD = PositionStatus(symbol="BTCUSDT", side=1, quantity="1", entry="100", stop="99")


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    """An account with an empty journal."""
    with Outbox.of(tmp_path) as outbox, LiveJournal.open(tmp_path / "state" / "mine" / "journal.db", account="mine") as journal:
        made = Scene(tmp_path, outbox, journal)
        made.restarted()
        yield made
        assert made.watch is not None
        made.watch.close()


@pytest.mark.parametrize(
    ("kind", "detail", "told", "severity"),
    [
        ("stop_refused", {"symbol": "BTCUSDT", "why": "10001 no"}, "stop_missing", "critical"),
        ("stop_unknown", {"symbol": "BTCUSDT", "why": "no answer"}, "stop_missing", "critical"),
        ("order_refused", {"symbol": "BTCUSDT", "why": "110007 no money"}, "order_failed", "warning"),
        ("frozen", {"symbol": "BTCUSDT", "why": "order 7 is not ours"}, "reconciliation", "critical"),
        ("foreign_fill", {"symbol": "BTCUSDT", "quantity": "1"}, "reconciliation", "critical"),
        ("foreign_order", {"symbol": "BTCUSDT", "order_id": "7"}, "reconciliation", "critical"),
        ("hand_fill", {"symbol": "BTCUSDT", "quantity": "1"}, "reconciliation", "critical"),
        ("reading_failed", {"symbol": "BTCUSDT", "why": "a hole of 3 bars"}, "data_quality", "warning"),
        ("ended", {"why": "challenge FAILED: DAILY_LOSS (daily)", "next": "buy another"}, "breach", "critical"),
        ("ended", {"why": "challenge PASSED: all met", "next": "verification"}, "phase_passed", "warning"),
    ],
)
def test_a_note_is_told_once(scene: Scene, kind: str, detail: dict[str, object], told: str, severity: str) -> None:
    """With account and environment, what it says, and what to do next."""
    assert scene.kinds() == []
    scene.journal.note(scene.now, kind, detail)
    (alert,) = scene.tells()
    assert (alert.kind, alert.severity, alert.whose, alert.id) == (told, severity, "mine@demo", "mine.note.1")
    words = next(str(value) for name, value in detail.items() if name != "symbol")
    assert words in alert.title + alert.text
    assert alert.text.strip().endswith((".", "runner mode=flatten account=mine", "another", "verification"))
    scene.journal.note(scene.now, "mark", {})
    assert scene.kinds() == []


def test_at_the_first_look_only_what_is_recent_is_told(scene: Scene) -> None:
    """Later nothing is too old: what came while nobody watched is told."""
    scene.journal.note(NOW - HOUR - 1, "frozen", {"symbol": "BTCUSDT", "why": "old"})
    scene.journal.note(NOW - HOUR, "frozen", {"symbol": "BTCUSDT", "why": "recent"})
    assert [alert.text.splitlines()[0] for alert in scene.tells()] == ["recent"]
    scene.journal.note(scene.now, "frozen", {"symbol": "ETHUSDT", "why": "while away"})
    assert [alert.text.splitlines()[0] for alert in scene.tells(9 * DAY)] == ["while away"]


def test_a_stream_that_stays_down(scene: Scene) -> None:
    """Told after two minutes, and when it is back; a short break is not told."""
    scene.journal.note(scene.now, "stream", {"channel": "private", "up": False, "why": "reset"})
    assert scene.kinds(2 * MINUTE - 1) == []
    assert scene.kinds(1) == ["stream_down"]
    scene.journal.note(scene.now, "stream", {"channel": "private", "up": True, "why": ""})
    assert scene.kinds() == ["stream_up"]
    scene.journal.note(scene.now, "stream", {"channel": "private", "up": False, "why": "reset"})
    scene.journal.note(scene.now + 1, "stream", {"channel": "private", "up": True, "why": ""})
    assert scene.kinds(HOUR) == []


def test_a_trade_from_its_first_fill_to_its_last(scene: Scene) -> None:
    """Two fills in, funding, two out: opened and closed once, with the result to the cent and pictures of both."""
    candle = np.zeros(1, TOLD)
    for minute in range(5):
        candle["time"], candle["price"] = scene.now + minute * MINUTE, 100.0 + minute
        scene.journal.told(scene.now + minute * MINUTE, Told.CANDLE, candle.tobytes())
    scene.stands()
    scene.journal.intent("c1", scene.now, "BTCUSDT", "ENTRY", "0.0", {"stop": Decimal("99.5")})
    rows = [(1, "1", "100", "0.1"), (1, "1", "102", "0.1"), (0, "2", "0", "0.3"), (-1, "0.5", "103", "0.1"), (-1, "1.5", "105", "0.1")]
    for number, (side, quantity, price, fee) in enumerate(rows):
        kind = FillKind.TRADE if side else FillKind.FUNDING
        fill = replace(execution(number, scene.now + number * MINUTE), side=side, kind=kind, quantity=Decimal(quantity))
        scene.journal.fill(replace(fill, price=Decimal(price), fee=Decimal(fee)), scene.now, "0.0", "ENTRY" if side == 1 else "STOP")
    opened, closed = scene.tells(5 * MINUTE)
    assert opened.title == "BTCUSDT long 1 opened at 100, stop at 99.5"
    assert closed.title == "BTCUSDT long closed: +6.30 after fees and funding"
    assert "Entry 101 at" in closed.text
    assert "out 0.5 at 103 (stop), 1.5 at 105 (stop); fees and funding 0.70" in closed.text
    assert [size_of(alert.picture) for alert in (opened, closed)] == [(480, 240)] * 2
    assert opened.picture != closed.picture


def test_a_trade_of_which_only_the_end_is_known(scene: Scene) -> None:
    """Opened before the journal begins: told as what was closed, with a picture of prices and exit; no trade of the other side begins."""
    candle = np.zeros(1, TOLD)
    for minute in range(3):
        candle["time"], candle["price"] = scene.now - minute * MINUTE, 100.0 + minute
        scene.journal.told(scene.now, Told.CANDLE, candle.tobytes())
    scene.stands()
    for number, (quantity, role) in enumerate([("2", "TARGET"), ("1.5", "STOP")]):
        fill = replace(execution(number, scene.now + number), client_order_id="", quantity=Decimal(quantity), price=Decimal("101.5"))
        scene.journal.fill(fill, scene.now, "-1.0", role)
    first, second = scene.tells()
    assert first.title == "BTCUSDT long: 2 closed at 101.5 (target), result not known"
    assert second.title == "BTCUSDT long: 1.5 closed at 101.5 (stop), result not known"
    assert [(each.kind, size_of(each.picture)) for each in (first, second)] == [("trade_closed", (480, 240))] * 2
    opening = replace(execution(7, scene.now + 2), side=1, quantity=Decimal(1), price=Decimal(101))
    scene.journal.fill(opening, scene.now, "0.0", "ENTRY")
    assert [alert.title for alert in scene.tells()] == ["BTCUSDT long 1 opened at 101"]


def test_a_fill_by_hand_that_closes_nothing_is_told_by_its_own_alert(scene: Scene) -> None:
    """Nobody knows whether it opened or closed something; the bot notes it as not its own."""
    scene.journal.fill(replace(execution(1, scene.now), client_order_id="by-hand"), scene.now, "-1.0", "HOUSE")
    scene.journal.note(scene.now, "foreign_fill", {"symbol": "BTCUSDT", "quantity": "1"})
    assert scene.kinds() == ["reconciliation"]


def size_of(picture: bytes | None) -> tuple[int, int]:
    """Width and height of a PNG whose parts are sound."""
    assert picture is not None
    assert picture.startswith(b"\x89PNG\r\n\x1a\n")
    at, names, content = 8, [], b""
    while at < len(picture):
        (length,) = struct.unpack_from(">I", picture, at)
        name, body = picture[at + 4 : at + 8], picture[at + 8 : at + 8 + length]
        assert struct.unpack_from(">I", picture, at + 8 + length)[0] == zlib.crc32(name + body)
        names.append(name)
        content += body if name == b"IDAT" else b""
        at += 12 + length
    assert names == [b"IHDR", b"IDAT", b"IEND"]
    width, height = struct.unpack_from(">II", picture, 16)
    assert len(zlib.decompress(content)) == height * (3 * width + 1)
    return width, height


def test_a_picture_of_hardly_anything() -> None:
    """Without prices, without a stop, at one instant."""
    assert size_of(draw([], (0.0, 1e-9), None, [])) == (480, 240)


def test_headroom_is_told_once_until_it_has_recovered(scene: Scene) -> None:
    """Under a quarter; again only after it was above 35 %. Goals and what has no share are never near."""
    told = []
    for share in (0.25, 0.249, 0.1, 0.3, 0.2, 0.351, 0.24):
        goal = RuleStatus(rule="target", code="PROFIT_TARGET", firm=True, value=1.0, limit=2.0, share_left=0.01)
        scene.stands(rules=(replace(DAILY, share_left=share), goal, replace(DAILY, rule="none", share_left=None)))
        told.append([alert.title for alert in scene.tells(MINUTE)])
    assert told == [
        [],
        ["DAILY_LOSS: 25% of its allowance left, 400.00"],
        [],
        [],
        [],
        [],
        ["DAILY_LOSS: 24% of its allowance left, 400.00"],
    ]


def test_a_position_that_stays_without_a_stop(scene: Scene) -> None:
    """Not in the seconds in which it is set; once, and again for another time."""
    bare = replace(HELD, stop="")
    scene.stands(positions=(bare,))
    assert scene.kinds() == []
    assert scene.kinds(15_000) == ["stop_missing"]
    assert scene.kinds(HOUR) == []
    scene.stands(positions=(HELD,))
    assert scene.kinds() == []
    scene.stands(positions=(bare,))
    assert scene.kinds(15_000) == ["stop_missing"]


def test_states_and_payouts(scene: Scene) -> None:
    """Each when it begins."""
    payout = RuleStatus(rule="payout", code="PAYOUT", firm=True, value=0.0, limit=100.0)
    scene.stands(rules=(payout,))
    assert scene.kinds() == []
    scene.stands(rules=(replace(payout, value=420.0),), currency="USDT")
    assert [alert.title for alert in scene.tells()] == ["a payout of 420.00 USDT can be asked for"]
    scene.stands(state="paused", why="until midnight")
    assert [alert.title for alert in scene.tells()] == ["the account is paused: until midnight"]
    scene.stands(state="failed", why="DAILY_LOSS")
    (failed,) = scene.tells()
    assert (failed.kind, failed.severity) == ("breach", "critical")


def test_a_missed_tick(scene: Scene) -> None:
    """Two minutes after the bar at which nobody has looked; not where somebody has, nor for an account that has ended."""
    scene.stands(next_bar_ms=scene.now + HOUR, positions=(HELD,))
    assert scene.kinds(HOUR + 2 * MINUTE) == []
    (missed,) = scene.tells(1)
    assert (missed.kind, missed.severity, "when BTCUSDT was open" in missed.text) == ("missed_tick", "critical", True)
    scene.stands(next_bar_ms=scene.now + HOUR, state="failed")
    assert scene.kinds(2 * HOUR) == ["breach"]


def test_silence(scene: Scene) -> None:
    """A guard that falls silent, and a bot that runs until it is stopped; a tick has no business to be heard between ticks."""
    for part in ("guard", "bot"):
        beat(scene.state, part, scene.now, "at work")
    scene.stands()
    assert scene.kinds(MINUTE) == []
    assert [alert.subject for alert in scene.tells(1)] == ["guard"]
    scene.stands(mode="live")
    assert [alert.subject for alert in scene.tells()] == ["bot"]
    assert scene.kinds(DAY // 2) == []


def test_a_guard_that_cannot_look(scene: Scene) -> None:
    """Told after a minute, once and critical, with the reason and what is open; that it can look again is told too."""
    guard = Blindness([scene.state])
    guard.tell({"mine": "the venue gives no answer"}, scene.now)
    assert scene.kinds(MINUTE) == []
    guard.tell({"mine": "the venue gives no answer"}, scene.now)
    (told,) = scene.tells(1)
    assert (told.kind, told.severity) == ("unguarded", "critical")
    assert told.title.startswith("NOT GUARDED since ")
    assert told.title.endswith(": the venue gives no answer")
    assert "What is open at the venue is not known from here." in told.text
    guard.tell({"mine": "API key is invalid"}, scene.now)
    assert scene.kinds(30_000) == []
    beat(scene.state, "guard", scene.now, "guarding")
    guard.tell({"mine": ""}, scene.now)
    (over,) = scene.tells()
    assert (over.kind, over.severity, over.title) == ("guarded", "warning", "guarded again")
    assert scene.kinds(1) == []


def test_a_guard_that_cannot_look_any_more_is_not_silent(scene: Scene) -> None:
    """It is there, and says why it does not look; where it dies it is silent, and where it is stopped it was stopped."""
    beat(scene.state, "guard", scene.now, "guarding")
    guard = Blindness([scene.state])
    guard.tell({"mine": "no answer"}, scene.now + 1)
    scene.stands(positions=(HELD,))
    assert scene.kinds() == []
    guard.tell({"mine": "no answer"}, scene.now + MINUTE)
    (told,) = scene.tells(MINUTE + 2)
    assert (told.kind, "Open at the venue: BTCUSDT long 1 from 100, stop 99." in told.text) == ("unguarded", True)
    assert scene.kinds(MINUTE) == ["silent"]
    guard.tell({"mine": "no answer"}, scene.now)
    guard.last_words(scene.now, "asked to stop")
    assert scene.kinds(HOUR) == ["stopped"]


def test_a_guard_that_was_stopped_before_it_ever_looked(scene: Scene) -> None:
    """Somebody wanted it so."""
    guard = Blindness([scene.state])
    guard.tell({"mine": "no answer"}, scene.now)
    guard.last_words(scene.now + 1, "asked to stop")
    (told,) = scene.tells(HOUR)
    assert (told.kind, told.title) == ("stopped", "the guard was stopped: asked to stop; it could not look: no answer")


def test_a_bot_that_was_stopped_is_no_silent_one(scene: Scene) -> None:
    """What somebody wanted is news, once, with what stays open; then a missed tick is, once, for a position is open; silence is not."""
    beat(scene.state, "bot", scene.now, "at work")
    scene.stands(mode="live", next_bar_ms=scene.now + HOUR, positions=(HELD,))
    assert scene.kinds() == []
    last_word(scene.state, "bot", scene.now, "asked to stop (SIGTERM)", asked=True)
    (stopped,) = scene.tells()
    assert (stopped.kind, stopped.severity) == ("stopped", "info")
    assert stopped.title == "the bot was stopped: asked to stop (SIGTERM)"
    assert stopped.text.startswith("Open at the venue: BTCUSDT long 1 from 100, stop 99.")
    assert scene.kinds(HOUR) == []
    assert scene.kinds(3 * MINUTE) == ["missed_tick"]
    assert scene.kinds(DAY // 2) == []
    beat(scene.state, "bot", scene.now, "at work again")
    scene.stands(mode="live", next_bar_ms=scene.now + HOUR)
    assert scene.kinds() == []
    assert scene.kinds(MINUTE + 1) == ["silent"]


def test_a_bot_that_could_not_go_on_is_told_at_once(scene: Scene) -> None:
    """Not only after a minute of silence; critical, with the reason."""
    scene.stands(mode="live")
    last_word(scene.state, "bot", scene.now, "the key is not valid any more", asked=False)
    (ended,) = scene.tells()
    assert (ended.kind, ended.severity) == ("silent", "critical")
    assert ended.title == "THE BOT HAS ENDED BY ITSELF: the key is not valid any more"
    scene.stands(mode="live", next_bar_ms=scene.now + HOUR, positions=(HELD,))
    assert scene.kinds(2 * HOUR) == []


def test_a_bot_of_which_nothing_is_known_is_not_told_flat(scene: Scene) -> None:
    """Without a status nobody knows what is open."""
    assert scene.kinds() == []
    last_word(scene.state, "bot", scene.now, "asked to stop (SIGTERM)", asked=True)
    (stopped,) = scene.tells()
    assert stopped.text.startswith("What is open at the venue is not known from here.")


def test_ticks_that_nobody_starts_any_more_are_not_missed(scene: Scene) -> None:
    """Runs that were taken away; an account that somebody ticks all the same is watched again."""
    beat(scene.state, "bot", scene.now, "a tick")
    scene.stands(next_bar_ms=scene.now + HOUR)
    retire(scene.home, scene.now, "its runs were taken away by mode=deploy")
    assert [alert.title for alert in scene.tells()] == ["the bot was stopped: its runs were taken away by mode=deploy"]
    retire(scene.home, scene.now + 1, "its runs were taken away by mode=deploy")
    assert scene.kinds(3 * HOUR) == []
    beat(scene.state, "bot", scene.now, "a tick")
    scene.stands(next_bar_ms=scene.now + HOUR)
    assert scene.kinds(2 * HOUR) == ["missed_tick"]


def test_ticks_of_a_serve_that_was_stopped_are_missed_where_a_position_is_open(scene: Scene) -> None:
    """Once, not with every bar; of an account without one they are not."""
    account = bare(Menu(Path("/nowhere")), "hyro_2step", ("+account=hyro_2step",))
    run, days = Run(name="fvg", job="once", kind="strategy", work="fvg", every="1h"), []
    for positions in ((), (HELD,)):
        latest = Latest(scene.home)
        leave_serving(scene.home, Serving(at_ms=scene.now, pid=0, since_ms=1, runs=(RunServed(run="mine.fvg", account="mine"),)))
        scene.stands(next_bar_ms=scene.now + HOUR, positions=positions)
        found = []
        for _ in range(3 * 24):
            scene.now += HOUR + MINUTE
            watch = scene.watch
            assert watch is not None
            watch.subject = replace(watch.subject, account=replace(account, name="mine", runs={"fvg": run}))
            watch.serving = latest
            before = {each.id for each in scene.outbox.alerts()}
            watch.look(scene.now)
            found += [each.kind for each in scene.outbox.alerts() if each.id not in before]
        days.append(found.count("missed_tick"))
    assert days == [0, 1]


def test_halts_come_and_go(scene: Scene) -> None:
    """By whom and why; one that ends by itself is over too."""
    halt(scene.state, Halt(by="hand", at_ms=scene.now, why="holiday"))
    halt(scene.state, Halt(by="guard", at_ms=scene.now, why="DAILY_LOSS", until_ms=scene.now + HOUR))
    assert sorted(alert.title for alert in scene.tells()) == ["halted by guard: DAILY_LOSS", "halted by hand: holiday"]
    assert [(each.title, each.text) for each in scene.tells(HOUR)] == [
        ("the halt by guard is over", "No entries all the same: halted by hand: holiday.")
    ]
    release(scene.state)
    assert [(each.title, each.text) for each in scene.tells()] == [("the halt by hand is over", "Entries are taken again.")]


def test_what_the_guard_does(scene: Scene) -> None:
    """Its lines, each once; what it only writes down is not told; a record begun anew is read from its beginning."""
    append(scene.state.peaks, Entry(at_ms=scene.now, kind="mark", facts={"equity": 1}))
    append(scene.state.peaks, Entry(at_ms=scene.now, kind="did", facts={"line": "close BTCUSDT 1: NO_STOP it had none"}))
    (acted,) = scene.tells()
    assert (acted.title, acted.severity) == ("guard: close BTCUSDT 1: NO_STOP it had none", "critical")
    scene.state.peaks.unlink()
    append(scene.state.peaks, Entry(at_ms=scene.now + 1, kind="did", facts={"line": "halt: FLOOR"}))
    assert [alert.title for alert in scene.tells()] == ["guard: halt: FLOOR"]


def test_days_without_a_trade(scene: Scene) -> None:
    """From day 25 of 30 on, once each day, by the rule's own length."""
    rest = RuleStatus(rule="rest", code="INACTIVITY", firm=True, value=0.0, limit=float(30 * DAY))
    scene.stands(rules=(rest,))
    found = [alert.title for day in range(30) for alert in scene.tells(DAY) if alert.kind == "inactivity"]
    assert found == [f"day {day} of 30 without a trade" for day in range(25, 31)]


def test_a_summary_a_day(scene: Scene) -> None:
    """After midnight here, once; not of an account of which nothing is known for long."""
    scene.kinds()
    scene.stands(positions=(HELD,), rules=(DAILY,), currency="USDT", day_result=12.5)
    scene.tells()
    (told,) = scene.tells(DAY)
    assert told.title == "daily summary: equity 10,000.00 USDT, today +12.50, challenge active"
    assert "nearest rule: DAILY_LOSS with 80% of its allowance left" in told.text
    assert "BTCUSDT long 1 from 100, stop 99" in told.text
    assert scene.kinds(3 * DAY) == []


def test_a_quiet_journal_is_left_alone(scene: Scene) -> None:
    """Looks without a change do not ask it; the next row is found at once."""
    scene.tells()
    watch = scene.watch
    assert watch is not None
    assert [watch.look(scene.now) for _ in range(5)] == [0] * 5
    assert watch._unchanged()
    scene.journal.note(scene.now, "frozen", {"symbol": "BTCUSDT", "why": "x"})
    assert [watch.look(scene.now) for _ in range(3)] == [1, 0, 0]


def test_no_summary_beside_a_report(scene: Scene) -> None:
    """Whose runs have a report of the day is not told the same twice."""
    account = bare(Menu(Path("/nowhere")), "hyro_2step", ("+account=hyro_2step",))
    reporting = replace(account, runs={"daily": Run(name="daily", job="report", every="reset")})
    told = []
    for each in (account, reporting):
        watch = scene.watch
        assert watch is not None
        watch.subject = replace(watch.subject, account=each)
        scene.now += 2 * DAY
        scene.stands()
        watch.look(scene.now)
        scene.now += DAY
        told.append(watch.look(scene.now))
        scene.restarted()
    assert told == [1, 0]


def test_a_journal_that_cannot_be_read(scene: Scene) -> None:
    """Told after a minute; what it holds is told when it can be read again."""
    scene.tells()
    scene.journal.close()
    file = scene.state.journal
    kept = file.rename(file.with_name("kept"))
    file.write_bytes(b"no journal at all" * 999)
    assert scene.kinds() == []
    assert scene.kinds(MINUTE) == ["unwatched"]
    file.unlink()
    kept.rename(file)
    with LiveJournal.open(file, account="mine") as journal:
        journal.note(scene.now, "frozen", {"symbol": "BTCUSDT", "why": "x"})
    assert scene.kinds() == ["reconciliation"]


def test_a_file_that_is_gone_while_something_is_open(scene: Scene) -> None:
    """Critical and once, with how to put it back; that it is there again is good news. One that never had a file misses none."""
    scene.stands(positions=(HELD,))
    assert scene.kinds() == []
    keep(written(scene.home, {"accounts/mine.yaml": "x: 1\n"}), "mine", "mine", {"name": "mine"})
    assert scene.kinds() == []
    (scene.home / "accounts/mine.yaml").unlink()
    (told,) = scene.tells(MINUTE)
    assert (told.kind, told.severity, told.title) == ("file_gone", "critical", "its file is gone while long 1 BTCUSDT is open")
    assert f"Put the file back (cp {scene.state.root / 'account.yaml'} {scene.home / 'accounts/mine.yaml'})" in told.text
    assert scene.kinds(HOUR) == []
    written(scene.home, {"accounts/mine.yaml": "x: 1\n"})
    assert [(each.kind, each.title) for each in scene.tells(MINUTE)] == [("file_back", "its file is there again")]
    (scene.home / "accounts/mine.yaml").unlink()
    assert scene.kinds(MINUTE) == ["file_gone"]
