"""The edges are able to fail: a row with any one number a unit off disagrees at one of them."""

from __future__ import annotations

import pytest

from tests.firm.cases import Case, case_at, named
from tests.firm.drivers import DISTINCT, drive, wrong
from tests.firm.one_off import one_off

ONE_OFF = [pytest.param(other, id=f"{named(place)}-{name}") for place in DISTINCT.values() for name, other in one_off(case_at(place))]


@pytest.mark.parametrize("case", ONE_OFF)
def test_a_number_one_unit_off_is_noticed(case: Case) -> None:
    """The machine is given another number than the table has."""
    assert wrong(drive(case))


def test_the_numbers_found() -> None:
    """None is overlooked."""
    assert len(ONE_OFF) == 637
