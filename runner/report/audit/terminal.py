"""An audit on a screen of 80 columns: the sentence, the blocks, the leaks, what else to know."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from runner.audit.proof import Proof
from runner.report.audit.page import Page
from runner.report.audit.sentences import roots, where
from runner.report.terminal import bullets, console, indented, plain_table, readable, section

MANY = 6  # leaks that are told in full
STYLES = {"causal": "bold green", "leaks": "bold red", "unproven": "bold yellow"}
WORDS = {"causal": "CAUSAL", "leaks": "LOOKS AHEAD", "unproven": "NOT PROVEN"}


def show(proofs: list[Proof], page: Page, folder: Path, file: TextIO | None = None) -> None:
    """Print an audit; without a terminal, or with NO_COLOR, as plain text. Never wider than 80 columns."""
    target = file or sys.stdout
    out = console(target)
    with out.capture() as whole:
        for proof, found in zip(proofs, page["strategies"], strict=True):
            for part in parts(proof, found):
                out.print(part)
        out.print()
        out.print(Text(f"config {page['config_hash'][:12]}, version {page['version']}", "dim"))
        out.print(Text(f"files: {folder}"), soft_wrap=True)
    content = "".join(f"{line.rstrip()}\n" for line in whole.get().splitlines())
    target.write(readable(content, target.encoding or "utf-8"))
    target.flush()


def parts(proof: Proof, found: Page) -> Iterator[RenderableType]:
    """What is printed of one strategy."""
    yield Text(f"{found['strategy']}: {WORDS[found['verdict']]}", STYLES[found["verdict"]])
    yield from indented([found["line"]])
    yield from section(scope(found), blocks(found))
    told = [where(column) for column in roots(proof)]
    if told:
        rest = [f"and {len(told) - MANY} more in audit.json"] if len(told) > MANY else []
        yield from section("Where it looks ahead", bullets([*told[:MANY], *rest]))
    if found["notes"]:
        yield from section("Mind", bullets(found["notes"]))


def scope(found: Page) -> str:
    """What was compared."""
    counts = ", ".join(f"{found[name]:,} {name[:-1] if found[name] == 1 else name}" for name in ("cuts", "bars", "signals"))
    return f"{found['compared']:,} columns × cuts: {counts}"


def blocks(found: Page) -> Table:
    """A line for each block. `known` and `settled` are bars of history."""
    table = plain_table("block", "columns", "not empty", "known", "settled", "verdict")
    for each in found["blocks"]:
        share = "-" if each["filled_share"] is None else f"{each['filled_share']:.1%}"
        settled = "never" if each["from_start"] else bars(each["settled"])
        table.add_row(each["path"], str(each["columns"]), share, bars(each["known"]), settled, each["verdict"])
    return table


def bars(count: int | None) -> str:
    """A number of bars; '-' where none can be said."""
    return "-" if count is None else f"{count:,}"
