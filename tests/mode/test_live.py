"""`mode=live` from the command line, in a process of its own, at a real exchange over real sockets."""

from __future__ import annotations

import json
import resource
import signal
import socket
import sqlite3
import sys
from decimal import Decimal
from pathlib import Path
from urllib.request import Request, urlopen

import pytest

from runner.journal.live import LiveJournal
from runner.live.state import Halt, halt, last_beat, release, state_of
from runner.model.trading import OrderKind
from runner.rehearsal.core.order import Ticket
from runner.rehearsal.service import KEY, SECRET, Key
from tests.command import command
from tests.mode.venue import ACCOUNT, FIRM, FLAT, KEYS, RISES, TRADES, UP, Venue, awaited, venue

LIVE = ("mode=live", *TRADES)
UP_AND_RUNNING = "trading BTCUSDT from quick on 1m"
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there are no such signals")


def refused(place: Venue, *words: str, keys: dict[str, str] | None = None) -> str:
    """A start that is refused: status 2, no traceback; what was said, without a secret."""
    done = command(*LIVE, *words, home=place.home, environment=KEYS if keys is None else keys)
    assert (done.status, "Traceback" in done.err) == (2, False), done.err
    assert SECRET not in done.err + done.out
    return done.err


def clean(place: Venue) -> None:
    """No key stands in anything that was written or said."""
    for file in place.home.parent.rglob("*"):
        content = file.read_bytes() if file.is_file() else b""
        assert KEY.encode() not in content, file
        assert SECRET.encode() not in content, file


def test_a_day_of_a_bot(tmp_path: Path) -> None:
    """An entry with its stop in one request, SIGTERM, a restart that sends nothing twice, the target filled, a lease, signs of life."""
    with venue(tmp_path, (RISES, UP, UP, (100.5, 103.0, 100.4, 102.9), UP)) as place:
        bot = place.start(*LIVE)
        bot.says(UP_AND_RUNNING)
        place.show()
        awaited(lambda: len(place.sent) == 2)
        entry, target = map(json.loads, place.sent)
        assert (entry["orderType"], entry["side"], bool(entry["stopLoss"])) == ("Market", "Buy", True)
        assert (target["reduceOnly"], target["qty"]) == (True, entry["qty"])
        assert (bot.stop(), "BTCUSDT long 119: its stop rests at the venue at 100" in bot.text) == (0, True)

        again = place.start(*LIVE)
        again.says(UP_AND_RUNNING)
        beat = last_beat(state_of(place.home, "mine"), "bot")
        assert beat is not None
        assert beat.pid == again.running.pid
        second = command(*LIVE, home=place.home, environment=KEYS)
        assert (second.status, second.err.splitlines()[0]) == (2, "another bot is at work")
        assert f"the account is traded by quick mode=live (process {again.running.pid}" in second.err
        place.show(2)
        assert len(place.sent) == 2
        place.show()
        awaited(lambda: place.fills == 2)
        assert (again.stop(signal.SIGINT), "no position is open" in again.text) == (0, True)
        end = last_beat(state_of(place.home, "mine"), "bot")
        assert end is not None
        assert (end.asked, end.ended) == (True, "asked to stop (SIGINT)")
        assert all("mine@demo " in line for line in (bot.text + again.text).splitlines())
        assert (place.home / "state" / "mine" / "bot.log").read_text() == bot.text + again.text
        clean(place)


def test_killed_and_started_again(tmp_path: Path) -> None:
    """After kill -9 the account is free at once, and the bot goes on where it was."""
    with venue(tmp_path) as place:
        bot = place.start(*LIVE)
        bot.says(UP_AND_RUNNING)
        place.show()
        awaited(lambda: len(place.sent) == 2)
        assert bot.stop(signal.SIGKILL) == -signal.SIGKILL
        again = place.start(*LIVE)
        again.says(UP_AND_RUNNING)
        assert (again.stop(), len(place.sent), place.fills) == (0, 2, 1)


def test_halted_it_takes_no_entry(tmp_path: Path) -> None:
    """A halt is heeded while it runs and when it starts; lifted, the next signal is taken."""
    down, low = (100.0, 100.1, 99.0, 99.4), (99.4, 99.5, 99.3, 99.4)
    with venue(tmp_path, (RISES, down, low, low)) as place:
        state = state_of(place.home, "mine")
        halt(state, Halt(by="hand", at_ms=0, why="holiday"))
        bot = place.start(*LIVE)
        bot.says("halted by hand: holiday")
        bot.says(UP_AND_RUNNING)
        place.show()
        bot.says("takes no entry: halted by hand: holiday")
        release(state)
        bot.says("released: entries are taken again")
        place.show()
        awaited(lambda: place.fills == 1)
        assert json.loads(place.sent[0])["side"] == "Sell"
        assert bot.stop() == 0


ENDED = "THE ACCOUNT HAS ENDED, nothing is traded on it any more: challenge FAILED: DAILY_LOSS (challenge.daily"


def test_an_account_that_has_ended_says_so(tmp_path: Path) -> None:
    """The rule, value and limit, once, in the log, the journal and the sign of life; again at each start; a tick ends with status 6."""
    with venue(tmp_path, (RISES, UP, RISES, UP, FLAT), account=FIRM) as place:
        bot = place.start(*LIVE)
        bot.says(UP_AND_RUNNING)
        place.show()
        awaited(lambda: place.fills >= 1)
        place.exchange.price("BTCUSDT", "95", jump=True)
        place.show()
        bot.says(ENDED)
        sent = len(place.sent)
        place.show(2)
        beat = last_beat(state_of(place.home, "mine"), "bot")
        assert beat is not None
        assert beat.doing.startswith("ENDED, nothing is traded any more: challenge FAILED: DAILY_LOSS")
        assert (bot.stop(), bot.text.count(ENDED), len(place.sent)) == (0, 1, sent)
        assert "reached the limit of 9,500.00; to trade on, make another account file" in bot.text

        again = place.start(*LIVE)
        again.says(ENDED)
        assert (again.stop(), UP_AND_RUNNING in again.text) == (0, False)
        tick = place.start("mode=once", *TRADES)
        assert tick.ends() == 6
        assert "entries are held back: the account has ended: challenge FAILED: DAILY_LOSS" in tick.text
        with LiveJournal.open(place.home / "state" / "mine" / "journal.db", account="mine", read_only=True) as journal:
            assert [note.detail["why"][:28] for note in journal.notes("ended")] == ["challenge FAILED: DAILY_LOSS"]


def test_money_that_came_is_no_profit(tmp_path: Path) -> None:
    """A deposit is found in the venue's ledger, noted once, and told to the machine as money, not as a result."""
    with venue(tmp_path) as place:
        bot = place.start(*LIVE)
        bot.says(UP_AND_RUNNING)
        assert bot.stop() == 0
        deposit(place, "2500")
        again = place.start(*LIVE)
        again.says("deposit of 2500")
        assert again.stop() == 0
        third = place.start(*LIVE)
        third.says(UP_AND_RUNNING)
        assert (third.stop(), "deposit of" in third.text) == (0, False)


def deposit(place: Venue, amount: str) -> None:
    """Money comes in, a while later."""
    place.exchange.advance(10_000)
    body = json.dumps({"balance": str(Decimal(10_000) + Decimal(amount)), "why": "deposit"}).encode()
    with urlopen(Request(f"{place.exchange.http}/control/wallet", data=body), timeout=60) as answer:  # noqa: S310 - loopback
        assert answer.status == 200


def test_real_money_needs_its_word(tmp_path: Path) -> None:
    """Without the second word, typed, nothing is opened or asked; neither a file nor another value stands for it."""
    with venue(tmp_path) as place:
        account = place.home / "accounts" / "mine.yaml"
        account.write_text((ACCOUNT % "").replace("endpoint: ''", "environment: live"))
        assert "mine trades real money; type live=yes-real-money as well" in refused(place)
        assert "yes-real-money" in refused(place, "live=yes")
        mode = place.home / "conf" / "mode" / "live.yaml"
        mode.parent.mkdir()
        mode.write_text("name: live\nlive: yes-real-money\n")
        assert "is typed on the command line each time" in refused(place)
        mode.unlink()
        assert "never rehearsed as it is" in refused(place, "live=yes-real-money", keys={})
        assert "T_KEY is not set" in refused(
            place, "live=yes-real-money", "mode.unrehearsed=mine", keys={}
        )  # the word is taken, the next thing is missing
        assert not (place.home / "state").exists()


def test_keys_that_do_not_do(tmp_path: Path) -> None:
    """Missing keys, wrong keys, a key that may withdraw: refused, and nothing is sent."""
    with venue(tmp_path, key=Key(secret=SECRET, withdraw=True)) as place:
        assert "T_KEY is not set" in refused(place, keys={})
        assert "trading must stop" in refused(place, keys={"T_KEY": "PLANTEDKEY123", "T_SECRET": "PLANTEDSECRET123"})
        assert "the key may withdraw money" in refused(place)
        assert place.sent == []
        assert b"PLANTED" not in b"".join(file.read_bytes() for file in place.home.rglob("*") if file.is_file())


def test_leverage_is_compared_or_set(tmp_path: Path) -> None:
    """Another leverage at the venue is refused; with apply_settings it is set and read back."""
    with venue(tmp_path, leverage=Decimal(5)) as place:
        assert "the venue's is 5, the configuration wants 10" in refused(place)
        bot = place.start(*LIVE, "account.venue.apply_settings=true")
        bot.says("set at the venue: BTCUSDT leverage 10")
        bot.says(UP_AND_RUNNING)
        assert bot.stop() == 0


def test_a_journal_that_cannot_be_used(tmp_path: Path) -> None:
    """From a newer version, of another of the venue's worlds: refused with one problem."""
    with venue(tmp_path) as place:
        assert "the environment variable NO_SUCH is not set" in refused(place, "mode.journal=NO_SUCH")
        assert "holds a password" in refused(place, "mode.journal='postgresql://me:PLANTED@localhost/x'")
        bot = place.start(*LIVE)
        bot.says(UP_AND_RUNNING)
        assert bot.stop() == 0
        said = refused(place, "account.venue.environment=testnet")
        assert "began with environment demo, the account has testnet now" in said
        with sqlite3.connect(place.home / "state" / "mine" / "journal.db") as file:
            file.execute("INSERT INTO meta (key, value) VALUES ('schema', '99')")
        file.close()
        assert "written by a newer version" in refused(place)


@pytest.mark.parametrize("mode", ["live", "once", "paper"])
def test_a_disk_that_takes_nothing_at_the_start(tmp_path: Path, mode: str) -> None:
    """Status 4 and the system's words: no folder can be made, a folder stands where the journal should; nothing is asked or sent."""
    with venue(tmp_path) as place:
        words, state = (f"mode={mode}", "+strategy=quick", "+account=mine"), place.home / "state"
        state.write_text("a file")
        first = command(*words, home=place.home, environment=KEYS)
        state.unlink()
        for name in ("mine", "mine.paper"):
            (state / name / "journal.db").mkdir(parents=True)
        second = command(*words, home=place.home, environment=KEYS)
        asked = [row for row in place.exchange.core.state.log if row["kind"] == "request"]
    assert (first.status, "its folder cannot be made: Not a directory" in first.err) == (4, True), first.err
    assert (second.status, "journal.db  cannot be written: Is a directory" in second.err) == (4, True), second.err
    assert ("Traceback" in first.err + second.err, asked) == (False, [])


def test_a_full_disk(tmp_path: Path) -> None:
    """Where the journal takes no more, trading stops with status 4, and the position's stop is named; nothing is sent unjournaled."""
    with venue(tmp_path) as place:
        bot = place.start(*LIVE)
        bot.says(UP_AND_RUNNING)
        place.show()
        awaited(lambda: len(place.sent) == 2)
        size = (place.home / "state" / "mine" / "journal.db-wal").stat().st_size
        resource.prlimit(bot.running.pid, resource.RLIMIT_FSIZE, (size, size))
        place.show(2)
        assert (bot.ends(), "Traceback" in bot.text) == (4, False), bot.text
        assert "the journal of mine cannot be used" in bot.text
        assert "BTCUSDT long 119: its stop rests at the venue at 100" in bot.text
        assert len(place.sent) == 2


def test_a_venue_that_is_not_there(tmp_path: Path) -> None:
    """Status 3 and the reason."""
    with venue(tmp_path) as place:
        account = place.home / "accounts" / "mine.yaml"
        account.write_text(ACCOUNT % "http://127.0.0.1:9")
        bot = place.start(*LIVE)
        bot.says("got no answer")
        assert bot.ends() == 3


def test_it_ends_while_it_waits_for_the_venue(tmp_path: Path) -> None:
    """Asked to stop while a request hangs, it is gone, though no answer ever comes."""
    with venue(tmp_path) as place, socket.create_server(("127.0.0.1", 0)) as mute:
        account = place.home / "accounts" / "mine.yaml"
        account.write_text(ACCOUNT % f"http://127.0.0.1:{mute.getsockname()[1]}")
        bot = place.start(*LIVE)
        connection, _ = mute.accept()
        assert bot.stop() == 0
        connection.close()


def test_a_key_that_is_taken_away(tmp_path: Path) -> None:
    """The venue does not know the key any more: trading stops with status 3, once, and nobody claims to know of stops."""
    with venue(tmp_path) as place:
        bot = place.start(*LIVE)
        bot.says(UP_AND_RUNNING)
        place.exchange.call(place.exchange.front.service.keys.clear)  # type: ignore[attr-defined]
        place.show()
        assert (bot.ends(), "Traceback" in bot.text) == (3, False), bot.text
        assert "trading has stopped: trading must stop" in bot.text
        assert "the venue did not say what is open" in bot.text
        clean(place)


def test_an_account_that_has_traded_before(tmp_path: Path) -> None:
    """Its past is rebuilt once; the machine goes on from the venue's balance, and old executions are nobody's foreign ones."""
    with venue(tmp_path) as place:
        by_hand(place, 1)
        place.exchange.price("BTCUSDT", "110")
        by_hand(place, -1)
        place.exchange.price("BTCUSDT", "100")
        balance = place.exchange.core.state.coins["USDT"]
        bot = place.start(*LIVE)
        bot.says(f"taken over: 1 closed trades, balance {float(balance):.2f}")
        bot.says(UP_AND_RUNNING)
        place.show()
        awaited(lambda: len(place.sent) == 2)
        assert (bot.stop(), "frozen" in bot.text) == (0, False)
        again = place.start(*LIVE)
        again.says(UP_AND_RUNNING)
        assert (again.stop(), "taken over" in again.text, len(place.sent)) == (0, False, 2)


def by_hand(place: Venue, side: int) -> None:
    """Somebody trades ten contracts at the market."""
    ticket = Ticket(market="BTCUSDT", side=side, kind=OrderKind.MARKET, quantity=Decimal(10))
    place.exchange.call(lambda: place.exchange.core.place(ticket))
