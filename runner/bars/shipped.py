"""Where the data that ships with the project lies; the same in a clone and in a wheel."""

from __future__ import annotations

from pathlib import Path

DATA = Path(__file__).resolve().parent.parent / "data"
BARS = DATA / "bars"
CALENDAR = DATA / "calendar.csv"
INSTRUMENTS = DATA / "instruments.csv"
