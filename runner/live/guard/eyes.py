"""What the guard remembers of one account: peaks and day starts, in its own file; and what it makes of a wallet."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from runner.live.account_seen import AccountSeen, retell
from runner.live.adopt import Known, Question, Telling, adopt, day_of, last_reset, past_of
from runner.live.guard.anew import given_anew, since_given
from runner.live.guard.disk import Disk
from runner.live.guard.ladder import enforced, left_to_bot, rungs
from runner.live.guard.peaks import Entry, SpoiltError, entries, heal, set_aside
from runner.live.guard.settling import Settling
from runner.live.guard.view import Floor, Rung
from runner.live.money import Meaning, Moved
from runner.live.state import StateFolder, halt_of, last_beat
from runner.machine.observer import Standing
from runner.model.clock import resets_ms
from runner.model.rules import FOLLOWING_EQUITY, Code, Family, RuleBook
from runner.model.trading import PositionSeen, WalletSeen

STEP = 0.0001  # of the initial balance: a rising peak that is higher by less is not written
GAP_MS = 600_000  # not looked at for longer, what was open meanwhile may have been worth more than anybody saw
DOUBT_MS = 30_000  # for which equity that does not fit is not believed
DOUBT = 0.02  # of the initial balance and of what is open, by which it may be off
DAILY = ("day_peak_equity", "day_start_equity")
FOREVER_MS = 1 << 60


@dataclass(frozen=True, kw_only=True)
class Subject:
    """Whose account it is: rules, symbols, phase, and what somebody has said of its past."""

    book: RuleBook
    symbols: tuple[str, ...]
    phase: str
    since_ms: int | None = None
    taker_fee: float = 0.0
    known: Known = field(default_factory=Known)


@dataclass(frozen=True, kw_only=True)
class Look:
    """One look: how the account stands, its money, and whether the balance is explained. Money as the venue shows it."""

    standing: Standing
    wallet: WalletSeen
    settled: bool
    beside: float


class Eyes:
    """One account as the guard has seen it. `blind_until_ms`: until then its allowance counts as used."""

    def __init__(self, subject: Subject, state: StateFolder, say: Callable[[str], None]) -> None:
        self.subject, self.state, self.say = subject, state, say
        self.rules = floors_of(subject.book)
        self.settling = Settling(subject.book)
        self.disk = Disk(state.peaks, say)
        self.blind_until_ms: int | None = None
        self.written = 0.0  # balance of the last line
        self.top = 0.0  # the highest equity of the running day that the file tells
        self.last: tuple[int, float, float] | None = None  # the last look: when, balance, equity
        self.flattened: dict[str, int] = {}  # rungs that have closed everything, and when nothing was open after it
        self.next_day_ms = 0
        self.doubted_since_ms: int | None = None
        self.account: AccountSeen | None = None

    def open(self, desk: Telling, now_ms: int) -> None:
        """Read the guard's file; where there is none to be trusted, rebuild from the venue's ledger what it tells."""
        lines = of_phase(self._lines(now_ms), self.subject.phase, self.subject.since_ms)
        recalled = self._recalled(lines, now_ms)
        if recalled is not None:
            self.account = recalled
            self._after_gap(desk, lines[-1].at_ms, now_ms)
        else:
            self.account = self._adopt(desk, now_ms)
        self.next_day_ms = next_reset(self.subject.book, now_ms)
        left = left_to_bot(self.subject.book)
        if left:
            self.say(f"house rules that the bot alone keeps, the guard is told of neither trades nor sizes: {', '.join(left)}")

    def rungs(self, floors: Sequence[Floor], now_ms: int) -> Iterator[Rung]:
        """How the house's own ladder stands."""
        assert self.account is not None  # noqa: S101 - looked at before
        days = {row.clock: next_of(self.rules, row.clock, now_ms) for row in self.rules.rows if row.family == Family.HOUSE}
        return rungs(self.rules, self.account, floors, self.flattened, days)

    def found_flat(self, rungs: Sequence[Rung], now_ms: int) -> None:
        """Nothing is open: what is opened after a rung has closed everything, and blocks nothing, is none of its business."""
        for rung in rungs:
            if rung.in_force and not rung.blocks:
                self.flattened[rung.key] = now_ms
                self.note(now_ms, "flat", {"rung": rung.key})

    def look(self, desk: Telling, now_ms: int, positions: Sequence[PositionSeen] = ()) -> Look:
        """Look at the account's money and tell its rules. `positions`: what is open, for what they are worth must fit the equity."""
        if self.account is None:
            self.open(desk, now_ms)
        seen = self.account
        assert seen is not None  # noqa: S101 - opened above
        if self.blind_until_ms is not None and now_ms >= self.blind_until_ms:
            self.blind_until_ms = None
        wallet, settled, moves = self.settling.settle(seen, desk, now_ms)
        self.top = 0.0 if moves else self.top
        settled = settled and self._believed(wallet, positions, now_ms)
        for number, money in enumerate(moves, start=1):
            if given_anew(money, self.subject.book, failed=seen.standing.failed, since_ms=self.subject.since_ms):
                seen = self._begin_anew(seen, money, moves[number:])
                break
            asked = "; if the firm gave the account anew, set purchased to its day and start the guard again"
            self.say(f"{money.meaning} of {money.change}: neither profit nor loss{asked if money.meaning is Meaning.RESET else ''}")
        if settled:
            self._mark(seen, now_ms, float(wallet.balance), float(wallet.equity))
        return Look(standing=seen.standing, wallet=wallet, settled=settled, beside=seen.beside)

    def _begin_anew(self, old: AccountSeen, money: Moved, later: Sequence[Moved]) -> AccountSeen:
        """Forget what was: the account's rules begin at the initial balance. A halt stays until somebody lifts it."""
        ended = f"the phase had ended by {old.standing.code.name}" if old.standing.failed else "the phase was under way"
        name, now = self.state.account, money.at_ms
        mine = halt_of(self.state, "guard", now)
        lift = f", and lift the halt: runner mode=halt account={name} mode.release=true" if mine is not None else ""
        self.say(
            f"the balance was put back to {self.subject.book.initial:.2f} (reset of {money.change}), {ended}: guarded as an account"
            f" given anew, floors count from there; set its phase and purchased where they have changed{lift}"
        )
        self._note_begin(now, old.observer.symbols)
        self.note(now, "anew", {"id": money.id})
        self.account = seen = AccountSeen(self.rules, old.observer.symbols, now, self.note)
        for each in later:
            seen.moved(each)
        self.blind_until_ms, self.last, self.written, self.top = None, None, 0.0, 0.0
        self.flattened.clear()
        return seen

    def _note_begin(self, at_ms: int, symbols: Sequence[str]) -> None:
        """What follows is of this phase, and of the account as it was bought then."""
        facts = {"phase": self.subject.phase, "symbols": list(symbols), "since_ms": self.subject.since_ms}
        self.note(at_ms, "begin", facts)

    def _believed(self, wallet: WalletSeen, positions: Sequence[PositionSeen], now_ms: int) -> bool:
        """Whether equity is the balance and what is open; where it is not, the venue may be wrong, and is asked for a while."""
        if fits(wallet, positions, self.subject.book.initial):
            self.doubted_since_ms = None
            return True
        if self.doubted_since_ms is None:
            self.doubted_since_ms = now_ms
            self.say(f"equity {wallet.equity} does not fit balance {wallet.balance} and what is open; floors wait")
        return now_ms - self.doubted_since_ms >= DOUBT_MS

    def note(self, at_ms: int, kind: str, facts: Mapping[str, Any]) -> None:
        """Add a line to the file; a disk that does not take it is told once and stops nothing."""
        self.disk.note(Entry(at_ms=at_ms, kind=kind, facts=facts))

    def _told_since(self, lines: Sequence[Entry], now_ms: int) -> bool:
        """Whether what was missing when the account went blind has been said since: then its past is looked at again."""
        blind = [line.facts for line in lines if line.kind == "blind" and line.facts["until_ms"] > now_ms]
        said = self.subject.known.on(day_of(self.subject.book, last_reset(self.subject.book, now_ms))).said()
        return bool(blind) and set(blind[-1]["missing"]) <= set(said)

    def _lines(self, now_ms: int) -> Sequence[Entry]:
        """The file's lines; none where it is not there or not to be trusted."""
        try:
            return entries(self.state.peaks) or ()
        except SpoiltError as error:
            self.say(f"{error.problems[0].line()}; it is set aside")
            with suppress(OSError):
                set_aside(self.state.peaks, now_ms)
            return ()

    def _recalled(self, lines: Sequence[Entry], now_ms: int) -> AccountSeen | None:
        """The account as the lines have it; None where they do not tell one, or more has been said since."""
        try:
            if not lines or self._told_since(lines, now_ms):
                return None
            with suppress(OSError):
                heal(self.state.peaks)
            return self._recall(lines, now_ms)
        except (KeyError, TypeError, ValueError, IndexError):
            self.say(f"{self.state.peaks}  its lines do not tell an account; it is set aside")
            self.blind_until_ms, self.settling, self.top = None, Settling(self.subject.book), 0.0
            self.flattened.clear()
            with suppress(OSError):
                set_aside(self.state.peaks, now_ms)
            return None

    def _recall(self, lines: Sequence[Entry], now_ms: int) -> AccountSeen:
        """Tell the account's rules what the file says; a peak that rose one step higher, because less was not written."""
        symbols = list(dict.fromkeys([*self.subject.symbols, *lines[0].facts["symbols"]]))
        seen = AccountSeen(self.rules, symbols, lines[0].at_ms)
        today_ms = max((last_of(self.rules, clock, now_ms) for clock in range(len(self.rules.clocks))), default=0)
        for line in lines:
            facts = dict(line.facts)
            if line.kind == "mark":
                top = facts["equity"] + self._step(rising=facts.get("rising", False))
                seen.mark(line.at_ms, facts["balance"], top)
                self.top = max(self.top, top) if line.at_ms >= today_ms else self.top
            retell(seen, line.at_ms, line.kind, facts)
            if line.kind == "blind":
                self.blind_until_ms = facts["until_ms"]
            if line.kind == "flat":
                self.flattened[facts["rung"]] = line.at_ms
            if line.kind in ("moved", "anew"):
                self.settling.known[facts["id"]] = line.at_ms
                self.top = 0.0
        self.settling.since_ms = lines[-1].at_ms
        seen.record = self.note
        return seen

    def _adopt(self, desk: Telling, now_ms: int) -> AccountSeen:
        """Take the account over from its ledger; what its rules need and nobody tells is taken as used up."""
        past = past_of(desk, bought_ms=self.subject.since_ms, now_ms=now_ms, taker_fee=self.subject.taker_fee)
        rows, traded = past.rows, sorted({row.symbol for row in past.rows if row.symbol})
        past = since_given(past, self.subject.book, self.rules, self.subject.symbols, self.subject.since_ms)
        if len(past.rows) < len(rows):
            first = f"{datetime.fromtimestamp(rows[-len(past.rows) - 1].at_ms / 1000, UTC):%Y-%m-%d %H:%M} UTC"
            self.say(f"the venue's ledger shows the balance put back to {self.subject.book.initial:.2f}: guarded as given anew at {first}")
        self._note_begin(past.rows[0].at_ms - 1 if past.rows else now_ms, traded)
        adopted = adopt(self.rules, self.subject.symbols, past, self.subject.known, now_ms, self.note)
        self.note(now_ms, "adopted", adopted.record())
        self.settling.knows(rows, now_ms)
        self._go_blind(adopted.unknown, now_ms)
        return adopted.seen

    def _after_gap(self, desk: Telling, last_ms: int, now_ms: int) -> None:
        """After a time in which nobody looked: what was open then may have reached a peak that nobody knows."""
        beat = last_beat(self.state, "guard")
        last_ms = max(last_ms, beat.at_ms if beat is not None else 0)
        follows = any(row.family == Family.FLOOR and row.anchor in FOLLOWING_EQUITY for row in self.subject.book.rows)
        if now_ms - last_ms <= GAP_MS or not follows:
            return
        if desk.positions() or any(row.symbol for row in desk.ledger(since_ms=last_ms)):
            why = f"nobody looked for {(now_ms - last_ms) / 60_000:.0f} minutes while positions were open"
            self._go_blind([Question(name=DAILY[0], why=why, assumed=None)], now_ms)

    def _go_blind(self, missing: Sequence[Question], now_ms: int) -> None:
        """Until the day ends, or until somebody tells a peak that no day ends."""
        if not missing:
            return
        daily = all(question.name in DAILY for question in missing)
        self.blind_until_ms = day_ends(self.subject.book, now_ms) if daily else FOREVER_MS
        self.note(now_ms, "blind", {"until_ms": self.blind_until_ms, "missing": [question.name for question in missing]})
        self.say("unknown, so the allowance counts as used: " + ", ".join(f"{each.name} ({each.why})" for each in missing))

    def _mark(self, seen: AccountSeen, now_ms: int, balance: float, equity: float) -> None:
        """Tell the account's rules; written where it is news: a day that has ended and one that begins, another balance, a higher peak.

        A peak that is written while equity rises stands for what is one step higher, too: until then nothing more is written.
        """
        new_day = now_ms >= self.next_day_ms
        if new_day:
            if self.last is not None:
                self._write(*self.last)
            self.next_day_ms, self.top = next_reset(self.subject.book, now_ms), 0.0
        fired = int(seen.observer.world.ledger[0]["events"])
        seen.mark(now_ms, balance, equity, kept=False)
        fires = int(seen.observer.world.ledger[0]["events"]) > fired
        if new_day or fires or balance != self.written:
            self._write(now_ms, balance, equity)
        elif equity > self.top:
            self._write(now_ms, balance, equity, rising=True)
        self.last = (now_ms, balance, equity)

    def _write(self, at_ms: int, balance: float, equity: float, *, rising: bool = False) -> None:
        self.note(at_ms, "mark", {"balance": balance, "equity": equity, "rising": rising})
        self.written, self.top = balance, max(self.top, equity + self._step(rising=rising))

    def _step(self, *, rising: bool) -> float:
        """By how much a peak may have been higher than it was written."""
        return STEP * self.subject.book.initial if rising else 0.0


def fits(wallet: WalletSeen, positions: Sequence[PositionSeen], initial: float) -> bool:
    """Whether equity is near the balance and the open result of the positions, as far as they tell it."""
    known = [each for each in positions if each.mark is not None and each.average_price is not None]
    opened = sum(each.side * float(each.quantity * ((each.mark or 0) - (each.average_price or 0))) for each in known)
    notional = sum(float(each.quantity * (each.mark or 0)) for each in known)
    off = abs(float(wallet.equity - wallet.balance) - opened)
    return len(known) < len(positions) or off <= DOUBT * (initial + notional)


def of_phase(lines: Sequence[Entry], phase: str, since_ms: int | None) -> Sequence[Entry]:
    """The lines from the last beginning on, where it was one of this phase and of this purchase, as far as it tells."""
    begun = [number for number, line in enumerate(lines) if line.kind == "begin"]
    facts = lines[begun[-1]].facts if begun else {}
    same = facts.get("phase") == phase and facts.get("since_ms", since_ms) == since_ms
    return lines[begun[-1] :] if begun and same else []


def floors_of(book: RuleBook) -> RuleBook:
    """The rules that balance and equity alone decide: floors, payouts that move them, and the house's rungs on losses.

    The guard is told of no orders and no days: a rule that counts them would end an account that does nothing wrong.
    """
    return replace(book, rows=tuple(row for row in book.rows if row.family == Family.FLOOR or row.code == Code.PAYOUT or enforced(row)))


def next_reset(book: RuleBook, now_ms: int) -> int:
    """When the next day of any clock begins."""
    return min((next_of(book, clock, now_ms) for clock in range(len(book.clocks))), default=FOREVER_MS)


def next_of(book: RuleBook, clock: int, now_ms: int) -> int:
    """When the next day of a clock begins."""
    reset = book.clocks[clock]
    times = resets_ms(reset.at, reset.zone, now_ms, now_ms, reset.weekdays)
    return int(times[times > now_ms][0])


def last_of(book: RuleBook, clock: int, now_ms: int) -> int:
    """When the running day of a clock began."""
    reset = book.clocks[clock]
    times = resets_ms(reset.at, reset.zone, now_ms, now_ms, reset.weekdays)
    return int(times[times <= now_ms][-1])


def day_ends(book: RuleBook, now_ms: int) -> int:
    """When every floor that hangs from what a day's equity was hangs from the next day's."""
    clocks = {row.clock for row in book.rows if row.family == Family.FLOOR and row.anchor in FOLLOWING_EQUITY and row.clock >= 0}
    return max((next_of(book, clock, now_ms) for clock in clocks), default=next_reset(book, now_ms))
