"""The files of a study: its settled config.yaml, tables, a page and, last, its JSON; all of them, or none."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from runner.model.bot import Bot
from runner.report.files import as_yaml, write_text
from runner.report.fingerprint import settled
from runner.report.folder import Writer, write
from runner.report.stopwatch import Stopwatch
from runner.report.summary import dumps

type Rows = Sequence[Sequence[str]]


def names(mode: str, tables: Sequence[str]) -> tuple[str, ...]:
    """The files a study leaves."""
    return ("config.yaml", *tables, f"{mode}.html", f"{mode}.json")


def leave(folder: Path, bot: Bot, page: dict[str, Any], html: Callable[[], str], tables: Mapping[str, Rows], watch: Stopwatch) -> None:
    """Write all files into `folder`, or none (RunnerError). page: the JSON, its `mode` names the files; it keeps the seconds written.

    tables: comma separated, by file name, the header first. html: left out where the mode's options say `report: false`.
    """
    mode = str(page["mode"])
    told: dict[str, Writer] = {f"{mode}.html": lambda path: write_text(path, html())}
    writers: dict[str, Writer] = {
        "config.yaml": lambda path: write_text(path, as_yaml(settled(bot.settings))),
        **{name: tabled(rows) for name, rows in tables.items()},
        **(told if bot.options.get("report", True) else {}),
        f"{mode}.json": lambda path: write_page(path, page, watch),
    }
    write(folder, writers)


def tabled(rows: Rows) -> Writer:
    """Writes rows."""
    return lambda path: write_rows(path, rows)


def write_rows(path: Path, rows: Rows) -> None:
    """Comma separated, with line feeds on every system."""
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)


def write_page(path: Path, page: dict[str, Any], watch: Stopwatch) -> None:
    """The JSON, with the seconds spent until now."""
    page["seconds"] = {name: round(spent, 4) for name, spent in watch.seconds().items()}
    write_text(path, dumps(page))
