"""The promise of the gate: without a jump through a stop larger than the margin, nothing it covers is ever breached."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runner.model.bot import GateSettings
from runner.model.records import Answer
from runner.model.rules import Anchor, Code, State
from tests.machine.adversary import COVERED, DAILY, OVERALL, Adversary, book

EXAMPLES = 150


def breached(outcome: Any) -> set[Code]:
    """The covered rules that ended the account."""
    return {Code(int(row["code"])) for row in outcome.phases if row["state"] == State.FAILED} & COVERED


@settings(max_examples=EXAMPLES)
@given(seed=st.integers(0, 2**32 - 1), daily=st.sampled_from(DAILY), overall=st.sampled_from(OVERALL), symbols=st.integers(1, 3), extra=st.booleans())
def test_nothing_the_gate_covers_is_ever_breached(seed: int, daily: Anchor, overall: Anchor, symbols: int, extra: bool) -> None:
    """Random strategies against a market that hunts their stops: no covered rule breaks."""
    outcome = Adversary(book(daily, overall, extra=extra), np.random.default_rng(seed), symbols=symbols).run()
    assert not breached(outcome)
