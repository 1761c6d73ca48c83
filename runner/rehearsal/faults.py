"""What goes wrong, when, and how often it has: a seeded schedule, with faults armed by hand before it."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from runner.rehearsal.core.exchange import Exchange

type Level = Literal["none", "gentle", "storm"]
LEVELS: dict[Level, float] = {"none": 0.0, "gentle": 0.2, "storm": 1.0}

AFTER = ("answer_timeout", "answer_reset", "answer_502", "answer_503")  # accepted, and the answer is lost
BEFORE = ("request_timeout", "request_reset", "request_502", "request_503")  # never accepted
GARBLED = ("html_200", "malformed_json", "server_error", "duplicate_id")
TURNED_AWAY = ("limit_past_reset", "forbidden_403")
REQUESTS = (*AFTER, *BEFORE, *GARBLED, *TURNED_AWAY)
SLOW = frozenset({"answer_timeout", "request_timeout", "forbidden_403"})
FRAMES = ("frame_twice", "frame_late", "frame_swapped", "frame_lost")
SOCKETS = ("close_clean", "close_reset", "socket_frozen", "reconnect_refused", "login_refused")
CORE = ("refused_after_ack", "stop_refused", "partial_fill")
OUTSIDE = ("clock_ahead", "clock_behind", "leverage_changed", "mode_changed", "rules_changed", "interval_changed", "halted")
OUTCOMES = ("wick", "adl", "manual_close", "liquidation")  # these change what the market does to the account
EVERY = (*REQUESTS, *FRAMES, *SOCKETS, *CORE, *OUTSIDE, *OUTCOMES)

LATE_MS = (50, 1_500)
SKEW_MS = 5_000
OFTEN = 8  # times as likely as others what happens to positions is, while there is one
RARE = 0.6  # of the bans that are drawn: each costs ten minutes
SILENT_MS = 600_000  # for which whoever was turned away (HTTP 403) keeps still


@dataclass(slots=True)
class Armed:
    """A fault to strike once at the next chance, after `after` chances that it lets pass."""

    kind: str
    path: str = ""
    after: int = 0
    times: int = 1


@dataclass(frozen=True, kw_only=True)
class Storm:
    """How bad it gets. `outcomes`: also what changes the market's outcome. Shares: per order, per question, per frame, per instant."""

    level: Level = "none"
    outcomes: bool = False
    kinds: tuple[str, ...] = EVERY
    per_order: float = 0.2
    per_question: float = 0.03
    per_frame: float = 0.04
    per_instant: float = 0.06
    per_chance: float = 0.05  # of what the core asks about


class Faults:
    """The schedule of one run; the same seed gives the same faults for the same requests."""

    def __init__(self, storm: Storm, exchange: Exchange, seed: int) -> None:
        self.storm = storm
        self.exchange = exchange
        self.chance = random.Random(f"faults {seed}")  # noqa: S311 - repeatable on purpose
        self.counts: Counter[str] = Counter()
        self.armed: list[Armed] = []
        self.share = LEVELS[storm.level]
        self.whole: Callable[[], bool] = lambda: True  # whether the streams stand
        self.struck = False  # a request is being answered that a fault has struck
        self.refuse_streams_until = 0
        self.refuse_logins = 0
        self.silent_until = 0  # who was turned away may not send anything until then, so nothing strikes that has to be repaired
        self.skewed_until = 0
        self.halted: dict[str, int] = {}  # markets that take no new risk, and until when
        self.switched: dict[str, int] = {}  # markets in another position mode than before, and until when
        exchange.state.oracle = self.core

    def arm(self, kind: str, path: str = "", after: int = 0, times: int = 1, **_: Any) -> None:
        """Let a fault strike at the next chance. Raises ValueError for a kind there is not."""
        if kind not in EVERY:
            raise ValueError(f"no fault {kind}; there are {', '.join(EVERY)}")
        self.armed.append(Armed(kind, path, after, times))

    def note(self, kind: str, **more: Any) -> str:
        """Count a fault that strikes."""
        self.counts[kind] += 1
        self.exchange.state.note("fault", fault=kind, **more)
        return kind

    def by_hand(self, kinds: tuple[str, ...], path: str = "") -> str:
        """The armed fault that strikes now; "" for none."""
        for armed in self.armed:
            if armed.kind in kinds and (not armed.path or armed.path in path):
                if armed.after > 0:
                    armed.after -= 1
                    continue
                armed.times -= 1
                if armed.times <= 0:
                    self.armed.remove(armed)
                return armed.kind
        return ""

    def draw(self, kinds: tuple[str, ...], share: float) -> str:
        """A scheduled fault of one of the kinds; "" most of the time."""
        if not self.share or self.chance.random() >= share * self.share:
            return ""
        allowed = [kind for kind in kinds if kind in self.storm.kinds]
        return self.chance.choice(allowed) if allowed else ""

    def naked(self, but: str = "") -> bool:
        """Whether some position (of other markets than `but`) stands without a full stop now; then nothing may hinder its repair."""
        from runner.rehearsal.core.orders import covered

        others = [market for key, market in self.exchange.state.markets.items() if key != but]
        return any(p.side and covered(market, p) < p.size for market in others for p in market.positions.values())

    # --- chances --------------------------------------------------------------------------------------------------------

    def request(self, method: str, path: str) -> str:
        """What strikes a request; "" for nothing."""
        kind = self.by_hand(REQUESTS, path)
        if not kind:
            kind = self.draw(REQUESTS, self.storm.per_order if method == "POST" else self.storm.per_question)
            if kind and not self.fits(kind, method, path):
                kind = ""
        self.struck = bool(kind)
        if kind == "forbidden_403":
            self.silent_until = self.exchange.now_ms + SILENT_MS
        return self.note(kind, path=path) if kind else ""

    def fits(self, kind: str, method: str, path: str) -> bool:
        """Whether a drawn fault makes sense for the request; none that lasts for longer than a position may be naked hinders its repair."""
        if path.startswith("/v5/market/time") or (kind in SLOW and self.naked()):
            return False
        if kind == "duplicate_id":
            return path == "/v5/order/create"
        return kind != "forbidden_403" or (method == "GET" and self.chance.random() < RARE)

    def core(self, kind: str, market: str) -> bool:
        """Whether a mishap that the exchange asks about strikes now."""
        if self.by_hand((kind,), market):
            self.note(kind, symbol=market)
            return True
        if self.struck or kind not in self.storm.kinds or not self.share or not self.whole() or self.naked(but=market):
            return False
        if self.exchange.now_ms < self.silent_until:
            return False
        if self.chance.random() >= self.storm.per_chance * self.share:
            return False
        self.note(kind, symbol=market)
        return True

    def frame(self) -> tuple[str, int]:
        """(what strikes a frame, how late it is in ms); "" for nothing."""
        kind = self.by_hand(FRAMES) or ("" if self.share == 0 else self.drawn_frame())
        if not kind:
            return "", 0
        return self.note(kind), self.chance.randint(*LATE_MS) if kind == "frame_late" else 0

    def drawn_frame(self) -> str:
        """A scheduled fault of a frame."""
        return self.draw(FRAMES, self.storm.per_frame)

    def instant(self) -> str:
        """What strikes between two instants of the market: sockets, settings, the market itself; "" for nothing."""
        kind = self.by_hand((*SOCKETS, *OUTSIDE, *OUTCOMES))
        if kind:
            return self.note(kind)
        held = self.storm.outcomes and any(p.side for m in self.exchange.state.markets.values() for p in m.positions.values())
        kinds = (*SOCKETS, *OUTSIDE, *(OUTCOMES * OFTEN if held else OUTCOMES if self.storm.outcomes else ()))
        kind = self.draw(kinds, self.storm.per_instant)
        return self.note(kind) if kind and not self.naked() and self.possible(kind) else ""

    def possible(self, kind: str) -> bool:
        """Whether a drawn fault can happen as things stand."""
        markets = self.exchange.state.markets.values()
        held = [m for m in markets if any(p.side for p in m.positions.values())]
        if kind in ("adl", "manual_close", "liquidation"):
            return bool(held)
        if kind == "mode_changed":
            return not any(m.busy for m in markets)
        return True

    def some_market(self, *, held: bool) -> str:
        """The key of a market, one that is held where wished; "" for none."""
        found = [
            key
            for key, m in self.exchange.state.markets.items()
            if not m.listing.spot and (not held or any(p.side for p in m.positions.values()))
        ]
        return self.chance.choice(found) if found else ""

    def wick(self) -> Decimal:
        """How far a wick goes, as a fraction to either side."""
        return Decimal(self.chance.randint(10, 60)) / 10_000 * self.chance.choice((1, -1))
