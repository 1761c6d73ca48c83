"""Phases, verdict, rules and counts as dicts."""

from __future__ import annotations

import numpy as np
import pytest

from runner.model.rules import Code, Family, RuleRow, State
from runner.report.verdict import phases, reductions, refusals, rules, verdict
from tests.report import cases


def test_a_failed_phase_names_rule_floor_and_value() -> None:
    """Code and path of the rule, time, measured value and floor."""
    failed = cases.phases(state=State.FAILED, rule=0, code=Code.DAILY_LOSS, value=9_498.2, floor=9_500.0)
    assert verdict(cases.outcome(phases=failed)) == {
        "phase": "challenge",
        "state": "failed",
        "rule": "DAILY_LOSS",
        "path": "program.phases.challenge.rules.daily",
        "time": "2024-01-04T00:00:00Z",
        "value": 9_498.2,
        "floor": 9_500.0,
        "unit": "money",
    }


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (RuleRow(key=f"{cases.KEY}.x", family=Family.COUNTER, code=Code.INACTIVITY), "milliseconds"),
        (RuleRow(key=f"{cases.KEY}.x", family=Family.COUNTER, code=Code.TIME_LIMIT), "milliseconds"),
        (RuleRow(key=f"{cases.KEY}.x", family=Family.COUNTER, code=Code.CONSISTENCY), "fraction"),
        (RuleRow(key=f"{cases.KEY}.x", family=Family.FLOOR, code=Code.MAX_LOSS), "money"),
    ],
    ids=["inactivity", "time limit", "consistency", "loss floor"],
)
def test_a_verdict_says_what_its_numbers_are_counted_in(row: RuleRow, expected: str) -> None:
    """The unit of the rule that decided, in the verdict and in its phase."""
    failed = cases.outcome(book=cases.book(row), phases=cases.phases(state=State.FAILED, rule=len(cases.book(row).rows) - 1, code=row.code))
    assert verdict(failed)["unit"] == phases(failed)[-1]["unit"] == expected


def test_where_nothing_was_decided_there_is_no_unit() -> None:
    """An active phase has no value; a liquidation, which is no row, is counted in money."""
    assert verdict(cases.outcome(phases=cases.phases()))["unit"] is None
    assert verdict(cases.outcome(phases=cases.phases(state=State.FAILED, code=Code.LIQUIDATION)))["unit"] == "money"


def test_a_verdict_without_a_row_names_its_code() -> None:
    """A liquidation is not a row of the rule table."""
    gone = verdict(cases.outcome(phases=cases.phases(state=State.FAILED, code=Code.LIQUIDATION)))
    assert (gone["rule"], gone["path"], gone["floor"]) == ("LIQUIDATION", None, None)


def test_the_verdict_is_the_last_phases() -> None:
    """After a passed challenge the verification decides; both stay listed."""
    both = np.concatenate([cases.phases(state=State.PASSED, rule=2), cases.phases(phase=1)])
    ran = cases.outcome(phases=both)
    assert [(phase["phase"], phase["state"]) for phase in phases(ran)] == [("challenge", "passed"), ("verification", "active")]
    assert verdict(ran)["phase"] == "verification"


def test_rules_of_phases_never_entered_are_left_out() -> None:
    """The verification's floor is not shown while the challenge lasts."""
    assert [rule["phase"] for rule in rules(cases.outcome())] == ["challenge"] * 4


def test_a_rule_shows_its_closest_approach_in_its_own_unit() -> None:
    """Money for the floor, a fraction for the ladder, nothing for what was never measured."""
    daily, deadline, _, ladder = rules(cases.outcome())
    assert (daily["code"], daily["worst_value"], daily["limit"], daily["headroom"]) == ("DAILY_LOSS", 10_148.0, 9_796.0, 352.0)
    assert (daily["unit"], daily["at"]) == ("money", "2024-01-02T08:00:00Z")
    assert (ladder["unit"], ladder["headroom"], ladder["firm"]) == ("fraction", 0.005, False)
    assert (deadline["worst_value"], deadline["at"], deadline["exercised"]) == (None, None, False)


@pytest.mark.parametrize("code", [code for code in Code if 0 < code <= Code.HOUSE])
def test_every_rule_code_can_be_shown(code: Code) -> None:
    """No code of the rule table lacks a unit or breaks the dict."""
    book = cases.book(RuleRow(key=f"{cases.KEY}.x", family=Family.CAP, code=code))
    shown = rules(cases.outcome(book=book, rule_states=cases.rule_states(6)))
    assert (shown[-1]["code"], shown[-1]["worst_value"]) == (code.name, None)


def test_refusals_and_reductions_are_counted_by_code() -> None:
    """One refusal by our ladder, one approval cut by the daily floor; sizing itself is no reduction."""
    assert refusals(cases.outcome()) == {"HOUSE": 1}
    assert reductions(cases.outcome()) == {"DAILY_LOSS": 1}
    assert refusals(cases.nothing()) == {}


def test_counts_come_most_frequent_first_then_by_name() -> None:
    """The order of keys does not depend on the order of plans."""
    made = np.concatenate([cases.decisions()[3:]] * 4)
    made["code"] = [Code.MIN_QUANTITY, Code.LEVERAGE, Code.HOUSE, Code.MIN_QUANTITY]
    assert list(refusals(cases.outcome(decisions=made)).items()) == [("MIN_QUANTITY", 2), ("HOUSE", 1), ("LEVERAGE", 1)]


def test_an_outcome_without_phases_is_active() -> None:
    """A machine that was never stepped has not decided anything."""
    assert verdict(cases.outcome(phases=cases.phases()[:0]))["state"] == "active"
