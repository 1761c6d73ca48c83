"""The release calendar: complete, ordered, in UTC; and a user's own."""

from __future__ import annotations

import csv
from collections import Counter
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from runner.bars.releases import releases
from runner.bars.shipped import CALENDAR
from runner.model.errors import DataError


def test_the_shipped_calendar_is_whole() -> None:
    """377 releases of eight kinds, oldest first."""
    found = releases()
    assert len(found.time) == len(found.event) == len(found.currency) == 377
    assert found.time.dtype == np.int64
    assert np.all(np.diff(found.time) >= 0)
    counts = {
        "FOMC_DECISION": 40,
        "FOMC_PRESS": 40,
        "US_CPI": 59,
        "US_NFP": 59,
        "US_PCE": 59,
        "ECB_DECISION": 40,
        "ECB_PRESS": 40,
        "BOE_DECISION": 40,
    }
    assert Counter(found.event) == counts
    assert set(found.currency) == {"USD", "EUR", "GBP"}


def test_known_releases_are_at_their_instants() -> None:
    """Winter time, summer time and the delayed PCE of 10:00."""
    found = releases()
    listed = set(zip(found.event, found.time.astype("datetime64[ms]").astype(str), strict=True))
    assert ("US_NFP", "2022-01-07T13:30:00.000") in listed
    assert ("FOMC_DECISION", "2023-07-26T18:00:00.000") in listed
    assert ("US_PCE", "2025-12-05T15:00:00.000") in listed


def test_every_row_agrees_with_its_local_time() -> None:
    """time_utc is local_time in its zone, daylight saving included."""
    with CALENDAR.open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            local = datetime.fromisoformat(row["local_time"]).replace(tzinfo=ZoneInfo(row["zone"]))
            assert local == datetime.fromisoformat(row["time_utc"]), row


def test_every_source_is_explained() -> None:
    """The README has a line for each source id of calendar and instruments."""
    readme = (CALENDAR.parent / "README.md").read_text(encoding="utf-8")
    explained = {word.strip() for line in readme.splitlines() if line.startswith("| ") for word in line.split("|")[1].split(",")}
    with CALENDAR.open(newline="", encoding="utf-8") as file:
        used = {row["source_id"] for row in csv.DictReader(file)}
    with (CALENDAR.parent / "instruments.csv").open(newline="", encoding="utf-8") as file:
        used |= {source for row in csv.DictReader(file) for source in row["source_ids"].split("+")}
    assert used <= explained


BAD = {
    "no zone": ("event,currency,time_utc\nX,USD,2025-01-10T13:30:00\n", "was '2025-01-10T13:30:00'"),
    "no time": ("event,currency,time_utc\nX,USD,soonZ\n", "time_utc: expected UTC such as 2025-01-10T13:30:00Z, was 'soonZ'"),
    "no column": ("event,time_utc\nX,2025-01-10T13:30:00Z\n", "lacks currency"),
}


@pytest.mark.parametrize("case", BAD)
def test_a_bad_calendar_is_refused(case: str, tmp_path: Path) -> None:
    """File and what was expected."""
    text, message = BAD[case]
    path = tmp_path / "calendar.csv"
    path.write_text(text)
    with pytest.raises(DataError, match=r"calendar\.csv cannot be used") as caught:
        releases(path)
    assert message in str(caught.value)


def test_a_missing_calendar_is_refused(tmp_path: Path) -> None:
    """No traceback of the operating system."""
    with pytest.raises(DataError, match="expected a CSV file"):
        releases(tmp_path / "none.csv")


def test_a_users_calendar_is_sorted(tmp_path: Path) -> None:
    """The order of rows does not matter."""
    path = tmp_path / "mine.csv"
    path.write_text("event,currency,time_utc\nB,EUR,2025-02-01T10:00:00Z\nA,USD,2025-01-01T10:00:00Z\n")
    assert releases(path).event == ("A", "B")
