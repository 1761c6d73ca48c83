"""Everything that goes wrong on purpose: what a client sees of it, what really happened, and that it is counted."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
import requests
import websocket
from pybit.exceptions import FailedRequestError, InvalidRequestError

from runner.model.trading import OrderKind
from runner.rehearsal.core.exchange import Exchange
from runner.rehearsal.core.order import Exits, Stage, Ticket
from runner.rehearsal.core.orders import covered
from runner.rehearsal.core.setup import Setup
from runner.rehearsal.face.gate import signature
from runner.rehearsal.faults import AFTER, BEFORE, EVERY, FRAMES, REQUESTS, SILENT_MS, SLOW, Faults, Storm
from runner.rehearsal.mishaps import HAPPENINGS
from runner.rehearsal.serve import Served, served
from runner.rehearsal.service import KEY, SECRET, Service
from tests.rehearsal.clients import http, streams, until

D = Decimal
LINEAR: dict[str, Any] = {"category": "linear", "symbol": "BTCUSDT"}
ORDER = LINEAR | {"side": "Buy", "orderType": "Market", "qty": "0.1", "stopLoss": "99000", "orderLinkId": "one"}
START_MS = 1_767_225_600_000


@pytest.fixture
def exchange() -> Iterator[Served]:
    """BTC at 100,000; answers that do not come are waited for 50 ms."""
    setup = Setup(prices={"BTCUSDT": D(100_000)})
    with served(Service(setup=setup, subscribe_delay_ms=(0, 1), stream_delay_ms=1, timeout_ms=50)) as running:
        yield running


def control(exchange: Served, what: str, /, **wish: Any) -> int:
    """A request on the control channel; its status."""
    try:
        with urlopen(Request(f"{exchange.http}/control/{what}", data=json.dumps(wish).encode())) as answer:  # noqa: S310 - loopback
            return int(answer.status)
    except HTTPError as error:
        error.close()
        return error.code


def seen(client: Any) -> str:
    """What a client sees of an order that a fault strikes."""
    try:
        client.place_order(**ORDER)
    except InvalidRequestError as error:
        return f"code {error.status_code}"
    except FailedRequestError as error:
        return f"status {error.status_code}"
    except requests.RequestException:
        return "nothing"
    except ValueError:
        return "no JSON"
    return "good"


@pytest.mark.parametrize(
    ("kind", "sight", "arrived"),
    [
        ("answer_timeout", "nothing", True),
        ("answer_reset", "nothing", True),
        ("answer_502", "status 502", True),
        ("answer_503", "status 503", True),
        ("request_timeout", "nothing", False),
        ("request_reset", "nothing", False),
        ("request_502", "status 502", False),
        ("request_503", "status 503", False),
        ("html_200", "status 409", True),
        ("malformed_json", "status 409", True),
        ("server_error", "code 10016", True),
        ("duplicate_id", "code 110072", True),
        ("limit_past_reset", "code 10006", False),
        ("forbidden_403", "status 403", False),
    ],
)
def test_a_struck_request_is_seen_so(exchange: Served, kind: str, sight: str, arrived: bool) -> None:
    """What the client sees, and whether the order is really there."""
    assert control(exchange, "fault", kind=kind, path="/v5/order/create") == 200
    assert (seen(http(exchange)), "one" in exchange.core.state.links) == (sight, arrived)
    assert exchange.front.faults.counts == {kind: 1}
    assert [row["fault"] for row in exchange.core.state.log if row["kind"] == "fault"] == [kind]


def test_every_kind_of_struck_request_is_driven() -> None:
    """The table above leaves none out."""
    table = test_a_struck_request_is_seen_so.pytestmark[0].args[1]  # type: ignore[attr-defined]
    assert {row[0] for row in table} == set(REQUESTS)


def test_an_unknown_fault_is_refused(exchange: Served) -> None:
    """With status 400, and nothing is armed."""
    assert control(exchange, "fault", kind="nonsense") == 400
    assert exchange.front.faults.armed == []


def test_a_fault_may_wait_and_repeat(exchange: Served) -> None:
    """After one request that it lets pass it strikes two."""
    control(exchange, "fault", kind="server_error", path="/v5/position/list", after=1, times=2)
    client, codes = http(exchange), []
    for _ in range(4):
        try:
            codes.append(client.get_positions(**LINEAR)["retCode"])
        except InvalidRequestError as error:
            codes.append(error.status_code)
    assert codes == [0, 10016, 10016, 0]


def test_an_entry_whose_stop_is_refused_stands_naked(exchange: Served) -> None:
    """The fill is there and the stop is not; the log says so, and a stop can be set."""
    control(exchange, "fault", kind="stop_refused")
    client = http(exchange)
    client.place_order(**ORDER)
    assert client.get_positions(**LINEAR)["result"]["list"][0]["stopLoss"] == ""
    assert [row["naked"] for row in exchange.core.state.log if row["kind"] == "cover"][-1] == "0.1"
    client.set_trading_stop(**LINEAR, tpslMode="Full", positionIdx=0, stopLoss="99000")
    assert D([row["naked"] for row in exchange.core.state.log if row["kind"] == "cover"][-1]) == 0


def test_an_order_may_be_refused_after_its_answer(exchange: Served) -> None:
    """It was acknowledged, and nothing came of it."""
    control(exchange, "fault", kind="refused_after_ack")
    client = http(exchange)
    assert client.place_order(**ORDER)["retCode"] == 0
    row = client.get_order_history(**LINEAR)["result"]["list"][0]
    assert (row["orderStatus"], row["cumExecQty"], row["rejectReason"]) == ("Cancelled", "0", "EC_Others")


def test_an_order_may_fill_in_part_and_be_cancelled(exchange: Served) -> None:
    """Cancelled with something executed; the stop covers what filled."""
    control(exchange, "fault", kind="partial_fill")
    client = http(exchange)
    client.place_order(**ORDER)
    row = client.get_order_history(**LINEAR, orderLinkId="one")["result"]["list"][0]
    assert (row["orderStatus"], row["cumExecQty"]) == ("Cancelled", "0.05")
    assert [D(order["qty"]) for order in client.get_open_orders(**LINEAR)["result"]["list"]] == [D("0.05")]


@pytest.mark.parametrize(("kind", "times"), [("frame_twice", 2), ("frame_lost", 0), ("frame_swapped", 1)])
def test_a_frame_comes_twice_or_never(exchange: Served, kind: str, times: int) -> None:
    """Counted by the execution's id."""
    stream = streams(exchange, "private")
    ids: list[str] = []
    stream.execution_stream(lambda frame: ids.extend(row["execId"] for row in frame["data"]))
    assert until(lambda: exchange.wire.hub.heard("execution"))
    control(exchange, "fault", kind=kind, times=100)
    http(exchange).place_order(**ORDER)
    assert until(lambda: exchange.front.faults.counts[kind] >= 5)
    exchange.front.faults.armed.clear()
    http(exchange).place_order(**(ORDER | {"orderLinkId": "two"}))
    last = exchange.core.state.fills[-1].id
    assert until(lambda: last in ids)
    stream.exit()
    assert ids.count(exchange.core.state.fills[0].id) == times


@pytest.mark.parametrize("kind", ["close_clean", "close_reset", "login_refused", "reconnect_refused"])
def test_a_cut_stream_can_be_joined_again(exchange: Served, kind: str) -> None:
    """It ends, is kept out for a while where that is the fault, and works again after that."""
    with joined(exchange) as first:
        control(exchange, "fault", kind=kind)
        assert ended(first)
    if kind == "reconnect_refused":
        with pytest.raises(HTTPError, match="503") as refused:
            urlopen(f"{exchange.http}/v5/private")  # noqa: S310 - loopback
        refused.value.close()
        exchange.call(lambda: exchange.front.advance(5_000))
    for good in (False, True) if kind == "login_refused" else (True,):
        with joined(exchange) as again:
            assert login(exchange, again) == good


@contextmanager
def joined(exchange: Served) -> Iterator[websocket.WebSocket]:
    """A plain connection to the private stream."""
    socket = websocket.create_connection(f"{exchange.ws}/v5/private", timeout=5)
    inner = socket.sock
    yield socket
    if inner is not None:
        inner.close()


def ended(socket: websocket.WebSocket) -> bool:
    """Whether the other side has ended a connection, in good order or not."""
    try:
        return socket.recv() == ""
    except (OSError, websocket.WebSocketException):
        return True


def login(exchange: Served, socket: websocket.WebSocket) -> bool:
    """Whether the venue takes a login."""
    expires = exchange.core.now_ms + 60_000
    socket.send(json.dumps({"op": "auth", "args": [KEY, expires, signature(SECRET, f"GET/realtime{expires}")]}))
    return bool(json.loads(socket.recv())["success"])


@pytest.mark.parametrize(("kind", "word"), [("adl", "AdlTrade"), ("liquidation", "BustTrade"), ("manual_close", "Trade")])
def test_a_position_is_closed_from_outside(exchange: Served, kind: str, word: str) -> None:
    """The execution tells who did it; the stop goes with the position."""
    client = http(exchange)
    client.place_order(**ORDER)
    control(exchange, "fault", kind=kind)
    assert client.get_executions(**LINEAR)["result"]["list"][0]["execType"] == word
    assert client.get_positions(**LINEAR)["result"]["list"][0]["size"] == "0"
    assert client.get_open_orders(**LINEAR)["result"]["list"] == []


def test_settings_change_from_outside(exchange: Served) -> None:
    """Leverage, position mode and rules; the clock goes wrong."""
    state = exchange.core.state
    before = {key: (m.leverage, m.hedge, m.listing.max_quantity, m.listing.funding_interval_ms) for key, m in state.markets.items()}
    for kind in ("leverage_changed", "mode_changed", "rules_changed", "interval_changed", "clock_behind"):
        control(exchange, "fault", kind=kind)
    after = {key: (m.leverage, m.hedge, m.listing.max_quantity, m.listing.funding_interval_ms) for key, m in state.markets.items()}
    changed = [{a[n] != before[key][n] for key, a in after.items()} for n in range(4)]
    assert all(True in each for each in changed)
    with pytest.raises(InvalidRequestError, match="10002"):
        http(exchange).get_account_info()


def test_a_halted_market_takes_what_reduces(exchange: Served) -> None:
    """Every market is halted: entries are refused, a position can be closed."""
    client = http(exchange)
    client.place_order(**ORDER)
    for _ in range(30):
        control(exchange, "fault", kind="halted")
    with pytest.raises(InvalidRequestError, match="110066"):
        client.place_order(**(ORDER | {"orderLinkId": "two"}))
    close = {"side": "Sell", "orderType": "Market", "qty": "0.1", "reduceOnly": True}
    assert client.place_order(**LINEAR, **close)["retCode"] == 0
    assert exchange.core.state.market("BTCUSDT").positions[0].side == 0


def test_every_kind_is_known_somewhere() -> None:
    """A kind is struck by requests, frames, the core, or happens at once; none is a name only."""
    core = {"refused_after_ack", "stop_refused", "partial_fill"}
    frames = {"frame_twice", "frame_late", "frame_swapped", "frame_lost"}
    assert set(REQUESTS) | core | frames | set(HAPPENINGS) == set(EVERY)
    assert set(AFTER) | set(BEFORE) < set(REQUESTS)


# --- the schedule -----------------------------------------------------------------------------------------------------


def drawn(level: Any, seed: int, requests_made: int = 2_000) -> Faults:
    """A schedule after so many orders."""
    faults = Faults(Storm(level=level, outcomes=True), Exchange(Setup()), seed)
    for _ in range(requests_made):
        faults.request("POST", "/v5/order/create")
        faults.core("refused_after_ack", "BTCUSDT")
        faults.frame()
        faults.instant()
    return faults


def test_the_same_seed_gives_the_same_faults() -> None:
    """Kind by kind; another seed gives others."""
    first, second, third = (drawn("storm", seed).exchange.state.log for seed in (1, 1, 2))
    assert first == second
    assert first != third


def test_levels_differ_in_how_much_goes_wrong() -> None:
    """None, gentle, storm; a storm draws every kind that is possible while flat."""
    counts = [drawn(level, 1).counts for level in ("none", "gentle", "storm")]
    sums = [sum(each.values()) for each in counts]
    assert sums[0] == 0 < sums[1] * 3 < sums[2]
    held = {"adl", "liquidation", "manual_close", "stop_refused", "partial_fill", "forbidden_403"}
    assert set(counts[2]) == set(EVERY) - held


def test_nothing_keeps_a_naked_position_from_its_repair_for_long() -> None:
    """While a position has no stop requests are lost and frames too, but nobody waits for a timeout, is shut out, or struck elsewhere."""
    exchange = Exchange(Setup(prices={"BTCUSDT": D(100_000)}))
    faults = Faults(Storm(level="storm", outcomes=True), exchange, 1)
    ticket = Ticket(market="BTCUSDT", side=1, kind=OrderKind.MARKET, quantity=D("0.1"))
    faults.struck = True
    assert exchange.place(ticket).stage is Stage.FILLED
    faults.struck = False
    for _ in range(3_000):
        faults.request("POST", "/v5/position/trading-stop")
        faults.request("GET", "/v5/position/list")
        faults.frame()
        faults.instant()
        faults.core("stop_refused", "ETHUSDT")
    assert set(faults.counts) == set(REQUESTS) - SLOW - {"duplicate_id"} | set(FRAMES)


def test_after_a_ban_nothing_happens_that_would_have_to_be_repaired() -> None:
    """Whoever was turned away keeps still for ten minutes, as the venue asks."""
    exchange = Exchange(Setup(prices={"BTCUSDT": D(100_000)}))
    faults = Faults(Storm(level="storm", kinds=("stop_refused", "forbidden_403"), per_chance=1.0), exchange, 1)
    assert faults.core("stop_refused", "BTCUSDT")
    faults.arm("forbidden_403")
    assert faults.request("GET", "/v5/order/realtime") == "forbidden_403"
    faults.struck = False  # it is answered
    assert not faults.core("stop_refused", "BTCUSDT")
    exchange.to(exchange.now_ms + SILENT_MS)
    assert faults.core("stop_refused", "BTCUSDT")


def test_a_stop_is_refused_only_where_somebody_hears_of_the_fill() -> None:
    """Without a private stream it stays, so that a correct client can always repair it in time."""
    for heard in (False, True):
        exchange = Exchange(Setup(prices={"BTCUSDT": D(100_000)}, seed=3))
        faults = Faults(Storm(level="storm", kinds=("stop_refused",), per_chance=1.0), exchange, 1)
        faults.whole = lambda heard=heard: heard  # type: ignore[misc]
        exits = Exits(stop=D(99_000))
        exchange.place(Ticket(market="BTCUSDT", side=1, kind=OrderKind.MARKET, quantity=D("0.1"), exits=exits))
        market = exchange.state.market("BTCUSDT")
        assert (covered(market, market.positions[0]) == 0) == heard
