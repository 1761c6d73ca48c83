"""The files of a run: its settled config.yaml, tables, journal.db, trades_tax.csv, report.html and, last, summary.json."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from runner.journal.write import record
from runner.model.bot import Bot
from runner.model.recent import Recent
from runner.model.records import Outcome
from runner.model.stream import Stream
from runner.report import tax
from runner.report.decisions import decisions
from runner.report.equity import equity
from runner.report.fingerprint import SHARED, settled, settled_keys
from runner.report.folder import Writer, write
from runner.report.stopwatch import Stopwatch
from runner.report.summary import dumps, rounded
from runner.report.trades import COLUMNS, trades

KNOWN = Recent()
FOR_PEOPLE = ("trades_tax.csv", "report.html")
FILES = ("config.yaml", "trades.csv", "equity.parquet", "decisions.parquet", "journal.db", *FOR_PEOPLE, "summary.json")


def tables(bot: Bot, outcome: Outcome, streams: Sequence[Stream], page: Mapping[str, Any]) -> dict[str, Writer]:
    """Writers of everything but the summary."""
    return {
        "config.yaml": lambda path: write_text(path, config(bot.settings)),
        "trades.csv": lambda path: write_csv(path, COLUMNS, trades(outcome)),
        "equity.parquet": lambda path: write_parquet(path, equity(outcome)),
        "decisions.parquet": lambda path: write_parquet(path, decisions(outcome, streams)),
        "journal.db": lambda path: record(path, facts(outcome, page), outcome),
    }


def leave(folder: Path, bot: Bot, outcome: Outcome, streams: Sequence[Stream], page: dict[str, Any], watch: Stopwatch) -> None:
    """Write all files into `folder`, or none (RunnerError). summary.json comes last, with the seconds spent until then.

    trades_tax.csv and report.html are left out where the mode's options say `report: false`.
    """
    summary_last: dict[str, Writer] = {"summary.json": lambda path: write_page(path, page, watch)}
    told: dict[str, Writer] = {
        "trades_tax.csv": lambda path: write_csv(path, tax.COLUMNS, tax.tax(outcome, streams)),
        "report.html": lambda path: write_text(path, html(bot, outcome, streams, page)),
    }
    shown = told if bot.options.get("report", True) else {}
    write(folder, tables(bot, outcome, streams, page) | shown | summary_last)


def html(bot: Bot, outcome: Outcome, streams: Sequence[Stream], page: dict[str, Any]) -> str:
    """report.html; what draws it is imported when it is wanted."""
    from runner.report.html.page import report

    return report(bot, outcome, streams, page)


def facts(outcome: Outcome, page: Mapping[str, Any]) -> dict[str, Any]:
    """The `run` row of the journal."""
    marks = outcome.equity["time"]
    named = {name: page[name] for name in ("mode", "account", "strategy", "version", "config_hash", "currency", "initial")}
    first, last = (int(marks[0]), int(marks[-1])) if len(marks) else (None, None)
    return named | {"symbols": ",".join(page["symbols"]), "first": first, "last": last}


def write_page(path: Path, page: dict[str, Any], watch: Stopwatch) -> None:
    """summary.json; `page` keeps the seconds that were written."""
    page["seconds"] = rounded(watch.seconds())
    write_text(path, dumps(page))


def config(settings: Mapping[str, Any]) -> str:
    """The settled configuration as YAML; sections that many runs have in common are written out once."""

    def section(key: str) -> str:
        return as_yaml({key: settled({key: settings[key]})[key]})

    def once(key: str) -> str:
        return KNOWN.once((settings[key],), partial(section, key), key)

    return "".join(once(key) if key in SHARED else section(key) for key in settled_keys(settings))


def as_yaml(content: Any) -> str:
    """Mappings, lists and plain values as YAML, keys in their own order."""
    import yaml

    return yaml.dump(content, Dumper=getattr(yaml, "CSafeDumper", yaml.SafeDumper), sort_keys=False, allow_unicode=True, width=120)


def write_text(path: Path, content: str) -> None:
    """UTF-8 text with line feeds on every system."""
    path.write_text(content, encoding="utf-8", newline="\n")


def write_csv(path: Path, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """A header and rows, comma separated, with line feeds on every system."""
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([columns, *rows])


def write_parquet(path: Path, columns: Mapping[str, Any]) -> None:
    """A Parquet file of these columns; the same columns give the same bytes. Numbers seldom repeat, so no dictionaries are made of them."""
    import pyarrow as pa
    from pyarrow.parquet import write_table

    write_table(pa.table(dict(columns)), path, compression="zstd", use_dictionary=False)
