"""All drivers of edges by the code of their rule, and the cases they drive, each once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache

from runner.model.rules import Code
from tests.firm import edges_calendar, edges_caps, edges_conduct, edges_counters, edges_payouts, edges_timers
from tests.firm.cases import Case, Driver, Edge, Place, alike, case_at, places

PLACES = places()
FAMILIES = (edges_caps, edges_counters, edges_timers, edges_calendar, edges_payouts, edges_conduct)
DRIVERS: Mapping[Code, Driver] = {code: driver for family in FAMILIES for code, driver in family.DRIVERS.items()}


def distinct() -> dict[str, Place]:
    """The first place of each case that differs from all others."""
    found: dict[str, Place] = {}
    for place in PLACES:
        found.setdefault(alike(case_at(place)), place)
    return found


DISTINCT = distinct()


@cache
def edges_of(text: str) -> tuple[Edge, ...]:
    """What a case's driver sees, driven once for all rules that say the same."""
    return tuple(drive(case_at(DISTINCT[text])))


def drive(case: Case) -> Iterable[Edge]:
    """What the driver of the case's rule sees."""
    return DRIVERS[case.said.code](case)


def wrong(edges: Iterable[Edge]) -> list[Edge]:
    """The edges at which the machine does something else than the number says."""
    return [edge for edge in edges if edge.found != edge.expected]
