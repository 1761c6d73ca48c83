"""The telling on a screen: colours on a terminal only, plain text everywhere else."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TextIO

from rich.text import Text

from runner.mode.explaining.wording import BOLD, Line, Section
from runner.report.terminal import console, readable


def show(telling: tuple[Sequence[Line], Sequence[Section]], file: TextIO | None = None) -> None:
    """Print the head and the sections; what the terminal cannot say becomes '?'."""
    target = file or sys.stdout
    out = console(target)
    with out.capture() as page:
        head, sections = telling
        for line in head:
            out.print(Text(line.text, line.style), soft_wrap=True)
        for title, lines in sections:
            out.print(Text(f"\n{title}", BOLD))
            for line in lines:
                out.print(Text(f"  {line.text}", line.style), soft_wrap=True)
    content = "".join(f"{line.rstrip()}\n" for line in page.get().splitlines())
    target.write(readable(content, target.encoding or "utf-8"))
    target.flush()
