"""The run on a screen of 80 columns: verdict, closest approaches, figures, refusals, warnings, files."""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, TextIO

from rich import box
from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from runner.model.bars import Floats
from runner.model.rules import Code
from runner.report.sentences import amount, at, grounds, headline, shown
from runner.report.shown import FIGURES, figure, rule_name
from runner.report.sparkline import BLOCKS, sparkline
from runner.report.words import refusal

WIDTH = 80
MANY = 12  # attempts; more are counted instead of listed
STYLES = {"passed": "bold green", "failed": "bold red", "ambiguous": "bold red", "paused": "bold yellow"}
Page = Mapping[str, Any]


def show(page: Page, folder: Path | None, file: TextIO | None = None, curve: Floats | None = None) -> None:
    """Print a summary; without a terminal, or with NO_COLOR, as plain text. Never wider than 80 columns.

    curve: equity instant by instant, drawn as a line of blocks where the target's encoding has them.
    """
    target = file or sys.stdout
    out = console(target)
    with out.capture() as page_text:
        for part in parts(page, sparkline(curve) if curve is not None and sayable(BLOCKS, target.encoding) else ""):
            out.print(part)
        if folder is not None:
            out.print(Text(f"files: {folder}"), soft_wrap=True)
    content = "".join(f"{line.rstrip()}\n" for line in page_text.get().splitlines())
    target.write(readable(content, target.encoding or "utf-8"))
    target.flush()


def readable(content: str, encoding: str) -> str:
    """The text with '?' for what the target's encoding cannot say."""
    return content.encode(encoding, "replace").decode(encoding)


def console(file: TextIO) -> Console:
    """80 columns, or fewer where the terminal is narrower."""
    width = min(WIDTH, os.get_terminal_size(file.fileno()).columns or WIDTH) if file.isatty() else WIDTH
    colours: Literal["auto"] | None = None if os.environ.get("NO_COLOR") else "auto"
    return Console(file=file, width=width, color_system=colours, highlight=False, emoji=False, markup=False, legacy_windows=False)


def sayable(content: str, encoding: str | None) -> bool:
    """Whether the target's encoding has these characters."""
    return readable(content, encoding or "utf-8") == content


def parts(page: Page, curve: str = "") -> Iterator[RenderableType]:
    """What is printed, top to bottom."""
    yield Text(headline(page), STYLES.get(page["verdict"]["state"], "bold"))
    yield from indented([*grounds(page), *([curve] if curve else [])])
    if len(page["phases"]) > 1:
        yield from section("Phases", phase_table(page["phases"]) if len(page["phases"]) <= MANY else Text(phase_counts(page["phases"])))
    if page["payouts"]:
        yield from section("Payouts", Text(paid(page["payouts"], page["currency"])))
    yield from section("Closest approach of each rule", rule_table(page["rules"]))
    yield from indented(unmeasured(page["rules"]), "dim")
    yield from section("Figures", figure_table(page))
    yield from beside(page["analysis"])
    if page["refusals"]:
        yield from section("Refused plans", count_table(page["refusals"]))
    if page["reductions"]:
        yield from section("Plans traded smaller than wanted, by what bound them", Text(listed(page["reductions"])))
    if page["warnings"]:
        yield from section("Mind", bullets(page["warnings"]))
    yield Text()
    yield from (Text(line, "dim") for line in footer(page))


def section(title: str, body: RenderableType) -> Iterator[RenderableType]:
    """An empty line, a title, an indented body."""
    yield Text()
    yield Text(title, "bold")
    yield Padding(body, (0, 0, 0, 2))


def indented(lines: Sequence[str], style: str = "") -> Iterator[RenderableType]:
    """Lines under what stands above."""
    return (Padding(Text(line, style), (0, 0, 0, 2)) for line in lines)


def plain_table(*columns: str, text: int = 1) -> Table:
    """A table without lines: the first `text` columns to the left, the rest to the right."""
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1), header_style="dim")
    for place, name in enumerate(columns):
        table.add_column(name, justify="left" if place < text else "right", overflow="fold")
    return table


def phase_table(phases: Sequence[Page]) -> Table:
    """Every attempt in order."""
    table = plain_table("phase", "state", "ended", "balance", "rule", text=2)
    for phase in phases:
        state = phase["state"].replace("_", " ")
        table.add_row(phase["phase"], state, at(phase["time"]), amount(phase["balance"]), phase["rule"] or "-")
    return table


def paid(payouts: Sequence[Page], currency: str) -> str:
    """How many there were, how much in all, and the latest of them with their times."""
    total = amount(sum(payout["amount"] for payout in payouts))
    lines = [f"{at(payout['time'])}  {payout['phase']} {payout['number']}  {amount(payout['amount'])}" for payout in payouts[-MANY:]]
    count = f"{len(payouts)} payout{'s' if len(payouts) > 1 else ''}, {total} {currency} in all"
    return "\n".join([f"{count}; the last {MANY}:" if len(payouts) > MANY else count, *lines])


def phase_counts(phases: Sequence[Page]) -> str:
    """'challenge: 21 failed, 3 passed' for each phase, in the order they were first entered."""
    found: dict[str, Counter[str]] = {}
    for phase in phases:
        found.setdefault(phase["phase"], Counter())[phase["state"].replace("_", " ")] += 1
    return "\n".join(
        f"{name}: {', '.join(f'{count} {state}' for state, count in sorted(counts.items()))}" for name, counts in found.items()
    )


def rule_table(rules: Sequence[Page]) -> RenderableType:
    """Measured rules: value, limit, what was left between them, when."""
    measured = [rule for rule in rules if rule["headroom"] is not None]
    if not measured:
        return Text("no rule was measured")
    table = plain_table("rule", "value", "limit", "left", "when")
    several = len({rule["phase"] for rule in rules}) > 1
    for rule in measured:
        figures = (shown(rule[name], rule["unit"]) for name in ("worst_value", "limit", "headroom"))
        style = "red" if rule["firm"] and rule["headroom"] < 0 else ""
        table.add_row(rule_name(rule, several=several), *figures, at(rule["at"]), style=style)
    return table


def unmeasured(rules: Sequence[Page]) -> list[str]:
    """Rules that nothing came near enough to measure, in one line."""
    several = len({rule["phase"] for rule in rules}) > 1
    names = [rule_name(rule, several=several) for rule in rules if rule["headroom"] is None]
    return [f"never measured: {', '.join(names)}"] if names else []


def figure_table(page: Page) -> Table:
    """Figures in two columns."""
    grid = Table.grid(padding=(0, 2))
    for place in range(4):
        grid.add_column(justify="right" if place % 2 else "left")
    for left, right in FIGURES:
        grid.add_row(left[0], figure(page, *left[1:]), right[0], figure(page, *right[1:]))
    return grid


def beside(analysis: Page | None) -> Iterator[RenderableType]:
    """The account beside buying and holding, and how many weeks met their targets; nothing of a run without an analysis."""
    if analysis is None or analysis["buy_and_hold"]["end"] is None:
        return
    held = analysis["buy_and_hold"]
    table = plain_table("", "return", "max drawdown", "Sharpe")
    for name, found in (("account", held["account"]), ("buy and hold", held)):
        figures = ((found["return"], "{:+.2%}"), (found["max_drawdown"], "{:.2%}"), (found["sharpe"], "{:.2f}"))
        table.add_row(name, *("-" if value is None else form.format(value) for value, form in figures))
    yield from section("Against buying and holding", table)
    if analysis["review"]["traded"] and analysis["review"]["targets"]:
        yield from section("Weekly review", Text(reviewed(analysis["review"])))


def reviewed(review: Page) -> str:
    """'68 of 101 weeks with a closed trade met every target; missed: losing streak 30, win rate 7'."""
    often = sorted((item for item in review["missed"].items() if item[1]), key=lambda item: -item[1])
    missed = ", ".join(f"{name.replace('_', ' ')} {count}" for name, count in often)
    weeks = f"{review['traded']} week{'' if review['traded'] == 1 else 's'}"
    return f"{review['met_all']} of {weeks} with a closed trade met every target" + (f"; missed: {missed}" if missed else "")


def count_table(refusals: Mapping[str, int]) -> Table:
    """How often, which code, what it means."""
    grid = Table.grid(padding=(0, 2))
    grid.add_column(justify="right")
    for code, count in refusals.items():
        grid.add_row(str(count), code, refusal(Code[code]))
    return grid


def listed(counts: Mapping[str, int]) -> str:
    """'12 DAILY_LOSS, 3 LEVERAGE'."""
    return ", ".join(f"{count} {code}" for code, count in counts.items())


def bullets(lines: Sequence[str]) -> Table:
    """A list whose second lines are indented."""
    grid = Table.grid(padding=(0, 1))
    for line in lines:
        grid.add_row("-", line)
    return grid


def footer(page: Page) -> list[str]:
    """The identity of the run and the time it took."""
    seconds = page["seconds"]
    taken = ", ".join(f"{stage} {seconds[stage]:.3f}" for stage in seconds)
    return [f"config {page['config_hash'][:12]}, version {page['version']}", f"seconds: {taken}"]
