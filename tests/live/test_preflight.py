"""The venue held against the configuration before the first order."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from runner.live.desk import Desk
from runner.live.preflight import DAY_MS, Facts, Wanted, _key, day, examine, prepare, read
from runner.model.bot import Costs
from runner.model.errors import ConfigError
from runner.model.instrument import Instrument
from runner.model.trading import OrderKind, OrderRequest
from runner.rehearsal.core.setup import Setup
from runner.rehearsal.serve import served
from runner.rehearsal.service import KEY, SECRET, Key, Service
from tests.live.desks import desk_at

BTC = Instrument(
    symbol="BTCUSDT",
    quote="USDT",
    tick=0.1,
    quantity_step=0.001,
    min_quantity=0.001,
    max_quantity=1_000.0,
    min_notional=5.0,
    contract_size=1.0,
    taker_fee_bps=5.5,
    maker_fee_bps=2.0,
    maintenance_margin_fraction=0.005,
    max_leverage=100.0,
    funding_interval_ms=28_800_000,
)
ISOLATED = Setup(isolated=True, prices={"BTCUSDT": Decimal(100_000)})
RESTING = OrderRequest(
    client_order_id="r", symbol="BTCUSDT", side=1, kind=OrderKind.LIMIT, quantity=Decimal("0.001"), price=Decimal(95_000)
)


def wanted(costs: dict[str, Any] | None = None, *, apply: bool = False, **instrument: Any) -> Wanted:
    """The configuration, with what a test changes."""
    return Wanted(instruments={"BTCUSDT": replace(BTC, **instrument)}, costs=Costs(**(costs or {})), currency="USDT", apply=apply)


def found(
    want: Wanted, service: Service | None = None, before: Any = lambda _: None
) -> tuple[dict[str, str], tuple[str, ...], tuple[str, ...]]:
    """Problems by path, notes and what was set, at an exchange of these terms."""
    with served(service or Service(setup=ISOLATED, environment="testnet")) as exchange, desk_at(exchange) as ours:
        before(ours)
        findings = examine(ours, want)
    return {each.path: each.message for each in findings.problems}, findings.notes, findings.applied


def test_stable_coins_are_dollars() -> None:
    """An account in dollars trades what is priced in a coin of them."""
    with served(Service(setup=ISOLATED, environment="testnet")) as exchange, desk_at(exchange) as ours:
        assert examine(ours, replace(wanted(), currency="USD")).problems == ()


def test_all_is_well() -> None:
    """Nothing is found where everything is as configured; a key that works from anywhere is worth a word."""
    assert found(wanted()) == ({}, ("the key works from any address; bind it to this machine's",), ())


@pytest.mark.parametrize(
    ("want", "path", "message"),
    [
        (wanted(tick=0.5), "instrument.BTCUSDT.tick", "the venue's is 0.1, the configuration says 0.5"),
        (
            wanted(quote="EUR"),
            "instrument.BTCUSDT.quote",
            "its prices are in EUR, the account is in USDT, and only a backtest converts between them; leave the symbol out",
        ),
        (wanted(quantity_step=0.01), "instrument.BTCUSDT.quantity_step", "the venue's is 0.001, the configuration says 0.01"),
        (wanted(min_quantity=0.0001), "instrument.BTCUSDT.min_quantity", "the venue asks for 0.001, the configuration plans with 0.0001"),
        (wanted(min_notional=1.0), "instrument.BTCUSDT.min_notional", "the venue asks for 5, the configuration plans with 1"),
        (
            wanted({"taker_fee_bps": 4.0}),
            "account.venue.taker_fee_bps",
            "BTCUSDT costs 5.5 basis points at the venue, the configuration says 4",
        ),
        (wanted(maker_fee_bps=1.0), "account.venue.maker_fee_bps", "BTCUSDT costs 2 basis points at the venue, the configuration says 1"),
        (wanted({"leverage": 20.0}), "account.venue.leverage.BTCUSDT", "the venue's is 10, the configuration wants 20"),
        (wanted({"leverage": None}), "account.venue.leverage.BTCUSDT", "the venue's is 10, the configuration wants 100"),
        (wanted({"leverage": 125.0}), "account.venue.leverage.BTCUSDT", "the venue's is 10, the configuration wants 125"),
        (
            wanted({"isolated_margin": False}),
            "account.venue.isolated_margin",
            (
                "the account's margin is isolated, the configuration wants cross; "
                "account.venue.apply_settings=true sets it where the account is flat"
            ),
        ),
    ],
)
def test_each_mismatch(want: Wanted, path: str, message: str) -> None:
    """A mismatch names the setting, what the venue says and what the configuration says."""
    assert found(want)[0][path] == message


@pytest.mark.parametrize(
    ("key", "problem"),
    [
        (Key(secret=SECRET, withdraw=True), "the key may withdraw money; make one that only trades"),
        (Key(secret=SECRET, read_only=True), "the key may not trade"),
    ],
    ids=["withdraws", "reads only"],
)
def test_rights_of_the_key(key: Key, problem: str) -> None:
    """A key must trade and must not withdraw."""
    assert found(wanted(), Service(setup=ISOLATED, environment="testnet", keys={KEY: key}))[0] == {"account.secrets": problem}


def test_a_key_bound_to_an_address() -> None:
    """Nothing is to be said of it."""
    service = Service(setup=ISOLATED, environment="testnet", keys={KEY: Key(secret=SECRET, ips=("127.0.0.1",))})
    assert found(wanted(), service) == ({}, (), ())


def test_a_key_that_has_expired() -> None:
    """The venue may still answer it; nothing is traded with it."""
    with served(Service(setup=ISOLATED)) as exchange, desk_at(exchange) as ours:
        facts = read(ours, wanted())
    assert problems_of(replace(facts, key=replace(facts.key, expires_ms=facts.now_ms))) == [f"the key has expired on {day(facts.now_ms)}"]
    assert problems_of(replace(facts, key=replace(facts.key, expires_ms=facts.now_ms + 1))) == []
    assert problems_of(replace(facts, account=replace(facts.account, unified=False))) == ["the account is no unified trading account"]


def problems_of(facts: Facts) -> list[str]:
    """What is wrong with key and account."""
    return [each.message for each in _key(facts)]


def test_a_key_that_expires_soon() -> None:
    """It is told two weeks ahead."""
    with served(Service(setup=ISOLATED, environment="testnet")) as exchange:
        now_ms = exchange.core.now_ms
    service = Service(setup=ISOLATED, environment="testnet", keys={KEY: Key(secret=SECRET, expires_ms=now_ms + 10**12)})
    assert not any("expires on" in note for note in found(wanted(), service)[1])
    service = replace(service, keys={KEY: Key(secret=SECRET, expires_ms=now_ms + 13 * DAY_MS)})
    assert any("expires on" in note for note in found(wanted(), service)[1])


def test_demo_does_not_tell_its_fees() -> None:
    """The configured ones are used, and that is said."""
    problems, notes, _ = found(wanted({"taker_fee_bps": 0.1}), Service(setup=ISOLATED))
    assert problems == {}
    assert "the venue does not tell its fees for BTCUSDT; the configured ones are used" in notes


def test_paying_less_is_no_problem() -> None:
    """Fees below those reckoned with are told, not refused."""
    problems, notes, _ = found(wanted({"taker_fee_bps": 6.0}))
    assert problems == {}
    assert "BTCUSDT taker_fee_bps: the venue takes 5.5, less than the 6 reckoned with" in notes


def test_funding_at_other_hours() -> None:
    """The venue may change how often it takes funding: that is told, for it changes what holding costs."""
    assert "BTCUSDT: the venue takes funding every 8 hours, 4 are reckoned with" in found(wanted(funding_interval_ms=14_400_000))[1]


def test_settings_are_applied() -> None:
    """With apply, a flat account is set as wanted, read again, and what was done is told."""
    service = Service(setup=replace(ISOLATED, isolated=False, hedge=True), environment="testnet")
    problems, _, applied = found(wanted({"leverage": 25.0}, apply=True), service)
    assert (problems, applied) == ({}, ("margin isolated", "BTCUSDT one-way", "BTCUSDT leverage 25"))


def test_without_apply_nothing_is_set() -> None:
    """Every mismatch is a problem then, all at once."""
    service = Service(setup=replace(ISOLATED, isolated=False, hedge=True), environment="testnet")
    problems, _, applied = found(wanted({"leverage": 25.0}), service)
    assert set(problems) == {"account.venue.isolated_margin", "account.venue.BTCUSDT", "account.venue.leverage.BTCUSDT"}
    assert applied == ()


def test_nothing_is_set_under_an_order() -> None:
    """An account that awaits something is left as it is, and the problem says why."""

    def rest(ours: Desk) -> None:
        ours.place(RESTING)

    problems, _, applied = found(wanted({"leverage": 25.0}, apply=True), before=rest)
    assert applied == ()
    assert problems["account.venue.leverage.BTCUSDT"].endswith("it is set only when BTCUSDT holds and awaits nothing")


def test_a_setting_the_venue_refuses() -> None:
    """A leverage beyond what the contract allows stays a problem, with the venue's words."""
    problems, _, applied = found(wanted({"leverage": 150.0}, apply=True))
    assert applied == ()
    assert "the configuration wants 150" in problems["account.venue.leverage.BTCUSDT"]


def test_prepare_refuses() -> None:
    """Trading does not begin beside a mismatch; the error carries every one."""
    with served(Service(setup=ISOLATED)) as exchange, desk_at(exchange) as ours:
        assert prepare(ours, wanted()).problems == ()
        with pytest.raises(ConfigError, match="nothing is traded") as caught:
            prepare(ours, wanted({"leverage": 20.0}, tick=0.5))
    assert len(caught.value.problems) == 2
