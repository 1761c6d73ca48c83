"""The windows that a rule book's calendar opens at an instant."""

from __future__ import annotations

import numpy as np
import pytest

from runner.live.guard.calendar import windows
from runner.live.guard.view import Terms
from runner.model.rules import NO_PHASE_END, Code, Family, Forbidden, HouseAction, PhaseFacts, Reset, RuleBook, RuleRow

MINUTE, DAY = 60_000, 86_400_000
MIDNIGHT = 1_759_968_000_000  # 2025-10-09
AT = MIDNIGHT + 18 * 60 * MINUTE
TERMS = Terms(flat_before_ms=MINUTE)
SESSION = RuleRow(key="flat", family=Family.CALENDAR, code=Code.SESSION_FLAT, duration_ms=15 * MINUTE)
NEWS = RuleRow(
    key="news",
    family=Family.CALENDAR,
    code=Code.NEWS,
    calendar=0,
    members=1,
    duration_ms=2 * MINUTE,
    grace_ms=3 * MINUTE,
    forbids=int(Forbidden.OPEN),
)


def book(row: RuleRow) -> RuleBook:
    """A book of one row, flat by 18:00 and with one release at that time."""
    phase = PhaseFacts(name="challenge", next=NO_PHASE_END)
    times = np.array([AT], np.int64)
    clocks = (Reset(at="18:00", zone="UTC"),)
    return RuleBook(initial=1e4, currency="USDT", phases=(phase,), rows=(row,), clocks=clocks, calendars=(times,))


@pytest.mark.parametrize(
    ("offset", "open_now"), [(-15 * MINUTE - 1, False), (-15 * MINUTE, True), (0, True), (MINUTE, True), (MINUTE + 1, False)]
)
def test_a_session_keeps_entries_out_before_its_time(offset: int, open_now: bool) -> None:
    """From the rule's own while before; positions are closed a minute before."""
    found = windows(book(SESSION), 0, AT + offset, TERMS)
    assert [(window.closed_by, window.no_entries) for window in found] == ([(AT - MINUTE, True)] if open_now else [])


@pytest.mark.parametrize(
    ("offset", "open_now"), [(-3 * MINUTE - 1, False), (-3 * MINUTE, True), (0, True), (3 * MINUTE, True), (3 * MINUTE + 1, False)]
)
def test_a_release_keeps_entries_out_around_it(offset: int, open_now: bool) -> None:
    """From shortly before its window to its end; nothing is closed where the rule does not ask for it."""
    found = windows(book(NEWS), 0, AT + offset, TERMS)
    assert [(window.closed_by, window.end, window.members) for window in found] == ([(None, AT + 3 * MINUTE, 1)] if open_now else [])


@pytest.mark.parametrize(("offset", "closed_by"), [(-3 * MINUTE, AT - 3 * MINUTE), (-2 * MINUTE - 1, AT - 3 * MINUTE), (-2 * MINUTE, None)])
def test_positions_leave_before_the_window_not_in_it(offset: int, closed_by: int | None) -> None:
    """Inside it closing may be what is forbidden."""
    row = RuleRow(**{field: getattr(NEWS, field) for field in RuleRow.__dataclass_fields__} | {"action": HouseAction.FLATTEN})
    (window,) = windows(book(row), 0, AT + offset, TERMS)
    assert window.closed_by == closed_by


def test_rules_of_another_phase_are_not_in_force() -> None:
    """A session of the funded phase says nothing of the challenge."""
    assert windows(book(SESSION), 1, AT, TERMS) == ()
