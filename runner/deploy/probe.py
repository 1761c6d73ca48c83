"""`python -m runner.deploy.probe`: is a run due now? For clocks that cannot say its times. 0: due, 1: not, 2: not understood."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from runner.live.clock import WallClock
from runner.model.duration import MINUTE_MS, SECOND_MS
from runner.schedule.when import AfterReset, BarClose, Cron, When

DUE, NOT_DUE, UNKNOWN = 0, 1, 2


def words(when: When, seconds: int, grace: int) -> tuple[str, ...]:
    """How a run is asked about: seconds it waits after its minute, minutes the question may be late, and its times."""
    asked = (str(seconds), str(grace))
    if isinstance(when, Cron):
        return (*asked, "cron", when.expression, when.zone)
    if isinstance(when, BarClose):
        return (*asked, "bars", str(when.every_ms), str(when.offset_ms))
    if isinstance(when, AfterReset):
        return (*asked, "reset", when.at, when.zone, str(when.offset_ms), *map(str, when.weekdays))
    raise TypeError(when)


def read(given: Sequence[str]) -> tuple[When, int, int]:
    """The times with seconds and grace. ValueError for anything else."""
    seconds, grace, kind, *rest = given
    when: When
    if kind == "cron":
        when = Cron(expression=rest[0], zone=rest[1])
    elif kind == "bars":
        when = BarClose(every_ms=int(rest[0]), offset_ms=int(rest[1]))
    elif kind == "reset":
        when = AfterReset(at=rest[0], zone=rest[1], offset_ms=int(rest[2]), weekdays=tuple(map(int, rest[3:])))
    else:
        raise ValueError(kind)
    return when, int(seconds), int(grace)


def due(when: When, seconds: int, grace: int, now_ms: int) -> bool:
    """Whether the minute of an instant has begun less than `grace` minutes ago; its seconds are waited for afterwards."""
    begun = now_ms // MINUTE_MS * MINUTE_MS
    latest = begun + seconds * SECOND_MS
    at = when.after(latest - grace * MINUTE_MS)
    return at is not None and at <= latest


def main(given: Sequence[str], now_ms: int) -> int:
    """The exit status."""
    try:
        return DUE if due(*read(given), now_ms) else NOT_DUE
    except (ValueError, IndexError, KeyError) as error:
        sys.stderr.write(f"not understood: {' '.join(given)} ({error})\n")
        return UNKNOWN


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], WallClock().now_ms()))
