"""`runner mode=serve` from the command line: what is refused, and a tick of a real account at a real exchange."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.command import command, written
from tests.mode.venue import ACCOUNT, KEYS, venue

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="serve needs processes that fork")
RUNS = "runs:\n  quick: {strategy: quick, every: 1m, offset: 1s}\n  eyes: {job: guard}\n"


def test_nothing_to_serve_is_refused(tmp_path: Path) -> None:
    """Status 2 and what to do; no folder is made."""
    ran = command("mode=serve", home=tmp_path)
    assert (ran.status, "there is nothing to serve" in ran.err) == (2, True)
    assert list(tmp_path.iterdir()) == []


def test_real_money_needs_its_second_word(tmp_path: Path) -> None:
    """One line for each account of it, before anything is started."""
    account = "defaults:\n  - own_money\n  - _self_\nname: mine\nvenue: {environment: live}\nsecrets: {key: T_KEY, secret: T_SECRET}\n"
    home = written(tmp_path, {"accounts/mine.yaml": account})
    ran = command("mode=serve", home=home, environment=KEYS)
    assert (ran.status, "mine trades real money; type live=yes-real-money as well" in ran.err) == (2, True), ran.err
    assert not (home / "state").exists()


def test_a_real_account_is_ticked_and_guarded_and_a_second_serve_is_refused(tmp_path: Path) -> None:
    """The tick's own line on stderr; the guard is there; SIGTERM ends both."""
    with venue(tmp_path, account=ACCOUNT + RUNS) as place:
        process = place.start("mode=serve")
        process.says("serving 1 accounts", 60)
        second = place.start("mode=serve")
        assert (second.ends(60), "another serve is at work" in second.text) == (2, True), second.text
        process.says("status 0  mine@demo tick", 150)
        assert "mine demo  equity" in (place.home / "state/host/serve.log").read_text()
        process.running.terminate()
        assert process.ends(60) == 0
        assert "host.guard  stopped, status 0" in process.text
