"""What the modes that fill or list a catalog share: where it is, how gaps are told, what to type next."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator

from runner.bars.gaps import Gap, gaps, limit_ms
from runner.bars.transfer import is_url, local
from runner.model.bars import Bars
from runner.model.bot import Errand
from runner.model.duration import DAY_MS, milliseconds
from runner.model.errors import ConfigError, Problem
from runner.model.settings import NAME


def duration(text: str) -> str:
    """The text itself when it is a timeframe; ValueError otherwise."""
    milliseconds(text)
    return text


def symbol(text: str) -> str:
    """The text itself when it can be a symbol and the name of a file; ValueError otherwise."""
    if not named(text):
        raise ValueError(f"expected a symbol of letters, digits, '_', '-' and '.', such as BTCUSDT, was {text!r}")
    return text


def place(text: str) -> str:
    """The text itself when it names one or two folders, which is as deep as a catalog is read; ValueError otherwise."""
    folders = text.split("/")
    if len(folders) > 2 or not all(map(named, folders)):
        raise ValueError(f"expected one or two folders under root, such as mt5/fx, of letters, digits, '_', '-' and '.', was {text!r}")
    return text


def named(text: str) -> bool:
    """Whether a text is a plain name, as the symbols of a strategy are: it leads nowhere else on the disk."""
    return NAME.fullmatch(text) is not None and ".." not in text


Duration = Annotated[str, AfterValidator(duration)]
Symbol = Annotated[str, AfterValidator(symbol)]
Place = Annotated[str, AfterValidator(place)]


def root_of(errand: Errand, asked: str | None) -> Path:
    """The folder of the user's bars: what the mode says, else what `source.root` says, else `bars` in the user's folder.

    ConfigError where that is a URL.
    """
    said = asked or (errand.settings.get("source") or {}).get("root")
    folder = local(str(said)) if said and is_url(str(said)) else None
    if said and is_url(str(said)) and folder is None:
        message = "expected a folder of this machine, was a URL; a backtest reads it, a catalog is kept in a folder"
        raise ConfigError("this mode will not run", [Problem(path="root" if asked else "source.root", message=message)])
    return Path(str(folder or said)).expanduser().absolute() if said else errand.home / "bars"


def listed_gaps(found: Sequence[Gap]) -> str:
    """`no gaps`, or how many there are and the longest nobody explains."""
    holes = [gap for gap in found if not gap.explained]
    weekends = f"{len(found) - len(holes)} gaps explained by closed markets" if len(found) > len(holes) else ""
    if not holes:
        return weekends or "no gaps"
    longest = max(holes, key=lambda gap: gap.length_ms)
    told = f"{len(holes)} gap{'s' if len(holes) != 1 else ''}, the longest at {longest.line()}"
    return f"{told}, {weekends}" if weekends else told


def allowance(held: Sequence[Bars]) -> str:
    """Whole days that cover the longest hole in these bars, such as `5d`; nothing where a backtest takes them as they are."""
    absurd = [gap.length_ms for bars in held for gap in gaps(bars) if gap.length_ms > limit_ms(bars)]
    return f"{-(-max(absurd) // DAY_MS)}d" if absurd else ""


def next_command(root: Path, path: Path, symbols: Sequence[str], timeframe: str, held: Sequence[Bars] = ()) -> str:
    """The backtest to type next, on the bars of `path`'s market under `root`; holes in the bars `held` are allowed by name."""
    cwd = Path.cwd()
    short = root.relative_to(cwd) if root.is_relative_to(cwd) else root
    place = path.parent.relative_to(root).as_posix()
    words = [f"source.root={short}", *([f"source.market={place}"] if place != "." else [])]
    words += [f"source.longest_gap={longest}"] if (longest := allowance(held)) else []
    words += [f"strategy.symbols=[{','.join(symbols)}]", f"strategy.timeframe={timeframe}"]
    return " ".join(["next: runner +strategy=ema_cross +account=own_money", *(shlex.quote(word) for word in words)])
