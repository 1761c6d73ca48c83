"""What travels between the runner and a venue: requests on the way out, what was seen on the way back. Money is Decimal."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from runner.model.plan import Trigger


class OrderKind(StrEnum):
    """How an order meets the market."""

    MARKET = "market"
    LIMIT = "limit"
    STOP = "stop"  # rests at the venue until its trigger, then a market order


class Lasts(StrEnum):
    """How long an order may wait."""

    GTC = "gtc"
    IOC = "ioc"
    FOK = "fok"
    POST_ONLY = "post_only"


class OrderState(StrEnum):
    """Where an order stands at the venue."""

    UNTRIGGERED = "untriggered"
    NEW = "new"
    PARTLY_FILLED = "partly_filled"
    FILLED = "filled"
    CANCELLED = "cancelled"  # may have filled in part before
    REJECTED = "rejected"
    DEACTIVATED = "deactivated"  # a conditional order withdrawn before its trigger

    @property
    def open(self) -> bool:
        """Whether it can still fill."""
        return self in (OrderState.UNTRIGGERED, OrderState.NEW, OrderState.PARTLY_FILLED)


class Origin(StrEnum):
    """Who made an order."""

    USER = "user"
    STOP_LOSS = "stop_loss"
    TAKE_PROFIT = "take_profit"
    TRAILING_STOP = "trailing_stop"
    LIQUIDATION = "liquidation"
    ADL = "adl"
    ADMIN = "admin"


class FillKind(StrEnum):
    """What an execution at the venue is."""

    TRADE = "trade"
    FUNDING = "funding"
    LIQUIDATION = "liquidation"
    ADL = "adl"
    SETTLEMENT = "settlement"


class LedgerKind(StrEnum):
    """What moved money in the venue's own ledger."""

    TRADE = "trade"
    FUNDING = "funding"
    LIQUIDATION = "liquidation"
    DEPOSIT = "deposit"  # transfers in, demo money given
    WITHDRAWAL = "withdrawal"  # transfers out, payouts, demo money taken
    OTHER = "other"


# --- on the way out ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class OrderRequest:
    """A new order. `stop`: protective stop for the position's full size, attached to the same request."""

    client_order_id: str
    symbol: str
    side: int  # +1 buys, -1 sells
    kind: OrderKind
    quantity: Decimal
    price: Decimal | None = None  # LIMIT
    trigger_price: Decimal | None = None  # STOP
    rises: bool = True  # STOP: the trigger is reached from below
    trigger: Trigger = Trigger.LAST  # which price reaches it
    lasts: Lasts = Lasts.GTC
    reduce_only: bool = False
    stop: Decimal | None = None
    stop_trigger: Trigger = Trigger.LAST


@dataclass(frozen=True, kw_only=True)
class AmendRequest:
    """A change of a resting order; what is None stays as it is."""

    client_order_id: str
    symbol: str
    quantity: Decimal | None = None
    price: Decimal | None = None
    trigger_price: Decimal | None = None


@dataclass(frozen=True, kw_only=True)
class CancelRequest:
    """A withdrawal, by our id or, for an order that is not ours, by the venue's."""

    symbol: str
    client_order_id: str = ""
    order_id: str = ""


@dataclass(frozen=True, kw_only=True)
class ProtectRequest:
    """The position's own stop and trail. None leaves one as it is; zero takes it away."""

    symbol: str
    stop: Decimal | None = None
    stop_trigger: Trigger = Trigger.LAST
    trail_distance: Decimal | None = None
    trail_from: Decimal | None = None  # the trail is armed when this price trades


type Request = OrderRequest | AmendRequest | CancelRequest | ProtectRequest


@dataclass(frozen=True, kw_only=True)
class Ack:
    """The venue has taken a request; whether it holds is told by the streams, or when asked."""

    order_id: str
    client_order_id: str
    at_ms: int  # venue time


# --- on the way back --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class CandleSeen:
    """One candle; only a closed one may be decided on. Times are UTC milliseconds, `close_ms` is the first instant after it."""

    symbol: str
    open_ms: int
    close_ms: int
    open: float
    high: float
    low: float
    close: float
    volume: float
    closed: bool


@dataclass(frozen=True, kw_only=True)
class PriceSeen:
    """Prices of one symbol; None where the message did not say."""

    symbol: str
    at_ms: int
    last: float | None = None
    mark: float | None = None
    index: float | None = None
    bid: float | None = None
    ask: float | None = None
    funding_rate: float | None = None
    next_funding_ms: int | None = None


@dataclass(frozen=True, kw_only=True)
class OrderSeen:
    """One order as the venue has it."""

    order_id: str
    client_order_id: str  # "" when nobody gave one
    symbol: str
    side: int
    kind: OrderKind
    state: OrderState
    quantity: Decimal
    filled: Decimal
    price: Decimal | None
    average_price: Decimal | None
    trigger_price: Decimal | None
    reduce_only: bool
    origin: Origin
    stop: Decimal | None  # attached to it
    reason: str  # why it was rejected or cancelled, in the venue's word; "" when it was not
    updated_ms: int


@dataclass(frozen=True, kw_only=True)
class FillSeen:
    """One execution. `fee` is what was paid (negative: received); of FUNDING the payment itself."""

    execution_id: str
    order_id: str
    client_order_id: str
    symbol: str
    side: int
    quantity: Decimal
    price: Decimal
    fee: Decimal
    maker: bool
    kind: FillKind
    origin: Origin
    at_ms: int


@dataclass(frozen=True, kw_only=True)
class PositionSeen:
    """One position; `side` 0 when flat. Prices are None where none is set or known."""

    symbol: str
    side: int
    quantity: Decimal
    average_price: Decimal | None
    mark: Decimal | None
    liquidation: Decimal | None
    leverage: Decimal | None
    stop: Decimal | None
    trail_distance: Decimal | None
    margin: Decimal | None
    hedge: bool  # it belongs to a two-sided position mode
    updated_ms: int


@dataclass(frozen=True, kw_only=True)
class WalletSeen:
    """The account's money in its settlement currency."""

    balance: Decimal
    equity: Decimal
    available: Decimal
    margin: Decimal  # held by positions and orders
    maintenance: Decimal
    at_ms: int


@dataclass(frozen=True, kw_only=True)
class LedgerSeen:
    """One row of the venue's own ledger of money."""

    id: str
    kind: LedgerKind
    symbol: str
    change: Decimal  # of the balance
    fee: Decimal
    funding: Decimal
    balance: Decimal | None  # after it
    at_ms: int
    client_order_id: str = ""
    word: str = ""  # the venue's own word for the kind


@dataclass(frozen=True, kw_only=True)
class Contract:
    """The venue's rules for a symbol."""

    symbol: str
    tick: Decimal
    step: Decimal
    min_quantity: Decimal
    max_quantity: Decimal
    max_market_quantity: Decimal
    min_notional: Decimal
    max_leverage: Decimal
    funding_interval_ms: int
    trading: bool


@dataclass(frozen=True, kw_only=True)
class Fees:
    """What the venue charges on a symbol, as fractions."""

    taker: Decimal
    maker: Decimal


@dataclass(frozen=True, kw_only=True)
class AccountFacts:
    """How the account is set up at the venue."""

    isolated_margin: bool
    unified: bool


@dataclass(frozen=True, kw_only=True)
class KeyFacts:
    """What the key may do. `expires_ms` 0: never."""

    read_only: bool
    can_trade: bool
    can_withdraw: bool
    bound_to_ip: bool
    expires_ms: int


@dataclass(frozen=True, kw_only=True)
class StreamTurn:
    """A stream came up (everything is to be asked anew) or went down."""

    channel: str  # "public" or "private"
    up: bool
    at_ms: int
    why: str = ""


type Seen = CandleSeen | PriceSeen | OrderSeen | FillSeen | PositionSeen | WalletSeen | StreamTurn
