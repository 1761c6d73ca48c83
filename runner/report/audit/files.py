"""The files of an audit: config.yaml, audit.html and, last, audit.json."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from runner.audit.proof import Proof
from runner.model.bot import Bot
from runner.report.audit.page import Page
from runner.report.files import as_yaml, write_text
from runner.report.fingerprint import settled
from runner.report.folder import Writer, write
from runner.report.html.audit import report
from runner.report.stopwatch import Stopwatch
from runner.report.summary import dumps

FILES = ("config.yaml", "audit.html", "audit.json")


def leave(folder: Path, bot: Bot, proofs: Sequence[Proof], page: Page, watch: Stopwatch) -> None:
    """Write all files into `folder`, or none (RunnerError); audit.html is left out where the mode's options say `report: false`."""
    told: dict[str, Writer] = {"audit.html": lambda path: write_text(path, report(proofs, page))}
    shown = told if bot.options.get("report", True) else {}
    writers: dict[str, Writer] = {
        "config.yaml": lambda path: write_text(path, as_yaml(settled(bot.settings))),
        **shown,
        "audit.json": lambda path: write_page(path, page, watch),
    }
    write(folder, writers)


def write_page(path: Path, page: Page, watch: Stopwatch) -> None:
    """audit.json, with the seconds spent until now."""
    page["seconds"] = {name: round(spent, 4) for name, spent in watch.seconds().items()}
    write_text(path, dumps(page))
