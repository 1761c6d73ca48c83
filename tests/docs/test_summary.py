"""docs/summary.md names every rule's unit, and the one that summary.json gives."""

from __future__ import annotations

import re

import pytest

from runner.model.rules import Code, Family, HouseMeasure, RuleRow
from runner.report.verdict import rule, verdict
from runner.report.words import unit
from tests.docs.readme import ROOT
from tests.report import cases

PAGE = (ROOT / "docs/summary.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| (`[A-Z_`, ]+`) \| (\w+) \|", PAGE, re.MULTILINE)
UNITS = {code: told for codes, told in ROWS for code in re.findall(r"`([A-Z_]+)`", codes)}


@pytest.mark.parametrize("code", [code for code in Code if 0 < code <= Code.HOUSE], ids=lambda code: code.name)
def test_the_page_says_the_unit_of_every_rule(code: Code) -> None:
    """Each code once, with the unit that programs find."""
    assert UNITS[code.name] == unit(RuleRow(key="x", family=Family.CAP, code=code, measure=HouseMeasure.DAY_LOSS))


def test_the_page_names_no_other_rule() -> None:
    """Only codes of the rule table."""
    assert set(UNITS) == {code.name for code in Code if 0 < code <= Code.HOUSE}


def test_the_page_names_every_key() -> None:
    """Of the verdict and of a rule."""
    keys = {*verdict(cases.outcome()), *rule(cases.outcome(), 0)}
    assert sorted(key for key in keys if f"`{key}`" not in PAGE) == []
