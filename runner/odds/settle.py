"""Starts whose verdict hangs on the order of prices inside a bar are played again with that bar taken apart, as a backtest does it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence

from runner.model.stream import Stream
from runner.odds.reading import Reading
from runner.odds.restart import Restartable

MOST_REPLAYS = 100

type Finer = Callable[
    [Stream, int], Stream
]  # (stream, instant) → the stream with the bar that closes then taken apart; itself if none can be
type Build = Callable[[Sequence[Stream]], Restartable]
type Again = Callable[[Restartable, int], Reading]  # (machine, number of the start) → what became of it on that tape


def settle(readings: dict[int, Reading], streams: Sequence[Stream], build: Build, finer: Finer, again: Again) -> int:
    """Replace ambiguous readings by clear ones where finer bars decide; returns how many starts were decided so.

    Starts with the same doubtful instants share one tape. What stays ambiguous counts as failed.
    """
    doubtful: dict[int, tuple[int, ...]] = {number: (reading.moment,) for number, reading in readings.items() if reading.moment}
    apart: dict[tuple[int, ...], list[Stream] | None] = {(): list(streams)}
    resolved = 0
    for _ in range(MOST_REPLAYS):
        groups: dict[tuple[int, ...], list[int]] = defaultdict(list)
        for number, moments in doubtful.items():
            groups[moments].append(number)
        doubtful = {}
        for moments, numbers in sorted(groups.items()):
            tape = taken(apart, moments, finer)
            if tape is None:
                continue
            machine = build(tape)
            for number in numbers:
                readings[number] = again(machine, number)
                if readings[number].moment:
                    doubtful[number] = (*moments, readings[number].moment)
                else:
                    resolved += 1
        if not doubtful:
            break
    return resolved


def taken(apart: dict[tuple[int, ...], list[Stream] | None], moments: tuple[int, ...], finer: Finer) -> list[Stream] | None:
    """The streams with the bars of all `moments` taken apart; None where the last of them cannot be."""
    if moments not in apart:
        before = apart[moments[:-1]]
        now = [finer(stream, moments[-1]) for stream in before] if before is not None else None
        same = before is None or now is None or all(new is old for new, old in zip(now, before, strict=True))
        apart[moments] = None if same else now
    return apart[moments]
