"""What is known of an account, read from its records, its journals and the status its bots leave. Nothing is written, no venue asked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path

from runner.journal.live import LiveJournal, Note
from runner.ladder.rungs import Phase, Practised, Rung, Seen, Wants, rungs
from runner.ladder.trades import trades_of
from runner.live.marks import KIND
from runner.live.records import records
from runner.live.state import state_of
from runner.live.status import read
from runner.live.worth import worth_of
from runner.model.bot import Account
from runner.model.duration import DAY_MS
from runner.model.errors import RunnerError
from runner.model.rules import Code
from runner.model.trading import FillKind, FillSeen, Origin

FUNDED = "funded"


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
    count too. journal: where the account's own is, where that is not its state folder. A journal that cannot be read shows nothing.
    """
    names, real = [account.name, *([practice] if practice else [])], account.environment == "live"
    own = state_of(home, account.name).journal if journal is None else journal
    found = demo(own, account.name)
    found += demo(state_of(home, practice).journal, practice) if practice else []
    found += [each for name in names for each in paper(state_of(home, f"{name}.paper").journal, f"{name}.paper")]
    seen = Seen(
        records=[each for name in names for each in records(home, name)],
        hashes=hashes,
        practice=found,
        phase=Phase(
            name=account.phase,
            real=real,
            funded=account.phase == FUNDED or not has_target(account),
            status=read(state_of(home, account.name)) if real else None,
            ended=over(own, account.name) if real else None,
        ),
        wants=wants or Wants(),
    )
    return rungs(seen)


def has_target(account: Account) -> bool:
    """Whether the account's own phase is passed by a profit."""
    return any(row.code is Code.PROFIT_TARGET and row.phase == 0 for row in account.book.rows)


@contextmanager
def opened(place: str | Path, account: str) -> Iterator[LiveJournal | None]:
    """A journal to be read; None where there is none, or it cannot be."""
    if isinstance(place, Path) and not place.exists():
        yield None
        return
    try:
        journal = LiveJournal.open(place, account=account, read_only=True)
    except RunnerError:
        yield None
        return
    with journal:
        yield journal


def demo(place: str | Path, account: str) -> list[Practised]:
    """What an account has traded at a venue with play money."""
    with opened(place, account) as journal:
        if journal is None or journal.meta("environment") == "live":
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


def paper(place: Path, account: str) -> list[Practised]:
    """What its paper account has traded: nothing was sent, so no stop was placed."""
    with opened(place, account) as journal:
        if journal is None:
            return []
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
    """Verdicts of the firm's rules against the account, once each."""
    told = [(note.time_ms, str(note.detail.get("why", ""))) for note in journal.notes("ended")]
    failed = [each for each in told if "FAILED" in each[1]]
    if failed:
        return tuple(failed)
    first = next((note for note in journal.notes(KIND) if note.detail.get("state") == "failed"), None)
    return () if first is None else ((first.time_ms, str(first.detail.get("why") or "a rule of the firm has ended it")),)


def over(place: str | Path, account: str) -> tuple[int, str] | None:
    """When the account's phase ended, and how; None while it goes on."""
    with opened(place, account) as journal:
        note = None if journal is None else journal.last_note("ended")
        return None if note is None else (note.time_ms, str(note.detail.get("why", "")))
