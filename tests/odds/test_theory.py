"""Where the odds are known, the machine's starts come to them: fair games between limits, without costs."""

from __future__ import annotations

import pytest

from runner.model.rules import Anchor, Code, RuleBook
from runner.odds.ceiling import ceiling
from runner.odds.engine import every_day
from runner.odds.results import Ending
from runner.odds.shares import shares
from tests.machine.build import book, counter, floor
from tests.odds.stages import stage
from tests.odds.walks import betting


def limits(loss: float, target: float, *, anchor: Anchor = Anchor.INITIAL, phases: int = 1) -> RuleBook:
    """Phases one after another, each with an overall floor and a target, as fractions of the balance."""
    floors = [floor(Code.MAX_LOSS, anchor=anchor, amount_fraction=loss, phase=phase) for phase in range(phases)]
    targets = [counter(Code.PROFIT_TARGET, limit=target, phase=phase) for phase in range(phases)]
    return book(*floors, *targets, following=[*range(1, phases), -1])


@pytest.mark.parametrize(
    ("rules", "step", "days", "truth", "within"),
    [
        pytest.param(limits(0.10, 0.10), 2.5, 4_000, 0.5, 0.03, id="ten per cent either way passes half the time"),
        pytest.param(limits(0.10, 0.05), 2.5, 4_000, 10 / 15, 0.03, id="a target half as far passes two times in three"),
        pytest.param(limits(0.05, 0.15), 2.5, 4_000, 5 / 20, 0.03, id="a target three times as far passes one time in four"),
        pytest.param(limits(0.10, 0.10, phases=2), 2.5, 4_000, 0.25, 0.03, id="two phases multiply"),
        pytest.param(
            limits(0.10, 0.10, anchor=Anchor.EQUITY_HIGH), 1.0, 6_000, (10 / 11) ** 10, 0.04, id="a floor that follows the highest equity"
        ),
    ],
)
def test_a_fair_game_passes_as_often_as_theory_says(rules: RuleBook, step: float, days: int, truth: float, within: float) -> None:
    """Static floors: L / (L + T). Following: (D / (D + h)) ** (T / h) for steps of h, exp(-T / D) as they vanish; 0.386 for 0.368."""
    target = next(row.limit for row in rules.rows if row.code == Code.PROFIT_TARGET) * 100
    one = stage([betting(days, step, target, seed=11)], rules)
    played = one.play(every_day(one.machine), paths=0)
    found = shares(rules, played.attempts)
    assert found.starts == days
    assert found.unfinished < 30
    assert found.ambiguous == 0
    assert found.passed / (found.passed + found.failed) == pytest.approx(truth, abs=within)


def test_no_fair_game_beats_its_ceiling() -> None:
    """What the machine passes of a static game is its ceiling, within chance."""
    rules = limits(0.08, 0.10)
    one = stage([betting(3_000, 2.0, 10.0, seed=5)], rules)
    played = one.play(every_day(one.machine), paths=0)
    passed = (played.attempts["outcome"] == Ending.PASSED).mean()
    assert passed == pytest.approx(ceiling(rules, 0).share, abs=0.03)
