"""Bars out of text files of other programs: shape, clock, numbers and timeframe settled, checked like any other bars."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from runner.bars.parquet import unfit
from runner.bars.server_clock import ServerClock, clock, doubt, to_utc
from runner.bars.shapes import NEEDED, Shape, shape, symbol_in, timeframe_in
from runner.bars.stamps import Stamps, stamps
from runner.bars.text_file import Table, table
from runner.bars.validate import faults
from runner.bars.when import row_name, when
from runner.model.bars import Bars, Floats, Times
from runner.model.duration import text

KEPT = (*NEEDED, "volume", "real_volume", "trades", "buy_volume")
FEWEST = 5  # steps that make a habit
NEARLY_ALL = 0.9
NUMBER = r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$"


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What a user says of a file; None and `auto` are settled by looking at it."""

    symbol: str | None = None
    timeframe_ms: int | None = None
    shape: str = "auto"
    clock: str | None = None
    decimal: str = "."
    force_clock: bool = False  # accept the stated clock though the weekends speak for another


@dataclass(frozen=True, kw_only=True)
class Foreign:
    """Bars of one file, the shape it had, and what should be said of how it was read."""

    bars: Bars
    shape: str
    notes: tuple[str, ...] = ()


def foreign(path: Path, wanted: Wanted) -> Foreign:
    """The validated bars of a text file. DataError names file, row, what was found and what to type."""
    rows = table(path)
    found = shape(rows, wanted.shape)
    symbol = wanted.symbol or symbol_in(path.stem.partition(".csv")[0])
    if symbol is None:
        raise unfit(path, "its name tells no symbol; type symbol=…, such as symbol=EURUSD")
    if not len(rows):
        raise unfit(path, "expected rows of bars, was a header without any")
    local = local_times(rows, found)
    step_ms = stated(path, local.ms, wanted.timeframe_ms) if wanted.timeframe_ms else timeframe(path, local.ms)
    by, said = clock_for(path, found, local, wanted)
    doubted = doubts(path, local, step_ms, by, wanted)
    bars = assembled(rows, found, utc(path, local, by), wanted.decimal, symbol, step_ms)
    bars, tidied = tidy(bars)
    problems = faults(bars)
    if problems:
        raise unfit(path, *problems, *other_step(bars, path))
    volume = (
        ()
        if "volume" in found.columns
        else ("there is no volume in it; it counts as 0, and strategies that need volume (fvg) will not trade on it",)
    )
    return Foreign(bars=bars, shape=found.name, notes=(*said, *day_first(rows, found), *doubted, *volume, *tidied))


def local_times(rows: Table, found: Shape) -> Stamps:
    """The times as written, in the order of the file."""
    import pyarrow.compute as pc

    column = rows.columns[found.columns["time"]]
    if "date" in found.columns:
        column = pc.binary_join_element_wise(rows.columns[found.columns["date"]], column, " ")
    try:
        return stamps(column)
    except ValueError as error:
        raise unfit(rows.path, str(error)) from None


def day_first(rows: Table, found: Shape) -> tuple[str, ...]:
    """A note where dates with dots were read with the day before the month."""
    cell = rows.columns[found.columns.get("date", found.columns["time"])][0].as_py()
    if not re.match(r"\d{2}\.\d{2}\.\d{4}", cell):
        return ()
    return (f"dates were read with the day first: {cell[:10]} is {cell[6:10]}-{cell[3:5]}-{cell[:2]}",)


def timeframe(path: Path, local: Times) -> int:
    """The step most rows are apart, held against the file's name; DataError when neither tells."""
    told = timeframe_in(path.stem.partition(".csv")[0])
    steps = np.abs(np.diff(local))
    steps = steps[steps > 0]
    if not len(steps):
        if told is None:
            raise unfit(path, "one row does not tell a timeframe; type timeframe=…, such as timeframe=1h")
        return told
    values, counts = np.unique(steps, return_counts=True)
    return int(values[np.argmax(counts)])


def stated(path: Path, local: Times, step_ms: int) -> int:
    """The timeframe a user states; DataError where nearly all rows are a multiple of it apart, for that is no series with holes."""
    steps = np.abs(np.diff(local))
    steps = steps[steps > 0]
    if len(steps) < FEWEST:
        return step_ms
    usual = timeframe(path, local)
    if usual > step_ms and np.mean(steps >= usual) >= NEARLY_ALL:
        raise unfit(
            path, f"expected rows {text(step_ms)} apart as timeframe= says, most are {text(usual)} apart; type timeframe={text(usual)}"
        )
    return step_ms


def clock_for(path: Path, found: Shape, local: Stamps, wanted: Wanted) -> tuple[ServerClock | None, tuple[str, ...]]:
    """The clock to read the times off; None when the file itself says which instants they are."""
    if local.absolute:
        spare = (f"clock={wanted.clock!r} was not needed: the file's times are instants",) if wanted.clock not in (None, "UTC") else ()
        return None, spare
    name = wanted.clock or found.clock
    if name is None:
        likely = doubt(local.ms, timeframe(path, local.ms), clock("UTC"))
        hint = f"; its weekends fit clock={likely.best!r}" if likely is not None and likely.wrong else ""
        raise unfit(path, f"expected clock=…, the server's clock such as clock='New York+7h' or clock=Europe/Athens, is missing{hint}")
    try:
        by = clock(name)
    except ValueError as error:
        raise unfit(path, f"clock: {error}") from None
    return by, () if wanted.clock else (f"times were read as {name}, the clock of this shape ({found.name}); clock=… says otherwise",)


def doubts(path: Path, local: Stamps, step_ms: int, by: ServerClock | None, wanted: Wanted) -> tuple[str, ...]:
    """A note where weekends fit another clock better; DataError where they plainly speak against the stated one."""
    stated = by or clock("UTC")
    order = local.ms[::-1] if len(local.ms) > 1 and local.ms[0] > local.ms[-1] else local.ms
    found = doubt(order, step_ms, stated)
    if found is None:
        return ()
    if found.wrong and not wanted.force_clock and by is not None:
        line = found.line(stated.name)
        raise unfit(path, f"the clock looks wrong: {line}; type clock='{found.best}', or force_clock=true to keep yours")
    return (f"doubtful clock: {found.line(stated.name)}",)


def utc(path: Path, local: Stamps, by: ServerClock | None) -> Times:
    """The times as UTC milliseconds."""
    if by is None:
        return local.ms
    try:
        return to_utc(local.ms, by)
    except ValueError as error:
        raise unfit(path, f"{error}; is the clock right?") from None


def assembled(rows: Table, found: Shape, time: Times, decimal: str, symbol: str, step_ms: int) -> Bars:
    """Bars out of the columns, in the order of the file."""
    there: dict[str, Any] = {name: numbers(rows, name, place, decimal) for name, place in found.columns.items() if name in KEPT}
    real = there.pop("real_volume", None)
    volume = there.pop("volume", np.zeros(len(time)))
    if real is not None and np.any(real > 0):
        volume = real
    bought = there.pop("buy_volume", None)
    sides: dict[str, Any] = {} if bought is None else {"buy_volume": bought, "sell_volume": np.maximum(volume - bought, 0.0)}
    return Bars(symbol=symbol, timeframe_ms=step_ms, open_time=time, volume=volume, origin=rows.path.name, **there, **sides)


def numbers(rows: Table, name: str, position: int, decimal: str) -> Floats:
    """One column as float64; empty cells become NaN. DataError names the row of what is no number, decimal commas by their name."""
    import pyarrow.compute as pc

    column = rows.columns[position]
    plain: Any = pc.replace_substring(column, ",", ".") if decimal == "," else column
    plain = pc.if_else(pc.equal(plain, ""), "nan", plain)
    good = pc.or_(pc.match_substring_regex(plain, NUMBER), pc.equal(plain, "nan")).to_numpy(zero_copy_only=False)
    if not good.all():
        row = int(np.flatnonzero(~good)[0])
        raise unfit(rows.path, not_a_number(name, row, column[row].as_py(), decimal))
    return np.asarray(pc.cast(plain, "float64").to_numpy(zero_copy_only=False), np.float64)


def not_a_number(name: str, row: int, found: str, decimal: str) -> str:
    """What a cell holds instead of a number, and what to type where that is a matter of the comma."""
    line = f"{row_name(row)}: {name} is {found!r}"
    commas, points = found.count(","), found.count(".")
    if decimal == "." and commas == 1 and not points and found.replace(",", "").isdigit():
        return f"{line}, a decimal comma; type decimal=,"
    if commas and points:
        return f"{line}, expected a number without marks between the thousands"
    return f"{line}, expected a number such as {'1,1034' if decimal == ',' else '1.1034'}"


def tidy(bars: Bars) -> tuple[Bars, tuple[str, ...]]:
    """Oldest first, rows that occur twice word for word once."""
    notes: list[str] = []
    time = bars.open_time
    if len(time) > 1 and np.all(np.diff(time) <= 0) and time[0] > time[-1]:
        bars = bars.rows(np.s_[::-1])
        notes.append("rows came newest first and were turned round")
    twice = repeated(bars)
    if twice.any():
        bars = bars.rows(~twice)
        notes.append(f"{int(twice.sum())} rows occurred twice, word for word, and count once")
    return bars, tuple(notes)


def repeated(bars: Bars) -> Any:
    """Which rows say the same as the row before, the time included."""
    same = np.zeros(len(bars), np.bool_)
    if len(bars) > 1:
        same[1:] = np.diff(bars.open_time) == 0
        for name in (*NEEDED, "volume"):
            column = getattr(bars, name)
            same[1:] &= column[1:] == column[:-1]
    return same


def other_step(bars: Bars, path: Path) -> list[str]:
    """Said beside faults: the step of the rows or of the file's name, where it is not the timeframe they were read with."""
    used = bars.timeframe_ms
    told, steps = timeframe_in(path.stem.partition(".csv")[0]), np.unique(np.diff(bars.open_time), return_counts=True)
    usual = int(steps[0][np.argmax(steps[1])]) if len(bars) > 1 else used
    if usual not in (0, used):
        return [f"most rows are {text(usual)} apart, they were read as {text(used)}; bars are imported as they are and resampled by a run"]
    return (
        [f"most rows are {text(used)} apart, the file's name says {text(told)}; timeframe=… settles it"]
        if told is not None and told != used
        else []
    )


def joined(parts: list[Foreign], paths: list[Path]) -> Foreign:
    """Files of one symbol and timeframe as one; DataError where two of them disagree about a bar."""
    from runner.bars.merge import merge

    whole = parts[0]
    for part, path in zip(parts[1:], paths[1:], strict=True):
        same_kind(whole, part, path)
        merged = merge(path, whole.bars, part.bars)
        whole = replace(whole, bars=merged.bars, notes=tuple(dict.fromkeys((*whole.notes, *part.notes, *merged.notes))))
    return whole


def same_kind(whole: Foreign, part: Foreign, path: Path) -> None:
    """Refuse a file of another symbol or timeframe."""
    mine, theirs = (f"{each.bars.symbol} {text(each.bars.timeframe_ms)}" for each in (part, whole))
    if mine != theirs:
        raise unfit(path, f"holds {mine}, the files before it {theirs}; import them one by one")


def finished(bars: Bars, now_ms: int) -> tuple[Bars, tuple[str, ...]]:
    """Without bars that are not complete at `now_ms`, and what was left out."""
    whole = bars.closed_by(now_ms)
    left = len(bars) - len(whole)
    return whole, (f"{left} bars end after {when(now_ms)} and were left out",) if left else ()
