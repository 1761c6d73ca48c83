"""`mode=desk` from the command line: beside a bot at a real exchange, and what is refused before anything is served."""

from __future__ import annotations

import json
import re
import socket
import subprocess
import sys
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest

from runner.live.state import halts, state_of
from runner.mode.accounts.shown import Written
from tests.board.homes import NOON, left, status
from tests.command import command, written
from tests.mode.venue import FLAT, RISES, TRADES, UP, Process, Venue, awaited, venue

TOKEN = "a-token-of-the-tests-0123"  # noqa: S105 - of nobody
ADDRESS = re.compile(r"desk at (http://\S+);")


def served(place: Venue, *words: str) -> tuple[Process, str]:
    """A desk over the account's folder; where it is."""
    process = place.start("mode=desk", "port=0", "token=DESK_TOKEN", *words, DESK_TOKEN=TOKEN)
    process.says("desk at ")
    found = ADDRESS.search(process.text)
    assert found is not None
    return process, found[1]


def asked(address: str, path: str, form: dict[str, str] | None = None) -> Any:
    """What the desk answers, as JSON; with a form it is a POST that carries the token."""
    connection = HTTPConnection(urlsplit(address).netloc, timeout=30)
    headers = {"x-desk-token": TOKEN, "content-type": "application/x-www-form-urlencoded"}
    try:
        connection.request("GET" if form is None else "POST", path, None if form is None else urlencode(form), headers)
        answer = connection.getresponse()
        assert answer.status in (200, 503), answer.read()
        return json.loads(answer.read())
    finally:
        connection.close()


@pytest.mark.skipif(sys.platform == "win32", reason="the lease looks for processes as POSIX does")
def test_a_bot_that_is_halted_at_the_desk_takes_no_entry(tmp_path: Path) -> None:
    """The desk shows the bot; halted there, the signal that would have been traded is not; released, the next one is."""
    with venue(tmp_path, (RISES, UP, FLAT, FLAT, RISES, UP)) as place:
        bot = place.start("mode=live", *TRADES)
        bot.says("trading BTCUSDT")
        desk, address = served(place)
        awaited(lambda: asked(address, "/api/accounts/mine")["equity"] is not None, 60.0, lambda: bot.text)
        card = asked(address, "/api/accounts/mine")
        assert (card["environment"], card["mode"], card["state"], card["halted"]) == ("demo", "live", "active", "")
        done = asked(address, "/api/accounts/mine/halt", {"why": 'lunch ${oc.env:T_SECRET} \'n "quotes"'})
        assert done["said"].startswith("halted: lunch oc.env:T_SECRET n quotes")
        bot.says("halted by hand: lunch")
        place.show(2)
        awaited(lambda: "halted" in str(asked(address, "/api/accounts/mine/decisions")), 60.0, lambda: bot.text)
        assert (place.sent, place.fills) == ([], 0)
        assert "resting entries are being withdrawn" in done["said"]
        awaited(lambda: "nothing" in output(place) or "no " in output(place), 60.0, lambda: output(place))
        asked(address, "/api/accounts/mine/release", {})
        bot.says("released: entries are taken again")
        assert not halts(state_of(place.home, "mine"), NOON)
        place.show(3)
        awaited(lambda: place.fills == 1, 60.0, lambda: bot.text)
        awaited(lambda: len(asked(address, "/api/accounts/mine")["positions"]) == 1)
        rows = asked(address, "/api/accounts/mine/decisions")["rows"]
        answers, held = ([row for row in rows if row["answer"] == answer] for answer in ("approved", "held back"))
        assert {row["symbol"] for row in answers} == {"BTCUSDT"}
        assert len(answers) <= 1 + len(held)  # the rules may have approved what the halt then held back
        assert "wanted" in answers[0]["why"]
        done = asked(address, "/api/accounts/mine/flatten", {"confirm": "mine"})
        assert done["started"]
        awaited(lambda: flat(place), 60.0, lambda: output(place, "flatten"))
        assert desk.stop() == 0
        assert TOKEN not in desk.text
        bot.stop()


def flat(place: Venue) -> bool:
    """Whether the exchange holds no position."""
    markets = place.exchange.core.state.markets.values()
    return not any(position.size for market in markets for position in market.positions.values())


def output(place: Venue, act: str = "halt") -> str:
    """What the process that the desk started has said."""
    file = state_of(place.home, "mine").root / f"desk.{act}.log"
    return file.read_text(encoding="utf-8") if file.exists() else ""


def test_accounts_of_the_folder_are_shown_before_they_have_run(tmp_path: Path) -> None:
    """With firm and phase out of their YAML and the next start of a run; one that cannot be composed says why."""
    files = {
        "accounts/mine.yaml": "defaults:\n  - hyro_2step\n  - _self_\nname: mine\n",
        "accounts/typo.yaml": "defaults:\n  - hyro_2step\n  - _self_\nname: typo\nsizes: 3\n",
    }
    known = Written((written(tmp_path, files),))
    known.look()
    mine, typo = known.all()[tmp_path, "mine"], known.all()[tmp_path, "typo"]
    assert (mine.firm, mine.phase, mine.environment, [due.run.name for due in mine.dues]) == ("hyrotrader", "challenge", "demo", ["fvg"])
    assert "account.sizes" in typo.fault
    (tmp_path / "accounts/typo.yaml").unlink()
    known.look()
    assert list(known.all()) == [(tmp_path, "mine")]


def test_an_open_address_needs_a_token(tmp_path: Path) -> None:
    """Refused in one line before anything listens, and nothing is written."""
    ran = command("mode=desk", "host=0.0.0.0", "port=0", home=tmp_path)
    assert (ran.status, ran.out) == (2, "")
    assert "mode.token=made" in ran.err
    assert list(tmp_path.iterdir()) == []


def test_a_taken_port_is_one_clear_line(tmp_path: Path) -> None:
    """And what to type instead."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        ran = command("mode=desk", f"port={taken.getsockname()[1]}", "seconds=0.1", home=tmp_path)
    assert (ran.status, ran.out) == (2, "")
    assert "cannot be opened" in ran.err
    assert "mode.port=0" in ran.err


def test_it_says_where_it_is_and_ends(tmp_path: Path) -> None:
    """Without a token it leaves no file; with one that is made it names the file, not the token."""
    ran = command("mode=desk", "port=0", "seconds=0.3", home=tmp_path)
    assert (ran.status, ran.err, list(tmp_path.iterdir())) == (0, "", [])
    assert "desk at http://127.0.0.1:" in ran.out
    ran = command("mode=desk", "port=0", "seconds=0.3", "token=made", home=tmp_path)
    token = (tmp_path / "state/desk.token").read_text(encoding="utf-8").strip()
    assert "desk.token" in ran.out
    assert token not in ran.out


def test_other_folders_are_shown_too(tmp_path: Path) -> None:
    """A folder that is not there is refused."""
    left(tmp_path / "other", status("there"))
    (tmp_path / "home").mkdir()
    assert command("mode=desk", "port=0", "seconds=0.1", f"homes=[{tmp_path / 'other'}]", home=tmp_path / "home").status == 0
    ran = command("mode=desk", "port=0", f"homes=[{tmp_path / 'nowhere'}]", home=tmp_path / "home")
    assert (ran.status, "there is no folder" in ran.err) == (2, True)


WITHOUT = """
import sys

class Without:
    @staticmethod
    def find_spec(name, path=None, target=None):
        if name.partition(".")[0] in {"fastapi", "uvicorn", "jinja2", "prometheus_client"}:
            raise ModuleNotFoundError(name)

import importlib.util
found = importlib.util.find_spec
gone = {"fastapi", "uvicorn", "jinja2", "prometheus_client"}
importlib.util.find_spec = lambda name, package=None: None if name in gone else found(name, package)
sys.meta_path.insert(0, Without)
from runner.cli import main
main(["mode=desk", "port=0", "seconds=0.1"])
"""


def test_without_its_packages_it_says_what_to_install(tmp_path: Path) -> None:
    """One line, status 2; every other mode works without them."""
    root = str(Path(__file__).parents[2])
    environment = {"PYTHONPATH": root, "RUNNER_HOME": str(tmp_path), "PATH": "/usr/bin:/bin", "HOME": str(tmp_path)}
    ran = subprocess.run([sys.executable, "-c", WITHOUT], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert "needs fastapi, uvicorn, jinja2, prometheus_client: pip install 'prop-runner[desk]'" in ran.stderr
