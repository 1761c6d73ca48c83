"""The same plans whatever the process looks like."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = """
import hashlib, sys
sys.path.insert(0, {root!r})
{before}
from tests.contracts.discovery import built, source
from runner.model.bot import Strategy
from runner.pipeline import compile_strategy
exits = {{name: built("exit", block) for name, block in
         dict(stop="beyond_zone", targets="gap_ladder", trail="atr_trail", news="before_news", invalid="back_through_zone").items()}}
entry = built("entry", "fair_value_gap", when={{name: built("filter", name) for name in ("higher_timeframe_trend", "volatility_floor")}})
strategy = Strategy(name="x", symbols=("BTCUSDT", "ETHUSDT"), timeframe="4h", detail_timeframe=None, entry=entry, exits=exits,
                    sizing=built("sizing", "fixed_risk"))
for stream in compile_strategy(strategy, source()):
    assert len(stream.plans) > 5
    print(hashlib.sha256(stream.plans.tobytes() + b"".join(column.tobytes() for column in stream.columns)).hexdigest())
"""
TALIB = """
import types
talib = types.ModuleType("talib")
talib.__version__ = "0.6"
def other(*values, **options):
    raise AssertionError("the TA-Lib path was taken")
for name in ("EMA", "SMA", "ATR", "RSI", "TRANGE"):
    setattr(talib, name, other)
talib.__spec__ = types.SimpleNamespace(name="talib", loader=None, origin="here", submodule_search_locations=None)
sys.modules["talib"] = talib
import pandas_ta.maps
pandas_ta.maps.Imports["talib"] = True
"""


def plans(before: str = "", seed: str = "0", folder: Path = ROOT) -> str:
    """The digests of two streams compiled in a process of their own."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM.format(root=str(ROOT), before=before)],
        env={**os.environ, "PYTHONHASHSEED": seed},
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


@pytest.fixture(scope="module")
def usual() -> str:
    """The digests of an ordinary process."""
    return plans()


def test_hash_seed_and_folder_do_not_matter(usual: str, tmp_path: Path) -> None:
    """Another seed in another folder gives the same bytes."""
    assert len(usual.split()) == 2
    assert plans(seed="12345", folder=tmp_path) == usual


def test_an_installed_ta_lib_does_not_matter(usual: str) -> None:
    """With a TA-Lib that would fail if asked, the plans are the same bytes."""
    assert plans(before=TALIB) == usual
