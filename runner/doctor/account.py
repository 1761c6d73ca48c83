"""What is an account's own: keys, journal, state folder, halts, signs of life, schedule, zones, rules, practice."""

from __future__ import annotations

import hashlib
import os
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

from sqlalchemy import func, select, text

from runner.bars.when import when
from runner.doctor.finding import BARE, STATE, Check, Finding, one_line
from runner.doctor.host import closed, sized, writable
from runner.journal.lease import started
from runner.journal.live import JournalError, LiveJournal
from runner.journal.live_schema import INTENT, METADATA, NOTE, STEP, TOLD
from runner.journal.live_store import NothingYetError
from runner.live import blind
from runner.live.clock import Clock
from runner.live.desk import Speaking
from runner.live.keys import REDACTOR, keys_of
from runner.live.state import Beat, StateFolder, last_beat, read_halt, state_of
from runner.live.status import THAW, spoilt
from runner.live.status import read as read_status
from runner.model.block import Rule
from runner.model.bot import Account, Bot
from runner.model.duration import milliseconds
from runner.model.errors import RunnerError
from runner.model.run import TICKS, TRADING
from runner.schedule.clashes import Trades, Warned, warned
from runner.schedule.runs import Due, dues
from runner.schedule.when import Always, clock_changes, following
from runner.words import counted, listed

MINUTE_MS, HOUR_MS, DAY_MS = 60_000, 3_600_000, 86_400_000
STALE_MS = 5 * MINUTE_MS  # a sign of life that is older is none
QUIET_MS = 10_000  # a sign of life that is younger needs no process of this host: it may be a container's
LARGE = 256 << 20  # bytes of a journal that is not looked through row by row
READ_DAYS = 120  # after which a firm's page is worth reading again
AHEAD_DAYS = 60  # in which changes of the clocks are told
MISSED = 3  # ticks that may be late before nobody makes them


@dataclass(frozen=True, kw_only=True)
class Place:
    """An account as it is looked at. bots: what its runs trade, by the run's name. newest: of the menu, (firm, program) → version.

    address: its journal's path or URL. twins: keys that were met before, as digests, and whose they are; its own is added.
    """

    account: Account
    home: Path
    clock: Clock
    bots: Mapping[str, Bot] = field(default_factory=dict)
    address: Callable[[StateFolder], str | Path] = lambda state: state.journal
    newest: Mapping[tuple[str, str], str] = field(default_factory=dict)
    twins: dict[str, str] = field(default_factory=dict)

    @property
    def state(self) -> StateFolder:
        """Its folder."""
        return state_of(self.home, self.account.name)

    @property
    def now_ms(self) -> int:
        """The present."""
        return self.clock.now_ms()

    def ago(self, at_ms: int) -> str:
        """How long ago, in words."""
        return span(self.now_ms - at_ms)

    def checks(self) -> Iterator[Check]:
        """Everything but the venue, which needs the keys that the first of these finds."""
        yield Check("keys", self.keys)
        yield Check("state folder", lambda check: writable(check, self.state.root))
        yield Check("privacy", self.privacy)
        yield Check("journal", self.journal)
        yield Check("halts", self.halts)
        yield Check("status", self.stands)
        yield Check("bot", self.bot)
        yield Check("guard", self.guard)
        yield Check("schedule", self.schedule)
        yield Check("zones", self.zones)
        yield Check("rules", self.rules)
        yield Check("economics", self.economics)

    # --- keys ---------------------------------------------------------------------------------------------------------

    def keys(self, check: Check) -> Finding:
        """They are where the account says, and nobody else's; what is wrong with their place is told by who reads them.

        A keyring is unlocked for it, so that a key which two of its entries hold is found here and not by `mode=schedule`.
        """
        if not isinstance(self.account.venue, Speaking):
            return check.ok("none needed, its venue takes no orders")
        try:
            keys = keys_of(self.account, self.home)
        except RunnerError:
            if {due.run.job for due in dues([self.account])} - {"report", "review"} != {"paper"}:
                raise
            return check.ok("none found, and none needed: it runs on paper alone")
        REDACTOR.learn(keys)
        whose = self.twins.setdefault(hashlib.sha256(keys.key.reveal().encode()).hexdigest(), self.account.name)
        if whose != self.account.name:
            said = f"{keys.named} is the key of {whose} as well, so that two bots would answer for one account at the venue"
            return check.problem(said, "make each account a key of its own at the venue")
        return check.ok(f"{keys.named} is there")

    # --- what is kept -------------------------------------------------------------------------------------------------

    def privacy(self, check: Check) -> Finding:
        """Nobody else of this machine reads what it does."""
        root = self.state.root
        return closed(check, root, [root, *root.rglob("*")]) if root.is_dir() else check.ok("nothing is kept yet")

    def journal(self, check: Check) -> Finding:
        """It opens, is sound and this account's, takes rows, and was given some as often as its runs ask for."""
        address = self.address(self.state)
        file = address if isinstance(address, Path) else None
        if file is not None and not file.exists():
            return check.ok("none yet")
        try:
            with LiveJournal.open(address, account=self.account.name, read_only=True) as journal:
                return self._wrong(check, journal, file) or self._kept(check, journal, file)
        except NothingYetError:
            return check.ok("none yet")
        except JournalError as error:
            return check.problem(one_line(error), self._advice(file))

    def _wrong(self, check: Check, journal: LiveJournal, file: Path | None) -> Finding | None:
        """Why a bot would not go on with it; None where it would."""
        begun = {name: journal.meta(name) for name in ("environment", "phase")}
        other = [f"{name} {value}" for name, value in begun.items() if value not in (None, getattr(self.account, name))]
        if other:
            return check.problem(f"began with {', '.join(other)}", "give this account another name, or move the journal away")
        damage = damaged(file) if file is not None else ""
        if damage:
            return check.problem(f"damaged: {damage}", self._advice(file))
        locked = readable_alone(journal)
        return check.problem(f"can be read and not written: {locked}", self._advice(file, write=True), STATE) if locked else None

    def _kept(self, check: Check, journal: LiveJournal, file: Path | None) -> Finding:
        """How it grows, and whether ticks are missed."""
        newest, oldest = newest_ms(journal), oldest_ms(journal)
        if not newest:
            return check.ok("opens, nothing written yet")
        held = self._growth(file, self.now_ms - oldest) if file is not None else ""
        found = f"sound{held}, last row {self.ago(newest)} ago"
        gap, heard = self._gap(), max(newest, self._heard())
        if gap and self.now_ms - heard > MISSED * gap:
            return check.warning(
                f"{found}, last tick {self.ago(heard)} ago, a tick is due every {span(gap)}",
                "see whether cron, systemd or serve starts them",
            )
        return check.ok(found)

    def _heard(self) -> int:
        """When its bot was last at work; a tick that plans nothing writes no row. 0 where it never was."""
        beat, status = last_beat(self.state, "bot"), read_status(self.state)
        return max(beat.at_ms if beat is not None else 0, status.at_ms if status is not None else 0)

    def _advice(self, file: Path | None, *, write: bool = False) -> str:
        """What to do about a journal that does not open, or takes nothing."""
        if file is None and write:
            return "let the user of mode.journal's URL write to the account's schema, on a server that is no standby"
        if file is None:
            return "see whether the server runs and takes the user, password and database of mode.journal's URL"
        return "let this user write there" if write else "move it away and adopt the account again"

    def _growth(self, file: Path, age_ms: int) -> str:
        size = sum(part.stat().st_size for part in file.parent.glob(f"{file.name}*"))
        daily = f", {sized(size * DAY_MS / age_ms)} a day" if age_ms > DAY_MS else ""
        return f", {sized(size)}{daily}"

    def _gap(self) -> int:
        """The time between two ticks; 0 where none are made."""
        ticking = [due for due in dues([self.account]) if due.run.job in TICKS and due.run.job in TRADING]
        found = [following(due.when, self.now_ms, 2) for due in ticking]
        return min((pair[1] - pair[0] for pair in found if len(pair) == 2), default=0)

    def halts(self, check: Check) -> Finding:
        """Nobody holds entries back."""
        files = sorted(self.state.halts.glob("*.json")) if self.state.halts.is_dir() else []
        standing = [halt for file in files if (halt := read_halt(file, self.now_ms)).until_ms is None or halt.until_ms > self.now_ms]
        if not standing:
            return check.ok("none")
        said = "; ".join(f"{each.line()}{f', until {when(each.until_ms)}' if each.until_ms else ''}" for each in standing)
        return check.warning(said, f"runner mode=halt account={self.account.name} mode.release=true, when its reason is gone")

    def stands(self, check: Check) -> Finding:
        """As its bot last said: alive, every position with a stop, no symbol frozen."""
        status = read_status(self.state)
        if spoilt(self.state):
            advice = "its bot writes it anew within seconds; without one look at the venue yourself, then remove the file"
            return check.problem("status.json cannot be read, nothing is known of its positions", advice, STATE)
        if status is None:
            return check.ok("nothing told yet")
        bare = [each.symbol for each in status.positions if not each.stop]
        if bare:
            return check.problem(f"{', '.join(bare)} without a stop", "runner mode=guard sets it; or close it by hand", BARE)
        if status.frozen:
            return check.warning("; ".join(each.line() for each in status.frozen), THAW)
        found = (
            f"{status.state}, equity {status.equity:,.2f}, {counted(len(status.positions), 'position')}, told {self.ago(status.at_ms)} ago"
        )
        if status.state in ("failed", "passed"):
            return check.warning(f"{found}: {status.why}", "nothing is traded on it any more; the next phase is an account of its own")
        return check.ok(found)

    # --- who is at work -----------------------------------------------------------------------------------------------

    def bot(self, check: Check) -> Finding:
        """A bot that is to run shows signs of life."""
        beat = last_beat(self.state, "bot")
        lasting = [due for due in dues([self.account]) if due.run.job == "live"]
        if beat is None:
            if lasting:
                return check.warning(f"run {lasting[0].run.name} should be at work, and never was", f"start it: {lasting[0].command}")
            return check.ok("none was here, and none has to run all the time")
        found, gone = self._sign(beat)
        if lasting and gone:
            return check.warning(f"{found}, though run {lasting[0].run.name} never ends", "see bot.log and whatever starts it")
        return check.ok(found)

    def guard(self, check: Check) -> Finding:
        """Somebody looks after what a bot leaves open."""
        if not isinstance(self.account.venue, Speaking):
            return check.ok("none needed, its venue takes no orders")
        unseen = blind.read(self.state)
        beat = blind.heard(last_beat(self.state, "guard"), unseen)
        advice = "runner mode=guard, one for all accounts of this host"
        if beat is None:
            return check.warning("never ran here", advice)
        found, gone = self._sign(beat)
        if unseen is not None and not unseen.ended and not gone:
            said = f"process {unseen.pid} is there and cannot look, since {self.ago(unseen.since_ms)}: {unseen.why}"
            return check.problem(said, "see its keys and its venue above and below; nobody sets a missing stop meanwhile")
        return check.warning(found, advice) if gone else check.ok(found)

    def _sign(self, beat: Beat) -> tuple[str, bool]:
        """The last sign of life in words, and whether whoever gave it is not there any more."""
        age_ms, process = self.now_ms - beat.at_ms, f"process {beat.pid}"
        if beat.ended:
            return f"stopped {self.ago(beat.at_ms)} ago, {process}: {beat.ended}", True
        gone = age_ms > QUIET_MS and not started(beat.pid)
        return f"last sign of life {self.ago(beat.at_ms)} ago, {process}{', which is gone' if gone else ''}", gone or age_ms > STALE_MS

    # --- when ---------------------------------------------------------------------------------------------------------

    def schedule(self, check: Check) -> Finding:
        """Its runs, and what is next."""
        found = dues([self.account])
        if not found:
            return check.warning("no runs, so nothing is started", "write runs: into the account, or start it by hand")
        timed = [(next(iter(following(due.when, self.now_ms, 1)), None), due) for due in found if not isinstance(due.when, Always)]
        never = [due.run.name for at, due in timed if at is None]
        if never:
            return check.problem(f"run {listed(never)} has no next time", "mend its cron expression")
        amiss = self._amiss(found)
        if amiss:
            more = f"; and {len(amiss) - 1} more" if len(amiss) > 1 else ""
            return check.warning(f"{amiss[0].text}{more}", "runner mode=schedule tells all of it")
        coming = min(((at, due.run.name) for at, due in timed if at is not None), default=None)
        said = f"next {coming[1]} at {when(coming[0])}" if coming else "all run until they are stopped"
        return check.ok(f"{counted(len(found), 'run')}, {said}")

    def _amiss(self, found: Sequence[Due]) -> list[Warned]:
        """What will go wrong with the times of its runs."""
        trading = [
            Trades(due=due, timeframes=frames(bot), latest_ms=latest_ms(bot)) for due in found if (bot := self.bots.get(due.run.name))
        ]
        return warned(found, trading, self.now_ms)

    def zones(self, check: Check) -> Finding:
        """The zones its rules and runs go by, and when their clocks change next."""
        names = sorted({clock.zone for clock in self.account.book.clocks} | {run.zone for run in self.account.runs.values() if run.cron})
        if not names:
            return check.ok("UTC alone")
        changes = [(at, name) for name in names for at, _ in clock_changes(name, self.now_ms, self.now_ms + AHEAD_DAYS * DAY_MS)]
        coming = f"; clocks of {min(changes)[1]} change at {when(min(changes)[0])}" if changes else ""
        return check.ok(f"{', '.join(names)}{coming}")

    # --- the rules ----------------------------------------------------------------------------------------------------

    def rules(self, check: Check) -> Finding:
        """The program's version is the menu's, and its pages were read lately."""
        account = self.account
        dates = sorted(rule.read_on for path, rule in account.rules.items() if path.startswith("program.") and rule.read_on)
        known = self.newest.get((account.firm, account.program))
        if known is not None and known != account.version:
            advice = "compare both, and the dashboard of the account, which wins"
            return check.warning(f"{account.firm} {account.program}: {account.version!r} here, {known!r} in the shipped menu", advice)
        open_ = [path.rpartition(".")[2] for path, rule in account.rules.items() if rule.confidence == "?" and mine(path, rule, account)]
        if not dates:
            return check.ok(f"{account.firm} {account.program}".strip() + ", no dates of sources")
        age = days(dates[0], self.now_ms)
        found = f"{account.firm} {account.program} {account.version!r}, sources read {dates[0]} to {dates[-1]}"
        if age > READ_DAYS:
            return check.warning(found, f"the oldest was read {age} days ago; hold them against the firm's pages")
        if open_:
            return check.warning(
                f"{found}; open questions: {listed(open_)}", f"runner mode=rulebook account={account.name} says what to ask"
            )
        return check.ok(found)

    def economics(self, check: Check) -> Finding:
        """What it costs and pays is known, and was read lately."""
        terms = self.account.economics
        if terms is None:
            return check.ok("none known")
        as_of = str(getattr(terms, "as_of", "") or "")
        if as_of and days(as_of, self.now_ms) > READ_DAYS:
            return check.warning(f"prices and splits as of {as_of}", "hold them against the firm's page")
        return check.ok(f"as of {as_of}" if as_of else "undated")


def frames(bot: Bot) -> tuple[str, ...]:
    """The timeframes that its strategies decide on."""
    return tuple(dict.fromkeys(strategy.timeframe for strategy in bot.strategies))


def latest_ms(bot: Bot) -> int:
    """A bar that closed longer ago is not decided on."""
    return milliseconds(str(bot.options.get("latest", "5m")))


def mine(path: str, rule: Rule, account: Account) -> bool:
    """Whether a rule, by its path, holds for the account's phase and variant."""
    return path.startswith(f"program.phases.{account.phase}.") and (not rule.variants or account.variant in rule.variants)


def days(text: str, now_ms: int) -> int:
    """How many days ago a day, or the end of a month that was named alone, was."""
    then = date.fromisoformat(text if len(text) > len("2026-10") else f"{text}-28")
    return (datetime.fromtimestamp(now_ms / 1000, UTC).date() - then).days


def span(ms: int) -> str:
    """A length of time, roughly: `40 s`, `12 min`, `5 h`, `3 days`."""
    for size, word in ((2 * DAY_MS, "days"), (2 * HOUR_MS, "h"), (2 * MINUTE_MS, "min")):
        if ms >= size:
            return f"{ms // (size // 2)} {word}"
    return f"{max(ms, 0) // 1000} s"


def newest_ms(journal: LiveJournal) -> int:
    """When a row was last written; 0 before the first."""
    return _edge(journal, func.max)


def oldest_ms(journal: LiveJournal) -> int:
    """When the first row was written; 0 before it."""
    return _edge(journal, func.min)


def _edge(journal: LiveJournal, edge: Callable[..., object]) -> int:
    with journal.store.transaction() as connection:
        found = [connection.execute(select(edge(table.c.time_ms))).scalar() for table in (TOLD, INTENT, STEP, NOTE)]  # type: ignore[call-overload]
    known = [int(each) for each in found if each]
    return (max(known) if edge is func.max else min(known)) if known else 0


def readable_alone(journal: LiveJournal) -> str:
    """Why a bot could not write to a journal that can be read; '' where it could."""
    if journal.store.sqlite:
        file = Path(journal.store.name)
        return "" if os.access(file, os.W_OK) else f"{file.name} may not be written by this user"
    with journal.store.transaction() as connection:
        if connection.execute(text("SHOW transaction_read_only")).scalar() == "on":
            return "the server takes no writes of this user (transaction_read_only)"
        names = [table.name for table in METADATA.sorted_tables]
        asked = text("SELECT has_table_privilege(quote_ident(:schema) || '.' || quote_ident(:name), 'INSERT')")
        kept = [name for name in names if not connection.execute(asked, {"schema": journal.store.schema, "name": name}).scalar()]
    return f"this user may not add rows to {listed(kept)}" if kept else ""


def damaged(file: Path) -> str:
    """What SQLite's own look through the whole file finds; '' where all is well, or the file is too large to look through meanwhile."""
    if file.stat().st_size > LARGE:
        return ""
    connection = sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)
    try:
        found = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
    except sqlite3.DatabaseError as error:
        return str(error)
    finally:
        connection.close()
    return "" if found == "ok" else " ".join(str(found).split())
