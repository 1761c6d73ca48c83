"""What becomes of alerts on their way to one target, at a clock that the test sets."""

from __future__ import annotations

import json
import stat
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from runner.alert.alert import Severity
from runner.alert.kinds import Kind, Teller
from runner.alert.lane import Lane, Terms, pause_ms
from runner.alert.outbox import Outbox
from runner.alert.post import Message
from runner.live.keys import REDACTOR, Keys, Secret
from runner.schedule.when import AfterReset
from tests.alert.test_outbox import alert

MINUTE, HOUR = 60_000, 3_600_000
EVERYTHING = frozenset(Severity)


class Sent:
    """A target that takes what it is given, or refuses for a while; what the lane says."""

    def __init__(self, tmp_path: Path, **terms: object) -> None:
        self.outbox = Outbox.of(tmp_path)
        self.messages: list[Message] = []
        self.refusals: list[str] = []
        self.said: list[str] = []
        self.dead = tmp_path / "state" / "alerts.dead.jsonl"
        given = {"batch_ms": 10 * MINUTE, "digest": AfterReset(at="08:00", zone="UTC"), "tries": 3, "per_minute": 20}
        self.lane = Lane(
            target="A",
            severities=EVERYTHING,
            outbox=self.outbox,
            terms=Terms(**given | terms),  # type: ignore[arg-type]
            post=self.post,
            say=self.said.append,
            dead=self.dead,
        )

    def post(self, message: Message) -> str:
        """Take a message unless it is to be refused."""
        if self.refusals:
            return self.refusals.pop(0)
        self.messages.append(message)
        return ""

    @property
    def bodies(self) -> str:
        """Everything taken."""
        return "\n".join(message.body for message in self.messages)


@pytest.fixture
def sent(tmp_path: Path) -> Iterator[Sent]:
    """A target and its lane."""
    made = Sent(tmp_path)
    yield made
    made.outbox.close()


def test_a_critical_one_is_sent_at_once_and_until_it_arrives(sent: Sent) -> None:
    """Refused ten times with longer and longer pauses, told at the terminal each time, then sent once, with its id."""
    sent.outbox.put(alert())
    sent.refusals = ["busy"] * 10
    now, tries = 0, []
    while not sent.messages:
        before = len(sent.refusals)
        sent.lane.work(now)
        if len(sent.refusals) < before or sent.messages:
            tries.append(now)
        now += 1_000
    pauses = [second - first for first, second in pairwise(tries)]
    assert pauses == sorted(pauses) == [pause_ms(number) for number in range(1, 11)]
    assert (pauses[0], pauses[-1]) == (2_000, 5 * MINUTE)
    assert (len(sent.said), "NOT DELIVERED to A after 10 tries (busy)" in sent.said[-1]) == (10, True)
    sent.lane.work(now + HOUR)
    assert [("[mine.note.1]" in each.body, each.title.startswith("CRITICAL mine")) for each in sent.messages] == [(True, True)]


def test_what_has_arrived_is_noted_before_the_next_is_sent(sent: Sent, tmp_path: Path) -> None:
    """Whoever is killed over a message has every earlier one behind him, for other processes too: only that one comes twice."""
    for number in (1, 2):
        sent.outbox.put(alert(number))
    sent.outbox.put(alert(3, "warning"))
    seen: list[list[str]] = []

    def post(_message: Message) -> str:
        with Outbox.of(tmp_path) as other:
            left = (each for severity in (Severity.CRITICAL, Severity.WARNING) for each in other.waiting("A", severity))
            seen.append([each.alert.id for each in left])
        return ""

    sent.lane.post = post
    sent.lane.work(10 * MINUTE + 3)
    assert seen == [["mine.note.1", "mine.note.2", "mine.note.3"], ["mine.note.2", "mine.note.3"], ["mine.note.3"]]
    assert sent.outbox.waiting("A", Severity.WARNING) == []


@pytest.mark.parametrize("severity", list(Severity))
def test_a_target_gets_what_is_routed_to_it_and_nothing_else(tmp_path: Path, severity: Severity) -> None:
    """A phone for what is critical is not woken by news."""
    sent = Sent(tmp_path, digest=None)
    sent.lane.severities = frozenset({severity})
    for number, each in enumerate(Severity):
        sent.outbox.put(alert(number, each.value))
    sent.lane.work(HOUR)
    assert [message.title.partition(" ")[0] for message in sent.messages] == [severity.name]
    sent.outbox.close()


def test_so_many_messages_a_minute_and_no_more(tmp_path: Path) -> None:
    """Whatever they are: what is left waits until the first one was a minute ago, what is urgent goes first."""
    sent = Sent(tmp_path, per_minute=1, digest=None)
    sent.outbox.put(alert(1))
    sent.lane.work(HOUR)
    for number, severity in enumerate(("info", "warning", "critical"), start=2):
        sent.outbox.put(alert(number, severity))
    for after in (1, MINUTE - 1, MINUTE, MINUTE + 1, 2 * MINUTE, 3 * MINUTE):
        sent.lane.work(HOUR + after)
    assert [message.title.partition(" ")[0] for message in sent.messages] == ["CRITICAL", "CRITICAL", "WARNING", "INFO"]
    sent.outbox.close()


def test_warnings_that_fail_are_tried_again_with_growing_pauses(sent: Sent) -> None:
    """Not at every look; what comes meanwhile waits with them and is not given up with them."""
    sent.outbox.put(alert(1, "warning", at_ms=0))
    sent.refusals = ["busy", "busy", "gone", "gone"]
    left = []
    for second in (0, 1, 2, 3, 5, 6):
        sent.lane.work(10 * MINUTE + second * 1_000)
        left.append(len(sent.refusals))
        if second == 3:
            sent.outbox.put(alert(2, "warning"))
    assert left == [3, 3, 2, 2, 2, 1]
    (waiting,) = sent.outbox.waiting("A", Severity.WARNING)
    assert (waiting.alert.id, waiting.tries) == ("mine.note.2", 1)


def test_the_log_of_dead_letters_is_private(sent: Sent, monkeypatch: pytest.MonkeyPatch) -> None:
    """No secret is in it, and nobody else may read it."""
    monkeypatch.setattr(REDACTOR, "parts", ())
    REDACTOR.learn(Keys(key=Secret("hushhushhush"), secret=Secret("otherwise-secret")))
    sent.lane.bury([alert(1, "warning", title="at hushhushhush", text="otherwise-secret")], "no hushhushhush", 0)
    assert "hush" not in sent.dead.read_text()
    assert "otherwise" not in sent.dead.read_text()
    assert sys.platform == "win32" or stat.S_IMODE(sent.dead.stat().st_mode) == 0o600


def test_many_critical_ones_go_together_and_none_is_dropped(tmp_path: Path) -> None:
    """Two messages a minute for two hundred: ten in each, the rest in the minutes after."""
    sent = Sent(tmp_path, per_minute=2)
    sent.outbox.keep(alert(number) for number in range(200))
    for minute in range(12):
        sent.lane.work(minute * MINUTE)
        assert len(sent.messages) <= 2 * (minute + 1)
    assert all(f"[mine.note.{number}]" in sent.bodies for number in range(200))
    sent.outbox.close()


def test_one_that_is_never_taken_keeps_nobody_else_away(sent: Sent) -> None:
    """A picture too large, a word that the target refuses: those that went together with it arrive, and it goes on being tried."""
    take = sent.lane.post
    sent.lane.post = lambda message: "400" if "[mine.note.3]" in message.body else take(message)
    sent.outbox.keep(alert(number) for number in range(12))
    for second in range(400):
        sent.lane.work(second * 1_000)
    assert [f"[mine.note.{number}]" in sent.bodies for number in range(12)] == [number != 3 for number in range(12)]
    (waiting,) = sent.outbox.waiting("A", Severity.CRITICAL)
    assert (waiting.alert.id, waiting.tries > 3) == ("mine.note.3", True)


@pytest.mark.parametrize("per_minute", [1, 20])
def test_no_critical_one_is_swallowed_by_another(tmp_path: Path, per_minute: int) -> None:
    """The same kind of thing on other accounts, in other worlds, of other rules, at one instant and in few messages: each is told."""
    sent = Sent(tmp_path, per_minute=per_minute)
    rules = ["daily", "overall", "program.phases.challenge.rules." + 200 * "x" + ".a", "program.phases.challenge.rules." + 200 * "x" + ".b"]
    tellers = [Teller(account=name, environment="demo") for name in ("one", "two", "one.paper")]
    alerts = [
        teller.tell(Kind.HEADROOM, f"headroom.{rule}.{at_ms}", f"{rule[-1]}: 9% left", "act", at_ms, subject=rule)
        for teller in tellers
        for rule in rules
        for at_ms in (1, 2)
    ]
    assert sent.outbox.keep(alerts) == len(alerts) == len({each.id for each in alerts})
    for minute in range(len(alerts)):
        sent.lane.work(minute * MINUTE)
    assert [f"[{each.id}]" in sent.bodies for each in alerts] == [True] * len(alerts)
    sent.outbox.close()


def test_warnings_of_other_accounts_and_worlds_are_no_more_of_the_same(sent: Sent) -> None:
    """One entry each."""
    for number, (account, environment) in enumerate([("mine", "demo"), ("mine", "live"), ("other", "live")]):
        sent.outbox.put(alert(number, "warning", account=account, environment=environment))
    sent.lane.work(10 * MINUTE)
    assert ("of the same" in sent.bodies, sent.bodies.count("has no stop")) == (False, 3)


@pytest.mark.parametrize(
    ("severity", "kinds", "look", "word"),
    [
        ("critical", ["breach"], "failure", "CRITICAL"),
        ("warning", ["halt", "phase_passed"], "warning", "WARNING"),
        ("warning", ["phase_passed", "payout"], "success", "GOOD NEWS"),
        ("info", ["trade_closed"], "info", "INFO"),
        ("info", ["stream_up"], "success", "GOOD NEWS"),
        ("critical", ["phase_passed"], "success", "GOOD NEWS"),
    ],
)
def test_a_message_looks_like_what_it_says(sent: Sent, severity: str, kinds: list[str], look: str, word: str) -> None:
    """What is bad, to be looked at, to be known, and good news: a chat's colours and icons follow."""
    for number, kind in enumerate(kinds):
        sent.outbox.put(alert(number, severity, kind=kind))
    for hour in (0, 1, 24, 48):
        sent.lane.work(hour * HOUR)
    (message,) = sent.messages
    assert (message.look, message.title.startswith(f"{word} mine")) == (look, True)


def test_warnings_wait_for_each_other_and_are_counted(sent: Sent) -> None:
    """The same thing four times is one entry with a count; another subject is an entry of its own."""
    for number in range(4):
        sent.outbox.put(alert(number, "warning", subject="BTCUSDT"))
    sent.outbox.put(alert(5, "warning", subject="ETHUSDT"))
    sent.lane.work(10 * MINUTE - 1)
    assert sent.messages == []
    sent.lane.work(10 * MINUTE)
    assert len(sent.messages) == 1
    assert (sent.bodies.count("has no stop"), "3 more of the same" in sent.bodies, "and 1 more" in sent.messages[0].title) == (
        2,
        True,
        True,
    )
    sent.lane.work(HOUR)
    assert len(sent.messages) == 1


def test_a_warning_of_a_clock_that_is_ahead_does_not_wait_for_it(sent: Sent) -> None:
    """A venue's clock, whose time an alert may carry, is no reason to tell it an hour later."""
    sent.outbox.put(alert(1, "warning", at_ms=HOUR))
    sent.lane.work(1)
    assert len(sent.messages) == 1


def test_a_warning_is_given_up_after_so_many_tries(sent: Sent) -> None:
    """Then it is in the log of dead letters, once, and said."""
    sent.outbox.put(alert(1, "warning"))
    sent.refusals = ["gone"] * 99
    for minute in range(10, 60):
        sent.lane.work(minute * MINUTE)
    assert len(sent.refusals) == 96
    (letter,) = map(json.loads, sent.dead.read_text().splitlines())
    assert (letter["id"], letter["target"], letter["why"]) == ("mine.note.1", "A", "gone")
    assert sent.said == ["given up at A (gone): mine BTCUSDT has no stop [mine.note.1]"]


def test_infos_come_once_a_day(sent: Sent) -> None:
    """The first digest is at the next time of day, whatever waits; the next one a day later with what is new."""
    sent.outbox.put(alert(1, "info"))
    sent.lane.work(9 * HOUR)
    sent.lane.work(31 * HOUR)
    assert sent.messages == []
    sent.lane.work(32 * HOUR)
    assert "[mine.note.1]" in sent.bodies
    sent.outbox.put(alert(2, "info"))
    sent.lane.work(33 * HOUR)
    sent.lane.work(56 * HOUR)
    assert [each.body.count("[mine.note.") for each in sent.messages] == [1, 1]


def test_an_info_that_fails_is_not_sent_again(tmp_path: Path) -> None:
    """It may have arrived: at most once. The log of dead letters has it."""
    sent = Sent(tmp_path, digest=None)
    sent.outbox.put(alert(1, "info"))
    sent.refusals = ["timed out"]
    sent.lane.work(1)
    sent.lane.work(HOUR)
    assert (sent.messages, sent.refusals) == ([], [])
    assert json.loads(sent.dead.read_text())["why"] == "timed out"
    sent.outbox.close()


def test_an_info_is_marked_before_it_is_sent(tmp_path: Path) -> None:
    """Whoever is killed while sending finds it done."""
    sent = Sent(tmp_path, digest=None)
    sent.outbox.put(alert(1, "info"))

    def killed(_message: Message) -> str:
        raise KeyboardInterrupt

    sent.lane.post = killed
    with pytest.raises(KeyboardInterrupt):
        sent.lane.work(1)
    assert sent.outbox.waiting("A", Severity.INFO) == []
    sent.outbox.put(alert(2))
    with pytest.raises(KeyboardInterrupt):
        sent.lane.work(2)
    assert len(sent.outbox.waiting("A", Severity.CRITICAL)) == 1
    sent.outbox.close()


def test_a_new_target_gets_nothing_old(sent: Sent) -> None:
    """What another one has got; what nobody has got it gets."""
    for number in (1, 2):
        sent.outbox.put(alert(number))
    sent.outbox.sent("B", ["mine.note.1"])
    sent.outbox.welcome("A")
    sent.outbox.sent("B", ["mine.note.2"])
    sent.outbox.welcome("A")
    sent.lane.work(1)
    assert ("[mine.note.1]" in sent.bodies, "[mine.note.2]" in sent.bodies) == (False, True)
