"""The rule `template`."""

import pytest

from blocks.rule.template import Template
from runner.model.rules import AccountFacts, Code, Family

FACTS = AccountFacts(initial=10_000.0, currency="USDT", symbols=("BTCUSDT",))


def test_the_count_becomes_one_cap() -> None:
    """One row, of the family the gate reads."""
    (row,) = Template(count=2).rows(FACTS)
    assert (row.family, row.code, row.count) == (Family.CAP, Code.OPEN_POSITIONS, 2)


def test_no_position_at_all_is_refused() -> None:
    """A count of 0 is out of range; the rule for that is a block on entries."""
    with pytest.raises(ValueError, match="count"):
        Template(count=0)
