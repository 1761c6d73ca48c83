"""Catalog: what lies in a folder of bars, with its gaps."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from runner.bars.catalog import no_folder
from runner.bars.inventory import Entry, inventory
from runner.bars.nearest import nearest
from runner.bars.shelf import misnamed, shelf
from runner.bars.shipped import BARS
from runner.bars.when import when
from runner.mode.shelving import root_of
from runner.model.bot import Errand
from runner.words import aligned

ERRAND = True
LEAVES_FILES = False
HEADER = ("symbol", "timeframe", "bars", "from", "to", "gaps", "explained", "size", "where")
COUNTS = (2, 5, 6, 7)


class Options(BaseModel):
    """What `mode.…` may say of a listing."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)
    name: Literal["catalog"] = "catalog"
    root: str | None = Field(
        None, min_length=1, description="folder of bars; null = $RUNNER_HOME/bars, or the shipped ones where that is not there"
    )
    symbols: list[str] = Field(default_factory=list, description="only these; [] = all")
    gaps: bool = Field(False, description="also every gap that nothing explains")


def run(errand: Errand) -> int:
    """Print a line per file; files that cannot be used come last with the reason. Raises DataError for a folder that is not there."""
    options = Options(**errand.options)
    root = root_of(errand, options.root)
    if not root.exists() and options.root is None and root == errand.home / "bars":
        print(f"{root} is not there yet; these are the bars that ship with the project")
        root = BARS
    if not root.is_dir():
        raise no_folder(root, "root" if options.root or root == errand.home / "bars" else "source.root")
    entries = inventory(root, tuple(options.symbols))
    if not entries:
        print(
            f"{root} holds no bars{f' of {", ".join(options.symbols)}{near(root, options.symbols)}' if options.symbols else misnamed(root)}"
        )
        return 0
    show(root, entries, each_gap=options.gaps)
    return 0


def near(root: Path, symbols: list[str]) -> str:
    """The nearest of the symbols that lie there, or what there is."""
    return nearest(symbols[0], sorted({file.symbol for file in shelf(root)}))


def show(root: Path, entries: list[Entry], *, each_gap: bool) -> None:
    """The table, the gaps where they are wanted, then what cannot be used."""
    good = [entry for entry in entries if not entry.fault]
    for line in aligned([HEADER, *(cells(entry) for entry in good)], COUNTS) if good else ["no file here can be used"]:
        print(line)
    for entry in good if each_gap else ():
        for gap in entry.unexplained:
            print(f"  {entry.file.name}  {gap.line()}")
    for entry in entries:
        if entry.fault:
            print(f"  cannot be used  {entry.file.path.relative_to(root)}  {entry.fault}")
    files = f"{len(entries)} file{'s' if len(entries) != 1 else ''}"
    print(f"{files} under {root}, {size(sum(entry.size for entry in entries))}; gaps: missing bars in brackets")


def cells(entry: Entry) -> tuple[str, ...]:
    """One file as the cells of its line."""
    file, holes = entry.file, len(entry.unexplained)
    span = tuple("-" if time is None else when(time).removesuffix(" UTC") for time in (entry.first_ms, entry.last_ms))
    gaps = f"{holes} ({entry.missing})" if holes else "0"
    return file.symbol, file.kind, str(entry.rows), *span, gaps, str(entry.explained), size(entry.size), file.place or "."


def size(count: int) -> str:
    """Bytes as people read them: `12 kB`."""
    if count < 1_000:
        return f"{count} B"
    return f"{count / 1_000:.0f} kB" if count < 1_000_000 else f"{count / 1_000_000:.1f} MB"
