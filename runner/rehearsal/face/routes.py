"""The venue's endpoints: who answers, whether a signature is needed, how often per second, whether demo trading has it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from runner.rehearsal.face import account, public, trade
from runner.rehearsal.face.asked import Asked
from runner.rehearsal.face.rows import Json

if TYPE_CHECKING:
    from runner.rehearsal.face.front import Front

type Answer = Callable[[Front, Asked], Json]


class Route(NamedTuple):
    """One endpoint. `limit` per second, 0 for none; `demo` False: demo trading does not have it; `writes`: needs more than reading."""

    answer: Answer
    limit: int = 0
    private: bool = True
    demo: bool = True
    writes: bool = False


def _open(answer: Answer) -> Route:
    return Route(answer, private=False)


def _order(answer: Answer, limit: int = 10) -> Route:
    return Route(answer, limit, writes=True)


ROUTES: dict[tuple[str, str], Route] = {
    ("GET", "/v5/market/time"): _open(public.server_time),
    ("GET", "/v5/market/kline"): _open(public.kline),
    ("GET", "/v5/market/instruments-info"): _open(public.instruments),
    ("GET", "/v5/market/tickers"): _open(public.tickers),
    ("GET", "/v5/market/recent-trade"): _open(public.prints),
    ("GET", "/v5/market/funding/history"): _open(public.funding_history),
    ("GET", "/v5/market/orderbook"): _open(public.orderbook),
    ("POST", "/v5/order/create"): _order(trade.create),
    ("POST", "/v5/order/amend"): _order(trade.amend),
    ("POST", "/v5/order/cancel"): _order(trade.cancel),
    ("POST", "/v5/order/cancel-all"): _order(trade.cancel_all),
    ("GET", "/v5/order/realtime"): Route(trade.realtime, 50),
    ("GET", "/v5/order/history"): Route(trade.history, 50),
    ("GET", "/v5/execution/list"): Route(trade.executions, 50),
    ("GET", "/v5/position/list"): Route(account.positions, 50),
    ("POST", "/v5/position/trading-stop"): _order(account.trading_stop),
    ("POST", "/v5/position/set-leverage"): _order(account.set_leverage),
    ("POST", "/v5/position/switch-mode"): _order(account.switch_mode),
    ("GET", "/v5/position/closed-pnl"): Route(account.closed_pnl, 50),
    ("GET", "/v5/account/wallet-balance"): Route(account.wallet, 50),
    ("GET", "/v5/account/info"): Route(account.account_info, 50),
    ("POST", "/v5/account/set-margin-mode"): _order(account.set_margin_mode, 5),
    ("GET", "/v5/account/fee-rate"): Route(account.fee_rate, 5, demo=False),
    ("GET", "/v5/account/transaction-log"): Route(account.ledger, 25),
    ("GET", "/v5/user/query-api"): Route(account.query_api, 10),
    ("GET", "/v5/asset/coin/query-info"): Route(account.coin_info, 5),
    ("POST", "/v5/account/demo-apply-money"): Route(account.demo_money, 1, writes=True),
    ("POST", "/v5/order/disconnected-cancel-all"): Route(public.unsupported, 5, demo=False),
    ("GET", "/v5/account/query-dcp-info"): Route(public.unsupported, 5, demo=False),
    ("POST", "/v5/order/pre-check"): Route(public.unsupported, 5, demo=False),
    ("GET", "/v5/account/withdrawal"): Route(public.unsupported, 5, demo=False),
    ("GET", "/v5/account/instruments-info"): Route(public.unsupported, 5, demo=False),
    ("POST", "/v5/position/confirm-pending-mmr"): Route(public.unsupported, 5, demo=False),
    ("POST", "/v5/position/move-positions"): Route(public.unsupported, 5, demo=False),
}
