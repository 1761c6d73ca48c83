"""`runner mode=exchange` from the command line."""

from __future__ import annotations

import json
import socket
from pathlib import Path

from tests.command import command

GOOD = {"retCode": 0, "retMsg": "OK", "result": {"orderId": "1", "orderLinkId": "2"}, "retExtInfo": {}, "time": 1}
NAME = "order-create-order__response-example.json"


def test_it_serves_the_shipped_bars_and_says_where(tmp_path: Path) -> None:
    """Address and key on the first lines, what it has seen on the last; no file is left."""
    ran = command("mode=exchange", "port=0", "seconds=0.1", home=tmp_path)
    assert (ran.status, ran.err) == (0, "")
    assert ran.out.startswith("an exchange that speaks Bybit V5: http://127.0.0.1:")
    assert "key rehearsal-key" in ran.out
    assert ran.out.splitlines()[-1] == "0 requests, 0 orders, 0 fills, 0 faults"
    assert list(tmp_path.iterdir()) == []


def test_each_exchange_of_a_folder_has_a_key_of_its_own(tmp_path: Path) -> None:
    """Two accounts with one key are refused."""
    ran = command("mode=exchange", "port=0", "seconds=0.1", "key=second", home=tmp_path)
    assert (ran.status, "key second, secret " in ran.out) == (0, True)
    ran = command("mode=exchange", "port=0", "seconds=0.1", "key=a:b", home=tmp_path)
    assert (ran.status, "mode.key" in ran.err) == (2, True)


def test_in_a_hurry_it_says_what_that_is_not_for(tmp_path: Path) -> None:
    """No bot trades at it; at speed 1 nothing is said."""
    for speed in (1, 60):
        ran = command("mode=exchange", "port=0", "seconds=0.1", f"speed={speed}", home=tmp_path)
        assert (ran.status, "refuses to trade at it" in ran.out) == (0, speed != 1)


def test_a_taken_port_is_one_clear_line(tmp_path: Path) -> None:
    """And what to type instead."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ran = command("mode=exchange", f"port={port}", "seconds=0.1", home=tmp_path)
    assert (ran.status, ran.out) == (2, "")
    assert f"port {port} cannot be opened" in ran.err
    assert "mode.port=0" in ran.err


def test_symbols_without_bars_are_refused(tmp_path: Path) -> None:
    """Before anything is served."""
    ran = command("mode=exchange", "port=0", "seconds=0.1", "symbols=[NOPEUSDT]", home=tmp_path)
    assert (ran.status, ran.out) == (2, "")
    assert "NOPEUSDT" in ran.err


def test_payloads_that_agree_are_counted(tmp_path: Path) -> None:
    """Status 0, with checked and skipped."""
    (tmp_path / "wire/docs").mkdir(parents=True)
    (tmp_path / "wire/docs" / NAME).write_text(json.dumps(GOOD))
    (tmp_path / "wire/docs/market-iv__response-example.json").write_text("{}")
    ran = command("mode=exchange", "mode.payloads=wire", home=tmp_path)
    assert (ran.status, ran.err) == (0, "")
    assert ran.out.splitlines() == ["1 skipped: not served here", "1 checked, 1 agree, 0 differ, 1 skipped"]


def test_a_payload_that_differs_turns_the_status(tmp_path: Path) -> None:
    """With a line that names file, place and types."""
    (tmp_path / NAME).write_text(json.dumps(GOOD | {"result": {"orderId": 1}}))
    ran = command("mode=exchange", "mode.payloads=.", home=tmp_path)
    assert ran.status == 1
    assert ran.out.splitlines()[0] == f"{NAME}  result.orderId  number there, string here"
    assert ran.out.splitlines()[-1] == "1 checked, 0 agree, 1 differ, 0 skipped"


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    """One line, status 2."""
    ran = command("mode=exchange", "mode.payloads=none", home=tmp_path)
    assert (ran.status, ran.out) == (2, "")
    assert "there is no folder none" in ran.err
