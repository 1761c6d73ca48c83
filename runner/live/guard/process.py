"""One guard for all accounts of a host: a round looks at each of them, decides and acts; none can stop the others."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from runner.live import gone
from runner.live.guard.act import Hand, Ids, Sending
from runner.live.guard.eyes import Eyes, Subject
from runner.live.guard.judge import at_stake, judge
from runner.live.guard.risk import worst_equity
from runner.live.guard.survey import Watched, survey
from runner.live.guard.view import Action, Do, Terms, View
from runner.live.looked import HeldSeen, Looked, leave
from runner.live.state import StateFolder, beat, line_of
from runner.model.errors import RunnerError
from runner.model.plan import Trigger
from runner.words import counted


@dataclass(frozen=True, kw_only=True)
class Ward:
    """An account under guard: whose it is, where it trades, how it is reached."""

    subject: Subject
    state: StateFolder
    environment: str
    desk: Sending
    terms: Terms = field(default_factory=Terms)
    trigger: Trigger = Trigger.LAST

    @property
    def name(self) -> str:
        """The account."""
        return self.state.account


@dataclass(frozen=True, kw_only=True)
class Round:
    """What one look at an account came to. `done`: what of the actions was news.

    fault: why nothing could be seen, unwritten: what the disk does not take; "" when all is well.
    """

    account: str
    view: View | None = None
    actions: tuple[Action, ...] = ()
    done: tuple[Action, ...] = ()
    fault: str = ""
    unwritten: str = ""

    def line(self) -> str:
        """The account in one line."""
        if self.view is None:
            return f"cannot look: {self.fault}"
        view = self.view
        halt = f", {line_of(view.halts)}" if view.halts else ""
        unwritten = f", not written: {self.unwritten}" if self.unwritten else ""
        return (
            f"equity {view.equity:.2f}, at worst {worst_equity(view):.2f}, {nearest(view)},"
            f" {counted(len(view.held), 'position')}, {len(view.resting)} entr{'y' if len(view.resting) == 1 else 'ies'}{halt}{unwritten}"
        )


def looked_at(view: View) -> Looked:
    """What a look has counted."""
    positions = (held.position for held in view.held)
    held = tuple(HeldSeen(symbol=each.symbol, side=each.side, quantity=f"{each.quantity:f}") for each in positions)
    return Looked(at_ms=view.now_ms, equity=view.equity, worst_case=worst_equity(view), held=held)


def nearest(view: View) -> str:
    """The floor that is nearest; where there is none, the next level of the house's own ladder."""
    floor = max(view.floors, key=lambda floor: floor.level, default=None)
    if floor is not None:
        return f"floor {floor.level:.2f} ({floor.key})"
    rung = max((rung for rung in view.rungs if rung.level <= view.equity), key=lambda rung: rung.level, default=None)
    return "no floor" if rung is None else f"no floor, house level {rung.level:.2f} ({rung.key}: {rung.act.name.lower()})"


class Guard:
    """Keeps its wards within their rules. `say`: where lines go, each with account and environment.

    `tick` does one round, one account after the other: whoever calls it owns the time, so a rehearsal drives it in virtual time. A process
    looks at its accounts apart (runner.live.guard.apart).
    """

    def __init__(self, wards: Sequence[Ward], say: Callable[[str], None]) -> None:
        self.wards: tuple[Ward, ...] = ()
        self.say = say
        self.eyes: dict[str, Eyes] = {}
        self.hands: dict[str, Hand] = {}
        self.watched: dict[str, Watched] = {}
        self.warned: dict[str, set[tuple[str, str]]] = {}
        self.left: dict[str, Looked] = {}
        for ward in wards:
            self.add(ward)
        self.opened: dict[str, tuple[str, ...]] = {}  # what was last left of what is open

    def add(self, ward: Ward) -> None:
        """Look after another account as well from the next round on."""
        self.eyes[ward.name] = Eyes(ward.subject, ward.state, self._sayer(ward))
        self.hands[ward.name] = self._hand(ward)
        self.watched[ward.name], self.warned[ward.name] = Watched(), set()
        self.wards = (*self.wards, ward)

    def _hand(self, ward: Ward) -> Hand:
        """What acts for an account; it and the eyes write to the same disk."""
        disk = self.eyes[ward.name].disk
        return Hand(desk=ward.desk, state=ward.state, disk=disk, ids=Ids(), say=self._sayer(ward), trigger=ward.trigger)

    def tick(self, now_ms: int) -> list[Round]:
        """One round over all accounts; what goes wrong with one is part of its round."""
        return [self.look(ward, now_ms) for ward in self.wards]

    def look(self, ward: Ward, now_ms: int) -> Round:
        """One look at one account, and what is done about it. Different accounts may be looked at by different threads."""
        try:
            return self._guarded(ward, now_ms)
        except RunnerError as error:
            return Round(account=ward.name, fault=" ".join(str(error).split()))
        except Exception as error:  # noqa: BLE001 - whatever it is, the other accounts are still to be looked at
            return Round(account=ward.name, fault=f"internal error: {type(error).__name__}: {' '.join(str(error).split())}")

    def _guarded(self, ward: Ward, now_ms: int) -> Round:
        """Look, decide, act, and write down what was done."""
        eyes, hand = self.eyes[ward.name], self.hands[ward.name]
        view = survey(eyes, self.watched[ward.name], ward.desk, ward.terms, now_ms)
        unwritten = hand.unwritten(now_ms)
        view = replace(view, halts=(*view.halts, unwritten)) if unwritten is not None else view
        actions = self._news(ward, judge(view))
        hand.lift(view)
        done = tuple(action for action in actions if hand.act(view, action))
        for action in done:
            eyes.note(now_ms, "did", {"line": action.line()})
        if not at_stake(view):
            eyes.found_flat(view.rungs, now_ms)
        eyes.disk.catch_up()
        hand.catch_up(now_ms)
        self._leave_open(view, ward)
        eyes.disk.took("sign of life", lambda: self._leave_sign(ward, view))
        return Round(account=ward.name, view=view, actions=actions, done=done, unwritten=eyes.disk.line)

    def _leave_sign(self, ward: Ward, view: View) -> None:
        """That the account was looked at, and now and then what was counted. RunnerError when it cannot be written."""
        beat(ward.state, "guard", view.now_ms, "guarding")
        look = looked_at(view)
        if look.is_news(self.left.get(ward.name)):
            leave(ward.state, look)
            self.left[ward.name] = look

    def _leave_open(self, view: View, ward: Ward) -> None:
        """Leave what is open where that is news, for whoever asks when the account's file is gone."""
        held = ((each.position.side, each.position.quantity, each.symbol) for each in view.held)
        resting = ((each.order.side, each.order.quantity - each.order.filled, each.symbol) for each in view.resting)
        what = gone.told(held, resting)
        if self.opened.get(ward.name) == what:
            return
        if self.eyes[ward.name].disk.took("list of what is open", lambda: gone.leave(ward.state, view.now_ms, what)):
            self.opened[ward.name] = what

    def _news(self, ward: Ward, actions: Sequence[Action]) -> tuple[Action, ...]:
        """What is to be done, without warnings that the last round has given already."""
        warnings = {(action.symbol, action.code) for action in actions if action.do is Do.WARN}
        known, self.warned[ward.name] = self.warned[ward.name], warnings
        return tuple(action for action in actions if action.do is not Do.WARN or (action.symbol, action.code) not in known)

    def _sayer(self, ward: Ward) -> Callable[[str], None]:
        return lambda text: self.say(f"{ward.name} {ward.environment}  {text}")
