"""What serve says of an account's runs and of itself, as the desk shows it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter

from runner.board.files import Shelf, stamp_of
from runner.live.serving import LAYOUT, RunServed, Serving, file_of

SERVING = TypeAdapter(Serving)


@dataclass(frozen=True, kw_only=True)
class HostTrouble:
    """Something that concerns every account of a user's folder. gone: serve should be at work and is not, or nobody can tell.

    given_up: a run of the host's own, its guard or alerts, is not started any more.
    """

    home: str
    words: str
    gone: bool
    given_up: bool = False


def serving_of(shelf: Shelf, home: Path) -> Serving | None:
    """What serve has left in a user's folder; None where there is nothing or it cannot be read."""
    return shelf.read(file_of(home), "serving", lambda: believed(file_of(home)))


def believed(file: Path) -> Serving | None:
    """The file, where every field of it is of its type."""
    try:
        found = SERVING.validate_json(json.dumps(json.loads(file.read_text(encoding="utf-8"))), strict=True)
    except (OSError, ValueError, RecursionError):
        return None
    return found if found.layout == LAYOUT else None


def host_troubles(shelf: Shelf, homes: Iterable[Path], now_ms: int) -> list[HostTrouble]:
    """What is wrong with serve itself and with the runs that are nobody's own, for every folder; what is worst first."""
    found = [trouble for home in homes for trouble in of_home(shelf, home, now_ms)]
    return sorted(found, key=lambda trouble: (not trouble.gone, not trouble.given_up))


def of_home(shelf: Shelf, home: Path, now_ms: int) -> Iterable[HostTrouble]:
    """Of one folder."""
    serving = serving_of(shelf, home)
    if serving is None:
        if stamp_of(file_of(home)) is not None:
            yield HostTrouble(home=home.name, words="serve.json cannot be read: nobody knows what is started", gone=True)
        return
    gone = bool(serving.pid) and not serving.there(now_ms)
    ended = {run.trouble(now_ms) for run in serving.of("") if run.given_up and serving.pid}
    for account, words in serving.troubles(now_ms):
        if not account:
            yield HostTrouble(home=home.name, words=words, gone=gone and "serve has said nothing" in words, given_up=words in ended)


def run_troubles(runs: Iterable[RunServed], now_ms: int) -> list[tuple[bool, str]]:
    """What somebody should know of an account's runs: whether it is bad, and in words."""
    return [(bool(run.given_up or run.failures), words) for run in runs if (words := run.trouble(now_ms))]


def next_start(runs: Iterable[RunServed]) -> tuple[int, str]:
    """What serve starts next of these and when; (0, "") where it starts nothing."""
    return min(((run.due_ms, run.run) for run in runs if run.due_ms), default=(0, ""))
