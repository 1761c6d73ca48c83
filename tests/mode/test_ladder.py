"""`mode=ladder` from the command line, over records and a journal that real commands have left."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from tests.command import command, written
from tests.mode.test_once import tick
from tests.mode.venue import FIRM, KEYS, RISES, STRATEGY, TRADES, UP, venue

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the lease looks for processes as POSIX does")
WON = (100.5, 103.0, 100.4, 102.9)


def test_what_a_demo_account_has_shown(tmp_path: Path) -> None:
    """A trade with its stop, won; a halt and a way out by hand; nothing backtested. Where less is asked, that rung is done."""
    with venue(tmp_path, (RISES, UP, WON, UP), account=FIRM) as place:

        def said(*words: str) -> str:
            ran = command("mode=ladder", "account=mine", "+strategy=quick", *words, home=place.home)
            assert ran.status == 0, ran.err
            return ran.out

        before = said()
        assert "backtest       quick: none of this configuration" in before
        assert "paper: 0 of 5 days, 0 of 20 trades; 0 % of 55 % wins; no rule violation" in before
        assert not (place.home / "state").exists()
        assert tick(place)[0] == 0
        place.show()
        assert tick(place)[0] == 0
        place.show(2)
        assert tick(place)[0] == 0
        for mode in ("halt", "flatten"):
            assert command(f"mode={mode}", "account=mine", home=place.home, environment=KEYS).status == 0
        after = said()
        assert (
            "demo: 1 of 5 days, 1 of 20 trades; 100 % of 55 % wins; no rule violation; stop seen on 1 of 10 trades; halt exercised "
            in after
        )
        assert "never" not in after
        assert "not begun: the account's environment is not live" in after
        page = json.loads(said("mode.days=1", "mode.trades=1", "mode.stops=1", "mode.form=json"))
        assert [rung["done"] for rung in page["rungs"]] == [False, False, True, False, False]


def test_own_money_on_the_first_day(tmp_path: Path) -> None:
    """Nothing is done, nobody asks for a challenge, and the doctor counts none."""
    ran = command("mode=ladder", "account=own_money", home=tmp_path)
    assert (ran.status, "done" in ran.out, "      challenge      not needed: it is your own money\n" in ran.out) == (0, False, True), (
        ran.out
    )
    ran = command("mode=doctor", "account=own_money", "mode.host=false", "mode.venue=false", home=tmp_path)
    assert "0 of 4 rungs done, next backtest: " in ran.out


def test_without_an_account(tmp_path: Path) -> None:
    """Refused in one line; so is an account whose run is unknown."""
    ran = command("mode=ladder", home=tmp_path)
    assert (ran.status, "type mode=ladder account=NAME" in ran.err) == (2, True), ran.err


def test_paper_counts_for_days_and_trades_and_shows_no_stop(tmp_path: Path) -> None:
    """Its fills are the machine's; a journal that is no journal is told, and may hide anything."""
    with venue(tmp_path, (RISES, UP, WON, UP), account=FIRM) as place:
        paper = ("mode=paper", *TRADES, "mode.catch_up=true")
        assert command(*paper, home=place.home).status == 0
        place.show(3)
        assert command(*paper, home=place.home).status == 0
        ran = command("mode=ladder", "account=mine", "+strategy=quick", home=place.home)
        assert "paper: 1 of 5 days, 1 of 20 trades; 100 % of 55 % wins; no rule violation; stop seen on 0 of 10 trades" in ran.out
        (place.home / "state" / "mine.paper" / "journal.db").write_text("no journal")
        ran = command("mode=ladder", "account=mine", "+strategy=quick", home=place.home)
        assert (ran.status, "paper: 0 of 5 days" in ran.out) == (1, True), ran.err
        assert "cannot be read: " in ran.out
        assert "mine.paper/journal.db  file is not a database; " in ran.out


def test_an_own_journal_that_cannot_be_read(tmp_path: Path) -> None:
    """Nobody knows then how the challenge stands: status 1; one that is empty yet, or not there, is none; a torn status.json likewise."""
    home = written(tmp_path, {"accounts/mine.yaml": FIRM % "http://127.0.0.1:9", "conf/strategy/quick.yaml": STRATEGY})
    state = home / "state" / "mine"

    def said(*words: str) -> tuple[int, list[dict[str, object]]]:
        ran = command("mode=ladder", "account=mine", "+strategy=quick", "form=json", *words, home=home)
        return ran.status, json.loads(ran.out)["rungs"]

    real = ("account.venue.environment=live", "account.venue.endpoint=''")
    state.mkdir(parents=True)
    (state / "journal.db").write_bytes(b"")
    status, rungs = said(*real)
    assert (status, rungs[3]["said"]) == (0, "challenge: no bot has told how it stands yet")
    (state / "status.json").write_text("{torn")
    status, rungs = said(*real)
    assert (status, rungs[3]["said"]) == (1, "cannot be read: status.json  cannot be read")
    (state / "journal.db").write_bytes(b"no journal at all" * 999)
    status, rungs = said(*real)
    assert (status, [rung["unread"] for rung in rungs]) == (1, [False, False, True, True, False])
    assert "journal.db  file is not a database" in str(rungs[3]["said"])
    status, rungs = said(*real, "account.phase=funded")
    assert (status, rungs[4]["done"], rungs[4]["unread"]) == (1, False, True)
    status, rungs = said()
    assert (status, [rung["unread"] for rung in rungs]) == (1, [False, False, True, False, False])


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("yourz", "expected another account of yours, was 'yourz'; nearest is 'yours'"),
        ("nope", "expected another account of yours, was 'nope'; there are gone, yours"),
        ("mine", "expected another account of yours, was 'mine'; there are gone, yours"),
        ("../state/yours", "expected another account of yours, was '../state/yours'"),
    ],
)
def test_practice_on_nobody(tmp_path: Path, name: str, said: str) -> None:
    """Refused with the nearest; one whose file is gone but whose journal is there counts."""
    account = FIRM % "http://127.0.0.1:9"
    files = {"accounts/mine.yaml": account, "accounts/yours.yaml": account.replace("name: mine", "name: yours")}
    home = written(tmp_path, {**files, "conf/strategy/quick.yaml": STRATEGY, "state/records/gone.jsonl": ""})
    words = ("mode=ladder", "account=mine", "+strategy=quick")
    ran = command(*words, f"mode.practice={name}", home=home)
    assert (ran.status, said in ran.err, ran.out) == (2, True, ""), ran.err
    for other in ("yours", "gone"):
        assert command(*words, f"mode.practice={other}", home=home).status == 0
