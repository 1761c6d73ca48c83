"""What stands on the screen."""

from __future__ import annotations

import io
import os
import pty
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from runner.model.records import Outcome
from runner.model.rules import Code, State
from runner.model.stream import Stream
from runner.report.sentences import brief, grounds, headline
from runner.report.summary import summary
from runner.report.terminal import reviewed, show
from tests.report import cases


def page(outcome: Outcome, *streams: Stream) -> dict[str, Any]:
    """The summary of an outcome."""
    return summary(cases.bot(Path("here")), outcome, streams or (cases.stream(),), {"machine": 0.0123})


def screen(outcome: Outcome) -> str:
    """What is printed into a pipe."""
    out = io.StringIO()
    show(page(outcome), Path("/somewhere/out"), out)
    return out.getvalue()


def on_a_terminal(monkeypatch: pytest.MonkeyPatch, **environment: str) -> str:
    """What is printed on a terminal with this environment."""
    for name in ("NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    for name, value in ({"TERM": "xterm-256color", "COLUMNS": "200"} | environment).items():
        monkeypatch.setenv(name, value)
    ours, theirs = pty.openpty()
    with os.fdopen(theirs, "w") as file:
        show(page(failed()), None, file)
    with os.fdopen(ours, "rb") as file:
        return drained(file)


def drained(file: io.BufferedReader) -> str:
    """Everything a terminal received; Linux ends it with an error."""
    content = b""
    try:
        while chunk := file.raw.read(4096):
            content += chunk
    except OSError:
        pass
    return content.decode()


def failed(**values: Any) -> Outcome:
    """A challenge that broke its daily floor."""
    known = {"state": State.FAILED, "rule": 0, "code": Code.DAILY_LOSS, "value": 9_498.2, "floor": 9_500.0}
    return cases.outcome(phases=cases.phases(**(known | values)))


def test_the_first_lines_are_the_verdict() -> None:
    """Who, where, how, when; why with both numbers; what could be changed; what was run."""
    assert screen(failed()).splitlines()[:5] == [
        "fvg on hyro_2step: challenge FAILED at 2024-01-04 00:00 UTC",
        "  DAILY_LOSS (challenge.daily): 9,498.20 reached the limit of 9,500.00",
        "  the gate keeps this rule unless the market jumps a stop by more than its",
        "  margin: less risk per trade, or a larger account.gate.margin_fraction",
        "  BTCUSDT, 24 bars, 2024-01-01 to 2024-01-05; 3 trades, net +233.50 USDT",
    ]


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"state": State.ACTIVE}, "balance 10,233.50, equity 10,233.50; profit 233.50 of the target 1,000.00; 3 of 10 days"),
        ({"state": State.ACTIVE, "target": np.nan, "days_needed": 0}, "balance 10,233.50, equity 10,233.50; no target"),
        (
            {"state": State.PASSED, "rule": 2, "value": 1_020.0, "floor": 1_000.0},
            "profit 1,020.00 reached the target 1,000.00; 3 of 10 days",
        ),
        (
            {"state": State.TARGET_REACHED, "credited": 1_020.0},
            "profit 1,020.00 of the target 1,000.00; 3 of 10 days; days, consistency or a flat account are missing",
        ),
        (
            {"state": State.PAUSED, "rule": 0, "value": 9_600.0, "floor": 9_600.0},
            "no trading until the next reset: DAILY_LOSS (challenge.daily): 9,600.00 reached the limit of 9,600.00",
        ),
        (
            {"state": State.FAILED, "rule": 0, "value": 1.0, "floor": 2.0, "ambiguous": 1},
            "DAILY_LOSS (challenge.daily): 1.00 reached the limit of 2.00; the order of prices inside one bar decides, counted as failed",
        ),
        (
            {"state": State.FAILED, "code": Code.TIME_LIMIT, "value": 30.5 * 86_400_000, "floor": 30 * 86_400_000},
            "TIME_LIMIT: 30.5 d reached the limit of 30.0 d",
        ),
    ],
)
def test_every_state_has_its_grounds(values: dict[str, Any], said: str) -> None:
    """What decided, in the unit of the rule."""
    assert grounds(page(cases.outcome(phases=cases.phases(**values))))[0] == said


@pytest.mark.parametrize("state", list(State))
def test_every_state_has_a_headline(state: State) -> None:
    """No verdict is without words."""
    assert headline(page(cases.outcome(phases=cases.phases(state=state)))).startswith("fvg on hyro_2step: challenge ")


def test_what_came_of_a_run_fits_into_a_line() -> None:
    """The phase's state, what decided it if anything did, and the result."""
    assert brief(page(failed())) == "challenge FAILED: DAILY_LOSS (challenge.daily), net +233.50 USDT"
    going_on = page(cases.outcome(phases=cases.phases(state=State.ACTIVE)))
    assert brief(going_on).startswith("challenge still ACTIVE, net ")


def test_closest_approaches_figures_refusals_and_warnings_are_shown() -> None:
    """Value, limit, what was left, when; the rules nothing came near; refusals with their meaning; where the files are."""
    shown = screen(cases.outcome())
    for line in (
        "  challenge.daily   10,148.00   9,796.00   352.00   2024-01-02 08:00",
        "  house.daily           2.00%      2.50%    0.50%   2024-01-02 08:00",
        "  never measured: challenge.deadline, challenge.target",
        "  1  HOUSE  our own ladder blocks new entries",
        "  1 DAILY_LOSS",
        "  - 1 position(s) were closed at the last price because the bars ended",
        "files: /somewhere/out",
    ):
        assert line in shown.splitlines()
    assert "  win rate           66.7%  Sharpe                    6.33" in shown.splitlines()


def test_a_pipe_gets_plain_text_of_80_columns_without_trailing_spaces() -> None:
    """No escape sequences, nothing wider than a terminal, the same twice."""
    shown = screen(cases.outcome())
    assert "\x1b" not in shown
    assert max(len(line) for line in shown.splitlines()) <= 80
    assert all(line == line.rstrip() for line in shown.splitlines())
    assert shown == screen(cases.outcome())


def test_a_terminal_gets_colour_unless_it_asks_for_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """A failed verdict is red on a terminal; NO_COLOR leaves no colour."""
    assert "\x1b[1;31m" in on_a_terminal(monkeypatch)
    assert "31m" not in on_a_terminal(monkeypatch, NO_COLOR="1")


def test_a_terminal_that_knows_only_ascii_gets_ascii() -> None:
    """Lines become dashes, strange letters question marks; nothing raises."""
    raw = io.BytesIO()
    with io.TextIOWrapper(raw, encoding="ascii", newline="\n") as out:
        show(page(cases.outcome()) | {"strategy": "fvg-übung"}, None, out)
        shown = raw.getvalue().decode("ascii")
    assert shown.startswith("fvg-?bung on hyro_2step")
    assert "  ------" in shown


def test_several_phases_are_listed_in_order() -> None:
    """The way through a program is a table."""
    both = np.concatenate([cases.phases(state=State.PASSED, rule=2), cases.phases(phase=1)])
    lines = screen(cases.outcome(phases=both)).splitlines()
    assert lines[lines.index("Phases") + 3 :][:2] == [
        "  challenge      passed   2024-01-04 00:00   10,233.50   PROFIT_TARGET",
        "  verification   active   2024-01-04 00:00   10,233.50               -",
    ]


def test_many_attempts_are_counted_instead_of_listed() -> None:
    """Twelve rows are a table, thirteen are two lines."""
    attempts = np.concatenate([cases.phases(state=State.FAILED)] * 11 + [cases.phases(state=State.PASSED), cases.phases(phase=1)])
    lines = screen(cases.outcome(phases=attempts)).splitlines()
    assert lines[lines.index("Phases") + 1 :][:2] == ["  challenge: 11 failed, 1 passed", "  verification: 1 active"]
    assert "11 failed" not in screen(cases.outcome(phases=attempts[1:]))


def test_an_empty_run_is_readable() -> None:
    """No bar, no trade, no rule: dashes instead of figures."""
    out = io.StringIO()
    empty = cases.nothing()
    show(page(empty, cases.stream(silent=True, count=0)), None, out)
    assert "no bars; 0 trades, net +0.00 USDT" in out.getvalue()
    assert "win rate" in out.getvalue()


def test_holding_and_the_weeks_stand_under_the_figures() -> None:
    """Both sides with the same figures; a run without an analysis, or without a bar, says nothing of them."""
    lines = screen(cases.outcome()).splitlines()
    place = lines.index("Against buying and holding")
    assert lines[place + 1].split() == ["return", "max", "drawdown", "Sharpe"]
    assert lines[place + 3].split()[:2] == ["account", "+2.33%"]
    assert lines[place + 4].split()[:3] == ["buy", "and", "hold"]
    assert lines[lines.index("Weekly review") + 1] == "  1 of 1 week with a closed trade met every target"
    out = io.StringIO()
    show(page(cases.outcome()) | {"analysis": None}, None, out)
    assert "holding" not in out.getvalue()
    assert "Weekly" not in out.getvalue()


def test_what_weeks_missed_is_counted_most_frequent_first() -> None:
    """And what was never missed is not named."""
    missed = {"win_rate": 2, "drawdown": 0, "losing_streak": 5}
    said = reviewed({"met_all": 3, "traded": 9, "missed": missed})
    assert said == "3 of 9 weeks with a closed trade met every target; missed: losing streak 5, win rate 2"


def test_a_line_of_equity_stands_under_the_verdict() -> None:
    """Between the run's scope and the rules."""
    out = io.StringIO()
    show(page(cases.outcome()), None, out, curve=np.array([10_290.0, 10_188.0, 10_233.5]))
    lines = out.getvalue().splitlines()
    assert lines[4] == "  equity █▁▄ 10,188.00 to 10,290.00"
    assert lines[6] == "Closest approach of each rule"


def test_a_screen_without_blocks_has_no_line_of_equity() -> None:
    """An encoding that cannot say them would show question marks."""
    content = io.BytesIO()
    out = io.TextIOWrapper(content, encoding="latin-1")
    show(page(cases.outcome()), None, out, curve=np.array([1.0, 2.0]))
    assert "equity ?" not in content.getvalue().decode("latin-1")
