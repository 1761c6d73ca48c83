"""A study on a screen of 80 columns: its sentence, what was looked at, a small table, what to mind, where the files are."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TextIO

from rich.console import RenderableType
from rich.text import Text

from runner.report.study.about import About
from runner.report.terminal import bullets, console, indented, readable, section


def show(about: About, line: str, parts: Iterable[tuple[str, RenderableType]], folder: Path, file: TextIO | None = None) -> None:
    """Print it; without a terminal, or with NO_COLOR, as plain text. Never wider than 80 columns. parts: titles and what stands below."""
    target = file or sys.stdout
    out = console(target)
    with out.capture() as whole:
        out.print(Text(f"{about.who}: {line}", "bold"))
        for each in indented([about.scope]):
            out.print(each)
        for title, body in [*parts, *([("Mind", bullets(about.warnings))] if about.warnings else [])]:
            for each in section(title, body):
                out.print(each)
        out.print(Text(f"files: {folder}"), soft_wrap=True)
    content = "".join(f"{text.rstrip()}\n" for text in whole.get().splitlines())
    target.write(readable(content, target.encoding or "utf-8"))
    target.flush()
