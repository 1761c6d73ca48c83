"""The accounts that are watched for alerts while their files come, change and go."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from runner.alert import standing
from runner.alert.host import Host, Latest
from runner.alert.kinds import Teller
from runner.alert.outbox import Outbox
from runner.alert.watch import Subject, Watch
from runner.live import gone
from runner.live.clock import Clock
from runner.live.status import Status, read
from runner.menu import Menu
from runner.mode import alerting
from runner.model.bot import Account, Errand
from runner.model.duration import HOUR_MS, milliseconds
from runner.model.errors import Problem, RunnerError

FOLDERS = ("accounts", "conf")  # of the user's, whatever an account is composed of
type Stamps = tuple[tuple[str, int, int], ...]


class Seldom:
    """An account's files, read again once an hour, and as soon as they have changed; at first as they were read at the start."""

    def __init__(self, first: Account | None, again: Callable[[], Account | None], clock: Clock) -> None:
        self._first, self._again, self._clock, self._due_ms = first, again, clock, 0

    def __call__(self) -> Account | None:
        """The account, or None before the hour is over."""
        now_ms = self._clock.now_ms()
        if now_ms < self._due_ms:
            return None
        self._due_ms = now_ms + HOUR_MS
        first, self._first = self._first, None
        return first if first is not None else self._again()

    def take(self, account: Account | None) -> None:
        """It has been read again."""
        self._first, self._due_ms = account, 0


@dataclass
class Roster:
    """Who is watched. say: a line for the person at the terminal.

    An account that comes is watched from then on. One whose file is gone is not any more once nothing of it is open. One that cannot be
    read stays as it was.
    """

    menu: Menu
    options: alerting.Options
    errand: Errand
    outbox: Outbox
    clock: Clock
    say: Callable[[str], None]
    watches: dict[str, Watch] = field(default_factory=dict)  # by the account's folder
    problems: list[Problem] = field(default_factory=list)
    _rules: dict[str, Seldom] = field(default_factory=dict)
    serving: Latest = field(init=False)
    _stamps: Stamps = ()
    _gone: set[str] = field(default_factory=set)  # those of the watched whose file is gone

    def __post_init__(self) -> None:
        self.serving = Latest(self.menu.home)

    def held(self) -> dict[str, Status]:
        """Accounts with positions, as their bots last said."""
        statuses = ((name, read(each.subject.state)) for name, each in self.watches.items())
        return {name: status for name, status in statuses if status is not None and status.positions}

    def host(self) -> Host:
        """What concerns all of them."""
        return Host(
            home=self.menu.home,
            outbox=self.outbox,
            teller=Teller(account="", severities=self.options.severities()),
            serving=self.serving,
            held=self.held,
            since_ms=self.clock.now_ms() - milliseconds(self.options.since),
            silent_ms=self.options.bounds().silent_ms,
        )

    def begin(self) -> None:
        """Read every account. ConfigError as `alerting.subjects`."""
        self._stamps = stamps(self.menu.home)
        found, self.problems = alerting.subjects(self.menu, self.options, self.errand)
        self._take(found)
        self._miss()
        left = {f"account {watch.subject.choice}" for watch in self.watches.values()}
        for problem in self.problems:
            self.say(f"{'cannot be read, watched by what its bot leaves' if problem.path in left else 'not watched'}  {problem.line()}")

    def look(self) -> None:
        """Read them again where a file has changed."""
        self._miss()
        now = stamps(self.menu.home)
        if now == self._stamps:
            return
        self._stamps, before = now, set(self.watches)
        try:
            found, problems = alerting.subjects(self.menu, self.options, self.errand)
        except RunnerError as error:
            self._tell([Problem(path="accounts", message="; ".join(each.line() for each in error.problems) or str(error))])
            return
        self._take(found)
        self._drop({subject.state.root.name for subject, _ in found}, problems)
        self._miss()
        self._tell(problems)
        for name in sorted(set(self.watches) - before):
            self.say(f"watched from now on: {name}")

    def _take(self, found: list[tuple[Subject, Callable[[], Account | None]]]) -> None:
        """Watch what is new; what was watched before is as its files say it now."""
        for subject, again in found:
            name = subject.state.root.name
            if name in self.watches:
                if subject.account is not None:
                    self.watches[name].subject = subject
                    self._rules[name].take(subject.account)
                continue
            self._rules[name] = Seldom(subject.account, again, self.clock)
            self.watches[name] = Watch(
                subject=subject,
                outbox=self.outbox,
                bounds=self.options.bounds(),
                since_ms=self.clock.now_ms() - milliseconds(self.options.since),
                stream_ms=milliseconds(self.options.stream),
                daily=self.options.daily(),
                rules=self._rules[name],
                serving=self.serving,
            )

    def _drop(self, there: set[str], problems: list[Problem]) -> None:
        """Let go of those whose file is gone; one that cannot be read is not gone."""
        unread = {problem.path.removeprefix("account ") for problem in problems}
        for name in sorted(set(self.watches) - there):
            if self.watches[name].subject.choice not in unread:
                self._let_go(name)

    def _miss(self) -> None:
        """Say whose file is gone while something of them is open, once, and let go of those of whom nothing is any more."""
        for name, watch in list(self.watches.items()):
            left = None if watch.subject.there else gone.of_account(watch.subject.state)
            if left is not None and name not in self._gone:
                self._gone.add(name)
                self.say(f"watched by what it leaves  account {name}  {left.line}; {left.advice}")
            elif left is None and name in self._gone:
                self._gone.discard(name)
                if not watch.subject.there:
                    self._let_go(name)

    def _let_go(self, name: str) -> None:
        """Watch it no more, after a last look."""
        watch, now_ms = self.watches.pop(name), self.clock.now_ms()
        del self._rules[name]
        watch.look(now_ms)
        self.outbox.put(standing.left(watch.subject.teller, now_ms))
        watch.close()
        self.say(f"not watched any more: {name}, its file is gone")

    def _tell(self, problems: list[Problem]) -> None:
        """Say what is newly wrong, once."""
        for problem in problems:
            if problem not in self.problems:
                self.say(f"cannot be read, and is watched as before if it was: {problem.line()}")
        self.problems = problems

    def close(self) -> None:
        """Let go of every journal."""
        for watch in self.watches.values():
            watch.close()


def stamps(home: Path) -> Stamps:
    """What can change about accounts: the user's files with their times and sizes."""
    found = []
    for folder in FOLDERS:
        for file in (home / folder).rglob("*.y*ml"):
            try:
                status = file.stat()
            except OSError:
                continue
            found.append((str(file), status.st_mtime_ns, status.st_size))
    return tuple(sorted(found))
