"""The way of alerts to one target: critical at once and until they arrive, warnings in batches, the rest once in a digest."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from runner import private
from runner.alert.alert import Alert, Severity
from runner.alert.message import batch, clock, digest, urgent
from runner.alert.outbox import Outbox, Waiting
from runner.alert.post import Message
from runner.live.keys import REDACTOR
from runner.model.duration import MINUTE_MS, SECOND_MS
from runner.schedule.when import AfterReset

FIRST_PAUSE_MS, LONGEST_PAUSE_MS = 2 * SECOND_MS, 5 * MINUTE_MS
FEW, MANY = 3, 10  # so many waiting critical ones go each alone; of more so many go together


@dataclass(frozen=True, kw_only=True)
class Terms:
    """How a target is served. batch_ms: how long a warning waits for others. digest: when the rest is sent; None = at once.

    tries: after so many a warning is given up. per_minute: messages at most.
    """

    batch_ms: int
    digest: AfterReset | None
    tries: int
    per_minute: int


@dataclass
class Lane:
    """One target. `post`: sends a message, '' when it arrived, else why not. `say`: a line for the person at the terminal."""

    target: str
    severities: frozenset[Severity]
    outbox: Outbox
    terms: Terms
    post: Callable[[Message], str]
    say: Callable[[str], None]
    dead: Path
    _posted: deque[int] = field(default_factory=deque)

    def work(self, now_ms: int) -> None:
        """Send everything that is due, urgent things first."""
        if Severity.CRITICAL in self.severities:
            self._urgent(now_ms)
        if Severity.WARNING in self.severities:
            self._warnings(now_ms)
        if Severity.INFO in self.severities:
            self._infos(now_ms)

    def _urgent(self, now_ms: int) -> None:
        """At least once: marked after it has arrived. What fails waits longer each time, for ever.

        At every other try each goes alone: one that the target cannot take keeps those that went with it from nobody.
        """
        waiting = [each for each in self.outbox.waiting(self.target, Severity.CRITICAL) if each.due_ms <= now_ms]
        while waiting and self._may(now_ms):
            size = 1 if len(waiting) <= FEW or waiting[0].tries % 2 else MANY
            together, waiting = waiting[:size], waiting[size:]
            why = self._send(urgent([each.alert for each in together]), now_ms)
            if why:
                self._again(together, why, now_ms)
                return
            self.outbox.sent(self.target, [each.alert.id for each in together])

    def _again(self, together: list[Waiting], why: str, now_ms: int) -> None:
        tries = max(each.tries for each in together) + 1
        self.outbox.failed(self.target, together, now_ms + pause_ms(tries))
        for each in together:
            self.say(f"NOT DELIVERED to {self.target} after {tries} tries ({why}): {each.alert.line} [{each.alert.id}]")

    def _warnings(self, now_ms: int) -> None:
        """Together, as soon as the oldest has waited for the others long enough; given up after so many tries."""
        waiting = self.outbox.waiting(self.target, Severity.WARNING)
        if not waiting or max(each.due_ms for each in waiting) > now_ms or not self._may(now_ms):
            return
        if 0 <= now_ms - waiting[0].alert.at_ms < self.terms.batch_ms:  # a venue's clock may be ahead of ours: that is no reason to wait
            return
        why = self._send(batch([each.alert for each in waiting]), now_ms)
        if not why:
            self.outbox.sent(self.target, [each.alert.id for each in waiting])
            return
        over = [each for each in waiting if each.tries + 1 >= self.terms.tries]
        self.bury([each.alert for each in over], why, now_ms)
        self.outbox.dead(self.target, [each.alert.id for each in over])
        again = [each for each in waiting if each.tries + 1 < self.terms.tries]
        self.outbox.failed(self.target, again, now_ms + pause_ms(max((each.tries for each in again), default=0) + 1))

    def _infos(self, now_ms: int) -> None:
        """At most once: marked before it is sent; what then fails is in the log of dead letters."""
        if not self._may(now_ms) or not self._is_time(now_ms):
            return
        alerts = [each.alert for each in self.outbox.waiting(self.target, Severity.INFO)]
        if alerts:
            self.outbox.sent(self.target, [alert.id for alert in alerts])
            why = self._send(digest(alerts), now_ms)
            self.bury(alerts if why else (), why, now_ms)
        self.outbox.keep((), {self._key: now_ms})

    @property
    def _key(self) -> str:
        return f"digest.{self.target}"

    def _is_time(self, now_ms: int) -> bool:
        """Whether a digest is due; the first one is at the next time of day, not at once."""
        if self.terms.digest is None:
            return bool(self.outbox.waiting(self.target, Severity.INFO, limit=1))
        last_ms = self.outbox.memory(self._key)
        if last_ms is None:
            self.outbox.keep((), {self._key: now_ms})
            return False
        next_ms = self.terms.digest.after(last_ms)
        return next_ms is not None and next_ms <= now_ms

    def _may(self, now_ms: int) -> bool:
        """Whether the target can be given another message in this minute; whatever cannot waits."""
        while self._posted and self._posted[0] <= now_ms - MINUTE_MS:
            self._posted.popleft()
        return len(self._posted) < self.terms.per_minute

    def _send(self, message: Message, now_ms: int) -> str:
        self._posted.append(now_ms)
        return self.post(message)

    def bury(self, alerts: Iterable[Alert], why: str, now_ms: int) -> None:
        """Write down what this target will not get."""
        for alert in alerts:
            facts = {"at": clock(now_ms), "target": self.target, "why": why, "id": alert.id, "severity": alert.severity.value}
            line = json.dumps(facts | {"title": alert.line, "text": alert.text})
            with open(self.dead, "a", encoding="utf-8", opener=private.opener) as stream:
                stream.write(f"{REDACTOR.text(line)}\n")
            self.say(f"given up at {self.target} ({why}): {alert.line} [{alert.id}]")


def pause_ms(tries: int) -> int:
    """How long to wait after so many tries: twice as long each time, five minutes at most."""
    return int(min(FIRST_PAUSE_MS * 2 ** min(tries - 1, 16), LONGEST_PAUSE_MS))
