"""What the desk answers, over real sockets, from folders as bots leave them."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from runner.board.places import apart, places
from runner.journal.live import LiveJournal
from runner.live import blind
from runner.live.blind import Blind
from runner.live.state import Beat, Halt, halt, state_of, written
from runner.model.errors import ConfigError
from tests.board.homes import DAY, HOUR, NOON, QUARTER, journaled, left, meddled, position, run, sample, serves, status
from tests.board.serving import Shown, desk


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shown]:
    """A desk over one account in each state."""
    home = tmp_path_factory.mktemp("home")
    sample(home)
    with desk(home) as made:
        yield made


def figures(page: str) -> list[str]:
    """What stands in the tiles."""
    return re.findall(r"<dd[^>]*>([^<]*)</dd>", page)


def test_figures_are_the_journals_to_the_cent(tmp_path: Path) -> None:
    """On the page, in the API and in the metrics, also where rounding is near."""
    stands = status("mine", equity=10_000.005, balance=9_999.994999, day_result=-0.006, worst_case=9_876.545001)
    left(tmp_path, stands)
    journaled(tmp_path, stands, days=1)
    with LiveJournal.open(state_of(tmp_path, "mine").journal, account="mine", read_only=True) as journal:
        mark = journal.notes("mark")[-1].detail
    cents = [f"{mark[name]:,.2f}" for name in ("equity", "balance", "day_result", "worst_case")]
    with desk(tmp_path) as made:
        page = made.get("/accounts/mine").text
        assert figures(page)[:4] == [cents[0], cents[1], cents[2].replace("-", "−"), cents[3]]
        card, row = made.get("/api/accounts/mine").json, made.get("/api/accounts/mine/marks").json["rows"][-1]["detail"]
        for name in ("equity", "balance", "day_result", "worst_case"):
            assert card[name] == mark[name] == row[name]
        assert f'runner_equity{{account="mine",environment="demo"}} {mark["equity"]}' in made.get("/metrics").text
        assert f"equity {cents[0]}" in page


def test_the_first_page_shows_every_account_with_what_matters(shown: Shown) -> None:
    """Name, environment, state, money, a bar and words for each rule, positions with stops."""
    page = shown.get("/").text
    names = re.findall(r'id="to-([^"]+)"', page)
    assert names[:5] == ["ftmo_100k", "e8_one", "breakout", "own_money", "hyro_swing"]
    assert len(names) == 9
    assert "7 of 9 accounts need attention" in page
    for word in ("halted", "SILENT", "FAILED", "NO STOP", "GIVEN UP", "target reached", "paused", "holiday", "18 %", "stop 85210.0"):
        assert word in page
    bars = re.findall(r'<rect class="rest" width="([\d.]+)"', page)
    assert "18.0" in bars
    assert '9 accounts · 4 positions open · day <b class="loss">−737.50</b> USDT' in page
    assert len(bars) == len(re.findall(r'<span class="left">', page))


def test_an_accounts_page_tells_its_story(shown: Shown) -> None:
    """Picture, rules, positions, orders, decisions with reasons, notes and the log."""
    page = shown.get("/accounts/hyro_2step?span=week").text
    assert len(re.findall(r'<polyline class="(?:equity|balance|floor)"', page)) >= 4
    for word in (
        "daily floor",
        "drawdown floor",
        "85210.0",
        "88400.0",
        "held back",
        "DAILY_LOSS: 61.20 wanted",
        "channel private",
        "its stop rests",
    ):
        assert word in page
    assert "entry filled" in page


def test_pictures_of_a_day_begin_at_midnight(shown: Shown) -> None:
    """UTC; a week and everything reach further back, and what is far too much is thinned."""
    counts = {}
    for span in ("day", "week", "all"):
        rows = shown.get(f"/api/accounts/hyro_2step/marks?span={span}").json["rows"]
        counts[span] = len(rows)
        assert rows[-1]["detail"]["equity"] == 10_135.27
        assert all(before["time_ms"] < after["time_ms"] for before, after in pairwise(rows))
    first = shown.get("/api/accounts/hyro_2step/marks?span=day").json["rows"][0]["time_ms"]
    assert 0 <= first - NOON // DAY * DAY < QUARTER
    assert counts["day"] == 50
    assert counts["week"] < counts["all"] + 400
    assert max(counts.values()) <= 601


def test_orders_decisions_and_notes_by_the_api(shown: Shown) -> None:
    """As the journal has them; decisions of the day with their reasons."""
    orders = shown.get("/api/accounts/hyro_2step/orders?span=week").json["rows"]
    assert [row["state"] for row in orders] == ["filled"] * 7
    assert orders[0]["request"]["stop"] == "85210.0"
    decisions = shown.get("/api/accounts/hyro_2step/decisions").json["rows"]
    assert [(row["answer"], row["symbol"]) for row in decisions] == [("held back", "ETHUSDT"), ("entry filled", "BTCUSDT")]
    assert decisions[1]["why"] == "plan 7.0: buy 0.052 limit at 86120.4, stop 85210.0"
    assert {row["kind"] for row in shown.get("/api/accounts/hyro_2step/notes").json["rows"]} == {"blocked", "stream"}


def test_decisions_of_evidence_say_rule_and_numbers(tmp_path: Path) -> None:
    """A refusal with its code, its rule and both numbers."""
    stands = status("mine")
    state = left(tmp_path, stands)
    journaled(tmp_path, stands, days=0.1)
    row = {"plan": 0, "time": NOON - QUARTER, "strategy": "fvg", "symbol": "BTCUSDT", "side": 1, "answer": "REFUSED", "code": "DAILY_LOSS"}
    row |= {"rule": "house.daily", "wanted": 2.0, "quantity": None, "allowed": 0.0, "value": 61.2, "limit": 44.1}
    folder = state.evidence / "2026-11-22"
    folder.mkdir(parents=True)
    (folder / "decisions.jsonl").write_text(json.dumps(row) + "\n", encoding="utf-8")
    with desk(tmp_path) as made:
        rows = made.get("/api/accounts/mine/decisions").json["rows"]
    found = next(each for each in rows if each["answer"] == "refused")
    assert found["strategy"] == "fvg"
    assert found["why"] == "DAILY_LOSS: measured 61.2, limit 44.1; wanted 2, allowed 0; house.daily"


def test_decisions_of_the_running_day_say_their_numbers(tmp_path: Path) -> None:
    """As the bot notes each, before any evidence is left; evidence does not tell it twice, and no number of other notes hides it."""
    stands = status("mine")
    state = left(tmp_path, stands)
    row = {"plan": 3, "time": NOON - QUARTER, "strategy": "fvg", "symbol": "BTCUSDT", "side": 1, "answer": "REFUSED"}
    row |= {
        "code": "DAILY_LOSS",
        "rule": "house.daily",
        "wanted": 0.052,
        "quantity": None,
        "allowed": 0.0,
        "value": 12_461.25,
        "limit": 12_400.1,
    }
    with LiveJournal.open(state.journal, account="mine") as journal, journal.batch():
        journal.note(NOON - QUARTER, "decision", row)
        for number in range(300):
            journal.note(NOON - 60_000 + number, "stream", {"channel": "public", "up": True})
    folder = state.evidence / "2026-11-22"
    folder.mkdir(parents=True)
    (folder / "decisions.jsonl").write_text(json.dumps(row) + "\n" + json.dumps(row | {"plan": 4}) + "\n", encoding="utf-8")
    with desk(tmp_path) as made:
        rows = made.get("/api/accounts/mine/decisions").json["rows"]
        assert [each["answer"] for each in rows] == ["refused", "refused"]
        assert rows[0]["why"] == "DAILY_LOSS: measured 12,461.25, limit 12,400.1; wanted 0.052, allowed 0; house.daily"
        assert "measured 12,461.25, limit 12,400.1" in made.get("/accounts/mine").text
        assert {each["kind"] for each in made.get("/api/accounts/mine/notes").json["rows"]} == {"stream"}


def test_what_changes_is_shown_at_the_next_look(tmp_path: Path) -> None:
    """A new status, a stop that is gone, a halt; also where the file's size and second stay the same."""
    stands = status("mine", positions=(position(),))
    state = left(tmp_path, stands)
    with desk(tmp_path) as made:
        assert made.get("/api/accounts/mine").json["without_stop"] == 0
        left(tmp_path, replace(stands, equity=10_135.28))
        assert made.get("/api/accounts/mine").json["equity"] == 10_135.28
        left(tmp_path, replace(stands, positions=(position(stop=""),)))
        assert made.get("/api/accounts/mine").json["without_stop"] == 1
        assert "NO STOP" in made.get("/part/accounts").text
        halt(state, Halt(by="guard", at_ms=NOON, why="MAX_LOSS"))
        assert made.get("/api/accounts/mine").json["halted"] == "halted by guard: MAX_LOSS"
        left(tmp_path, status("other"))
        made.clock.at_ms += 5_000
        assert [card["name"] for card in made.get("/api/accounts").json] == ["mine", "other"]


def test_what_was_seen_before_a_halt_is_no_fact(tmp_path: Path) -> None:
    """That nothing is open is said with its time where the bot has not been heard of since somebody halted the account."""
    state = left(tmp_path, status("mine"))
    pages = ("/part/accounts", "/part/accounts/mine")
    with desk(tmp_path) as made:
        assert ["open</p>" in made.get(path).text for path in pages] == [True, True]
        halt(state, Halt(by="hand", at_ms=NOON, why="flatten by hand did not finish: no answer"))
        for page in [made.get(path).text for path in pages]:
            assert ("open</p>" in page, "before the halt; since then nothing has been heard" in page) == (False, True)
        left(tmp_path, status("mine", at_ms=NOON + 1))
        assert ["open</p>" in made.get(path).text for path in pages] == [True, True]


def test_an_account_without_a_journal_is_shown_with_what_there_is(tmp_path: Path) -> None:
    """The page says what is missing, the API says it with status 503; of a damaged status nothing is known."""
    left(tmp_path, status("mine"))
    state_of(tmp_path, "torn").root.mkdir(parents=True)
    (state_of(tmp_path, "torn").root / "status.json").write_text('{"layout": 1, "acc', encoding="utf-8")
    (state_of(tmp_path, "torn").root / "journal.db").write_bytes(b"this is no database at all" * 100)
    with desk(tmp_path) as made:
        assert "there is no journal yet" in made.get("/accounts/mine").text
        refused = made.get("/api/accounts/mine/marks")
        assert (refused.status, refused.json["detail"]) == (503, "there is no journal yet")
        assert "journal.db" in made.get("/api/accounts/torn/marks").json["detail"]
        assert made.get("/api/accounts/torn").json["state"] == "unreadable"
        assert "its status.json cannot be read" in made.get("/").text
        page = made.get("/accounts/torn")
        assert (page.status, "Traceback" in page.text, "file is not a database" in page.text) == (200, False, True)


@pytest.mark.parametrize(
    "text", ["", "{bad", "[1, 2]", '{"layout": 1, "positions": 7}', '"x"', "[" * 100_000, "equity", "positions", "share_left", "newer"]
)
def test_what_cannot_be_read_never_looks_calm(tmp_path: Path, text: str) -> None:
    """On the first page, in the API, to who watches heartbeats; in the metrics nothing is said of positions that nobody knows of."""
    stands = status("mine", positions=(position(),))
    file = left(tmp_path, stands).root / "status.json"
    rules = [each.__dict__ | {"share_left": "much"} for each in stands.rules]
    changed: dict[str, dict[str, Any]] = {
        "equity": {"equity": None},
        "positions": {"positions": [{"symbol": 1}]},
        "share_left": {"rules": rules},
        "newer": {"layout": 2},
    }
    file.write_text(json.dumps(stands.record() | changed[text]) if text in changed else text, encoding="utf-8")
    with desk(tmp_path) as made:
        page = made.get("/").text
        assert "1 of 1 accounts needs attention" in page.replace("account needs", "accounts needs")
        assert "UNREADABLE" in page
        assert (made.get("/accounts/mine").status, made.get("/api/accounts/mine").json["readable"]) == (200, False)
        heard = made.get("/api/heartbeat")
        assert (heard.status, heard.json["ok"]) == (503, False)
        found = {line.partition("{")[0]: line.rpartition(" ")[2] for line in made.get("/metrics").text.splitlines() if line[0] != "#"}
    assert found["runner_status_readable"] == "0.0"
    assert found.keys().isdisjoint({"runner_positions", "runner_positions_without_stop", "runner_orders", "runner_silent", "runner_equity"})


@pytest.mark.parametrize(
    ("at", "said"),
    [(0, "file is not a database"), (100, "malformed"), (-4096, "malformed"), (None, "no live journal")],
    ids=["its head", "its table of contents", "its newest rows", "all of it"],
)
def test_a_journal_that_cannot_be_read_stands_first(tmp_path: Path, at: int | None, said: str) -> None:
    """Damaged while the bot's own words still sound well: told on the first page and in the metrics, and calm again once it is whole."""
    for name in ("calm", "mine"):
        left(tmp_path, status(name))
        journaled(tmp_path, status(name), days=1)
    file = state_of(tmp_path, "mine").journal
    whole = file.read_bytes()
    torn = b"" if at is None else whole[:at] + b"\x07" * 4096 + (whole[at + 4096 :] if at >= 0 else b"")
    with desk(tmp_path) as made:
        assert "No account needs attention" in made.get("/").text
        file.write_bytes(torn)
        page = made.get("/").text
        assert "1 of 2 accounts need attention" in page
        assert re.findall(r'id="to-([^"]+)"', page) == ["mine", "calm"]
        assert said in page
        assert 'runner_journal_readable{account="mine",environment="demo"} 0.0' in made.get("/metrics").text
        assert made.get("/accounts/mine").status == 200
        file.write_bytes(whole)
        assert "No account needs attention" in made.get("/").text
        assert 'runner_journal_readable{account="mine",environment="demo"} 1.0' in made.get("/metrics").text


def test_a_journal_that_is_being_written_is_not_torn(tmp_path: Path) -> None:
    """Neither by a bot that holds it, nor by one that has it to itself for a moment."""
    left(tmp_path, status("mine"))
    file = state_of(tmp_path, "mine").journal
    with desk(tmp_path) as made:
        with LiveJournal.open(file, account="mine") as journal:
            journal.note(NOON, "mark", {"equity": 1.0})
            assert made.get("/api/accounts/mine").json["journal_readable"] is True
        with closing(sqlite3.connect(file, isolation_level=None)) as alone:
            for words in ("PRAGMA locking_mode = EXCLUSIVE", "BEGIN EXCLUSIVE", "PRAGMA user_version = 7"):
                alone.execute(words)
            file.touch()  # so that it is looked at again
            with closing(sqlite3.connect(file, timeout=0)) as other, pytest.raises(sqlite3.OperationalError, match="locked"):
                other.execute("SELECT * FROM meta")
            assert "No account needs attention" in made.get("/").text


def test_what_the_ledger_does_not_count_never_looks_calm(tmp_path: Path) -> None:
    """On both pages, in the API and the metrics: what is open, who counts it, what to do; no bar, no figure that leaves something out."""
    meddled(tmp_path)
    left(tmp_path, status("calm"))
    with desk(tmp_path) as made:
        page = made.get("/").text
        assert "2 of 3 accounts need attention" in page
        assert re.findall(r'id="to-([^"]+)"', page) == ["beside", "by_hand", "calm"]
        mine = page.partition('id="to-by_hand"')[2].partition("</article>")[0]
        assert "the guard counted equity 9,871.02, at worst 9,640.50, 2 s ago" in mine
        assert "BTCUSDT takes no entry: frozen, the venue holds 0.052, the ledger 0.0; put right at the venue" in mine
        assert "mode.unfreeze=true" in mine
        assert (">BTCUSDT</b> long 0.052 <strong" in mine, "at </span>" in mine) == (True, False)
        for each in (mine, page.partition('id="to-beside"')[2].partition("</article>")[0], made.get("/accounts/by_hand").text):
            assert ('<svg class="bar' in each, "ledger’s equity" in each, "is not known here" in each) == (False, True, True)
        card = made.get("/api/accounts/by_hand").json
        assert card["frozen"] == [{"symbol": "BTCUSDT", "why": "the venue holds 0.052, the ledger 0.0"}]
        assert card["uncounted"] == ["BTCUSDT long 0.052 is open at the venue and not in the ledger"]
        assert (card["look"]["equity"], card["look"]["worst_case"]) == (9_871.02, 9_640.5)
        assert made.get("/api/heartbeat").status == 200
        lines = made.get("/metrics").text.splitlines()
        told = {line.partition("{")[0]: line.rpartition(" ")[2] for line in lines if 'account="by_hand"' in line}
        assert (told["runner_frozen_symbols"], told["runner_positions_not_counted"]) == ("1.0", "1.0")
        assert (told["runner_guard_equity"], told["runner_guard_worst_case_equity"]) == ("9871.02", "9640.5")
        missing = {f"runner_{name}" for name in ("equity", "worst_case_equity", "day_result", "headroom_share")}
        assert told.keys().isdisjoint(missing)
        assert missing <= {line.partition("{")[0] for line in lines if 'account="calm"' in line}


def test_what_serve_gave_up_is_shown(tmp_path: Path) -> None:
    """On both pages with the reason, in the API and the metrics; a run that failed or was missed too; what comes next is serve's word."""
    for name in ("calm", "ended", "failing", "late"):
        left(tmp_path, status(name, next_bar_ms=0))
    serves(
        tmp_path,
        run("calm.fvg", "calm"),
        run("ended.fvg", "ended", lasts=True, due_ms=0, failures=11, given_up="it has ended 11 times within an hour"),
        run("failing.fvg", "failing", failures=2, ended_ms=NOON - HOUR, status=3, said="the venue is not there"),
        run("late.fvg", "late", missed_ms=NOON - HOUR, missed="the machine slept"),
    )
    with desk(tmp_path) as made:
        page = made.get("/").text
        assert re.findall(r'id="to-([^"]+)"', page) == ["ended", "failing", "late", "calm"]
        assert "3 of 4 accounts need attention" in page
        assert "next <time" in page.partition('id="to-calm"')[2]
        for words in (
            "ended.fvg is not started again: it has ended 11 times within an hour",
            "the venue is not there",
            "the machine slept",
        ):
            assert words in page
        ended, calm = made.get("/accounts/ended").text, made.get("/accounts/calm").text
        assert ("GIVEN UP" in ended, "it has ended 11 times" in ended) == (True, True)
        assert ("14:30 in 2 h" in calm, "waits for its time" in calm, "GIVEN UP" in calm) == (True, True, False)
        assert made.get("/api/accounts/ended").json["runs"][0]["given_up"].startswith("it has ended 11")
        metrics = made.get("/metrics").text
        assert 'runner_run_given_up{account="ended",environment="demo",run="ended.fvg"} 1.0' in metrics
        assert 'runner_run_failures{account="failing",environment="demo",run="failing.fvg"} 2.0' in metrics
        assert f'runner_serve_up{{home="{tmp_path.name}"}} 1.0\n' in metrics
        heard = made.get("/api/heartbeat")
        assert (heard.status, heard.json["ok"]) == (503, False)
        assert [each["account"] for each in heard.json["accounts"] if each["given_up"]] == ["ended"]
        gone = (run("ended.fvg", "ended", given_up="no"), run("host.guard", "", given_up="no"))
        serves(tmp_path, *gone, pid=0)  # somebody stopped it: cron may start them now
        assert made.get("/api/heartbeat").status == 200
        serves(tmp_path, run("failing.fvg", "failing", failures=2, ended_ms=NOON - HOUR, status=3, said="the venue is not there"))
        assert made.get("/api/heartbeat").status == 200


@pytest.mark.parametrize(
    ("more", "words", "status_code"),
    [
        ({"at_ms": NOON - 61_000}, "serve has said nothing since 2026-11-22 12:28 UTC: nothing is started", 503),
        ({"pid": 0}, "serve was stopped 2026-11-22 12:29 UTC: nothing is started", 200),
        ({"faults": ("accounts/x.yaml: bad",)}, "changed accounts are not taken over: accounts/x.yaml: bad", 200),
        ({"runs": (run("guard", "", lasts=True, due_ms=0, given_up="no"),)}, "guard is not started again: no", 503),
        (None, "serve.json cannot be read", 503),
    ],
    ids=[
        "it is gone",
        "it was stopped",
        "it refuses changes",
        "the host's own run is given up",
        "it cannot be read",
    ],
)
def test_serve_itself_needs_attention(tmp_path: Path, more: dict[str, Any] | None, words: str, status_code: int) -> None:
    """On the first page and on every account's; nothing is promised to be started by a serve that is not there."""
    left(tmp_path, status("mine", next_bar_ms=0))
    serves(tmp_path, **({"runs": (run("mine.fvg", "mine"),)} | (more or {})))
    if more is None:
        (tmp_path / "state" / "serve.json").write_text('{"layout": 1, "at_ms": "x"}', encoding="utf-8")
    with desk(tmp_path) as made:
        page = made.get("/").text
        assert words in page
        assert "no account needs attention" in page
        assert 'data-title="(1) desk"' in page
        assert words in made.get("/accounts/mine").text
        heard = made.get("/api/heartbeat")
        assert (heard.status, words in heard.text) == (status_code, True)
        there = more is not None and "faults" in more
        assert (made.get("/api/accounts/mine").json["next_ms"] > 0) is there


def test_heartbeats_turn_the_status(shown: Shown, tmp_path: Path) -> None:
    """503 with somebody silent, 200 without; the desk's own health is another matter."""
    heard = shown.get("/api/heartbeat")
    assert heard.status == 503
    assert [each["account"] for each in heard.json["accounts"] if each["silent"]] == ["e8_one"]
    assert shown.get("/health").json["status"] == "ok"
    left(tmp_path, status("mine"))
    with desk(tmp_path) as made:
        assert (made.get("/api/heartbeat").status, made.get("/api/heartbeat").json["ok"]) == (200, True)


@pytest.mark.parametrize(
    ("asked", "state", "age_ms", "status_code"),
    [(False, "active", 61_000, 503), (True, "active", 61_000, 200), (False, "failed", 61_000, 200), (False, "active", 59_000, 200)],
    ids=["it is gone", "it was stopped", "nothing is left to guard", "it is there"],
)
def test_a_guard_that_falls_silent_turns_heartbeats(tmp_path: Path, *, asked: bool, state: str, age_ms: int, status_code: int) -> None:
    """Once it has been there, and unless somebody stopped it or the account has failed."""
    place = left(tmp_path, status("mine", state=state))
    beat = Beat(at_ms=NOON - age_ms, pid=4242, doing="1 position", ended="stopped" if asked else "", asked=asked)
    written(place.heartbeat("guard"), beat.__dict__, lasting=False)
    with desk(tmp_path) as made:
        heard = made.get("/api/heartbeat")
        assert (heard.status, heard.json["ok"], heard.json["accounts"][0]["guard_silent"]) == (
            status_code,
            status_code == 200,
            status_code == 503,
        )


def test_an_account_that_its_guard_cannot_look_at(tmp_path: Path) -> None:
    """Needs attention, on the page and in the API, and turns the status while it lasts."""
    state = left(tmp_path, status("mine"))
    now_ms = status("mine").at_ms
    written(state.root / blind.FILE, asdict(Blind(at_ms=now_ms, pid=1, since_ms=now_ms - 3_600_000, why="no answer")))
    with desk(tmp_path) as made:
        heard = made.get("/api/heartbeat")
        assert (heard.status, heard.json["accounts"][0]["unguarded"]) == (503, "no answer")
        page = made.get("/").text
        assert ("NOT GUARDED" in page, "not guarded: no answer" in page) == (True, True)


def test_metrics_are_read_by_prometheus(shown: Shown) -> None:
    """Parsed by its own library: money, headroom by rule, stops, halts, states."""
    from prometheus_client.parser import text_string_to_metric_families as parsed

    found = {
        (sample.name, sample.labels["account"], sample.labels.get("rule", sample.labels.get("state", ""))): sample.value
        for family in parsed(shown.get("/metrics").text)
        for sample in family.samples
        if "account" in sample.labels
    }
    assert found["runner_equity", "hyro_2step", ""] == 10_135.27
    assert found["runner_balance", "ftmo_100k", ""] == 99_097.33
    assert found["runner_headroom_share", "hyro_swing", "program.phases.challenge.rules.daily"] == 0.18
    assert (found["runner_positions_without_stop", "ftmo_100k", ""], found["runner_positions", "ftmo_100k", ""]) == (1, 1)
    assert (found["runner_halted", "topstep", ""], found["runner_halted", "hyro_2step", ""]) == (1, 0)
    assert found["runner_heartbeat_age_seconds", "hyro_2step", ""] == 3
    assert (found["runner_state", "breakout", "failed"], found["runner_state", "breakout", "active"]) == (1, 0)


def test_the_api_is_described(shown: Shown) -> None:
    """OpenAPI names every route; the plain page lists them; neither asks for anything from outside."""
    paths = shown.get("/openapi.json").json["paths"]
    expected = ["", "/marks", "/decisions", "/orders", "/notes", "/halt", "/release", "/flatten"]
    assert {f"/api/accounts/{{name}}{tail}" for tail in expected} | {"/api/accounts", "/api/heartbeat", "/health", "/metrics"} == set(paths)
    page = shown.get("/api").text
    assert all(path in page for path in paths)
    assert re.findall(r'(?:src|href)="(https?:)?//', page) == []


def test_what_is_not_there(shown: Shown) -> None:
    """404 as a page or as JSON, and 400 for a span there is none of."""
    assert shown.get("/nothing").status == 404
    assert shown.get("/accounts/nobody").status == 404
    assert shown.get("/api/accounts/nobody").json == {"detail": "there is no such account"}
    assert shown.get("/api/accounts/hyro_2step/marks?span=year").status == 400
    assert shown.get("/..%2f..%2fetc%2fpasswd").status == 404


def test_two_folders_with_an_account_of_one_name(tmp_path: Path) -> None:
    """Both are shown, with their folder's name in front; others keep theirs. Folders of one name are refused."""
    for folder in ("a", "b"):
        left(tmp_path / folder, status("mine"))
    left(tmp_path / "b", status("other"))
    homes = [tmp_path / "a", tmp_path / "b"]
    assert [place.key for place in places(homes)] == ["a:mine", "b:mine", "other"]
    assert [place.key for place in places(homes, only=["other"])] == ["other"]
    (tmp_path / "c" / "a").mkdir(parents=True)
    with pytest.raises(ConfigError, match="two folders are called a"):
        apart([tmp_path / "a", tmp_path / "c" / "a"])
    with pytest.raises(ConfigError, match="there is no folder"):
        apart([tmp_path / "nowhere"])
