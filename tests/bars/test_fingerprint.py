"""The name of content: the same for the same values, another for any other value, never a matter of paths."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from runner.bars.catalog import Catalog
from runner.bars.fingerprint import fingerprint
from runner.bars.releases import releases
from runner.model.stream import Funding
from tests.bars.making import bars, columns, write

BARS = bars("BTCUSDT", [1.0, 2.0, 3.0])


def test_paths_do_not_matter(tmp_path: Path) -> None:
    """Two copies in different folders are one content."""
    for place in ("a/spot", "b"):
        write(tmp_path / place / "AUSDT-1h.parquet", columns(5))
    one, two = (Catalog(tmp_path / place).bars("AUSDT", "1h") for place in ("a", "b"))
    assert one.origin != two.origin
    assert fingerprint(one) == fingerprint(two)


def test_every_value_matters() -> None:
    """Symbol, timeframe, times, each price column and optional columns."""
    others = [replace(BARS, symbol="ETHUSDT"), replace(BARS, timeframe_ms=1), replace(BARS, buy_volume=np.ones(3)), BARS.rows(slice(2))]
    for name in ("open_time", "open", "high", "low", "close", "volume"):
        changed = getattr(BARS, name).copy()
        changed[1] += 1
        others.append(replace(BARS, **{name: changed}))
    names = {fingerprint(each) for each in (BARS, *others)}
    assert len(names) == 1 + len(others)


def test_order_and_absence_matter() -> None:
    """Two parts are not their exchange, and missing funding is not empty funding."""
    other = bars("ETHUSDT", [1.0])
    none = Funding(time=np.empty(0, np.int64), rate=np.empty(0))
    assert fingerprint(BARS, other) != fingerprint(other, BARS)
    assert fingerprint(BARS, None) != fingerprint(BARS, none) != fingerprint(BARS)


def test_the_name_is_the_same_everywhere() -> None:
    """A fixed value: it may not depend on machine, version or hash seed."""
    assert fingerprint(BARS, releases()) == "f1a7e3077db5154fc6443e4a056ba94a"
    assert fingerprint(BARS.rows(slice(None, None, -1)).rows(slice(None, None, -1))) == fingerprint(BARS)
