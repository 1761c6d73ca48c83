"""What a guard has taken on: accounts that it guards, those that another guard has for now, and those that it cannot guard."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace

from runner.live import gone
from runner.live.blind import Blindness
from runner.live.clock import Clock
from runner.live.guard import Guard, Ward
from runner.live.guard.view import Terms
from runner.live.state import state_of
from runner.menu import Menu
from runner.mode.accounts.bare import problem
from runner.mode.accounts.twins import twins, world
from runner.mode.guarding import Found, Guarded, one, sole, ward
from runner.model.duration import MINUTE_MS
from runner.model.errors import ConfigError, OccupiedError, Problem, RunnerError

AGAIN_MS = MINUTE_MS  # between two tries of what another guard has
AGAIN = "tried again every minute, until it ends"


@dataclass
class Post:
    """The accounts of one guard. say: a line for the person at the terminal; held: what is given back at the end.

    ours: those that it guards. waiting: those that another guard has. lost: whose file is gone and that cannot be guarded, with why.
    """

    menu: Menu
    terms: Terms
    clock: Clock
    held: ExitStack
    say: Callable[[str], None]
    ours: list[Guarded] = field(default_factory=list)
    waiting: dict[str, Guarded] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    lost: dict[str, str] = field(default_factory=dict)
    told: set[str] = field(default_factory=set)
    due_ms: int = 0

    def begin(self, found: Found) -> None:
        """Take what is free. OccupiedError where other guards have everything, ConfigError where there is nothing to guard."""
        self.menu = replace(self.menu, kept=found.gone)
        free = [each for each in found.guarded if self._claims(each)]
        if found.guarded and not free:
            raise OccupiedError("there is nothing left to guard", [*found.problems, *self.problems])
        double = once(free, self.menu)
        self.ours = [each for each in free if each.name not in double]
        self.problems = [*found.problems, *self.problems, *(of_account(name, why) for name, why in double.items())]
        if not self.ours:
            nothing = "no account has runs, a venue that takes orders, and its keys set; name one: account=NAME"
            raise ConfigError("there is nothing to guard", self.problems or [Problem(path="account", message=nothing)])
        named = {each.name for each in found.guarded}
        self.lost = {name: self._why(name) for name in found.gone if name not in named}
        self.due_ms = self.clock.now_ms() + AGAIN_MS

    def tell(self, found: Found) -> None:
        """Say what is not guarded and why, and what is guarded though its file is gone."""
        for each in self.problems:
            waits = each.path.removeprefix("account ") in self.waiting
            self.say(f"not guarded  {each.line()}{f'; {AGAIN}' if waits else ''}")
        for name in (each.name for each in self.ours if each.name in found.gone):
            left = gone.of_account(state_of(self.menu.home, name))
            self.say(f"guarded by what was kept of it  account {name}  {left.line if left is not None else 'its file is gone'}")

    def guard(self) -> Guard:
        """The guard of those that are ours."""
        wards = []
        for each in self.ours:
            made, desk = ward(each, self.clock, self.menu, self.terms)
            self.held.callback(desk.close)
            wards.append(made)
        return Guard(wards, self.say)

    def blindness(self) -> Blindness:
        """What is left of those that cannot be looked at, also of those that are lost."""
        return Blindness(state_of(self.menu.home, name) for name in [*(each.name for each in self.ours), *self.lost])

    def relieve(self, guard: Guard, blindness: Blindness, now_ms: int) -> None:
        """Once a minute: guard what its other guard has let go of."""
        if not self.waiting or now_ms < self.due_ms:
            return
        self.due_ms = now_ms + AGAIN_MS
        for name in list(self.waiting):
            with ExitStack() as claim:
                try:
                    made = self._taken(name, claim)
                except RunnerError as error:
                    self._once(f"not guarded  {problem(name, error).line()}")
                    continue
                if made is None:
                    continue
                self.held.push(claim.pop_all())
            guard.add(made)
            blindness.add(made.state)
            self.say(f"guarded from now on  account {name}  its other guard has ended")

    def _taken(self, name: str, claim: ExitStack) -> Ward | None:
        """A waiting account as one of ours; None while another guard has it. ConfigError where one of ours has its key."""
        if not self._claims(self.waiting[name], claim):
            return None
        fresh, slip = self._fresh(self.waiting[name])
        double = once([*self.ours, fresh], self.menu).get(name)
        if double is not None:
            raise ConfigError("not guarded", [Problem(path="account", message=double)])
        made, desk = ward(fresh, self.clock, self.menu, self.terms)
        claim.callback(desk.close)
        if slip:
            self.say(f"guarded as it was written before  {slip}")
        del self.waiting[name]
        self.ours.append(fresh)
        return made

    def _claims(self, guarded: Guarded, held: ExitStack | None = None) -> bool:
        """Whether the account is ours to guard; it waits where another guard has it."""
        try:
            (held or self.held).enter_context(sole(self.menu.home, guarded.name))
        except OccupiedError as error:
            if guarded.name not in self.waiting:
                self.waiting[guarded.name] = guarded
                self.problems.extend(error.problems)
            return False
        return True

    def _fresh(self, guarded: Guarded) -> tuple[Guarded, str]:
        """The account as it is written by now; where that cannot be used as it was, and why."""
        try:
            return one(self.menu, guarded.name, guarded.words, must=True) or guarded, ""
        except RunnerError as error:
            return guarded, problem(guarded.name, error).line()

    def _why(self, name: str) -> str:
        """Why an account whose file is gone cannot be guarded."""
        said = [each.message for each in self.problems if each.path == f"account {name}"]
        return f"its file is gone, and what was kept of it cannot be used: {'; '.join(said)}"

    def _once(self, text: str) -> None:
        if text not in self.told:
            self.told.add(text)
            self.say(text)


def once(found: Sequence[Guarded], menu: Menu) -> Mapping[str, str]:
    """Those whose key one before them has, and what is to be said: two would move the stops of one account at the venue."""
    worlds = sorted({world(each.account) for each in found})
    told = [twins([each.account for each in found if world(each.account) == one], menu.home) for one in worlds]
    return {account.name: message for each in told for account, message in each}


def of_account(name: str, message: str) -> Problem:
    """What is wrong with one account."""
    return Problem(path=f"account {name}", message=message)
