"""Runs that last: started, and started again with growing pauses, until one is refused or dies too often."""

from __future__ import annotations

from dataclasses import dataclass, field

from runner.live.serving import STEADY_MS  # after which pauses begin from the first one again

HOUR_MS = 3_600_000
FIRST_MS, LONGEST_MS = 1_000, 60_000
NOT_AGAIN = (2, 7)  # refused; another bot at work
BUSY = 7
AGAIN_MS = 60_000  # between two tries of what another process does meanwhile


@dataclass
class Lasting:
    """One run that is kept running. most: how often it may end within an hour.

    id: of its process, '' while there is none. due_ms: when it is started next; None: not any more. why: why not. waiting: for
    another process, which does meanwhile what this one is for.
    """

    run: str
    words: tuple[str, ...]
    folder: str
    account: str
    environment: str = ""
    most: int = 10
    id: str = ""
    due_ms: int | None = 0
    began_ms: int = 0
    pause_ms: int = 0
    ends: list[int] = field(default_factory=list)
    why: str = ""
    waiting: bool = False

    def begun(self, id_: str, now_ms: int) -> None:
        """Its process was ordered."""
        self.id, self.began_ms, self.due_ms = id_, now_ms, None

    def occupied(self, status: int) -> bool:
        """Whether it ended because another process of the host guards or alerts. No bot waits to take over another one's account."""
        return status == BUSY and not self.account

    def waits(self, now_ms: int) -> bool:
        """Try again in a minute, however often; whether that is news."""
        news = not self.waiting or now_ms - self.began_ms >= AGAIN_MS
        self.id, self.waiting, self.due_ms = "", True, now_ms + AGAIN_MS
        return news

    def ended(self, status: int, now_ms: int) -> None:
        """Its process has ended, and nobody asked it to: decide whether and when it is started again."""
        self.id, self.waiting = "", False
        self.ends = [*(at for at in self.ends if now_ms - at < HOUR_MS), now_ms]
        if status in NOT_AGAIN:
            self.due_ms, self.why = None, f"it ended with status {status}, which another start does not change"
            return
        if len(self.ends) > self.most:
            self.due_ms, self.why = None, f"it has ended {len(self.ends)} times within an hour"
            return
        steady = now_ms - self.began_ms >= STEADY_MS
        self.pause_ms = FIRST_MS if steady or not self.pause_ms else min(2 * self.pause_ms, LONGEST_MS)
        self.due_ms = now_ms + self.pause_ms
