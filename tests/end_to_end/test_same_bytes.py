"""A run differs in nothing but the time it took: not with the folder, the hash seed, or a TA-Lib that gives other numbers."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from pathlib import Path

import runner
from tests.command import command, written

ROOT = Path(runner.__file__).resolve().parent.parent
DUO = ("portfolio=hyro_duo", "account=hyro_2step", "mode.quiet=true")
NONSENSE = "def __getattr__(name):\n    return lambda *values, **options: values[0] * 0.0\n"


def bytes_of(folder: Path) -> dict[str, bytes]:
    """Every file of a run; the summary without its seconds."""
    found = {path.name: path.read_bytes() for path in folder.iterdir()}
    page = json.loads(found["summary.json"])
    del page["seconds"]
    return found | {"summary.json": json.dumps(page).encode()}


def ran(folder: Path, seed: str, path: Path) -> dict[str, bytes]:
    """The run in a process of its own."""
    folder.mkdir(parents=True)
    environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": f"{path}{os.pathsep}{ROOT}"}
    start = [sys.executable, "-c", "from runner.cli import main; main()", *DUO, "mode.output=run"]
    subprocess.run(start, cwd=folder, env=environment, check=True, timeout=120)
    return bytes_of(folder / "run")


def test_two_processes_leave_the_same_bytes(tmp_path: Path) -> None:
    """Another folder, another hash seed, and a talib beside us that answers every question with zero."""
    talib = written(tmp_path / "extra", {"talib/__init__.py": NONSENSE})
    assert ran(tmp_path / "here", "1", tmp_path) == ran(tmp_path / "there" / "deeper", "4242", talib)


def fills(folder: Path) -> list[dict[str, str]]:
    """The rows of trades.csv."""
    with (folder / "run" / "trades.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_finer_bars_tell_when_and_change_no_time_stop(tmp_path: Path) -> None:
    """Gaps walked in 1h: the same entries and time stops, targets at finer hours; nothing is traded where finer bars are missing."""
    words = ("strategy=fvg", "account=own_money", "mode.output=run", "mode.quiet=true")
    for name, detail in (("coarse", "null"), ("fine", "1h")):
        assert command(*words, f"strategy.detail_timeframe={detail}", home=tmp_path / name).status == 0
    coarse, fine = fills(tmp_path / "coarse"), fills(tmp_path / "fine")

    def instants(rows: list[dict[str, str]], *reasons: str) -> set[tuple[str, str]]:
        return {(row["time"], row["symbol"]) for row in rows if row["reason"] in reasons and row["symbol"] != "SOLUSDT"}

    assert len(instants(coarse, "time_stop")) > 5
    assert instants(coarse, "entry") == instants(fine, "entry")
    assert instants(coarse, "time_stop") == instants(fine, "time_stop")
    assert instants(coarse, "target") != instants(fine, "target")
    assert all("2023-12-01" <= row["time"][:10] <= "2025-01-19" for row in fine if row["symbol"] == "SOLUSDT")
    assert {row["symbol"] for row in fine} == {"BTCUSDT", "ETHUSDT", "SOLUSDT"}
