"""What a request to the venue ends in: real pybit against a venue that answers what is written here."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from runner.live.desk import Desk
from runner.live.fat_finger import FatFingerError, Slip
from runner.live.keys import read_keys
from runner.live.outcome import REACTIONS, Blocked, Halting, Reaction, Rejected, Unknown, VenueError
from runner.live.rest import address_of
from runner.model.errors import ConfigError
from runner.model.trading import OrderKind, OrderRequest, ProtectRequest
from runner.wire.bybit import BybitDialect
from tests.live.desks import KEY, NOW_MS, SECRET, StillClock, desk
from tests.live.scripted import Answer, Asked, good, refusal, venue

CREATE, WALLET, CLOCK = "/v5/order/create", "/v5/account/wallet-balance", "/v5/market/time"
ORDER = OrderRequest(client_order_id="a-1", symbol="BTCUSDT", side=1, kind=OrderKind.MARKET, quantity=Decimal("0.01"))
EXIT = OrderRequest(client_order_id="a-2", symbol="BTCUSDT", side=-1, kind=OrderKind.MARKET, quantity=Decimal("0.01"), reduce_only=True)
PLACED = good({"orderId": "1", "orderLinkId": ""})
MONEY = good({"list": [{"coin": [{"coin": "USDT", "walletBalance": "5"}]}]})

UNREADABLE = [
    pytest.param(Answer("<html>We will be back soon</html>"), id="HTML with status 200"),
    pytest.param(Answer('{"retCode": 0, "res'), id="half a JSON"),
    pytest.param(Answer([1, 2]), id="a list"),
    pytest.param(Answer(7), id="a number"),
    pytest.param(Answer({}), id="an empty object"),
    pytest.param(Answer({"retMsg": "OK", "result": {"orderId": "1"}}), id="no code"),
    pytest.param(Answer({"retCode": "0", "result": [], "time": 1}), id="a list for the result"),
    pytest.param(Answer({"retCode": "ten", "retMsg": "x", "result": {}, "time": 1}), id="text for the code"),
    pytest.param(Answer({"retCode": [1], "retMsg": "x", "result": {}, "time": 1}), id="a list for the code"),
    pytest.param(Answer({"retCode": 10001}), id="a refusal without words"),
    pytest.param(good({"orderLinkId": "a-1"}), id="no order id"),
    pytest.param(good({"orderId": 5}), id="a number for the order id"),
    pytest.param(good({"orderId": "1", "orderLinkId": "b-2"}), id="the answer to another order"),
    pytest.param(Answer("bad gateway", 502), id="502"),
    pytest.param(Answer("unavailable", 503), id="503"),
    pytest.param(Answer("elsewhere", 302, {"Location": "http://127.0.0.1:9/"}), id="a redirection"),
    pytest.param(Answer(cut=True), id="a connection that is cut"),
    pytest.param(refusal(10000, "server timeout"), id="10000"),
    pytest.param(refusal(10016), id="10016"),
    pytest.param(refusal(10014, "duplicate request"), id="10014"),
]


def place(ours: Desk) -> object:
    """Send an entry."""
    return ours.place(ORDER)


@pytest.mark.parametrize("answer", UNREADABLE)
def test_an_order_that_may_have_been_executed_is_unknown(answer: Answer) -> None:
    """It is sent once and never again: only asking tells."""
    with venue({CREATE: [answer]}) as there, desk(there.url) as ours:
        with pytest.raises(Unknown):
            ours.place(ORDER)
        assert there.paths() == [CREATE]


@pytest.mark.parametrize("answer", UNREADABLE)
def test_a_question_is_asked_again(answer: Answer) -> None:
    """Three times from one second, doubling; then nobody knows."""
    clock = StillClock()
    with venue({WALLET: [answer]}) as there, desk(there.url, clock) as ours:
        with pytest.raises(Unknown):
            ours.wallet()
        assert there.paths() == [WALLET] * 4
        assert clock.slept == [1_000, 2_000, 4_000]


def test_a_question_answered_at_last() -> None:
    """What went wrong before is forgotten."""
    with venue({WALLET: [Answer("<html>"), Answer(cut=True), MONEY]}) as there, desk(there.url) as ours:
        assert ours.wallet().balance == Decimal(5)


def test_nobody_there() -> None:
    """A venue out of reach is silence as well."""
    with desk("http://127.0.0.1:9") as ours, pytest.raises(Unknown, match=r"/v5/order/create got no answer from 127\.0\.0\.1:9 \("):
        ours.place(EXIT)


@pytest.mark.parametrize(
    ("endpoint", "address"), [("https://api-demo.bybit.com", "api-demo.bybit.com:443"), ("http://localhost/", "localhost:80")]
)
def test_an_address_has_its_port(endpoint: str, address: str) -> None:
    """Also where it is the usual one."""
    assert address_of(endpoint) == address


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (refusal(10003, "API key is invalid."), ("does not accept", "API key is invalid. (code 10003)")),
        (Answer("unauthorized", 401), ("does not accept", "not authorised (code 401)")),
        (refusal(10010, "Unmatched IP"), ("refuses requests of", "Unmatched IP (code 10010)")),
    ],
)
def test_a_key_that_is_not_taken_is_named(answer: Answer, said: tuple[str, str]) -> None:
    """Account, environment and the names of the variables; nothing of what they hold."""
    keys = read_keys({"key": "A_KEY", "secret": "A_SECRET"}, environment={"A_KEY": KEY, "A_SECRET": SECRET})
    with venue({WALLET: [answer]}) as there:
        ours = Desk(BybitDialect(endpoint=there.url), keys, StillClock(), account="mine")
        with pytest.raises(Halting) as caught:
            ours.wallet()
        ours.close()
    assert (
        str(caught.value)
        == f"trading must stop: account mine, demo: the venue {said[0]} the key in A_KEY with the secret in A_SECRET: {said[1]}"
    )


@pytest.mark.parametrize("code", sorted(code for code, asks in REACTIONS.items() if asks in set(Reaction) - {Reaction.LOOK_UP}))
def test_every_refusal_lands(code: int) -> None:
    """Each code of the table ends in a plain answer of ours that carries it, after at most the repeats that are safe."""
    script = [refusal(code, "in the venue's words")]
    with venue({CREATE: script}) as there, desk(there.url) as ours, pytest.raises(VenueError) as caught:
        ours.place(ORDER)
    asks = REACTIONS[code]
    expected: dict[Reaction, tuple[type[VenueError], int]] = {
        Reaction.HALT: (Halting, 1),
        Reaction.MEASURE_CLOCK: (Halting, 2),
        Reaction.WAIT: (Blocked, 4),
    }
    kind, times = expected.get(asks, (Rejected, 1))
    assert (type(caught.value), there.paths()) == (kind, [CREATE] * times)
    if isinstance(caught.value, Rejected):
        assert (caught.value.code, caught.value.reaction, caught.value.message) == (code, asks, "in the venue's words")


def test_a_code_nobody_knows() -> None:
    """It is a refusal, told as it is and not repeated."""
    script = [refusal(987654, "new rule")]
    with venue({CREATE: script}) as there, desk(there.url) as ours, pytest.raises(Rejected, match="new rule") as caught:
        ours.place(ORDER)
    assert caught.value.reaction is Reaction.BUG


@pytest.mark.parametrize("reset", ["1699999990000", str(NOW_MS + 700), "1800000000000", "soon", None])
def test_the_rate_limit(reset: str | None) -> None:
    """An order refused for it was not executed: it is sent again after the reset, past, near, absurdly far or not told at all."""
    headers = {} if reset is None else {"X_Bapi_Limit_Reset_Timestamp": reset}
    clock = StillClock()
    with venue({CREATE: [refusal(10006, "too many visits", **headers), PLACED]}) as there, desk(there.url, clock) as ours:
        assert ours.place(ORDER).order_id == "1"
    assert there.paths() == [CREATE] * 2
    assert sum(clock.slept) <= 3_000


def test_http_403_stops_everything() -> None:
    """The address is shut out: nothing is sent for ten minutes, not even what protects, on any path."""
    clock = StillClock()
    with venue({WALLET: [Answer("blocked", 403)], CREATE: [PLACED]}) as there, desk(there.url, clock) as ours:
        for ask in (ours.wallet, lambda: ours.place(EXIT)):
            with pytest.raises(Blocked, match="403") as caught:
                ask()
            assert caught.value.until_ms == NOW_MS + 600_000
        assert there.paths() == [WALLET]
        clock.at_ms += 600_000
        assert ours.place(EXIT).order_id == "1"


@pytest.mark.parametrize("answer", [Answer("slow down", 429), refusal(10429)], ids=["HTTP", "code"])
def test_overload(answer: Answer) -> None:
    """Questions back off with jitter; an order is refused, and the caller decides."""
    clock = StillClock()
    with venue({WALLET: [answer, answer, MONEY], CREATE: [answer]}) as there, desk(there.url, clock) as ours:
        assert ours.wallet().balance == Decimal(5)
        assert [1_000, 2_000] <= clock.slept <= [1_999, 3_999]
        with pytest.raises(Rejected) as caught:
            ours.place(ORDER)
    assert caught.value.reaction is Reaction.BACK_OFF


@pytest.mark.parametrize(("status", "kind"), [(401, Halting), (400, Rejected), (404, Rejected), (405, Rejected), (418, Unknown)])
def test_other_statuses(status: int, kind: type[VenueError]) -> None:
    """What HTTP itself refuses was not executed; what nobody expects is unknown."""
    with venue({CREATE: [Answer("", status)]}) as there, desk(there.url) as ours, pytest.raises(kind):
        ours.place(ORDER)


def test_the_circuit_of_a_path() -> None:
    """Five failures in a row open it for a minute; a try that fails opens it again, one that works closes it. Protection always passes."""
    clock = StillClock()
    with venue({CREATE: [Answer("", 502)] * 7 + [PLACED]}) as there, desk(there.url, clock) as ours:
        for _ in range(5):
            with pytest.raises(Unknown):
                ours.place(ORDER)
        with pytest.raises(Blocked, match="failed 5 times"):
            ours.place(ORDER)
        with pytest.raises(Unknown):
            ours.place(EXIT)
        clock.at_ms += 60_000
        with pytest.raises(Unknown):
            ours.place(ORDER)
        with pytest.raises(Blocked):
            ours.place(ORDER)
        clock.at_ms += 60_000
        assert [ours.place(ORDER).order_id for _ in range(2)] == ["1", "1"]
    assert there.paths() == [CREATE] * 9


@pytest.mark.parametrize("skew_ms", [-5_000, -700, 0, 700, 5_000])
def test_a_clock_that_is_wrong(skew_ms: int) -> None:
    """Requests carry the venue's time whatever the machine's clock says, and are signed with it."""

    def within(asked: Asked) -> Answer:
        at_ms = int(asked.headers["X-BAPI-TIMESTAMP"])
        return PLACED if NOW_MS - 5_000 <= at_ms < NOW_MS + 1_000 else refusal(10002)

    with venue({CREATE: [within]}) as there, desk(there.url, StillClock(NOW_MS + skew_ms)) as ours:
        assert ours.place(ORDER).order_id == "1"
        assert ours.measure_clock() == -skew_ms
    assert len(there.paths()) == 1


def test_a_clock_that_jumps() -> None:
    """A timestamp out of the window is measured anew and sent once more, a POST as well: it was not executed."""
    with venue({CREATE: [refusal(10002), PLACED]}) as there, desk(there.url) as ours:
        assert ours.place(ORDER).order_id == "1"
        assert [each.path for each in there.asked] == [CLOCK] * 3 + [CREATE] + [CLOCK] * 3 + [CREATE]


def test_a_venue_whose_time_is_not_known() -> None:
    """No entry is sent beyond half a second of doubt; what protects is."""
    clock = StillClock()

    def slowly(_: Asked) -> Answer:
        clock.at_ms += 1_200
        return good(time=clock.at_ms)

    with venue({CREATE: [PLACED], CLOCK: [slowly]}) as there, desk(there.url, clock) as ours:
        with pytest.raises(Blocked, match="known to 600 ms only"):
            ours.place(ORDER)
        assert ours.place(EXIT).order_id == "1"


def test_the_clock_is_measured_again() -> None:
    """After ten minutes with one question more; never by itself where that was chosen."""
    clock = StillClock()
    with venue({WALLET: [MONEY]}) as there, desk(there.url, clock) as ours:
        ours.wallet()
        clock.at_ms += 600_000
        ours.wallet()
        assert [each.path for each in there.asked] == [CLOCK] * 3 + [WALLET, CLOCK, WALLET]
    with venue({WALLET: [MONEY]}) as there, desk(there.url, StillClock(), measure_every_ms=None) as ours:
        ours.wallet()
        ours.rest.clock.sleep_ms(10**9)
        ours.wallet()
        assert [each.path for each in there.asked] == [CLOCK] * 3 + [WALLET] * 2


def test_the_time_of_answers_is_told() -> None:
    """Whoever keeps the venue's clock hears of every answer's time."""
    heard: list[int] = []
    with venue({WALLET: [good({"list": [{"coin": []}]}, time=NOW_MS + 7)]}) as there, desk(there.url, heard=heard.append) as ours:
        ours.wallet()
    assert heard[-1] == NOW_MS + 7


@pytest.mark.parametrize(
    "answer",
    [
        Answer(f"<html>{SECRET}", 500),
        refusal(10003, f"API key {KEY} is invalid"),
        refusal(110001, f"{KEY} and {SECRET}"),
        good({"orderId": {"x": SECRET}}),
        refusal(SECRET),
        Answer(cut=True),
    ],
    ids=["body", "halt", "refusal", "field", "code", "cut"],
)
def test_no_exception_shows_a_key(answer: Answer) -> None:
    """Whatever the venue throws back at us, text and chain of what we raise are free of keys, and so is what prints a desk."""
    with venue({CREATE: [answer]}) as there, desk(there.url) as ours:
        with pytest.raises(VenueError) as caught:
            place(ours)
        shown = f"{caught.getrepr(chain=True)} {caught.value!r} {caught.value} {ours.rest.client!r} {vars(ours)}"
    assert not re.search(f"{KEY}|{SECRET}", shown)


def test_protection_goes_first_when_requests_are_scarce() -> None:
    """Entries leave three of ten requests a second to what protects, and wait for the next second themselves."""
    clock = StillClock()
    with venue({CREATE: [PLACED]}) as there, desk(there.url, clock) as ours:
        for _ in range(7):
            ours.place(ORDER)
        assert clock.slept == []
        for _ in range(3):
            ours.place(EXIT)
        assert clock.slept == []
        ours.place(ORDER)
        assert clock.slept == [1_000]
        assert len(there.paths()) == 11


def test_what_others_use_up_counts() -> None:
    """Another process of the account has spent requests: the venue's headers say so, and entries wait."""
    clock = StillClock()
    headers = {"X-Bapi-Limit": "10", "X-Bapi-Limit-Status": "2", "X-Bapi-Limit-Reset-Timestamp": str(NOW_MS)}
    answer = Answer(PLACED.body, headers=headers)
    with venue({CREATE: [answer]}) as there, desk(there.url, clock) as ours:
        ours.place(ORDER)
        ours.place(EXIT)
        assert clock.slept == []
        ours.place(ORDER)
        assert clock.slept == [1_000]


@pytest.mark.parametrize(
    "ask",
    [
        lambda ours: ours.protect(ProtectRequest(symbol="X", stop=Decimal(1))),
        lambda ours: ours.set_leverage("X", Decimal(5)),
        lambda ours: ours.set_one_way("X"),
    ],
)
@pytest.mark.parametrize("code", [110025, 110043, 34040])
def test_so_already_is_success(ask: Callable[[Desk], Any], code: int) -> None:
    """A setting that stands as it was wanted is no problem."""
    with _settings(refusal(code)) as there, desk(there.url) as ours:
        ask(ours)


@pytest.mark.parametrize("code", [110024, 110013])
def test_a_setting_refused(code: int) -> None:
    """Any other refusal of a setting is told."""
    with _settings(refusal(code)) as there, desk(there.url) as ours, pytest.raises(Rejected):
        ours.set_one_way("X")


def _settings(answer: Answer) -> Any:
    paths = ("/v5/position/trading-stop", "/v5/position/set-leverage", "/v5/position/switch-mode")
    return venue({path: [answer] for path in paths})


def test_nothing_but_the_request_leaves(monkeypatch: pytest.MonkeyPatch) -> None:
    """Proxies of the environment are not asked, redirections are not followed: signed headers reach the venue only."""
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    with venue({CREATE: [Answer("", 307, {"Location": "/elsewhere"})]}) as there, desk(there.url) as ours:
        with pytest.raises(Unknown):
            ours.place(ORDER)
        assert there.paths() == [CREATE]


def test_without_keys_only_what_is_public() -> None:
    """Prices can be asked by anybody; what needs a signature is refused before it is sent."""
    ticker = good({"list": [{"symbol": "X", "lastPrice": "5"}]})
    with venue({"/v5/market/tickers": [ticker]}) as there:
        ours = Desk(BybitDialect(endpoint=there.url), None, StillClock())
        assert ours.price("X").last == 5.0
        with pytest.raises(ConfigError, match="needs keys"):
            ours.wallet()
        ours.close()
    assert there.paths() == ["/v5/market/tickers"]


def test_nothing_grows() -> None:
    """What is remembered of requests is what still counts, however many there were."""
    clock = StillClock()
    with venue({WALLET: [MONEY], "/v5/market/tickers": [good({"list": [{"symbol": "X"}]})]}) as there, desk(there.url, clock) as ours:
        for _ in range(30):
            ours.wallet()
            ours.price("X")
            clock.at_ms += 1_000
        budget = ours.rest.budget
        assert len(budget._address.sent) <= 12
        assert max(len(each.window.sent) for each in budget._endpoints.values()) <= 2


def test_a_last_look() -> None:
    """Whatever looks at a request last can keep it from being sent."""

    def refuse(request: object) -> None:
        raise FatFingerError(Slip.PRICE_FAR, type(request).__name__)

    with venue({CREATE: [PLACED]}) as there, desk(there.url) as ours:
        ours.before = refuse
        for send in (lambda: ours.place(ORDER), lambda: ours.protect(ProtectRequest(symbol="X", stop=Decimal(1)))):
            with pytest.raises(FatFingerError):
                send()
        assert there.asked == []
