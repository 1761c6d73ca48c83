"""The files of a challenge: config.yaml, starts.csv, paths.parquet, challenge.html and, last, challenge.json."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from runner.model.bot import Bot
from runner.model.rules import Code
from runner.model.stream import Stream
from runner.odds.results import Afterwards, Challenge, Ending
from runner.report.figures import iso, money, number, text
from runner.report.files import as_yaml, write_parquet, write_text
from runner.report.fingerprint import config_hash, settled
from runner.report.folder import Writer, write
from runner.report.html.odds.page import page as html
from runner.report.odds.page import page
from runner.report.stopwatch import Stopwatch
from runner.report.summary import dumps

FILES = ("config.yaml", "starts.csv", "paths.parquet", "challenge.html", "challenge.json")
COLUMNS = (
    "start",
    "outcome",
    "rule",
    "phase",
    "ended",
    "days",
    "trading_days",
    "trades",
    "ambiguous",
    "funded",
    "funded_days",
    "funded_rule",
    "balance",
    "payouts",
    "paid_out",
    "received",
    "refund",
    "cost",
    "value",
)


def leave(folder: Path, bot: Bot, found: Challenge, streams: Sequence[Stream], watch: Stopwatch) -> dict[str, Any]:
    """Write all files into `folder`, or none (RunnerError); returns the page as written.

    challenge.html is left out where the mode's options say `report: false`.
    """
    whole = page(found, {}, config_hash(bot.settings, bot.account.book, streams, bot.code))
    told: dict[str, Writer] = {"challenge.html": lambda path: write_text(path, html(found))}
    shown = told if bot.options.get("report", True) else {}
    writers: dict[str, Writer] = {
        "config.yaml": lambda path: write_text(path, as_yaml(settled(bot.settings))),
        "starts.csv": lambda path: write_rows(path, [COLUMNS, *starts(found)]),
        "paths.parquet": lambda path: write_parquet(path, paths(found)),
        **shown,
        "challenge.json": lambda path: write_page(path, whole, watch),
    }
    write(folder, writers)
    return whole


def write_page(path: Path, whole: dict[str, Any], watch: Stopwatch) -> None:
    """challenge.json, with the seconds spent until now."""
    whole["seconds"] = {name: round(spent, 4) for name, spent in watch.seconds().items()}
    write_text(path, dumps(whole))


def write_rows(path: Path, rows: Sequence[Sequence[str]]) -> None:
    """Comma separated, with line feeds on every system."""
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)


def starts(found: Challenge) -> list[tuple[str, ...]]:
    """One row for each start, as text, in the order of COLUMNS; empty where there is nothing or nobody knows."""
    return [one_start(row, found.phases) for row in found.attempts]


def one_start(row: Any, phases: tuple[str, ...]) -> tuple[str, ...]:
    """One start."""
    afterwards = Afterwards(int(row["afterwards"]))
    lost = Code(int(row["funded_code"])).name if row["funded_code"] else ""
    return (
        iso(int(row["start"])) or "",
        Ending(int(row["outcome"])).name.lower(),
        Code(int(row["code"])).name if row["code"] else "",
        phases[int(row["phase"])],
        iso(int(row["ended"])) or "",
        text(number(row["days"])),
        str(int(row["trading_days"])),
        str(int(row["trades"])),
        "yes" if row["ambiguous"] else "",
        "" if afterwards is Afterwards.NEVER else afterwards.name.lower(),
        text(number(row["funded_days"])) if afterwards is not Afterwards.NEVER else "",
        lost,
        text(money(row["balance"])),
        str(int(row["payouts"])),
        text(money(row["paid_out"])),
        *(text(money(row[name])) for name in ("received", "refund", "cost", "value")),
    )


def paths(found: Challenge) -> Mapping[str, Any]:
    """Daily equity of some of the starts: the start's first instant (UTC ms), phase, day of the phase, equity and its low of that day."""
    rows = found.paths
    names = np.array(found.phases, dtype=object)
    return {
        "start": found.attempts["start"][rows["start"]],
        "phase": names[rows["phase"]].tolist(),
        "day": rows["day"],
        "equity": rows["equity"],
        "low": rows["low"],
    }
