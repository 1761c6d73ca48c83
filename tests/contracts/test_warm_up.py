"""The warm-up an indicator declares is the one measured."""

from __future__ import annotations

import pytest

from tests.contracts.discovery import names
from tests.contracts.warm import PAGE, declared, measured


@pytest.mark.parametrize("name", names("indicator"))
def test_the_page_says_what_is_measured(name: str) -> None:
    """Bars until each column is known and until it has settled; `python -m tests.contracts.warm` writes the page anew."""
    found = measured(name)
    said = {column: warm for (indicator, column), warm in declared().items() if indicator == name}
    assert set(said) == set(found), f"write {PAGE.name} anew: python -m tests.contracts.warm"
    assert {column: warm.known for column, warm in said.items()} == {column: warm.known for column, warm in found.items()}
    assert {column: abs(said[column].settled - warm.settled) <= 3 for column, warm in found.items()} == dict.fromkeys(found, True)


@pytest.mark.parametrize("name", ["wma", "cci", "obv", "standard_deviation", "ichimoku", "donchian"])
def test_windows_are_settled_when_they_are_known(name: str) -> None:
    """No bar outside the window matters."""
    assert all(warm.known == warm.settled > 0 for warm in measured(name).values())


def test_averages_that_forget_slowly_say_so() -> None:
    """An exponential average of twenty is known after 19 bars, and settled only after more than four times as many."""
    average = measured("ema")["ema"]
    assert average.known == 19
    assert 80 < average.settled < 150


def test_the_page_names_no_indicator_that_is_not_there() -> None:
    """A row of one that was taken away is found."""
    assert {name for name, _ in declared()} == set(names("indicator"))
