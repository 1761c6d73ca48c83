"""What an audit says in words."""

from __future__ import annotations

from dataclasses import replace

import pytest

from runner.audit.proof import Leak, Proof
from runner.report.audit.page import page
from runner.report.audit.sentences import line, notes, roots, verdict
from tests.audit.planted import EachTimeAnew, Forever, NextClose, filtered, proved, strategy, through


@pytest.fixture(scope="module")
def leaking() -> Proof:
    """The next close inside a filter."""
    return proved(through(NextClose(), "next"), cuts=24)


def test_the_sentence_names_the_innermost_block(leaking: Proof) -> None:
    """Block, class, column, bar, time, both values, and how many others."""
    said = line(leaking)
    assert said.startswith(
        "planted looks ahead: entry.when.mine.indicator (tests.audit.planted.NextClose), column next, at bar 0 of BTCUSDT"
    )
    assert "nothing when only bars closed by" in said
    assert "final 1 bar later." in said
    assert said.endswith(f"{len(leaking.leaks) - 1} more columns do so, too.")
    assert roots(leaking)[0].path == "entry.when.mine.indicator"


def test_a_proof_says_what_it_is_worth() -> None:
    """Columns, cuts, symbols, values, the share that holds something, and cuts at a signal."""
    found = proved(strategy(), cuts=24)
    said = line(found)
    values = sum(column.values for column in found.columns)
    assert f"{len(found.columns)} columns of 4 blocks and of the finished plans, computed again on 24 cut histories of 1 symbol" in said
    assert "the same to the last bit" in said
    assert f"Of the {values:,} values compared" in said
    assert f"the entry speaks at {found.spoken} of the cuts" in said
    assert "the same within 1e-09" in line(found, 1e-9)
    assert verdict(found) == "causal"


def test_answers_that_change_are_not_called_a_leak() -> None:
    """The words tell the two faults apart."""
    assert "gives two answers" in line(proved(filtered(mine=EachTimeAnew()), cuts=8))


def test_columns_that_depend_on_the_start_are_named() -> None:
    """With block and column."""
    said = list(notes(proved(through(Forever()), cuts=8)))
    assert any("Depends on where history begins" in each and "entry.when.mine.indicator sum" in each for each in said)


def test_rounding_is_told_from_looking_ahead(leaking: Proof) -> None:
    """A difference in the last digits names the option that lets it pass."""
    hair = Leak(symbol="BTCUSDT", row=5, close_ms=1, known_ms=1, whole=1.0, cut=1.0 + 1e-13)
    columns = tuple(replace(column, leak=hair if column.leak else None) for column in leaking.columns)
    assert any("mode.closeness=1e-9 lets it pass" in each for each in notes(replace(leaking, columns=columns)))
    assert not any("closeness" in each for each in notes(leaking))


def test_the_worst_strategy_speaks_for_the_page(leaking: Proof) -> None:
    """Its sentence and its verdict stand at the top."""
    clean = proved(strategy(), cuts=8)
    whole = page({"strategy": "two", "account": "nobody"}, [clean, leaking], 0.0, "abc")
    assert (whole["verdict"], whole["good"], whole["line"]) == ("leaks", False, line(leaking))
    assert [each["verdict"] for each in whole["strategies"]] == ["causal", "leaks"]
