"""Serve: the scheduler that orders ticks, the runs that are kept running, and what becomes of both."""

from __future__ import annotations

import os
import select
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from types import FrameType
from typing import Any

from apscheduler.events import EVENT_JOB_MAX_INSTANCES, JobSubmissionEvent

from runner.live.clock import Clock
from runner.live.serving import HEARTBEAT, OFTEN
from runner.live.state import Beat, written
from runner.model.errors import RunnerError, UnwritableError
from runner.serve.child import clock as at
from runner.serve.children import LOCK_MS, Children
from runner.serve.endings import NOT_MADE, QUIET, SEEN, reason, said, tell_end, tell_missed
from runner.serve.lasting import Lasting
from runner.serve.order import AHEAD_MS, LATE, Ended, Order, claimed
from runner.serve.plan import NURSERY, Plan, Tick
from runner.serve.reading import Reading
from runner.serve.record import Record
from runner.serve.store import Store
from runner.serve.told import Told

LOOK_S = 5.0  # between two looks at the accounts' folder
BEAT_MS = 15_000  # between two signs of life
SLACK_S = 20.0  # for processes that were asked to stop: the nursery kills them before
READ = 4096
NEVER = 2**62
DIES_WITH_IT = "bots, guard and alerts end with it, ticks come late. Is there memory left? Look at what serve says on stderr."
OCCUPIED = "another process does this; tried again every minute, until it ends"


@dataclass(frozen=True, kw_only=True)
class Terms:
    """How is served. Milliseconds. most: how often what lasts may end within an hour."""

    grace_ms: int
    longest_ms: int
    patience_ms: int
    most: int


@dataclass
class Server:
    """One home's accounts served until somebody asks it to stop. read: what is served; digest: differs when it should be read again."""

    home: Path
    terms: Terms
    clock: Clock
    children: Children
    read: Callable[[], Plan]
    digest: Callable[[], object]
    plan: Plan
    lasting: dict[str, Lasting] = field(default_factory=dict)
    stops: int = 0
    again: bool = False
    number: int = 0
    beat_ms: int = 0
    latest_ms: int = 0  # that the clock has shown
    guard: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self.told = Told(self.home, self.clock.now_ms)
        self.store = Store(self.home / "state" / "serve.db", self.submit)
        self.reading = Reading(self.home, self.read)
        self.record = Record(self.home, self.clock.now_ms)
        self.seen = self.digest()
        self.following: dict[str, int] = {}  # when each run at its times comes next
        self.retiring: dict[str, str] = {}  # processes that were asked to stop, with their runs

    # --- the scheduler's thread -----------------------------------------------------------------------------------------------

    def submit(self, name: str, fires: Sequence[datetime]) -> bool:
        """Order the tick of the last of these times that is not too late; whether there was one."""
        tick = self.plan.ticks.get(name)
        if tick is None:
            return False
        now = self.clock.now_ms()
        done_ms = claimed(Path(tick.folder), name, now)
        due = [ms for each in fires if (ms := tick.times.due_ms(each)) > done_ms]
        late = [ms for ms in due if now > self.until(tick, ms)]
        if late:
            self.missed(tick, late, f"serve came to it at {at(now)}, later than {self.terms.grace_ms // 1000} s")
        if due == late:
            return False
        if len(due) - len(late) > 1:
            self.told.say(f"{tick.run}  of {len(due) - len(late)} ticks that were due the last one is made, which catches up")
        self.children.start(self.order(tick, due[-1]))
        return True

    def until(self, tick: Tick, due_ms: int) -> int:
        """The last instant at which a tick may begin."""
        return due_ms + tick.times.spread_ms + self.terms.grace_ms

    def order(self, tick: Tick, due_ms: int) -> Order:
        """A tick as the nursery is asked for it."""
        return Order(
            id=f"{tick.run}@{due_ms}",
            run=tick.run,
            words=tick.words,
            folder=tick.folder,
            due_ms=due_ms,
            until_ms=self.until(tick, due_ms),
            longest_ms=self.terms.longest_ms,
        )

    def overlapping(self, event: JobSubmissionEvent) -> None:
        """The run's last tick has not ended: this one is not made."""
        tick = self.plan.ticks.get(event.job_id)
        if tick is not None:
            due = [tick.times.due_ms(each) for each in event.scheduled_run_times]
            self.missed(tick, due, "its last tick was still at work")

    def missed(self, tick: Tick, due: Sequence[int], why: str) -> None:
        """Ticks that are not made."""
        self.record.missed(tick.run, due[-1], why)
        tell_missed(self.told, tick, due, why)

    # --- serve's own thread ---------------------------------------------------------------------------------------------------

    def run(self) -> int:
        """Serve until asked to stop; 0."""
        self.store.start(EVENT_JOB_MAX_INSTANCES, self.overlapping)
        with heard(self) as wake:
            self.keep(self.plan)
            self.record.planned(self.plan)
            self.store.apply(self.plan.ticks, self.clock.now_ms(), self.terms.grace_ms)
            self.told.say(f"serving {self.plan.line}; process {os.getpid()}")
            self.store.resume()
            look = self.clock.now_ms()
            while not self.stops:
                self.listen(wake, min(LOOK_S, self.pause_s()))
                self.keep_time()
                if self.again or abs(self.clock.now_ms() - look) >= LOOK_S * 1000:
                    look = self.clock.now_ms()
                    self.reread()
                self.begin_lasting()
                self.beat()
            self.end(wake)
        return 0

    def keep_time(self) -> None:
        """Where the clock has gone back, work everything out anew that a later one had said: nothing would be due until it comes again."""
        now, latest = self.clock.now_ms(), self.latest_ms
        if now >= latest - AHEAD_MS:
            self.latest_ms = max(now, latest)
            return
        self.told.say(f"the clock has gone back by {(latest - now) // 1000} s; what is due when is worked out anew")
        self.latest_ms, self.beat_ms, self.following = now, 0, {}
        for each in self.lasting.values():
            each.due_ms = now if each.due_ms is not None else None
        self.store.apply(self.plan.ticks, now)

    def listen(self, wake: int, pause_s: float) -> None:
        """Wait for an end, a signal, or until then."""
        listened: list[Any] = [wake, *self.children.listened]
        readable, _, _ = select.select(listened, [], [], pause_s)
        if wake in readable:
            os.read(wake, READ)
            readable.remove(wake)
        deaths, there = self.children.deaths, bool(self.children.listened)
        ends = self.children.heard() if readable else self.children.again()
        while self.children.began:
            self.record.began(*self.children.began.pop(0))
        for ended in ends:
            self.ended(ended)
        if self.children.deaths > deaths:
            self.bereft()
        if self.children.listened and (self.children.deaths > deaths or not there):
            self.record.reborn(self.children.process.pid)

    def bereft(self) -> None:
        """The nursery has died; that it dies again and again is told, once until one has lasted."""
        dead, now = self.children, self.clock.now_ms()
        why, times = reason(dead.status), f" {dead.in_a_row} times in a row" if dead.in_a_row > 1 else ""
        after = f"; another one takes over{f' in {dead.waits_ms // 1000} s' if dead.waits_ms else ''}" if not dead.closing else ""
        self.record.died(dead.in_a_row, dead.status, why)
        self.told.say(f"the nursery has died{times} ({why}){after}")
        if dead.in_a_row == OFTEN:
            text = f"{why}. It is started again with pauses that grow to a minute; {DIES_WITH_IT}"
            self.told.alert(
                "critical", "restarts", NURSERY, "the nursery, in which serve makes everything, dies again and again", text, now
            )

    def pause_s(self) -> float:
        """Until something that lasts is to be started again."""
        due = [each.due_ms for each in self.lasting.values() if each.due_ms is not None]
        pause_s = max(0.0, min(due) - self.clock.now_ms()) / 1000 if due else LOOK_S
        return pause_s if self.children.due_ms is None else min(pause_s, self.children.pause_ms / 1000)

    def ended(self, ended: Ended) -> None:
        """A process has ended."""
        if ended.id == self.reading.id:
            self.reading_ended(ended)
            return
        run, _, due = ended.id.partition("@")
        if due:
            self.store.ended(run, int(due))
            tick = self.plan.ticks.get(run)
            if tick is not None:
                self.made(tick, int(due), ended)
            return
        name = self.retiring.pop(ended.id, None)
        if name is not None:
            self.record.gone(name)
            self.told.say(f"{name}  stopped, status {ended.status}")
            return
        kept = next((each for each in self.lasting.values() if each.id == ended.id), None)
        if kept is not None:
            self.fell(kept, ended)

    def made(self, tick: Tick, due_ms: int, ended: Ended) -> None:
        """A tick has ended, or could not begin."""
        if ended.status in NOT_MADE and not (self.stops and ended.status == LATE):
            self.record.gone(tick.run)
            self.missed(tick, [due_ms], NOT_MADE[ended.status])
            return
        if ended.status == LATE:
            self.record.gone(tick.run)
        else:
            self.record.ended(tick.run, ended.status, said(tick, ended), failed=ended.status not in QUIET)
        tell_end(self.told, tick, due_ms, ended)

    def fell(self, kept: Lasting, ended: Ended) -> None:
        """Something that lasts has ended unasked."""
        now = self.clock.now_ms()
        if kept.occupied(ended.status):
            self.record.ended(kept.run, ended.status, OCCUPIED, failed=False)
            if kept.waits(now):
                self.told.say(f"{kept.run}  {OCCUPIED} (status {ended.status})")
            return
        kept.ended(ended.status, now)
        self.record.ended(kept.run, ended.status, reason(ended.status), failed=True)
        known = SEEN.get(ended.status, "")
        after = f"started again in {(kept.due_ms - now) / 1000:g} s" if kept.due_ms is not None else "not started again"
        self.told.say(f"{kept.run}  ended with status {ended.status}{f' ({known})' if known else ''}; {after}")
        if ended.status == 5:
            self.told.alert("critical", "unprotected", kept, f"{kept.run} left a position without a stop", "look at once", now)
        if kept.due_ms is None:
            self.record.given_up(kept.run, kept.why)
            text = f"{kept.why}; see {kept.folder}/serve.log, then `kill -HUP` serve or start it again"
            self.told.alert("critical", "restarts", kept, f"{kept.run} is not started again", text, now)

    def begin_lasting(self) -> None:
        """Start what is due, once its predecessor is gone."""
        now = self.clock.now_ms()
        for each in self.lasting.values():
            if each.due_ms is not None and each.due_ms <= now and each.run not in self.retiring.values():
                self.number += 1
                each.begun(f"{each.run}#{self.number}", now)
                self.children.start(Order(id=each.id, run=each.run, words=each.words, folder=each.folder, until_ms=now + LOCK_MS))

    def keep(self, plan: Plan) -> None:
        """Keep running what the plan says: what has gone or changed is stopped, what is as it was is not touched."""
        for name, each in list(self.lasting.items()):
            wanted = plan.kept.get(name)
            if wanted is None or wanted.words != each.words or (each.due_ms is None and not each.id):
                self.retire(self.lasting.pop(name))
        for name, kept in plan.kept.items():
            if name not in self.lasting:
                self.lasting[name] = Lasting(
                    run=name,
                    words=kept.words,
                    folder=kept.folder,
                    account=kept.account,
                    environment=kept.environment,
                    most=self.terms.most,
                )

    def retire(self, kept: Lasting) -> None:
        """Ask a process to stop."""
        if kept.id:
            self.retiring[kept.id] = kept.run
            self.children.signal(kept.id)

    def reread(self) -> None:
        """Have the accounts read again when they have changed, or somebody asks; one look at a time."""
        digest = self.digest()
        if self.reading.id or (digest == self.seen and not self.again):
            return
        self.seen, self.again = digest, False
        try:
            self.children.start(self.reading.order(self.clock.now_ms() + LOCK_MS))
        except UnwritableError as error:
            self.told.say("; ".join(problem.line() for problem in error.problems))

    def reading_ended(self, ended: Ended) -> None:
        """Take over what was read; what cannot be read leaves everything as it is."""
        try:
            plan = self.reading.answer(ended)
        except RunnerError as error:
            if self.stops:
                return
            faults = [problem.line() for problem in error.problems] or [error.title]
            self.record.refused(faults)
            self.told.say(f"the accounts cannot be read, everything goes on as before: {'; '.join(faults)}")
            return
        if not self.stops:
            self.take_over(plan)

    def take_over(self, plan: Plan) -> None:
        """Serve this from now on, with the least change."""
        self.keep(plan)
        self.record.planned(plan)
        before, self.plan, self.following = self.plan, plan, {}
        self.store.apply(plan.ticks, self.clock.now_ms())
        self.told.say(f"read again: {plan.line}{difference(before, plan)}")

    def beat(self, *, last: bool = False) -> None:
        """Leave a sign of life now and then, and what becomes of each run."""
        now = self.clock.now_ms()
        try:
            if now - self.beat_ms >= BEAT_MS:
                self.beat_ms = now
                ended = "asked to stop" if self.stops else ""
                sign = Beat(at_ms=now, pid=os.getpid(), doing=ended or "serving", ended=ended, asked=bool(ended))
                written(self.home / "state" / HEARTBEAT, asdict(sign), lasting=False)
            self.record.leave(self.due(now), last=last)
        except UnwritableError as error:
            self.told.say("; ".join(problem.line() for problem in error.problems))

    def due(self, now_ms: int) -> dict[str, int]:
        """When each run is started next, as far as it is known."""
        for name, tick in self.plan.ticks.items():
            if self.following.get(name, 0) <= now_ms:
                self.following[name] = tick.times.when.after(now_ms) or NEVER
        following = {name: ms for name, ms in self.following.items() if ms != NEVER}
        return following | {each.run: each.due_ms for each in self.lasting.values() if each.due_ms}

    def end(self, wake: int) -> None:
        """No new ticks; those at work may end, in reason; what lasts is stopped."""
        self.told.say("asked to stop: no new ticks, waiting for those at work")
        self.store.stop()
        self.children.last()
        self.beat_ms = 0
        self.beat()  # whoever is stopped now can see that somebody wanted it
        if self.reading.id:
            self.children.signal(self.reading.id)
        for name in list(self.lasting):
            self.retire(self.lasting.pop(name))
        for order in self.children.ticks():
            if order.id not in self.children.pids:
                self.children.signal(order.id)  # it waits for its turn; the next serve makes it, if that is in time
        self.drain(wake, self.terms.patience_ms / 1000, lambda: bool(self.children.ordered) and self.stops < 2)
        for order in self.children.ticks():
            self.told.say(f"{order.run}  takes too long, asked to stop")
            self.children.signal(order.id)
        self.drain(wake, SLACK_S, lambda: bool(self.children.ordered))
        self.children.close(SLACK_S)
        self.beat(last=True)
        self.told.say("stopped")

    def drain(self, wake: int, seconds: float, more: Callable[[], bool]) -> None:
        """Hear of ends while there is more to come."""
        until = self.clock.now_ms() + seconds * 1000
        while more() and self.clock.now_ms() < until:
            self.listen(wake, 0.5)


def difference(before: Plan, after: Plan) -> str:
    """What has come and gone, in a few words."""
    old, new = {*before.ticks, *before.kept}, {*after.ticks, *after.kept}
    words = [f"+ {name}" for name in sorted(new - old)] + [f"- {name}" for name in sorted(old - new)]
    return f" ({', '.join(words)})" if words else ""


@contextmanager
def heard(server: Server) -> Iterator[int]:
    """Signals while serving: SIGTERM and SIGINT stop it, once more hurries it, SIGHUP has the accounts read. Gives a pipe that wakes it."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        server.stops += 1

    def again(_number: int, _frame: FrameType | None) -> None:
        server.again = True

    ours, theirs = os.pipe()
    os.set_blocking(theirs, False)
    handlers: dict[int, Any] = {signal.SIGTERM: stop, signal.SIGINT: stop, signal.SIGHUP: again}
    before = {number: signal.signal(number, handler) for number, handler in handlers.items()}
    woken = signal.set_wakeup_fd(theirs, warn_on_full_buffer=False)
    try:
        yield ours
    finally:
        signal.set_wakeup_fd(woken)
        for number, handler in before.items():
            signal.signal(number, handler)
        os.close(ours)
        os.close(theirs)
