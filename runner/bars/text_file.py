"""Text files of other programs as columns of text: compressed or not, in any of the usual encodings, every row as wide as the first."""

from __future__ import annotations

import gzip
import io
import re
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from runner.bars.parquet import MAGIC, unfit
from runner.bars.when import row_name

MARKS = {b"\xef\xbb\xbf": "utf-8", b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}
DELIMITERS = ("\t", ";", ",")
REMARKS = re.compile(r"\A(?:\s*(?:#|https?://)[^\n]*\n)+")  # some archives begin with their address
FEWEST = 5  # time and four prices


@dataclass(frozen=True, kw_only=True)
class Table:
    """Rows of a text file. `names` of its header, in small letters with underscores, `()` when it has none.

    columns: one Arrow array of text per column, in order. cells: the first line, split.
    """

    path: Path
    delimiter: str
    names: tuple[str, ...]
    cells: tuple[str, ...]
    columns: tuple[Any, ...]

    def __len__(self) -> int:
        return len(self.columns[0]) if self.columns else 0

    def column(self, name: str) -> Any:
        """The column of that name in the header."""
        return self.columns[self.names.index(name)]


def table(path: Path) -> Table:
    """Read a text file (plain, .gz, or a .zip with one file in it). DataError says what it is instead, or which row is odd."""
    content = REMARKS.sub("", content_of(path))
    first = next((line for line in content.split("\n", 20) if line.strip()), "")
    if not first:
        raise unfit(path, "expected rows of bars, was an empty file")
    delimiter = delimiter_of(first)
    cells = tuple(cell.strip().strip('"') for cell in first.strip("\r").split(delimiter))
    if len(cells) < FEWEST:
        raise unfit(path, f"expected a time and four prices on each line, separated by tabs, ';' or ',', was {first.strip()[:80]!r}")
    named = any(cell.strip("<>").lower() in ("open", "o") for cell in cells)
    names = tuple(cell.strip("<>").strip().lower().replace(" ", "_") for cell in cells) if named else ()
    return Table(path=path, delimiter=delimiter, names=names, cells=cells, columns=columns_of(path, content, delimiter, skip=named))


def content_of(path: Path) -> str:
    """The text of a file, decompressed and decoded."""
    try:
        raw = path.read_bytes()
        raw = gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else unzipped(path, raw) if raw[:2] == b"PK" else raw
    except (OSError, EOFError, zlib.error, zipfile.BadZipFile) as error:
        said = error.strerror if isinstance(error, OSError) and error.strerror else "is damaged or cut short"
        raise unfit(path, f"cannot be read: {said}") from None
    if raw.startswith(MAGIC):
        raise unfit(path, "expected text, was a Parquet file; put it into the folder that source.root names, it needs no import")
    return decoded(path, raw)


def decoded(path: Path, raw: bytes) -> str:
    """Bytes as text: UTF-8, or what the mark at their beginning says (MetaTrader writes UTF-16)."""
    mark = next((mark for mark in MARKS if raw.startswith(mark)), b"")
    try:
        return raw[len(mark) :].decode(MARKS.get(mark, "utf-8"))
    except UnicodeDecodeError:
        raise unfit(path, "expected text (UTF-8 or UTF-16), was another kind of file") from None


def unzipped(path: Path, raw: bytes) -> bytes:
    """The one file of bars in an archive."""
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        names = [name for name in archive.namelist() if not name.endswith("/")]
        csv = [name for name in names if name.lower().endswith(".csv")] or names
        if len(csv) != 1:
            raise unfit(path, f"expected an archive with one CSV file, holds {', '.join(csv[:5]) or 'none'}; unpack it first")
        return archive.read(csv[0])


def delimiter_of(line: str) -> str:
    """What separates the cells of a line."""
    return next((mark for mark in DELIMITERS if line.count(mark) >= FEWEST - 1), max(DELIMITERS, key=line.count))


def columns_of(path: Path, content: str, delimiter: str, *, skip: bool) -> tuple[Any, ...]:
    """The cells as text, column by column; DataError for a row with more or fewer cells than the first one."""
    import pyarrow as pa
    from pyarrow import csv

    odd: list[Any] = []

    def note(row: Any) -> str:
        odd.append(row)
        return "skip"

    width = len(next(line for line in content.split("\n", 20) if line.strip()).split(delimiter))
    names = [str(number) for number in range(width)]
    read = csv.ReadOptions(use_threads=False, column_names=names, skip_rows=0, block_size=max(1 << 20, len(content.encode()) + 1))
    parse = csv.ParseOptions(delimiter=delimiter, invalid_row_handler=note)
    convert = csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False)
    try:
        found = csv.read_csv(io.BytesIO(content.encode()), read_options=read, parse_options=parse, convert_options=convert)
    except pa.ArrowInvalid as error:
        raise unfit(path, f"cannot be read as rows of text: {' '.join(str(error).split())[:120]}") from None
    if odd:
        raise unfit(path, *oddities(odd, width, delimiter, headed=skip))
    rows = found.slice(1) if skip else found
    import pyarrow.compute as pc

    return tuple(pc.utf8_trim_whitespace(column.combine_chunks()) for column in rows.columns)


def oddities(odd: Sequence[Any], width: int, delimiter: str, *, headed: bool) -> list[str]:
    """What is wrong with rows that are too long or too short."""
    first = odd[0]
    row = row_name((first.number or 1) - 1 - int(headed))
    more = f" (and {len(odd) - 1} more rows)" if len(odd) > 1 else ""
    comma = "; are these decimal commas?" if delimiter == "," and first.actual_columns > width else ""
    cut = "; is the file cut short?" if first.actual_columns < width and len(odd) == 1 else ""
    return [f"{row}: has {first.actual_columns} cells, the first line has {width}: {str(first.text).strip()[:80]!r}{more}{comma}{cut}"]
