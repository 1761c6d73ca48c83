"""Digests of what runs leave, to hold every later run, Python and machine to the same result.

`scripts/golden` (or `python -m tests.end_to_end.golden`) writes golden.json anew after a change of the rules of the game;
its diff then shows which runs changed, and in which figures.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from tests.command import command

FILE = Path(__file__).with_name("golden.json")
SIGNALS = Path(__file__).parents[1] / "contracts" / "data" / "signals.py"
RISK = "strategy.sizing.risk_fraction=0.02"
RESTART = "mode.after_failure=restart"
RUNS: dict[str, tuple[str, ...]] = {
    "fvg on hyro_2step": ("strategy=fvg", "account=hyro_2step"),
    "fvg on own_money": ("strategy=fvg", "account=own_money"),
    "fvg on own_money, walked in 1h": ("strategy=fvg", "account=own_money", "strategy.detail_timeframe=1h"),
    "ema_cross on hyro_1step_swing": ("strategy=ema_cross", "account=hyro_1step_swing", RISK, RESTART),
    "ema_cross on hyro_2step": ("strategy=ema_cross", "account=hyro_2step", RISK, RESTART),
    "ema_cross on hyro_funded": ("strategy=ema_cross", "account=hyro_funded", RISK, RESTART),
    "buy_and_hold on no_limits": ("strategy=buy_and_hold", "account=no_limits"),
    "grid on hyro_2step": ("strategy=grid", "account=hyro_2step", RESTART),
    "zones on hyro_2step": ("strategy=zones", "account=hyro_2step", RESTART),
    "ha_flip on hyro_2step": ("strategy=ha_flip", "account=hyro_2step", RESTART),
    "confluence on hyro_2step": ("strategy=confluence", "account=hyro_2step", RESTART),
    "confluence_ema2050 on own_money": ("strategy=confluence_ema2050", "account=own_money"),
    "momentum on hyro_2step": ("strategy=momentum", "account=hyro_2step", RESTART),
    "mean_reversion on hyro_2step": ("strategy=mean_reversion", "account=hyro_2step", RESTART),
    "donchian on hyro_2step": ("strategy=donchian", "account=hyro_2step", RESTART),
    "python_signals on own_money": ("strategy=python_signals", "account=own_money", "strategy.entry.file=signals.py"),
    "hyro_duo on hyro_2step": ("portfolio=hyro_duo", "account=hyro_2step", RESTART),
}
SHOWN = ("trades", "net_profit", "max_drawdown", "config_hash")


def digest(content: bytes) -> str:
    """32 hexadecimal digits."""
    return hashlib.blake2b(content, digest_size=16).hexdigest()


def values(file: Path) -> bytes:
    """The values of a Parquet file, whoever wrote it; numbers to eleven digits."""
    columns = pq.read_table(file).to_pydict()
    return json.dumps({name: [shown(value) for value in column] for name, column in columns.items()}).encode()


def shown(value: Any) -> str:
    """A value as text."""
    return f"{value:.11g}" if isinstance(value, float) else str(value)


def taken(name: str, folder: Path) -> dict[str, Any]:
    """Digests and a few readable figures of one run, made in `folder`, which holds a user's signals."""
    shutil.copy(SIGNALS, folder)
    ran = command(*RUNS[name], "mode.output=run", "mode.quiet=true", home=folder)
    if ran.status != 0:
        raise RuntimeError(f"{name}: {ran.err}")
    run = folder / "run"
    summary = json.loads((run / "summary.json").read_text(encoding="utf-8"))
    figures = {key: summary[key] for key in SHOWN} | {"verdict": summary["verdict"]["state"], "phases": len(summary["phases"])}
    same = {key: value for key, value in summary.items() if key not in ("seconds", "version")}
    return figures | {
        "summary": digest(json.dumps(same).encode()),
        "config": digest((run / "config.yaml").read_bytes()),
        "fills": digest((run / "trades.csv").read_bytes()),
        "equity": digest(values(run / "equity.parquet")),
        "decisions": digest(values(run / "decisions.parquet")),
    }


def written() -> dict[str, Any]:
    """golden.json."""
    found: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
    return found


def main() -> None:
    """Write golden.json anew and name the runs that changed."""
    before = written() if FILE.exists() else {}
    now = {}
    for name in RUNS:
        with tempfile.TemporaryDirectory() as folder:
            now[name] = taken(name, Path(folder))
    FILE.write_text(json.dumps(now, indent=2) + "\n", encoding="utf-8")
    changed = [name for name in now if now[name] != before.get(name)]
    sys.stdout.write("".join(f"changed: {name}\n" for name in changed) or "nothing changed\n")


if __name__ == "__main__":
    main()
