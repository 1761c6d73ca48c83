"""A guard that is there and cannot look at an account: said in a file of its own, for a sign of life says that it has looked."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass

from runner.live.keys import REDACTOR
from runner.live.state import Beat, StateFolder, last_beat, last_word, written
from runner.model.errors import RunnerError, UnwritableError

FILE = "blind.guard"


@dataclass(frozen=True, kw_only=True)
class Blind:
    """Since when a guard cannot look, and why. at_ms: when it last tried. ended: why it does not try any more, '' while it does."""

    at_ms: int
    pid: int
    since_ms: int
    why: str
    ended: str = ""

    def tries(self, now_ms: int, patience_ms: int) -> bool:
        """Whether a guard is there that still cannot look."""
        return not self.ended and now_ms - self.at_ms <= patience_ms


def read(state: StateFolder) -> Blind | None:
    """What a guard has left of an account that it cannot look at; None where it can, or nothing can be read."""
    try:
        return Blind(**json.loads((state.root / FILE).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def heard(beat: Beat | None, blind: Blind | None) -> Beat | None:
    """When a guard was last heard of, whether it could look or not."""
    if blind is None or (beat is not None and (blind.ended or beat.at_ms >= blind.at_ms)):
        return beat
    doing = f"it could not look: {blind.why}"
    ended = f"{blind.ended}; {doing}" if blind.ended else ""
    return Beat(at_ms=blind.at_ms, pid=blind.pid, doing=doing, ended=ended, asked=bool(ended))


class Blindness:
    """What one guard leaves of the accounts that it cannot look at. A disk that takes nothing keeps it from nothing."""

    def __init__(self, states: Iterable[StateFolder]) -> None:
        self.states = {state.account: state for state in states}
        self.left: dict[str, Blind] = {}
        self.seen: set[str] = set()

    def add(self, state: StateFolder) -> None:
        """Another account that it looks at."""
        self.states[state.account] = state

    def tell(self, faults: Mapping[str, str], now_ms: int) -> None:
        """How a round has ended: why each account could not be looked at, '' where it could."""
        for name, fault in faults.items():
            if fault:
                self._blind(self.states[name], fault, now_ms)
            elif name in self.left or name not in self.seen:
                self.left.pop(name, None)
                with suppress(OSError):
                    (self.states[name].root / FILE).unlink(missing_ok=True)
            self.seen.add(name)

    def _blind(self, state: StateFolder, why: str, now_ms: int) -> None:
        known = self.left.get(state.account)
        since_ms = begun(state, now_ms) if known is None else known.since_ms
        self.left[state.account] = blind = Blind(at_ms=now_ms, pid=os.getpid(), since_ms=since_ms, why=REDACTOR.text(why))
        with suppress(UnwritableError):
            written(state.root / FILE, asdict(blind), lasting=False)

    def last_words(self, now_ms: int, why: str) -> None:
        """Whoever watches hears that the guard was asked to stop. Where it could not look, the time of the last look stays what it was."""
        for name, state in self.states.items():
            with suppress(RunnerError):  # a disk that takes nothing was told in the last round
                blind = self.left.get(name)
                if blind is None:
                    last_word(state, "guard", now_ms, why, asked=True)
                    continue
                written(state.root / FILE, asdict(blind) | {"at_ms": now_ms, "ended": why}, lasting=False)
                looked = last_beat(state, "guard")
                if looked is not None:
                    last_word(state, "guard", looked.at_ms, why, asked=True)


def begun(state: StateFolder, now_ms: int) -> int:
    """Since when nobody can look: since before this guard began, where its predecessor was killed while it could not."""
    left, looked = read(state), last_beat(state, "guard")
    same = left is not None and not left.ended and (looked is None or looked.at_ms <= left.since_ms)
    return left.since_ms if left is not None and same else now_ms
