"""Watching accounts: reads what their processes leave, without ever writing there, and tells what is new since the last look."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from copy import deepcopy
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from runner.alert import keeper, notes, standing, trades
from runner.alert.alert import Alert
from runner.alert.kinds import Kind, Teller
from runner.alert.outbox import Outbox
from runner.alert.picture import draw
from runner.alert.standing import Bounds
from runner.journal.live import JournalError, LiveJournal
from runner.journal.tail import fills_after, notes_after, request_of, told_between
from runner.live import blind, firm_rules, gone
from runner.live.guard.peaks import SpoiltError
from runner.live.guard.peaks import read as read_peaks
from runner.live.serving import Serving
from runner.live.state import Beat, Halt, StateFolder, last_beat, read_halt
from runner.live.status import Status
from runner.live.status import read as read_status
from runner.live.worth import Worth, worth_of
from runner.machine.state import TOLD
from runner.menu import is_file
from runner.model.bot import Account
from runner.model.duration import HOUR_MS
from runner.model.errors import RunnerError
from runner.model.following import Told
from runner.schedule.runs import tells_days
from runner.schedule.when import AfterReset

OVERLAP = 200  # of a journal that several write to, whose numbers may be seen out of order
BEFORE_MS = 4 * HOUR_MS  # of prices before a trade in its picture
NOTHING_YET = "there is nothing in it yet"  # as the store says of an account that has not begun on a server
FAILING_MS = 60_000  # a journal that cannot be read for so long is told


@dataclass(frozen=True, kw_only=True)
class Subject:
    """An account that is watched. journal: its address, where it is not the file in its folder. choice: what is typed after `account=`."""

    state: StateFolder
    teller: Teller
    account: Account | None = None
    journal: str | Path = ""
    choice: str = ""

    @property
    def home(self) -> Path:
        """The user's folder."""
        return self.state.root.parents[1]

    @property
    def there(self) -> bool:
        """Whether a file says it: its own, or another one that has its name."""
        return self.choice not in ("", self.state.account) or is_file(gone.file_of(self.home, self.state.account))

    @property
    def lasts(self) -> bool:
        """Whether something of its runs until it is stopped."""
        return self.account is not None and any(run.job in standing.LASTING for run in self.account.runs.values())

    def reports(self, now_ms: int) -> bool:
        """Whether a report of each day is put among the alerts, which says more than a summary."""
        account = self.account
        return account is not None and any(tells_days(run, account, now_ms) for run in account.runs.values())


@dataclass
class Watch:
    """Looks at one account again and again. What it has seen is kept in the outbox together with what it told, or neither is.

    since_ms: at the first look nothing older is told. stream_ms: how long a stream may be down. daily: when a day's summary is due.
    """

    subject: Subject
    outbox: Outbox
    bounds: Bounds
    since_ms: int
    stream_ms: int
    daily: AfterReset
    rules: Callable[[], Account | None] = lambda: None  # the account as its files say it now
    serving: Callable[[], Serving | None] = lambda: None  # what serve says of the runs it makes
    _journal: LiveJournal | None = None
    _inode: tuple[int, int] = (0, 0)
    _seen: dict[str, Any] | None = None
    _files: tuple[int, ...] = ()
    _still: int = 0

    @property
    def key(self) -> str:
        """Where what was seen is kept."""
        return f"seen.{self.subject.state.account}"

    def look(self, now_ms: int) -> int:
        """Tell what is new; how much that was."""
        if self._seen is None:
            self._seen = self.outbox.memory(self.key) or {"since_ms": self.since_ms, "note": 0, "fill": 0, "peaks": 0}
        seen = deepcopy(self._seen)
        found = [
            *self._filed(seen, now_ms),
            *self._ruled(seen, now_ms),
            *self._journaled(seen, now_ms),
            *self._stands(seen, now_ms),
            *self._guarded(seen),
        ]
        fresh = [alert for alert in found if alert.at_ms >= seen["since_ms"]]
        new = self.outbox.keep(fresh, {self.key: seen}) if fresh or seen != self._seen else 0
        self._seen = seen
        return new

    def close(self) -> None:
        """Let go of the journal."""
        journal, self._journal = self._journal, None
        if journal is not None:
            journal.close()

    # --- the journal --------------------------------------------------------------------------------------------------

    def _journaled(self, seen: dict[str, Any], now_ms: int) -> list[Alert]:
        """New rows of the journal. One that cannot be read is tried again at the next look, and told when that lasts."""
        before = deepcopy(seen)
        try:
            journal = None if self._unchanged() else self._opened()
            alerts = [] if journal is None else [*self._noted(journal, seen), *self._filled(journal, seen)]
        except JournalError as error:
            self.close()
            seen.clear()
            seen.update(before)  # what was read in part is read again
            return [] if NOTHING_YET in str(error) else self._failing(seen, error, now_ms)
        seen.pop("unread", None)
        return [*alerts, *notes.of_streams(self.subject.teller, seen.setdefault("down", {}), self.stream_ms, now_ms)]

    def _unchanged(self) -> bool:
        """Whether a journal in a file has been read twice since its files last changed: a stamp alone is too coarse."""
        if self.subject.journal:
            return False
        file = self.subject.state.journal
        files = stamps(file, file.with_name(f"{file.name}-wal"))
        self._still = self._still + 1 if files == self._files and self._journal is not None else 0
        self._files = files
        return self._still > 1

    def _noted(self, journal: LiveJournal, seen: dict[str, Any]) -> list[Alert]:
        alerts: list[Alert] = []
        down, teller = seen.setdefault("down", {}), self.subject.teller
        last = seen["note"]
        after = last if journal.store.sqlite else max(0, last - OVERLAP)
        while page := notes_after(journal, after):
            for number, note in page:
                if note.kind == "stream" and number > last:
                    alerts += notes.turned(teller, number, note, down, self.stream_ms)
                if note.kind == firm_rules.NOTE and number > last:
                    alerts += standing.of_rules_at_start(teller, self.subject.account, number, note, seen.setdefault("rules", {}))
                alerts += notes.of_note(teller, number, note)
            after = page[-1][0]
        seen["note"] = max(after, last)
        return alerts

    def _filled(self, journal: LiveJournal, seen: dict[str, Any]) -> list[Alert]:
        alerts: list[Alert] = []
        held, worth = seen.setdefault("held", {}), self._worth(journal)
        while page := fills_after(journal, seen["fill"]):
            for number, fill in page:
                draws = self._draws if fill.fill.at_ms >= seen["since_ms"] else blank
                desk = trades.Desk(teller=self.subject.teller, worth=worth, draws=draws)
                alerts += trades.of_fill(desk, number, fill, held, request_of(journal, fill.fill.client_order_id))
            seen["fill"] = page[-1][0]
        return alerts

    def _draws(self, symbol: str, trade: dict[str, Any], until_ms: int) -> bytes | None:
        """A picture of a trade; prices where the journal has them."""
        exits = [(float(at_ms), float(price)) for at_ms, price, _, _ in trade["exits"]]
        stop = float(trade["stop"]) if trade["stop"] else None
        entry = (float(trade["at_ms"]), float(trade["entry"])) if trade["entry"] else None
        with suppress(RunnerError, ValueError, OverflowError):
            return draw(self._prices(symbol, entry or exits[0], until_ms), entry, stop, exits)
        return None

    def _worth(self, journal: LiveJournal) -> Worth:
        """What prices are worth, as the bot has left it; the account's own currency where it has not."""
        account, status = self.subject.account, read_status(self.subject.state)
        return worth_of(journal, account.currency if account is not None else "" if status is None else status.currency)

    def _prices(self, symbol: str, around: tuple[float, float], until_ms: int) -> list[tuple[float, float]]:
        """Closes of a symbol around a trade, as its machine was told them."""
        status = read_status(self.subject.state)
        if self._journal is None or status is None or symbol not in status.symbols:
            return []
        rows = told_between(self._journal, int(around[0]) - BEFORE_MS, until_ms, Told.CANDLE)
        told = np.frombuffer(b"".join(rows), TOLD)
        mine = told[told["symbol"] == status.symbols.index(symbol)]
        near = mine[(mine["price"] > around[1] / 2) & (mine["price"] < around[1] * 2)]
        return [(float(row["time"]), float(row["price"])) for row in near]

    def _opened(self) -> LiveJournal | None:
        """The journal, opened for reading; None where there is none yet. A file that was replaced is opened anew."""
        address = self.subject.journal or self.subject.state.journal
        if isinstance(address, Path):
            try:
                status = address.stat()
            except OSError:
                self.close()
                return None
            if (status.st_dev, status.st_ino) != self._inode:
                self.close()
                self._inode = (status.st_dev, status.st_ino)
        if self._journal is None:
            self._journal = LiveJournal.open(address, account=self.subject.state.account, read_only=True)
        return self._journal

    def _failing(self, seen: dict[str, Any], error: JournalError, now_ms: int) -> list[Alert]:
        since = seen.setdefault("unread", now_ms)
        if now_ms - since < FAILING_MS:
            return []
        why = "; ".join(problem.line() for problem in error.problems)
        text = f"{why}\nAlerts out of the journal wait until it can be read; nothing of it is lost."
        return [self.subject.teller.tell(Kind.UNWATCHED, f"unread.{since}", "the journal cannot be read", text, now_ms)]

    # --- what stands beside it ----------------------------------------------------------------------------------------

    def _stands(self, seen: dict[str, Any], now_ms: int) -> list[Alert]:
        teller, state, bounds = self.subject.teller, self.subject.state, self.bounds
        status = read_status(state)
        alerts = list(standing.of_halts(teller, halts_of(state, now_ms), seen.setdefault("halts", {}), now_ms, seen["since_ms"]))
        lasts = status.mode in standing.LASTING if status is not None else self.subject.lasts
        bot = last_beat(state, "bot")
        unseen = blind.read(state)
        alerts += standing.of_blind(teller, unseen, status, seen, (now_ms, bounds))
        for part, beat in (("guard", blind.heard(last_beat(state, "guard"), unseen)), ("bot", bot)):
            if beat is not None:
                alerts += standing.of_end(teller, part, beat, status)
                alerts += standing.of_beat(teller, part, beat, now_ms, bounds) if part == "guard" or lasts else ()
        if status is not None:
            alerts += self._status(seen, status, now_ms)
            alerts += self._missed(status, bot, now_ms)
        return alerts

    def _missed(self, status: Status, bot: Beat | None, now_ms: int) -> list[Alert]:
        """A tick that was missed: always with a position open, else unless somebody wanted it so. What ended by itself is told as that."""
        account, late_ms = self.subject.account, self.bounds.late_ms
        missed = list(standing.of_ticks(self.subject.teller, status, account, now_ms, self.bounds))
        if not missed or (bot is not None and bot.ended and not bot.asked):
            return []
        if status.positions:
            return missed
        names = [f"{account.name}.{run.name}" for run in account.runs.values() if run.job == status.mode] if account is not None else []
        due_ms = status.next_bar_ms
        wanted = bot is not None and bool(bot.ended)
        tick = (due_ms, due_ms + late_ms, status.at_ms)
        return [] if wanted or keeper.unwanted(self.subject.home, self.serving(), names, tick) else missed

    def _status(self, seen: dict[str, Any], status: Status, now_ms: int) -> list[Alert]:
        teller, bounds = self.subject.teller, self.bounds
        alerts = list(standing.of_rules(teller, status, seen.setdefault("near", []), bounds))
        alerts += standing.of_stops(teller, status, seen.setdefault("bare", {}), now_ms)
        alerts += standing.of_state(teller, status, seen.get("state", ""), ends=not seen["note"])
        alerts += standing.of_payout(teller, status, known=bool(seen.get("payout")))
        alerts += standing.of_inactivity(teller, status, self.subject.account, now_ms)
        seen["state"], seen["payout"] = status.state, standing.payout_of(status) > 0
        return [*alerts, *self._summed(seen, status, now_ms)]

    def _summed(self, seen: dict[str, Any], status: Status, now_ms: int) -> list[Alert]:
        """Once a day, so early that it is in the digest."""
        due = self.daily.after(seen.setdefault("summed_ms", now_ms))
        if due is None or now_ms < due:
            return []
        seen["summed_ms"] = now_ms
        if self.subject.reports(now_ms):
            return []
        told = standing.summary(self.subject.teller, status, now_ms, notes_day(due))
        return [] if told is None else [told]

    def _guarded(self, seen: dict[str, Any]) -> list[Alert]:
        """What the guard has done since. Read from where the last look ended; a file that was begun anew is read from its beginning."""
        file = self.subject.state.peaks
        try:
            size = file.stat().st_size
            if size == seen["peaks"]:
                return []
            begin = seen["peaks"] if size >= seen["peaks"] else 0
            with file.open("rb") as stream:
                stream.seek(begin)
                content = stream.read()
            content = content[: content.rfind(b"\n") + 1]
            done = list(read_peaks(file, content))
        except (OSError, SpoiltError):
            return []
        seen["peaks"] = begin + len(content)
        return [alert for number, entry in enumerate(done) for alert in standing.of_guard(self.subject.teller, begin + number, entry)]

    def _filed(self, seen: dict[str, Any], now_ms: int) -> list[Alert]:
        """Whether its file is there; back only once it is: what is closed meanwhile brings none."""
        there = self.subject.there
        if not there and (left := gone.of_account(self.subject.state)) is None:
            return []
        return list(standing.of_file(self.subject.teller, None if there else left, seen, now_ms))

    def _ruled(self, seen: dict[str, Any], now_ms: int) -> list[Alert]:
        """Its rules, as its files say them now."""
        account = self.rules()
        if account is None:
            return []
        self.subject = replace(self.subject, account=account)
        return list(standing.of_rule_set(self.subject.teller, account, seen.setdefault("rules", {}), now_ms))


def stamps(*files: Path) -> tuple[int, ...]:
    """When files were last written and how long they are; nothing of those that are not there."""
    found: list[int] = []
    for file in files:
        with suppress(OSError):
            status = file.stat()
            found += [status.st_ino, status.st_mtime_ns, status.st_size]
    return tuple(found)


def blank(_symbol: str, _trade: Mapping[str, Any], _until_ms: int) -> bytes | None:
    """No picture of what is not told."""
    return None


def halts_of(state: StateFolder, now_ms: int) -> dict[str, Halt]:
    """Who halts the account now, by name."""
    try:
        files = sorted(state.halts.glob("*.json"))
    except OSError:
        return {}
    found = {file.stem: read_halt(file, now_ms) for file in files if file.exists()}
    return {by: halt for by, halt in found.items() if halt.until_ms is None or halt.until_ms > now_ms}


def notes_day(at_ms: int) -> str:
    """The date of an instant in UTC, for an id."""
    return str(np.datetime64(at_ms, "ms").astype("datetime64[D]"))
