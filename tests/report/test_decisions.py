"""decisions.parquet: what every signal was made of and what became of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from runner.model.records import Answer, Outcome
from runner.model.rules import Code
from runner.model.stream import Stream
from runner.report.decisions import decisions, sentence
from tests.report import cases


def rows(*streams: Stream, outcome: Outcome | None = None) -> list[dict[str, Any]]:
    """The table as dicts."""
    return pa.table(decisions(outcome or cases.outcome(), streams)).to_pylist()


def test_every_signal_says_what_became_of_it() -> None:
    """Traded, traded smaller, refused, filtered, without a plan."""
    assert [(row["outcome"], row["why"]) for row in rows(cases.stream())] == [
        ("approved", "traded as position 1"),
        ("approved", "traded as position 2; quantity bound by DAILY_LOSS"),
        ("approved", "traded as position 3"),
        ("refused", "our own ladder blocks new entries"),
        ("filtered", "filtered by trend"),
        ("no_plan", "no complete plan: a level it needs was not known at this bar"),
    ]


def test_a_signal_shows_what_it_was_made_of() -> None:
    """Time of its bar's close, direction, contributions, levels, each filter's own answer, the numbers behind the answer."""
    refused = rows(cases.stream())[3]
    assert refused["time"].isoformat() == "2024-01-03T08:00:00+00:00"
    made_of = (refused["direction"], refused["contribution_gap_fraction"], refused["level_zone_lower"], refused["filter_trend"])
    assert made_of == (1, 0.006, 111.0, True)
    assert (refused["code"], refused["rule"], refused["value"], refused["limit"]) == ("HOUSE", "house.daily", 0.04, 0.025)


def test_a_signal_that_was_never_a_plan_has_no_numbers() -> None:
    """Null, not zero."""
    filtered = rows(cases.stream())[4]
    numbers = ("wanted", "quantity", "allowed", "value", "limit")
    assert [filtered[name] for name in ("plan", "code", "rule", *numbers, "position")] == [None] * 9


def test_numbers_the_gate_never_measured_are_null() -> None:
    """A refusal before sizing has no wanted quantity."""
    made = cases.decisions()
    made["wanted"][3] = np.nan
    assert rows(cases.stream(), outcome=cases.outcome(decisions=made))[3]["wanted"] is None


def test_streams_with_other_columns_are_joined_with_nulls() -> None:
    """A second strategy's contributions are null for the first, and its signals without plans stay its own."""
    plain = cases.stream()
    signals = replace(plain.signals, contributions={"spread": np.full(24, 2.0)}, levels={})
    second = replace(plain, strategy="ema_cross", signals=signals, filters={})
    table = rows(plain, second)
    assert len(table) == 12
    assert (table[0]["contribution_spread"], table[6]["contribution_spread"]) == (None, 2.0)
    assert (table[6]["filter_trend"], table[6]["level_zone_lower"]) == (None, None)
    assert {row["outcome"] for row in table[6:]} == {"no_plan", "filtered"}
    assert table[10]["why"] == "filtered by the entry"


def test_what_became_of_a_signal_stands_last() -> None:
    """Columns read from cause to effect, whatever streams bring."""
    names = pa.table(decisions(cases.outcome(), [cases.stream()])).column_names
    assert names[-12:] == [
        "plan",
        "outcome",
        "code",
        "rule",
        "why",
        "wanted",
        "quantity",
        "allowed",
        "value",
        "limit",
        "position",
        "merged",
    ]


def test_a_strategy_that_never_signals_has_an_empty_table() -> None:
    """All columns, no row."""
    table = pa.table(decisions(cases.nothing(), [cases.stream(silent=True)]))
    assert table.num_rows == 0
    assert "why" in table.column_names


@pytest.mark.parametrize(
    ("answer", "code", "position", "why"),
    [
        (Answer.PENDING, Code.NONE, 0, "the run ended before it was decided"),
        (Answer.EXPIRED, Code.SIZING, 0, "approved, but expired before it was filled"),
        (Answer.CANCELLED, Code.SIZING, 0, "approved, but cancelled before it was filled"),
        (Answer.APPROVED, Code.SIZING, 0, "approved, not filled"),
        (Answer.REFUSED, Code.NO_STOP, 0, "the plan has no stop, and the rules need one"),
        (Answer.REFUSED, Code.TIME_LIMIT, 0, "time limit"),
    ],
)
def test_every_answer_has_a_sentence(answer: Answer, code: Code, position: int, why: str) -> None:
    """Also those a backtest rarely gives."""
    assert sentence(answer, code, position) == why
