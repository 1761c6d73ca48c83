"""Accounts and instants of tests about runs."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from runner.build import errand
from runner.check import CheckedErrand, check
from runner.compose import compose
from runner.menu import Menu
from runner.model.bot import Account


def sample(name: str) -> Account:
    """A shipped account."""
    menu = Menu(Path("/nonexistent"))
    checked = check(compose([f"+account={name}", "mode=rulebook"], menu))
    assert isinstance(checked, CheckedErrand)
    found = errand(checked, menu.home, menu.home).account
    assert found is not None
    return found


def at(text: str) -> int:
    """UTC milliseconds of a time in UTC."""
    return round(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000)
