"""Which files lie where: `{source}/{market}/{SYMBOL}-{timeframe}.parquet`, or all of them in one folder."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from runner.model.duration import milliseconds

PATTERNS = ("*.parquet", "*/*.parquet", "*/*/*.parquet")
SPOT = "spot"


@dataclass(frozen=True, kw_only=True)
class Shelved:
    """One file of bars, or of another kind (`funding`), found under a root."""

    path: Path
    place: str  # `binance/futures`; '' when the root itself holds the file
    symbol: str
    kind: str  # a timeframe such as '4h', or 'funding'
    timeframe_ms: int  # 0 when this is not a file of bars

    @cached_property
    def rows(self) -> int:
        """How many rows the file says it has; 0 when it cannot be read (reading it says why)."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        try:
            return int(pq.read_metadata(self.path).num_rows)
        except (pa.ArrowException, OSError):
            return 0

    @property
    def span_ms(self) -> int:
        """The time its bars cover, without gaps."""
        return self.rows * self.timeframe_ms

    @property
    def spot(self) -> bool:
        """Whether these are prices of a spot market."""
        return self.place.rpartition("/")[2].partition("-")[0] == SPOT

    @property
    def name(self) -> str:
        """The file as people name it: `binance/spot SOLUSDT-4h`."""
        return f"{self.place} {self.path.stem}".strip()


def shelf(root: Path) -> list[Shelved]:
    """Every file of bars or funding under `root`, up to two folders deep, in order of their paths."""
    paths = sorted(path for pattern in PATTERNS for path in root.glob(pattern))
    return [found for path in paths if (found := shelved(root, path)) is not None]


def misnamed(root: Path) -> str:
    """`; found BTCUSDT_4h.csv, expected a name such as BTCUSDT-4h.parquet` where files lie that may be meant as bars; else nothing."""
    patterns = [pattern.replace("*.parquet", f"*.{kind}") for pattern in PATTERNS for kind in ("parquet", "csv")]
    found = sorted(path.name for pattern in patterns for path in root.glob(pattern))
    return f"; found {', '.join(found[:3])}{' ...' if len(found) > 3 else ''}, expected a name such as BTCUSDT-4h.parquet" if found else ""


def shelved(root: Path, path: Path) -> Shelved | None:
    """What a file is by its name; None when the name says neither bars nor funding."""
    symbol, _, kind = path.stem.rpartition("-")
    try:
        timeframe = 0 if kind == "funding" else milliseconds(kind)
    except ValueError:
        return None
    place = path.parent.relative_to(root).as_posix()
    return Shelved(path=path, place="" if place == "." else place, symbol=symbol, kind=kind, timeframe_ms=timeframe) if symbol else None


def choose(files: list[Shelved]) -> Shelved:
    """The file to use among several of one symbol, by rules that depend on nothing but the files.

    Pieces that cover less than half of the longest give way; then derivatives go before spot, the longest before shorter ones,
    coarser bars before finer ones (when resampling), and the place decides the rest.
    """
    longest = max(file.span_ms for file in files) if len(files) > 1 else 0
    long_enough = [file for file in files if 2 * file.span_ms >= longest] if longest else files
    return min(long_enough, key=lambda file: (file.spot, -file.span_ms if longest else 0, -file.timeframe_ms, file.place))
