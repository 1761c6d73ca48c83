"""`mode=schedule`: what runs when, as it stands on the terminal and as programs read it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.command import command, written

RUNS = """\
defaults: [{of}, _self_]
name: {name}
secrets: {{key: {name}_KEY, secret: {name}_SECRET}}
runs:
  fvg: {{strategy: fvg, every: 4h, offset: 5s}}
  guard: {{job: guard}}
  daily: {{job: report, every: reset, offset: 5m}}
  weekly: {{job: review, schedule: {{cron: '0 9 * * SUN', zone: Europe/Berlin}}}}
"""
AT = "mode.at=2026-12-01 12:01"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Two accounts: of a firm whose day begins in Prague, and in UTC."""
    texts = {f"accounts/{name}.yaml": RUNS.format(name=name, of=of) for name, of in (("hyro", "hyro_2step"), ("ftmo", "ftmo_2step"))}
    return written(tmp_path, texts)


def test_a_page_of_every_account(home: Path) -> None:
    """Words, command and the next times by the firm's clock and the reader's, each account once; no line is wider than the screen."""
    ran = command("mode=schedule", AT, "mode.zone=America/New_York", home=home, environment={"COLUMNS": "80"})
    assert (ran.status, ran.err) == (0, "")
    lines = ran.out.splitlines()
    assert [line for line in lines if line[:1].strip()] == [
        "ftmo  ftmo, 2step, challenge, demo",
        "hyro  hyrotrader, 2step, challenge, demo",
        "8 runs of 2 accounts, 0 warnings; times after 2026-12-01 12:01 UTC",
    ]
    for expected in (
        "  fvg         5 s after each 4h bar",
        "              runner +strategy=fvg +account=hyro mode=once",
        "              Europe/Prague     Tue 01 Dec 17:00:05  21:00:05",
        "              America/New_York  Tue 01 Dec 11:00:05  15:00:05  19:00:05",
        "  guard       until stopped",
        "  daily       5 min after the firm's reset at 00:00 Europe/Prague",
        "  weekly      at 09:00, only on Sunday, Europe/Berlin",
    ):
        assert expected in lines, ran.out
    assert max(map(len, lines)) <= 80


def test_for_programs(home: Path) -> None:
    """One JSON document; times with their offsets."""
    ran = command("mode=schedule", AT, "account=hyro", "mode.zone=Europe/Berlin", "mode.count=2", "mode.json=true", home=home)
    page = json.loads(ran.out)
    [account] = page["accounts"]
    assert (page["after"], account["account"], account["warnings"]) == ("2026-12-01T12:01:00+00:00", "hyro", [])
    assert account["runs"][0] == {
        "run": "fvg",
        "job": "once",
        "when": "5 s after each 4h bar",
        "command": "runner +strategy=fvg +account=hyro mode=once",
        "next": [
            {"utc": "2026-12-01T16:00:05+00:00", "firm": "2026-12-01T16:00:05+00:00", "local": "2026-12-01T17:00:05+01:00"},
            {"utc": "2026-12-01T20:00:05+00:00", "firm": "2026-12-01T20:00:05+00:00", "local": "2026-12-01T21:00:05+01:00"},
        ],
    }
    assert [len(run["next"]) for run in account["runs"]] == [2, 0, 2, 2]


def test_what_will_go_wrong_stands_below_the_account(home: Path) -> None:
    """A warning is no refusal: the page is told, the status is 0."""
    more = "  swing: {strategy: ha_flip, every: 4h, offset: 10s}\n"
    written(home, {"accounts/hyro.yaml": RUNS.format(name="hyro", of="hyro_2step") + more})
    ran = command("mode=schedule", AT, home=home)
    assert ran.status == 0
    assert "  !  hyro.fvg and hyro.swing tick within the same minute" in ran.out
    assert "9 runs of 2 accounts, 1 warning;" in ran.out


def test_without_accounts(tmp_path: Path) -> None:
    """One line that says what to do."""
    ran = command("mode=schedule", home=tmp_path)
    assert (ran.status, ran.out) == (2, "")
    assert ran.err.splitlines()[0] == "there is nothing to start"
    assert "write one with mode=new-account" in ran.err


def test_options_that_are_none(home: Path) -> None:
    """All of them at once, each with what was expected; nothing is printed."""
    ran = command("mode=schedule", "mode.at=tomorrow", "mode.zone=Berlin", "mode.count=0", "mode.counts=3", home=home)
    assert (ran.status, ran.out) == (2, "")
    for expected in (
        "  mode.at      expected a time such as '2024-03-05 08:00' or '2024-03-05 09:00 Europe/Berlin', was 'tomorrow'",
        "  mode.zone    expected a time zone such as UTC or Europe/Berlin, was 'Berlin'; nearest is 'Europe/Berlin'",
        "  mode.count   ",
        "  mode.counts  ",
    ):
        assert expected in ran.err
    assert ran.err.splitlines()[0] == "this command will not run: 4 problems"


def test_the_year_stands_where_it_is_another(home: Path) -> None:
    """29 February comes every four years; a run of this year has none."""
    rare = "  leap: {job: report, schedule: {cron: '5 0 29 2 *'}}\n"
    written(home, {"accounts/hyro.yaml": RUNS.format(name="hyro", of="hyro_2step") + rare})
    ran = command("mode=schedule", AT, "account=hyro", "mode.zone=UTC", "mode.count=2", home=home)
    assert "UTC  Tue 29 Feb 2028 00:05  Sun 29 Feb 2032 00:05" in ran.out
    assert "UTC  Tue 01 Dec 16:00:05  20:00:05" in ran.out


@pytest.mark.parametrize(("kind", "typo", "meant"), [("strategy", "fvgg", "fvg"), ("portfolio", "hyro_dou", "hyro_duo")])
def test_what_is_traded_may_be_misspelt_on_the_command_line(kind: str, typo: str, meant: str, home: Path) -> None:
    """One problem with the nearest, not a second one that nothing was chosen."""
    ran = command("mode=once", f"{kind}={typo}", "account=hyro", home=home)
    assert ran.status == 2
    assert ran.err.splitlines()[:2] == [
        "this command will not run: 1 problem",
        f"  {kind}  there is no {kind} {typo!r}; nearest is {meant!r}  command line",
    ]


@pytest.mark.parametrize(("firm", "runs"), [("hyrotrader/2step", "fvg guard daily weekly"), ("ftmo/2step", "fvg daily weekly")])
def test_what_new_account_writes_is_scheduled(firm: str, runs: str, tmp_path: Path) -> None:
    """The shipped account's own run, the guard where a venue takes orders, and the two reports; nothing to warn of."""
    assert command("mode=new-account", "name=fresh", f"firm={firm}", home=tmp_path).status == 0
    [account] = json.loads(command("mode=schedule", AT, "mode.json=true", home=tmp_path).out)["accounts"]
    assert " ".join(run["run"] for run in account["runs"]) == runs
    assert account["warnings"] == []
