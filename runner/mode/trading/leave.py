"""How a bot ends: asked once it finishes what it is at, kept waiting it is torn away; then it says what it leaves behind."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import Any

from loguru import logger

from runner.live.desk import Desk
from runner.live.outcome import VenueError
from runner.live.state import StateFolder, last_word
from runner.model.errors import RunnerError
from runner.model.trading import PositionSeen

PATIENCE_S = 1.0  # for what is under way when somebody asks to stop
GOODBYE_S = 2.0  # for a venue to say what is open
AGAIN_S = 0.2


class TornAway(BaseException):
    """What was under way took too long; it ends as a killed process would, which a restart knows how to go on from."""


class Ending:
    """Whether somebody has asked to stop (SIGTERM, SIGINT)."""

    def __init__(self, asked: Callable[[], None] = lambda: None) -> None:
        self.asked = asked
        self.stopping = False
        self.by = ""  # the signal
        self.begun = False  # whether anything may have been traded

    def hear(self, number: int, _frame: FrameType | None) -> None:
        """A signal: the first one asks, the next ones change nothing."""
        if not self.stopping:
            self.stopping = True
            self.by = signal.Signals(number).name
            logger.info("asked to stop ({})", self.by)
            tear_after(PATIENCE_S)
            self.asked()


@contextmanager
def ending(ending: Ending) -> Iterator[Ending]:
    """Hear the signals meanwhile."""
    if threading.current_thread() is not threading.main_thread():  # then nobody is sent signals
        yield ending
        return
    handlers: dict[signal.Signals, Any] = {signal.SIGTERM: ending.hear, signal.SIGINT: ending.hear}
    handlers |= {signal.SIGALRM: _tear} if hasattr(signal, "SIGALRM") else {}
    before = {number: signal.signal(number, handler) for number, handler in handlers.items()}
    try:
        yield ending
    finally:
        tear_after(0.0)
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def tearable(seconds: float = 0.0) -> Iterator[None]:
    """What happens inside may be torn away; after `seconds`, or when a signal asks for it."""
    if seconds:
        tear_after(seconds)
    try:
        with suppress(TornAway):
            yield
    finally:
        tear_after(0.0)


def tear_after(seconds: float) -> None:
    """Tear away whatever is still under way then; 0 takes it back. Where the system has no such alarm nothing is torn."""
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_REAL, seconds, AGAIN_S if seconds else 0.0)


def _tear(_number: int, _frame: FrameType | None) -> None:
    raise TornAway


def last_words(state: StateFolder, now_ms: int, end: Ending, error: RunnerError | None = None) -> None:
    """Tell whoever watches that the bot has ended, as asked or not: one that is killed leaves nothing. What cannot be written is said."""
    why = " ".join(str(error).split()) if error is not None and not end.stopping else f"asked to stop ({end.by})"
    if not end.stopping and error is None:
        return
    try:
        last_word(state, "bot", now_ms, why, asked=end.stopping)
    except RunnerError as unwritten:
        logger.error("{}", "; ".join(problem.line() for problem in unwritten.problems))


def goodbye(desk: Desk, symbols: tuple[str, ...]) -> bool:
    """Say of each position which stop it has at the venue; whether every one has a stop, for all the venue says."""
    with tearable(GOODBYE_S):
        try:
            return _told(desk, symbols)
        except VenueError as error:
            logger.error("the venue did not say what is open: {}", error)
            return False
    logger.error("the venue did not say in time what is open")
    return False


def _told(desk: Desk, symbols: tuple[str, ...]) -> bool:
    held = [position for position in desk.positions() if position.symbol in symbols]
    for position in held:
        logger.log("INFO" if position.stop else "ERROR", stands(position))
    resting = [order for order in desk.open_orders() if order.symbol in symbols and order.client_order_id]
    if resting:
        logger.info("{} of our orders rest at the venue", len(resting))
    if not held:
        logger.info("no position is open")
    return all(position.stop for position in held)


def stands(position: PositionSeen) -> str:
    """A position and its stop in one line."""
    side = "long" if position.side > 0 else "short"
    stop = f"its stop rests at the venue at {position.stop:f}" if position.stop else "it has NO STOP at the venue"
    return f"{position.symbol} {side} {position.quantity:f}: {stop}"
