"""The table of strategies is made on a small size; how fast they are, is not asked here."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
BARS = 300


def test_each_strategy_has_a_row_for_each_size() -> None:
    """Bars of three symbols, trades, three parts and their sum, kept or not."""
    command = [sys.executable, str(ROOT / "scripts" / "bench_strategies.py"), "--bars", str(BARS), "ema_cross", "ha_flip"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    rows = re.findall(r"^\| (\w+) \| (4h|1m) \| 900 \| (\d+) \|(?: [\d.]+ \|){4} (?:yes|\*\*no\*\*) \|$", done.stdout, re.MULTILINE)
    assert [row[:2] for row in rows] == [("ema_cross", "4h"), ("ema_cross", "1m"), ("ha_flip", "4h"), ("ha_flip", "1m")]
    assert all(int(trades) > 0 for _, _, trades in rows)
