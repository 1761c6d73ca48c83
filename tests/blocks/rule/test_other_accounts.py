"""No position against another account of the group."""

from __future__ import annotations

from typing import Any

import pytest

from blocks.rule.other_accounts import OtherAccounts
from runner.model.rules import Code, Family, Severity
from tests.rulebooks import refusal, rows


def test_one_row() -> None:
    """Nothing more to say than that it is in force."""
    assert rows(OtherAccounts()) == [{"family": Family.CAP, "code": Code.OTHER_ACCOUNTS}]
    assert rows(OtherAccounts(severity="manual"))[0]["severity"] == Severity.MANUAL


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        pytest.param({"accounts": ["b"]}, "Extra inputs are not permitted", id="names, which only a running group knows"),
    ],
)
def test_refuses(parameters: dict[str, Any], message: str) -> None:
    """What cannot be meant is refused with a sentence that says what to write."""
    assert message in refusal(OtherAccounts, **parameters)
