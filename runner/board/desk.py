"""Everything the page asks for, read from files that others write: what is shown is what they say, to the cent."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from runner.board.card import Card, Seen, card_of, in_order
from runner.board.files import Shelf, stamp_of, tail
from runner.board.journals import Journals
from runner.board.known import Known, Library
from runner.board.places import Place, places
from runner.board.served import HostTrouble, host_troubles, serving_of
from runner.board.stood import status_of
from runner.board.words import number
from runner.journal.glance import MARK, Glance
from runner.journal.live import JournalError
from runner.journal.live_rows import Intent, Note
from runner.journal.live_store import NothingYetError
from runner.live import blind, gone, looked
from runner.live.clock import Clock
from runner.live.serving import file_of as serve_file
from runner.live.state import halts, last_beat, line_of
from runner.live.status import file_of
from runner.model.duration import DAY_MS
from runner.model.errors import RunnerError

POINTS = 600  # marks of a picture at most
LISTED = 200  # orders and notes of a page at most
LOG_LINES = 60
LOOK_MS = 2_000  # for which the list of accounts is believed


@dataclass(frozen=True, kw_only=True)
class Decision:
    """Something that was decided, and why. answer: approved, refused, held back, sent and so on, as the journal has it."""

    at_ms: int
    symbol: str
    strategy: str
    answer: str
    why: str


@dataclass
class Desk:
    """The accounts of some user's folders. journal: the address of a shared one, for accounts without a file of their own."""

    homes: Sequence[Path]
    clock: Clock
    library: Library
    only: Sequence[str] = ()
    journal: str = ""
    shelf: Shelf = field(default_factory=Shelf)
    journals: Journals = field(init=False)
    _places: tuple[int, list[Place]] = (0, [])

    def __post_init__(self) -> None:
        self.journals = Journals(self.clock, self.journal)

    def places(self) -> list[Place]:
        """Every account there is."""
        now_ms = self.clock.now_ms()
        at_ms, found = self._places
        if not found or not 0 <= now_ms - at_ms < LOOK_MS:
            written = self.library.all()
            named = {known.account for known in written.values() if known.choice in self.only}  # a file may call its account otherwise
            found = places(self.homes, written, [*self.only, *named])
            self._places = (now_ms, found)
        return found

    def place(self, name: str) -> Place | None:
        """The account of that name."""
        return next((place for place in self.places() if place.key == name), None)

    def cards(self) -> list[Card]:
        """Every account, what needs attention first."""
        self.journals.look(self.places())
        return in_order([self.card(place) for place in self.places()])

    def served(self) -> dict[str, bool]:
        """Whether serve is at work, by the names of folders in which it has been."""
        now_ms = self.clock.now_ms()
        found = {home.name: serving_of(self.shelf, home) for home in self.homes if stamp_of(serve_file(home)) is not None}
        return {name: serving is not None and serving.there(now_ms) for name, serving in found.items()}

    def host_troubles(self) -> list[HostTrouble]:
        """What concerns every account: serve is gone, or what it runs for all of them is in trouble."""
        return host_troubles(self.shelf, self.homes, self.clock.now_ms())

    def card(self, place: Place) -> Card:
        """How an account stands."""
        state, now_ms = place.state, self.clock.now_ms()
        halted = halts(state, now_ms) if stamp_of(state.halts) else ()
        serving = serving_of(self.shelf, place.home)
        status = self.shelf.read(file_of(state), "status", lambda: status_of(state))
        seen = Seen(
            status=status,
            spoilt=status is None and stamp_of(file_of(state)) is not None,
            journal=self.journals.fault(place),
            bot=self.shelf.read(state.heartbeat("bot"), "beat", lambda: last_beat(state, "bot")),
            guard=self.shelf.read(state.heartbeat("guard"), "beat", lambda: last_beat(state, "guard")),
            blind=self.shelf.read(state.root / blind.FILE, "blind", lambda: blind.read(state)),
            look=self.shelf.read(state.root / looked.FILE, "look", lambda: looked.read(state)),
            halted=line_of(halted),
            halted_ms=max((each.at_ms for each in halted), default=0),
            known=self.known(place),
            gone=self.lost(place),
            serving=serving,
            runs=serving.of(place.account) if serving is not None else (),
        )
        return card_of(place, seen, now_ms)

    def known(self, place: Place) -> Known | None:
        """What its YAML says."""
        return self.library.all().get((place.home, place.account))

    def lost(self, place: Place) -> str:
        """That its file is gone while something of it is open, and what to do; '' where not, or another file has its name."""
        left = gone.of_account(place.state) if self.known(place) is None else None
        return "" if left is None else f"{left.line}: {left.advice}"

    def marks(self, place: Place, since_ms: int) -> list[Note]:
        """How it stood from then on, oldest first; many of them are thinned evenly."""
        with self.glance(place) as glance:
            return glance.marks(since_ms, POINTS)

    def notes(self, place: Place, since_ms: int) -> list[Note]:
        """What else happened, newest first; marks and decisions have lists of their own."""
        with self.glance(place) as glance:
            return glance.notes(since_ms, LISTED, without=(MARK, *ANSWERS))

    def orders(self, place: Place, since_ms: int) -> list[Intent]:
        """Orders and what became of them, newest first."""
        with self.glance(place) as glance:
            return glance.intents(since_ms, LISTED)

    def decisions(self, place: Place, since_ms: int) -> list[Decision]:
        """What was decided and why, newest first: the rules' answers, orders, what was held back; of the journal and of evidence."""
        with self.glance(place) as glance:
            sent = [ordered(each) for each in glance.intents(since_ms, LISTED) if each.role in OPENING]
            notes = glance.notes(since_ms, LISTED, only=(*ANSWERS, *HOLDS))
        held = [held_back(each) for each in notes if each.kind in HOLDS]
        rows = [each.detail for each in notes if each.kind in ANSWERS]
        known = {identity(row) for row in rows}
        rows += [row for row in self.evidence(place, since_ms) if identity(row) not in known]
        return sorted([*sent, *held, *map(answered, rows)], key=lambda each: -each.at_ms)[:LISTED]

    def evidence(self, place: Place, since_ms: int) -> list[Mapping[str, Any]]:
        """Decisions of days whose evidence lies in the state folder, of bots that did not note each at once."""
        days = range(since_ms // DAY_MS, self.clock.now_ms() // DAY_MS + 1)
        files = [place.state.evidence / f"{datetime.fromtimestamp(day * DAY_MS / 1000, UTC):%Y-%m-%d}" / "decisions.jsonl" for day in days]
        rows = [row for file in files for row in self.shelf.read(file, "rows", lambda file=file: lines(file)) or ()]  # type: ignore[misc]
        return [row for row in rows if row.get("time", 0) >= since_ms]

    def log(self, place: Place) -> list[str]:
        """The last lines of its log."""
        return tail(place.state.root / "bot.log", LOG_LINES)

    def glance(self, place: Place) -> Glance:
        """Its journal. JournalError where there is none."""
        file = place.state.journal
        address = self.journal if self.journal and not file.exists() else file
        return Glance(address, account=place.account)

    def unread(self, place: Place, error: RunnerError) -> str:
        """Why a journal shows nothing, in one line."""
        nowhere = not self.journal and stamp_of(place.state.journal) is None
        if nowhere or isinstance(error, NothingYetError):
            return "there is no journal yet"
        return "; ".join(problem.line() for problem in error.problems) or str(error)


OPENING = ("ENTRY", "ADD", "QUOTE")
ANSWERS = ("decision", "paper_decision")
HOLDS = ("blocked", "order_refused", "stop_refused", "frozen")


def ordered(intent: Intent) -> Decision:
    """An order that was sent."""
    why = f"plan {intent.plan}: {wanted(intent.request)}{f'; {intent.detail}' if intent.detail else ''}"
    return Decision(at_ms=intent.time_ms, symbol=intent.symbol, strategy="", answer=f"{intent.role.lower()} {intent.state.value}", why=why)


def wanted(request: Mapping[str, Any]) -> str:
    """An order in words: `buy 0.5 limit at 64000, stop 63000`."""
    side = {1: "buy", -1: "sell"}.get(request.get("side", 0), "")
    parts = [side, str(request.get("quantity", "")), str(request.get("kind", "")).lower()]
    parts += [
        f"{word} {request[name]}" for name, word in (("price", "at"), ("trigger_price", "from")) if request.get(name) not in (None, "")
    ]
    stop = request.get("stop")
    return " ".join(part for part in parts if part) + (f", stop {stop}" if stop not in (None, "") else "")


def held_back(note: Note) -> Decision:
    """An entry that was not taken, or something that was refused."""
    detail = note.detail
    word = "held back" if note.kind == "blocked" else note.kind.replace("_", " ")
    symbol, strategy = str(detail.get("symbol", "")), str(detail.get("strategy", ""))
    return Decision(at_ms=note.time_ms, symbol=symbol, strategy=strategy, answer=word, why=str(detail.get("why", "")))


def identity(row: Mapping[str, Any]) -> tuple[Any, ...]:
    """Which plan a row answers."""
    return tuple(row.get(name) for name in ("plan", "strategy", "symbol", "side"))


def answered(row: Mapping[str, Any]) -> Decision:
    """A plan that the rules answered: the code with what was measured and its limit, what was wanted and allowed, by which rule."""
    measured = figures(row, {"value": "measured", "limit": "limit"})
    code = str(row.get("code") or "none").upper()
    head = measured if code == "NONE" else f"{code}: {measured}" if measured else code
    sizes = figures(row, {"wanted": "wanted", "allowed": "allowed", "quantity": "taken"})
    return Decision(
        at_ms=int(row.get("time", 0)),
        symbol=str(row.get("symbol", "")),
        strategy=str(row.get("strategy", "")),
        answer=str(row.get("answer", "")).lower(),
        why="; ".join(part for part in (head, sizes, str(row.get("rule") or "")) if part),
    )


def figures(row: Mapping[str, Any], names: Mapping[str, str]) -> str:
    """`measured 61.2, limit 44.1`: the numbers that are there."""
    return ", ".join(f"{word} {number(row[name])}" for name, word in names.items() if isinstance(row.get(name), (int, float)))


def lines(file: Path) -> list[dict[str, Any]]:
    """Rows of a file of JSON lines; none where it cannot be read."""
    try:
        return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    except (OSError, ValueError):
        return []


def since(span: str, now_ms: int) -> int:
    """When a span of a picture begins: `day`, `week` or `all`; a day is the running UTC one."""
    return {"day": now_ms // DAY_MS * DAY_MS, "week": now_ms - 7 * DAY_MS}.get(span, 0)


__all__ = ["Decision", "Desk", "JournalError", "since"]
