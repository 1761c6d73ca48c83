"""What concerns every account of a folder: the serve that starts their runs, where these alerts are not among what it keeps."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from runner.alert import keeper
from runner.alert.kinds import Teller
from runner.alert.outbox import Outbox
from runner.alert.watch import stamps
from runner.live.serving import Serving, file_of, read

KEY = "serve"  # under which it is kept what was seen
DIED = "serve died"  # and when the serve died that kept the last alerts; 0 where its return was told


class Latest:
    """What serve has left, read again only when it has been written again."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._stamps: tuple[int, ...] = ()
        self._serving: Serving | None = None

    def __call__(self) -> Serving | None:
        """As it stands; None where serve has never been at work."""
        now = stamps(file_of(self._home))
        if now != self._stamps:
            self._stamps, self._serving = now, read(self._home)
        return self._serving


@dataclass
class Host:
    """Looks at serve again and again. silent_ms: how long it may be away without being told."""

    home: Path
    outbox: Outbox
    teller: Teller
    serving: Callable[[], Serving | None]
    held: keeper.Held
    since_ms: int
    silent_ms: int
    _seen: dict[str, Any] | None = None
    _back: bool = False

    def look(self, now_ms: int) -> int:
        """Tell what is new; how much that was. What serve keeps running tells its death another way."""
        serving = self.serving()
        if keeper.keeper():
            return self._return(now_ms)
        if serving is None:
            return 0
        if self._seen is None:
            self._seen = self.outbox.memory(KEY) or {"since_ms": self.since_ms}
        seen = deepcopy(self._seen)
        found = list(keeper.of_serve(self.teller, self.home, serving, seen, self.held, (now_ms, self.silent_ms)))
        fresh = [alert for alert in found if alert.at_ms >= seen["since_ms"]]
        new = self.outbox.keep(fresh, {KEY: seen}) if fresh or seen != self._seen else 0
        self._seen = seen
        return new

    def _return(self, now_ms: int) -> int:
        """Once: serve, whose death the alerts before these have told, has started these."""
        died_ms = 0 if self._back else int(self.outbox.memory(DIED) or 0)
        self._back = True
        return self.outbox.keep([keeper.of_return(self.teller, died_ms, now_ms)], {DIED: 0}) if died_ms else 0
