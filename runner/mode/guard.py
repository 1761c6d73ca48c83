"""Guard: one process for all accounts of a host that holds nothing but their rules and REST, and keeps what is open within them."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from datetime import UTC, datetime
from types import FrameType
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, model_validator

from runner.live.clock import Clock, WallClock
from runner.live.guard import Round
from runner.live.guard.apart import Apart
from runner.live.guard.view import Terms
from runner.live.keys import REDACTOR
from runner.menu import Menu
from runner.mode.guarding import accounts
from runner.mode.relief import Post
from runner.model.bot import Errand
from runner.model.duration import milliseconds
from runner.model.settings import Name
from runner.model.terms import Duration

ERRAND = True
ACCOUNT = True
LEAVES_FILES = False
SWEEPS = False
PATIENCE_MS = 10_000  # with looks under way, in a round and once more at the end
SLICE_MS = 100  # after which a pause notices that it is to end
LINES = threading.Lock()
DONE, BLIND, UNWRITTEN = 0, 3, 4  # of the last round: BLIND could not look at some account, UNWRITTEN: the disk takes nothing


class Options(BaseModel):
    """What `mode.…` may say of guarding."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)
    every: Duration = Field("2s", description="how often every account is looked at")
    accounts: list[Name] = Field(
        default_factory=list, description="only these; [] = the one chosen, else all with runs, a venue that takes orders and keys"
    )
    rounds: int | None = Field(None, ge=1, description="end after so many rounds; null = run until stopped")
    told: Duration = Field("1m", description="how often a line says how each account stands")
    stop_distance: float = Field(0.02, gt=0, lt=1, description="where a missing stop is set, fraction of the price")
    nearest_stop: float = Field(0.001, gt=0, lt=1, description="no stop is brought closer to the price than this fraction")
    close_after: Duration = Field("5s", description="a position whose stop cannot be set for so long is closed")
    warn_buffer: float = Field(0.5, gt=0, le=1, description="share of the way to liquidation under which the guard warns")
    reduce_buffer: float = Field(0.3, gt=0, le=1, description="share under which it closes half of the position")

    @model_validator(mode="after")
    def _warned_first(self) -> Options:
        """Refuses to close part of a position before a warning."""
        if self.warn_buffer < self.reduce_buffer:
            raise ValueError(f"warn_buffer: expected at least reduce_buffer ({self.reduce_buffer}), was {self.warn_buffer}")
        return self

    def terms(self) -> Terms:
        """How the guard judges."""
        return Terms(
            stop_distance=self.stop_distance,
            nearest=self.nearest_stop,
            bare_ms=milliseconds(self.close_after),
            warn_buffer=self.warn_buffer,
            reduce_buffer=self.reduce_buffer,
        )


def run(errand: Errand) -> int:
    """Guard until stopped, or for so many rounds; gives the exit status.

    0, or 3 when the last round could not look at some account or one that was named cannot be guarded, 4 when something is not written.
    RunnerError without any account; OccupiedError where other guards have them all.
    """
    options, clock, menu = Options(**errand.options), WallClock(), Menu(errand.home)
    found = accounts(menu, options.accounts, errand)
    lacking = bool(found.problems and options.accounts)
    with ExitStack() as held:
        post = Post(menu=menu, terms=options.terms(), clock=clock, held=held, say=lambda text: tell(clock, text))
        post.begin(found)
        lacking |= bool(post.lost) or (bool(options.accounts) and len(post.ours) + len(post.waiting) < len(found.guarded))
        post.tell(found)
        with stoppable() as stopped:
            return rounds(post, options, clock, stopped) or (BLIND if lacking else DONE)


def rounds(post: Post, options: Options, clock: Clock, stopped: threading.Event) -> int:
    """Round after round; a line for each account now and then, and at once where one could not be looked at or can be again.

    A round waits no longer than until the next one is due: an account whose look lasts is not looked at again before it has ended.
    """
    guard, blindness = post.guard(), post.blindness()
    last_told, faulty, number, apart, every_ms = 0, frozenset[str](), 0, Apart(guard), milliseconds(options.every)
    while True:
        number += 1
        begun = clock.now_ms()
        if not stopped.is_set():
            post.relieve(guard, blindness, begun)
            apart.begin(begun)
        done = apart.known(min(every_ms, PATIENCE_MS))
        ends = stopped.is_set() or number == options.rounds
        if ends:
            done = apart.known(PATIENCE_MS)
        blindness.tell({each.account: each.fault for each in done} | post.lost, clock.now_ms())
        now_faulty = frozenset(each.account for each in done if each.fault)
        due = begun - last_told >= milliseconds(options.told)
        names = {ward.name: f"{ward.name} {ward.environment}" for ward in guard.wards}
        for each in done:
            if due or (each.account in now_faulty) != (each.account in faulty):
                tell(clock, f"{names[each.account]}  {each.line()}")
        last_told, faulty = begun if due else last_told, now_faulty
        if ends:
            if stopped.is_set():
                blindness.last_words(clock.now_ms(), "asked to stop")
            return ended(done, clock)
        pause(clock, begun + every_ms, stopped.is_set)


def pause(clock: Clock, until_ms: int, enough: Callable[[], bool]) -> None:
    """Wait until then, or until it is enough."""
    while not enough() and (left_ms := until_ms - clock.now_ms()) > 0:
        clock.sleep_ms(min(left_ms, SLICE_MS))


def ended(done: Sequence[Round], clock: Clock) -> int:
    """Positions keep their stops at the venue; whoever watches this process hears that nobody looks any more."""
    tell(clock, "the guard has stopped; stops rest at the venue, nobody looks after them now")
    if any(each.fault for each in done):
        return BLIND
    return UNWRITTEN if any(each.unwritten for each in done) else DONE


def tell(clock: Clock, text: str) -> None:
    """A line with its time, without secrets; whole, whichever account's thread says it."""
    at = datetime.fromtimestamp(clock.now_ms() / 1000, UTC)
    with LINES:
        print(REDACTOR.text(f"{at:%Y-%m-%d %H:%M:%S}  {text}"), flush=True)


@contextmanager
def stoppable() -> Iterator[threading.Event]:
    """An event that SIGTERM and Ctrl-C set; looks under way are finished, within reason. Ctrl-C once more does not wait for them."""
    stopped = threading.Event()

    def stop(number: int, _frame: FrameType | None) -> None:
        if number == signal.SIGINT and stopped.is_set():
            raise KeyboardInterrupt
        stopped.set()

    before: dict[signal.Signals, Any] = {}
    with suppress(ValueError):  # not the main thread: then nobody is sent signals
        before = {number: signal.signal(number, stop) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield stopped
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
