"""An outcome in the journal."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np

from runner.journal.journal import read
from runner.journal.write import record
from tests.report import cases

FACTS: dict[str, Any] = {
    "mode": "backtest",
    "account": "hyro_2step",
    "strategy": "fvg",
    "version": "0.1.0",
    "config_hash": "abc",
    "currency": "USDT",
    "initial": 10_000.0,
    "symbols": "BTCUSDT",
    "first": cases.MIDNIGHT,
    "last": cases.MIDNIGHT + 1,
}


def test_every_table_holds_its_rows(tmp_path: Path) -> None:
    """Counts of plans, fills, events, rules of the entered phase, days, phases."""
    record(tmp_path / "journal.db", FACTS, cases.outcome())
    counts = {name: len(rows) for name, rows in read(tmp_path / "journal.db").items()}
    assert counts == {"meta": 1, "run": 1, "decision": 4, "fill": 7, "event": 1, "rule_state": 4, "mark": 3, "phase": 1}


def test_rows_use_names_and_null_for_nothing(tmp_path: Path) -> None:
    """A refusal with its rule and both numbers; a rule never measured; an order id that only live orders have."""
    record(tmp_path / "journal.db", FACTS, cases.outcome())
    tables = read(tmp_path / "journal.db")
    refused = tables["decision"][3]
    assert (refused["answer"], refused["code"], refused["rule"]) == ("REFUSED", "HOUSE", "house.daily")
    assert (refused["value"], refused["bound"], refused["position"]) == (0.04, 0.025, None)
    assert (tables["rule_state"][1]["headroom"], tables["rule_state"][1]["value"], tables["rule_state"][1]["time"]) == (None, None, None)
    assert {fill["client_order_id"] for fill in tables["fill"]} == {None}
    assert (tables["event"][0]["action"], tables["event"][0]["symbol"]) == ("SCALE", None)
    assert tables["run"][0] == {"id": 1} | FACTS


def test_numbers_are_kept_to_the_last_bit(tmp_path: Path) -> None:
    """A ledger is restored from them."""
    fills = cases.fills()
    fills["balance"] = 10_000.1 + 0.2
    record(tmp_path / "journal.db", FACTS, cases.outcome(fills=fills))
    assert read(tmp_path / "journal.db")["fill"][0]["balance"] == 10_000.1 + 0.2


def test_marks_are_days_with_their_extremes(tmp_path: Path) -> None:
    """Two marks of one day become one row: highest high, lowest low, last close; midnight belongs to the day before."""
    marks = cases.marks(10_100.0, 9_900.0, 10_000.0)
    marks["time"] = cases.MIDNIGHT + np.array([20, 24, 28]) * 3_600_000
    record(tmp_path / "journal.db", FACTS, cases.outcome(equity=marks))
    days = read(tmp_path / "journal.db")["mark"]
    assert [(day["high"], day["low"], day["close"]) for day in days] == [(10_130.0, 9_860.0, 9_900.0), (10_030.0, 9_960.0, 10_000.0)]


def test_a_second_run_is_appended_beside_the_first(tmp_path: Path) -> None:
    """The same file takes the next start; rows point at their own run."""
    record(tmp_path / "journal.db", FACTS, cases.outcome())
    record(tmp_path / "journal.db", FACTS | {"mode": "paper"}, cases.nothing())
    tables = read(tmp_path / "journal.db")
    assert [run["mode"] for run in tables["run"]] == ["backtest", "paper"]
    assert {row["run"] for row in tables["fill"]} == {1}
    assert [row["run"] for row in tables["phase"]] == [1, 2]


def test_the_same_run_has_the_same_bytes(tmp_path: Path) -> None:
    """Nothing of the clock, the path or SQLite's own version is in the file, and SQLite still finds it sound."""
    for name in ("a.db", "b.db"):
        record(tmp_path / name, FACTS, cases.outcome())
    content = (tmp_path / "a.db").read_bytes()
    assert content == (tmp_path / "b.db").read_bytes()
    assert content[96:100] == bytes(4)
    with closing(sqlite3.connect(tmp_path / "a.db")) as journal:
        assert journal.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_an_empty_outcome_is_a_run_without_rows(tmp_path: Path) -> None:
    """No plans, no fills, no marks."""
    record(tmp_path / "journal.db", FACTS, cases.nothing())
    tables = read(tmp_path / "journal.db")
    assert (tables["decision"], tables["fill"], tables["mark"], len(tables["phase"])) == ([], [], [], 1)
