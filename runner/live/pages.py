"""Lists of a venue that come in pages and windows, whole and oldest first."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from runner.live.outcome import Unknown
from runner.live.rest import Rest
from runner.wire.call import Call
from runner.wire.fields import Row

MOST = 1_000  # pages of one list; more is a cursor that runs in circles


def whole[T](rest: Rest, call: Call, where: str, read: Callable[[Row], T]) -> list[T]:
    """Every row of every page, in the venue's order."""
    found: list[T] = []
    cursor = ""
    for _ in range(MOST):
        rows, following = rest.ask(
            call.with_payload(cursor=cursor) if cursor else call,
            lambda result, _: ([read(row) for row in result.rows("list", where)], result.text("nextPageCursor", "")),
        )
        found += rows
        if not following or not rows or following == cursor:
            return found
        cursor = following
    raise Unknown(f"{call.path} has more than {MOST} pages")


def windows(since_ms: int, until_ms: int, span_ms: int) -> Iterator[tuple[int, int]]:
    """First and last millisecond of spans that cover since … until, oldest first."""
    start_ms = since_ms
    while start_ms <= until_ms:
        yield start_ms, min(start_ms + span_ms - 1, until_ms)
        start_ms += span_ms


def once[T](rows: list[T], key: Callable[[T], str]) -> list[T]:
    """The rows without those that a page showed again because something was added meanwhile."""
    return list({key(row): row for row in rows}.values())
