"""What must be closed or withdrawn because of the time: sessions, weekends, releases."""

from __future__ import annotations

from collections.abc import Iterator

from runner.live.guard.view import Action, Do, Resting, Terms, View, Window
from runner.model.clock import resets_ms
from runner.model.rules import Code, Forbidden, HouseAction, RuleBook, RuleRow


def windows(book: RuleBook, phase: int, now_ms: int, terms: Terms) -> tuple[Window, ...]:
    """The windows of the phase's calendar that reach to this instant."""
    rows = [row for row in book.rows if row.phase == phase]
    return tuple(window for row in rows for window in (*sessions(book, row, now_ms, terms), *releases(book, row, now_ms, terms)))


def sessions(book: RuleBook, row: RuleRow, now_ms: int, terms: Terms) -> Iterator[Window]:
    """Around a time of day by which everything is closed; entries are kept out the rule's own while before."""
    if row.code != Code.SESSION_FLAT or row.clock < 0:
        return
    clock = book.clocks[row.clock]
    early = max(row.duration_ms, terms.flat_before_ms)
    for at in resets_ms(clock.at, clock.zone, now_ms, now_ms, clock.weekdays).tolist():
        if at - early <= now_ms <= at + terms.flat_before_ms:
            yield Window(why=f"{row.key}: flat by {clock.at} {clock.zone}", closed_by=at - terms.flat_before_ms, end=at, no_entries=True)


def releases(book: RuleBook, row: RuleRow, now_ms: int, terms: Terms) -> Iterator[Window]:
    """Around the releases of a calendar: flat before the window where the rule says so, else only without resting entries."""
    if row.code != Code.NEWS or row.calendar < 0:
        return
    times = book.calendars[row.calendar]
    early = row.duration_ms + terms.flat_before_ms
    flat = row.action == HouseAction.FLATTEN
    may_not = bool(row.forbids & (Forbidden.OPEN | Forbidden.PENDING_ACTIVATION)) or flat
    for at in times[(times >= now_ms - row.grace_ms) & (times <= now_ms + early)].tolist():
        begins = at - row.duration_ms
        closed_by = begins - terms.flat_before_ms if flat and now_ms < begins else None
        yield Window(why=f"{row.key}: a release", closed_by=closed_by, end=at + row.grace_ms, no_entries=may_not, members=row.members)


def closed_by_calendar(view: View) -> Iterator[Action]:
    """Positions that must not be held on."""
    for held in view.held:
        for window in view.windows:
            if window.concerns(held.members) and window.closed_by is not None and view.now_ms >= window.closed_by:
                yield Action(do=Do.CLOSE, code="CALENDAR", why=window.why, symbol=held.symbol, quantity=held.position.quantity)


def windowed(view: View, resting: Resting) -> Window | None:
    """The window that a resting entry must not fill in; None when there is none."""
    here = [window for window in view.windows if window.no_entries and window.concerns(resting.members) and view.now_ms <= window.end]
    return here[0] if here else None
