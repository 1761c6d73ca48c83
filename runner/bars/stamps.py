"""Times as other programs write them: seconds to nanoseconds since 1970, or dates and times in one of the usual orders."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from runner.bars.when import row_name
from runner.model.bars import Times
from runner.model.duration import DAY_MS, HOUR_MS, MINUTE_MS

EPOCH = r"^\d{9,19}(\.\d+)?$"
CLOCK = r"(?:[ T](?P<H>\d{2}):?(?P<M>\d{2})(?::?(?P<S>\d{2})(?P<f>\.\d{1,9})?)?)?(?P<z> ?Z| UTC| GMT|[+-]\d{2}:?\d{2})?$"
WRITTEN = (
    r"^(?P<y>\d{4})[-./]?(?P<m>\d{2})[-./]?(?P<d>\d{2})" + CLOCK,
    r"^(?P<d>\d{2})\.(?P<m>\d{2})\.(?P<y>\d{4})" + CLOCK,  # a day before the month is told by its dots; slashes could mean either
)
PER_MS = {10: 1e-3, 13: 1, 16: 1_000, 19: 1_000_000}  # by number of digits: s, ms, us, ns


@dataclass(frozen=True, kw_only=True)
class Stamps:
    """Milliseconds; `absolute` when the file itself says which instants they are, else they are read off some clock."""

    ms: Times
    absolute: bool


def stamps(column: Any) -> Stamps:
    """Times of a column of text (an Arrow array). ValueError names the first row that is no time, or comes in two kinds."""
    import pyarrow.compute as pc

    if not len(column):
        return Stamps(ms=np.empty(0, np.int64), absolute=True)
    if pc.match_substring_regex(column.slice(0, 1), EPOCH)[0].as_py():
        return epoch(column)
    parts = next((found for pattern in WRITTEN if (found := pc.extract_regex(column, pattern)).slice(0, 1).null_count == 0), None)
    if parts is None:
        raise ValueError(unreadable(column, 0))
    bad = np.flatnonzero(parts.is_null().to_numpy(zero_copy_only=False))
    if len(bad):
        raise ValueError(unreadable(column, int(bad[0])))
    return written(column, parts)


def unreadable(column: Any, row: int) -> str:
    """What was found instead of a time."""
    found = column[row].as_py()
    either = "; with slashes day and month cannot be told apart" if found.count("/") == 2 and found[4:5] != "/" else ""
    return f"{row_name(row)}: expected a time such as 2024-01-31 08:00 or seconds since 1970, was {found!r}{either}"


def epoch(column: Any) -> Stamps:
    """Counts since 1970; their number of digits says of what."""
    import pyarrow.compute as pc

    whole = pc.replace_substring_regex(column, r"\..*$", "")
    bad = np.flatnonzero(~pc.match_substring_regex(column, EPOCH).to_numpy(zero_copy_only=False))
    if len(bad):
        raise ValueError(unreadable(column, int(bad[0])))
    count = pc.cast(whole, "int64").to_numpy()
    digits = np.array([10, 13, 16, 19])[np.searchsorted([1e11, 1e14, 1e17], np.abs(count), side="right")]
    ms = np.select(
        [digits == 10, digits == 13, digits == 16], [count * 1_000 + fraction_ms(column, digits), count, count // 1_000], count // 1_000_000
    )
    return Stamps(ms=ms.astype(np.int64), absolute=True)


def fraction_ms(column: Any, digits: NDArray[np.int64]) -> Times:
    """Milliseconds that stand behind the point of seconds."""
    import pyarrow.compute as pc

    if not np.any(digits == 10) or not pc.any(pc.match_substring(column, ".")).as_py():
        return np.zeros(len(column), np.int64)
    behind = pc.cast(pc.replace_substring_regex(column, r"^\d+", "0"), "float64").to_numpy()
    return np.asarray(np.rint(behind * 1_000), np.int64)


def written(column: Any, parts: Any) -> Stamps:
    """Dates and times; a zone or an offset behind them makes them instants."""
    year, month, day = whole(parts, "y"), whole(parts, "m"), whole(parts, "d")
    first = (year - 1970).astype("M8[Y]").astype("M8[M]") + (month - 1).astype("m8[M]")
    date = first.astype("M8[D]") + (day - 1).astype("m8[D]")
    hour, minute, second = whole(parts, "H"), whole(parts, "M"), whole(parts, "S")
    there = (month >= 1) & (month <= 12) & (day >= 1) & (date.astype("M8[M]") == first) & (hour < 24) & (minute < 60) & (second < 60)
    if not there.all():
        raise ValueError(f"{unreadable(column, int(np.flatnonzero(~there)[0]))}; there is no such time")
    ms = date.astype(np.int64) * DAY_MS + hour * HOUR_MS + minute * MINUTE_MS + second * 1_000 + fractions(parts)
    ahead, absolute = offsets(column, parts)
    return Stamps(ms=ms - ahead, absolute=absolute)


def field(parts: Any, name: str) -> Any:
    """One group of the pattern, '' where it did not occur."""
    import pyarrow.compute as pc

    return pc.fill_null(pc.struct_field(parts, name), "")


def whole(parts: Any, name: str) -> Times:
    """One group as whole numbers, 0 where it did not occur."""
    import pyarrow.compute as pc

    text = field(parts, name)
    return np.asarray(pc.cast(pc.if_else(pc.equal(text, ""), "0", text), "int64").to_numpy(zero_copy_only=False), np.int64)


def fractions(parts: Any) -> Times:
    """Fractions of a second as milliseconds."""
    import pyarrow.compute as pc

    text = field(parts, "f")
    if not pc.any(pc.not_equal(text, "")).as_py():
        return np.zeros(len(text), np.int64)
    behind = pc.cast(pc.binary_join_element_wise("0", text, ""), "float64").to_numpy(zero_copy_only=False)
    return np.asarray(np.rint(behind * 1_000), np.int64)


def offsets(column: Any, parts: Any) -> tuple[Times, bool]:
    """How far each time is ahead of UTC, and whether the file says so; ValueError when only some rows do."""
    import pyarrow.compute as pc

    zones = field(parts, "z")
    kinds = {kind: offset_ms(kind.strip()) for kind in pc.unique(zones).to_pylist()}
    if "" in kinds and len(kinds) > 1:
        bare = np.flatnonzero(pc.equal(zones, "").to_numpy(zero_copy_only=False))
        raise ValueError(f"{row_name(bare[0])}: {column[int(bare[0])].as_py()!r} names no zone, other rows do")
    coded = pc.dictionary_encode(zones)
    table = np.array([kinds[kind] for kind in coded.dictionary.to_pylist()], np.int64)
    return table[coded.indices.to_numpy(zero_copy_only=False)], "" not in kinds


def offset_ms(zone: str) -> int:
    """`+01:00`, `-0500`, `Z`, `UTC` or nothing as milliseconds ahead of UTC."""
    if zone[:1] not in ("+", "-"):
        return 0
    digits = zone[1:].replace(":", "")
    return (-1 if zone[0] == "-" else 1) * (int(digits[:2]) * HOUR_MS + int(digits[2:]) * MINUTE_MS)
