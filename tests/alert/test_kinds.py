"""What the page of alerts says of each kind: that it is there, and how urgent it is."""

from __future__ import annotations

import re
from pathlib import Path

from runner.alert.kinds import SEVERITIES, Kind
from runner.mode.leaving import UNFINISHED
from runner.serve.endings import ALERTED

ROW = re.compile(r"^\| (`[a-z_`, ]+`) \| (critical|warning|info) \| ", re.MULTILINE)
PAGE = (Path(__file__).parents[2] / "docs" / "alerts.md").read_text(encoding="utf-8").partition("## What is told")[2]
ELSEWHERE = {
    (UNFINISHED, "critical"),
    ("restarts", "critical"),
    ("tick_crashed", "critical"),
    ("report", "info"),
    ("missed_tick", "warning"),
}


def test_the_page_tells_every_kind_as_urgent_as_it_is() -> None:
    """Those of the watch, and those that others put among the alerts; no other ones."""
    told = {(kind, severity) for kinds, severity in ROW.findall(PAGE) for kind in re.findall("[a-z_]+", kinds)}
    watched = {(kind.value, severity.value) for kind, severity in SEVERITIES.items() if kind is not Kind.TEST}
    assert told == watched | ELSEWHERE | {(kind, level) for level, kind in ALERTED.values()}
