"""Every account is looked at on its own: whoever answers late, or not at all, keeps no other waiting."""

from __future__ import annotations

from collections.abc import Iterable
from threading import Thread
from time import monotonic

from runner.live.guard.process import Guard, Round, Ward

SLOW_S = 10.0  # until then a look that lasts leaves its account's line as it was


class Looking(Thread):
    """One look at one account. A daemon: a venue that never ends its answer does not keep the process alive."""

    def __init__(self, guard: Guard, ward: Ward, now_ms: int) -> None:
        super().__init__(name=f"guard of {ward.name}", daemon=True)
        self.guard, self.ward, self.now_ms, self.begun_s = guard, ward, now_ms, monotonic()
        self.came_to: Round | None = None

    def run(self) -> None:
        """Look, and keep what it came to."""
        self.came_to = self.guard.look(self.ward, self.now_ms)


class Apart:
    """Looks at a guard's accounts, each in a thread of its own and never twice at a time."""

    def __init__(self, guard: Guard) -> None:
        self.guard = guard
        self.under_way: dict[str, Looking] = {}
        self.last: dict[str, Round] = {}

    def begin(self, now_ms: int) -> None:
        """Begin to look at every account whose last look has ended."""
        for ward in self.guard.wards:
            if ward.name not in self.under_way:
                self.under_way[ward.name] = look = Looking(self.guard, ward, now_ms)
                look.start()

    def known(self, patience_ms: int) -> list[Round]:
        """How each account stands, once every look has ended or so long has passed."""
        joined(self.under_way.values(), patience_ms)
        for name, look in list(self.under_way.items()):
            if not look.is_alive():
                self.last[name] = look.came_to or Round(account=name, fault="internal error: the look has not come to its end")
                del self.under_way[name]
        return [self._stands(ward.name) for ward in self.guard.wards]

    def _stands(self, name: str) -> Round:
        """What the last look came to; that nobody knows where the one under way lasts too long."""
        look = self.under_way.get(name)
        lasts_s = 0.0 if look is None else monotonic() - look.begun_s
        if name in self.last and lasts_s < SLOW_S:
            return self.last[name]
        return Round(account=name, fault="not looked at yet" if look is None else f"still looking, for {lasts_s:.0f} s")


def joined(looks: Iterable[Looking], patience_ms: int) -> None:
    """Wait for all of them, together no longer than so long."""
    until_s = monotonic() + patience_ms / 1000
    for look in looks:
        look.join(max(0.0, until_s - monotonic()))
