"""What is known of an account, read from its records, its journals and the status its bots leave. Nothing is written, no venue asked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from runner.journal.live import LiveJournal, Note
from runner.journal.live_store import NothingYetError
from runner.ladder.rungs import Phase, Practised, Rung, Seen, Wants, is_pass, rungs
from runner.ladder.trades import trades_of
from runner.live.marks import KIND
from runner.live.records import records
from runner.live.state import state_of
from runner.live.status import read, spoilt
from runner.live.worth import worth_of
from runner.model.bot import Account
from runner.model.duration import DAY_MS
from runner.model.errors import RunnerError
from runner.model.rules import Code
from runner.model.trading import FillKind, FillSeen, Origin

FUNDED = "funded"
TRIALS = ("challenge", "evaluation", "verification", "combine", "phase", "step")  # what names of phases begin with that are to be passed
NO_FIRM = "none"  # conf/firm/none.yaml
LOST = ("failed", "ambiguous")  # states of a mark


def ladder(
    account: Account,
    home: Path,
    hashes: Mapping[str, str],
    *,
    wants: Wants | None = None,
    practice: str = "",
    journal: str | Path | None = None,
) -> list[Rung]:
    """The account's rungs, the lowest first.

    hashes: `practice_hash` of what each of its runs would trade. practice: another account, whose demo trading, halts and exits by hand
    count too. journal: where the account's own is, where that is not its state folder; a server has the other account's as well. What
    cannot be read keeps the rungs that it would speak of from being done, and is told with them.
    """
    names = [account.name, *([practice] if practice else [])]
    own = {name: journal if isinstance(journal, str) else state_of(home, name).journal for name in names}
    own |= {account.name: journal} if journal is not None else {}
    shelf = Shelf()
    found = [each for name in names for each in shelf.look(own[name], name, demo)]
    found += [each for name in names for each in shelf.look(state_of(home, f"{name}.paper").journal, f"{name}.paper", paper)]
    seen = Seen(
        records=[each for name in names for each in records(home, name)],
        hashes=hashes,
        practice=found,
        unread=tuple(shelf.unread.values()),
        phase=phase(account, home, own[account.name]),
        wants=wants or Wants(),
    )
    return rungs(seen)


@dataclass
class Shelf:
    """The journals that were looked at. unread: what was wrong with one that is there and cannot be read, by account."""

    unread: dict[str, str] = field(default_factory=dict)

    def look[T](self, place: str | Path, account: str, what: Callable[[LiveJournal], Iterable[T]]) -> list[T]:
        """What is seen in a journal; nothing where there is none yet, or it cannot be read."""
        if isinstance(place, Path) and not place.exists():
            return []
        try:
            with LiveJournal.open(place, account=account, read_only=True) as journal:
                return list(what(journal))
        except NothingYetError:
            return []
        except RunnerError as error:
            self.unread[account] = "; ".join(problem.line() for problem in error.problems)
        except (ValueError, TypeError, KeyError, ArithmeticError) as error:  # of a row that no bot has written
            self.unread[account] = f"{account}  a row of its journal cannot be read: {type(error).__name__}"
        return []


def phase(account: Account, home: Path, journal: str | Path) -> Phase:
    """How the account's real money stands; play money has no phase that counts."""
    name, funded = account.phase, is_funded(account)
    own = account.firm == NO_FIRM and not has_target(account)
    if account.environment != "live":
        return Phase(name=name, real=False, funded=funded, own=own)
    shelf, state = Shelf(), state_of(home, account.name)
    ended = next(iter(shelf.look(journal, account.name, over)), None)
    unread = [*shelf.unread.values(), *(["status.json  cannot be read"] if spoilt(state) else [])]
    return Phase(name=name, real=True, funded=funded, own=own, status=read(state), ended=ended, unread="; ".join(unread))


def is_funded(account: Account) -> bool:
    """Whether nothing has to be passed any more: the last phase, without a target. That of a challenge may just not be known."""
    last = account.book.phases[0].next < 0 and not account.phase.startswith(TRIALS)
    return account.phase == FUNDED or (last and not has_target(account))


def has_target(account: Account) -> bool:
    """Whether the account's own phase is passed by a profit."""
    return any(row.code is Code.PROFIT_TARGET and row.phase == 0 for row in account.book.rows)


def demo(journal: LiveJournal) -> list[Practised]:
    """What an account has traded at a venue with play money."""
    if journal.meta("environment") == "live":
        return []
    fills = [each.fill for each in journal.fills()]
    stopped = {each.client_order_id for each in journal.intents() if each.request.get("stop")}  # what fills was taken with its stop
    trades = tuple(trades_of(fills, worth_of(journal)))
    return [
        Practised(
            where=journal.meta("environment") or "demo",
            days=days_of(journal.notes(KIND), (fill.at_ms for fill in fills)),
            trades=trades,
            stops=sum(bool(stopped.intersection(trade.orders)) for trade in trades),
            violations=violations(journal),
        )
    ]


def paper(journal: LiveJournal) -> list[Practised]:
    """What a paper account has traded: nothing was sent, so no stop was placed."""
    fills = [paper_fill(number, note) for number, note in enumerate(journal.notes("paper_fill"))]
    days = days_of(journal.notes(KIND), (fill.at_ms for fill in fills))
    return [Practised(where="paper", days=days, trades=tuple(trades_of(fills, worth_of(journal))), violations=violations(journal))]


def paper_fill(number: int, note: Note) -> FillSeen:
    """A fill of the machine as one of a venue."""
    said = note.detail
    return FillSeen(
        execution_id=str(number),
        order_id="",
        client_order_id=str(said["plan"]),
        symbol=str(said["symbol"]),
        side=1 if said["side"] == "buy" else -1,
        quantity=Decimal(repr(said["quantity"])),
        price=Decimal(repr(said["price"])),
        fee=Decimal(repr(said["fee"])),
        maker=False,
        kind=FillKind.TRADE,
        origin=Origin.USER,
        at_ms=note.time_ms,
    )


def days_of(marks: Iterable[Note], fills: Iterable[int]) -> tuple[int, ...]:
    """UTC days on which a bar was marked or something filled, oldest first."""
    return tuple(sorted({at_ms // DAY_MS * DAY_MS for at_ms in (*(mark.time_ms for mark in marks), *fills)}))


def violations(journal: LiveJournal) -> tuple[tuple[int, str], ...]:
    """Verdicts of the firm's rules against the account, once each: every end of it that is no pass."""
    told = [(note.time_ms, str(note.detail.get("why", ""))) for note in journal.notes("ended")]
    failed = [each for each in told if not is_pass(each[1])]
    if failed:
        return tuple(failed)
    first = next((note for note in journal.notes(KIND) if note.detail.get("state") in LOST), None)
    return () if first is None else ((first.time_ms, str(first.detail.get("why") or "a rule of the firm has ended it")),)


def over(journal: LiveJournal) -> list[tuple[int, str]]:
    """When the account's phase ended, and how; nothing while it goes on."""
    note = journal.last_note("ended")
    return [] if note is None else [(note.time_ms, str(note.detail.get("why", "")))]
