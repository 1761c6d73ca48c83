"""Audit mode from a command to its files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from runner.build import build
from runner.compose import compose
from runner.menu import Menu
from runner.mode import audit
from runner.report.audit.files import FILES
from tests.command import Ran, command, written

SHORT = ("account=own_money", "mode=audit", "mode.start=2024-01-01", "mode.end=2024-06-30", "mode.cuts=24", "mode.output=out")
SIGNALS = """\
def generate_signals(df):
    before = df["close"].shift(1).rolling(20)
    df["signal"] = "hold"
    df.loc[df["close"] > before.max(), "signal"] = "buy"
    df.loc[df["close"] < before.min(), "signal"] = "sell"
    return df
"""
LEAKS = {
    "shift": 'df["signal"] = (df["close"].shift(-1) > df["close"]).map({True: 1, False: -1})',
    "bfill": 'df["signal"] = (df["close"] > df["close"].rolling(30).mean().bfill()).map({True: 1, False: -1})',
    "whole": 'df["signal"] = (df["close"] > df["close"].mean()).map({True: 1, False: -1})',
    "centred": 'df["signal"] = (df["close"] > df["close"].rolling(9, center=True).mean()).map({True: 1, False: -1})',
    "label": (
        'day = df["close"].resample("1D").last().reindex(df.index, method="ffill")\n'
        '    df["signal"] = (day > df["close"]).map({True: 1, False: -1})'
    ),
}
STRATEGIES = sorted(file.stem for file in (Path(__file__).parents[2] / "conf" / "strategy").glob("*.yaml"))
FILTER = """\
import numpy as np

from runner.model.block import Filter


class {name}(Filter):
    def passes(self, market, direction):
        closes = market.bars.close
        return np.append(direction * (closes[1:] - closes[:-1]) > 0, False)
"""


def page(home: Path) -> dict[str, Any]:
    """What the audit left."""
    found: dict[str, Any] = json.loads((home / "out" / "audit.json").read_text(encoding="utf-8"))
    return found


def signals(home: Path, body: str, *words: str) -> Ran:
    """An audit of a file of signals."""
    file = written(home, {"signals.py": f"def generate_signals(df):\n    {body}\n    return df\n"})
    return command("strategy=python_signals", *SHORT, "strategy.entry.file=signals.py", *words, home=file)


@pytest.mark.parametrize("name", STRATEGIES)
def test_every_shipped_strategy_is_proven(name: str, tmp_path: Path) -> None:
    """No block of it looks ahead, all of them were compared, and nothing is left on the screen but the proof."""
    home = written(tmp_path, {"signals.py": SIGNALS})
    own = ["strategy.entry.file=signals.py"] if name == "python_signals" else []
    longer = ("mode.start=2023-01-01" if word.startswith("mode.start=") else word for word in SHORT)
    ran = command(f"strategy={name}", *longer, "mode.report=false", *own, home=home)
    found = page(home)
    assert (ran.status, ran.err, found["verdict"]) == (0, "", "causal"), ran.out
    (told,) = found["strategies"]
    assert found["good"]
    assert {block["verdict"] for block in told["blocks"]} <= {"causal", "writes nothing"}
    assert told["spoken"] > 0
    assert told["cuts"] == 24 * len(told["symbols"])
    assert told["compared"] == sum(column["cuts"] for column in told["columns"])


def test_a_portfolio_is_audited_strategy_by_strategy(tmp_path: Path) -> None:
    """Both are proven, and told of under their names."""
    ran = command("portfolio=hyro_duo", "account=hyro_2step", *SHORT[1:], home=tmp_path)
    assert ran.status == 0
    assert len(page(tmp_path)["strategies"]) == 2
    assert ran.out.count(": CAUSAL") == 2


@pytest.mark.parametrize("name", LEAKS)
def test_a_file_that_looks_ahead_is_refused(name: str, tmp_path: Path) -> None:
    """Exit status 1; the block, the file, the column and the bar stand in the sentence and in audit.json."""
    ran = signals(tmp_path, LEAKS[name])
    found = page(tmp_path)
    assert (ran.status, ran.err) == (1, "")
    assert found["verdict"] == "leaks"
    leak = found["strategies"][0]["leaks"][0]
    assert (leak["path"], leak["block"], leak["column"]) == ("entry", "blocks.entry.python_signals.PythonSignals, signals.py", "direction")
    assert leak["whole"] != leak["cut"]
    said = " ".join(ran.out.split())
    assert f"column direction, at bar {leak['bar']:,} of {leak['symbol']}" in said
    assert "python_signals: LOOKS AHEAD" in said


def test_the_innermost_block_is_named_first(tmp_path: Path) -> None:
    """A filter of the user's own leaks, and with it the entry and the plans; the sentence names the filter."""
    home = written(
        tmp_path,
        {
            "blocks/filter/peeking.py": FILTER.format(name="Peeking"),
            "conf/filter/peeking.yaml": "_target_: blocks.filter.peeking.Peeking\n",
        },
    )
    ran = command("strategy=ema_cross", "+filter@strategy.entry.when.mine=peeking", *SHORT, home=home)
    found = page(home)
    assert ran.status == 1
    assert found["line"].startswith("ema_cross looks ahead: entry.when.mine (blocks.filter.peeking.Peeking), column ")
    blocks = {block["path"]: block["verdict"] for block in found["strategies"][0]["blocks"]}
    assert (blocks["entry.when.mine"], blocks["entry"], blocks["exit.stop"]) == ("leaks", "leaks through a part", "causal")


def test_a_strategy_that_never_speaks_is_no_proof(tmp_path: Path) -> None:
    """Status 1, and said plainly."""
    ran = signals(tmp_path, 'df["signal"] = "hold"')
    assert ran.status == 1
    assert page(tmp_path)["verdict"] == "unproven"
    assert "Not proven: the entry speaks at none of" in " ".join(ran.out.split())


def test_a_file_that_needs_more_bars_is_told_of(tmp_path: Path) -> None:
    """It fails on short histories; the rest is compared."""
    ran = signals(tmp_path, 'df["signal"] = (df["close"] > df["close"].iloc[29]).map({True: 1, False: -1})')
    assert ran.status == 0
    assert "entry gave no answer on" in " ".join(ran.out.split())


def test_every_file_is_left_and_the_page_can_be_left_out(tmp_path: Path) -> None:
    """config.yaml, audit.html and audit.json; two audits of the same bars differ in their seconds alone."""
    first, second = tmp_path / "first", tmp_path / "second"
    for home in (first, second):
        assert command("strategy=ema_cross", *SHORT, home=home).status == 0
    assert {path.name for path in (first / "out").iterdir()} == set(FILES)
    assert (first / "out" / "audit.html").read_bytes() == (second / "out" / "audit.html").read_bytes()
    assert page(first) | {"seconds": 0} == page(second) | {"seconds": 0}
    third = tmp_path / "third"
    assert command("strategy=ema_cross", *SHORT, "mode.report=false", "mode.quiet=true", home=third).out == ""
    assert {path.name for path in (third / "out").iterdir()} == {"config.yaml", "audit.json"}


def test_another_seed_cuts_elsewhere(tmp_path: Path) -> None:
    """What is drawn at random changes, the verdict does not."""
    found = []
    for seed in (1, 2):
        home = tmp_path / str(seed)
        assert command("strategy=ema_cross", *SHORT, f"mode.seed={seed}", home=home).status == 0
        found.append(page(home)["strategies"][0])
    assert found[0]["values"] != found[1]["values"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("mode.cuts=0",), "mode.cuts  expected a whole number in [1, 100000], was 0"),
        (("mode.closeness=1",), "mode.closeness"),
        (("mode.cust=5",), "mode.cust"),
        (("mode.start=2031-01-01", "mode.end=null"), "there are no bars to trade on"),
    ],
)
def test_bad_input_is_one_clear_line(words: tuple[str, ...], said: str, tmp_path: Path) -> None:
    """Exit status 2, and nothing left behind."""
    ran = command("strategy=ema_cross", *SHORT, *words, home=tmp_path)
    assert ran.status == 2
    assert said in ran.err
    assert "Traceback" not in ran.err
    assert not (tmp_path / "out").exists()


def test_a_file_that_fails_on_all_bars_is_named(tmp_path: Path) -> None:
    """As in any other mode."""
    ran = signals(tmp_path, 'df["signal"] = df["emma"]')
    assert ran.status == 2
    assert "signals.py:2  generate_signals raised KeyError: 'emma'" in ran.err


def test_one_bar_is_too_few(tmp_path: Path) -> None:
    """Nothing can be cut away, and that is said."""
    ran = command("strategy=buy_and_hold", *SHORT, "mode.end=2024-01-01", "strategy.timeframe=1d", home=tmp_path)
    assert ran.status == 1
    assert "1 bar is too few to cut anything away" in " ".join(ran.out.split())


def test_options_reach_the_mode(tmp_path: Path) -> None:
    """What the YAML says is what the class has."""
    bot = build(compose(["strategy=ema_cross", "account=own_money", "mode=audit"], Menu(tmp_path)))
    assert audit.Options(**bot.options) == audit.Options()


def test_a_sweep_audits_each_job_and_ends_with_the_worst(tmp_path: Path) -> None:
    """One line a job; what was done is found again with the status it had."""
    home = written(tmp_path, {"sound.py": SIGNALS, "leak.py": f"def generate_signals(df):\n    {LEAKS['shift']}\n    return df\n"})
    words = ("-m", "strategy=python_signals", "strategy.entry.file=sound.py,leak.py", *SHORT)
    for done in (False, True):
        ran = command(*words, home=home)
        assert ran.status == 1
        lines = [line for line in ran.out.splitlines() if line.startswith("job ")]
        assert [("looks ahead" in line, "No look-ahead" in line, "was done before" in line) for line in lines] == [
            (False, True, done),
            (True, False, done),
        ]
