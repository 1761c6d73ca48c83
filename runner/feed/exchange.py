"""An exchange as ccxt knows it: found by name, its markets by canonical symbol, its pages asked for again when it is busy."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from runner.bars.nearest import nearest
from runner.model.duration import milliseconds, text
from runner.model.errors import ConfigError, Problem, RunnerError

PLACES = {"binance": {"linear": "binance/futures"}, "binanceusdm": {"linear": "binance/futures"}}  # as the bars that ship are called
KINDS = {"linear": ("linear", "swap"), "spot": ("spot",)}  # what exchanges call such markets when asked for their list
BUSY = ([408], [418], [425], [429])  # answers that ccxt takes for a plain refusal where they carry JSON of their own
NO_JSON = 599  # our own: an answer said to be fine whose body is no data; ccxt would take it for an empty one
JSON = ("{", "[")
LONGEST_WAIT_MS = 60_000
PAGE = 500  # candles a page where ccxt knows no limit

Row = tuple[int, float, float, float, float, float]


class StoppedError(RunnerError):
    """The exchange does not answer any more, though it was asked again; what came before is kept."""


@dataclass(frozen=True, kw_only=True)
class Patience:
    """How an exchange is asked. spacing_ms: between two calls, None leaves that to ccxt's limit for this exchange.

    retries: how often a call is repeated when the exchange is busy or out of reach; retry_ms: the first wait, doubled each time.
    """

    spacing_ms: int | None = None
    retries: int = 5
    retry_ms: int = 1_000
    sleep: Callable[[float], None] = time.sleep  # takes seconds
    tell: Callable[[str], None] = lambda _: None  # takes a line about every call that is repeated


@dataclass
class Exchange:
    """One exchange and one kind of market of it (`linear` perpetuals or `spot`). Nothing is asked before it is needed."""

    name: str
    market: str
    client: Any
    patience: Patience = field(default_factory=Patience)
    statuses: list[int] = field(default_factory=list)  # the status of the last HTTP answer
    _markets: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    _called: bool = False
    _heard: bool = False  # whether it ever answered anything

    @property
    def place(self) -> str:
        """The folder of its bars: `bybit/linear`."""
        return PLACES.get(self.name, {}).get(self.market, f"{self.name}/{self.market}")

    @property
    def page(self) -> int:
        """How many candles one call gives."""
        kind = (self.client.features or {}).get("spot" if self.market == "spot" else "swap") or {}
        kind = (kind.get("linear") or {}) if self.market == "linear" else kind
        return int((kind.get("fetchOHLCV") or {}).get("limit") or PAGE)

    def markets(self) -> Mapping[str, Mapping[str, Any]]:
        """What trades there, by canonical symbol; asked for once."""
        if not self._markets:
            everything = self.ask("the list of markets", self.client.load_markets)
            ours = [each for each in everything.values() if self._ours(each)]
            if not ours:
                kinds = "market=spot has some" if self.market == "linear" and any(each.get("spot") for each in everything.values()) else ""
                raise refused("market", f"{self.name} lists no {self.market} markets{f'; {kinds}' if kinds else ''}")
            for each in sorted(ours, key=lambda market: bool(market.get("active"))):  # an active one takes the name of a former one
                self._markets[canonical(each)] = each
        return self._markets

    def _ours(self, market: Mapping[str, Any]) -> bool:
        if self.market == "spot":
            return bool(market.get("spot"))
        return bool(market.get("swap") and market.get("linear") and market.get("settle") == market.get("quote"))

    def find(self, symbol: str) -> Mapping[str, Any]:
        """The market behind a canonical symbol; ConfigError with the nearest when there is none."""
        markets = self.markets()
        if symbol in markets:
            return markets[symbol]
        close = get_close_matches(symbol.upper(), markets, 1)
        near = f"; nearest is {close[0]}" if close else f"; it has {len(markets)} others"
        raise refused("symbols", f"{self.name} has no {self.market} market {symbol!r}{near}")

    def timeframe(self, asked: str) -> str:
        """The exchange's word for a timeframe; ConfigError with the coarsest it has that divides it."""
        known = {self.client.parse_timeframe(word) * 1_000: word for word in self.client.timeframes or {} if not word.endswith(("M", "y"))}
        wanted = milliseconds(asked)
        if wanted in known:
            return str(known[wanted])
        finer = [each for each in known if wanted % each == 0]
        there = ", ".join(text(each) for each in sorted(known))
        made = f"; {asked} bars are made of {text(max(finer))} ones, download those" if finer else ""
        raise refused("timeframe", f"{self.name} has no {asked} bars, it has {there}{made}")

    def now_ms(self, otherwise_ms: int) -> int:
        """The exchange's own clock, UTC ms, so that a wrong one here keeps no unfinished bar; `otherwise_ms` where it tells none."""
        if not self.client.has.get("fetchTime"):
            return otherwise_ms
        return int(self.ask("its clock", self.client.fetch_time))

    def candles(self, symbol: str, timeframe: str, since_ms: int, limit: int) -> list[Row]:
        """One page of candles that open at or after `since_ms`, oldest first, as the exchange gives them."""
        unified = self.find(symbol)["symbol"]
        rows = self.ask(f"{symbol} {timeframe}", self.client.fetch_ohlcv, unified, timeframe, since_ms, limit)
        traded = [row for row in rows if all(value is not None for value in row[:5])]
        return sorted((int(row[0]), float(row[1]), float(row[2]), float(row[3]), float(row[4]), float(row[5] or 0.0)) for row in traded)

    def funding(self, symbol: str, since_ms: int, until_ms: int, limit: int) -> list[tuple[int, float]]:
        """One page of funding payments from `since_ms` to before `until_ms`, oldest first.

        Where the exchange knows no end (`bounds_funding`), the page goes on to later ones.
        """
        words: list[Any] = [self.find(symbol)["symbol"], since_ms, limit]
        words += [{"until": until_ms - 1}] if self.bounds_funding() else []
        rows = self.ask(f"funding of {symbol}", self.client.fetch_funding_rate_history, *words)
        return sorted((int(row["timestamp"]), float(row["fundingRate"])) for row in rows if row.get("fundingRate") is not None)

    def bounds_funding(self) -> bool:
        """Whether a page of funding can be given an end; ccxt says so only in what it writes about the call."""
        return "params.until" in (self.client.fetch_funding_rate_history.__doc__ or "")

    def has_funding(self) -> bool:
        """Whether it tells what was paid on its perpetuals."""
        return bool(self.client.has.get("fetchFundingRateHistory"))

    def ask(self, what: str, call: Callable[..., Any], *words: Any) -> Any:
        """What a call answers; repeated after a wait when the exchange is busy or out of reach, StoppedError when it stays so."""
        import ccxt

        for attempt in range(self.patience.retries + 1):
            self._space()
            self.statuses.clear()
            try:
                answer = call(*words)
                if self.statuses[-1:] == [NO_JSON]:
                    raise ccxt.ExchangeNotAvailable(f"{self.name} answered with a page instead of data; is it under maintenance?")
                self._heard = True
                return answer  # noqa: TRY300 - an answer that is none is handled like an error
            except ccxt.BaseError as error:
                self._heard = self._heard or bool(self.statuses)
                busy = isinstance(error, ccxt.NetworkError) or self.statuses[-1:] in BUSY or self.statuses[-1:] >= [500]
                if not busy or attempt == self.patience.retries:
                    raise self._stopped(what, plainly(error), busy=busy) from None
                wait = self._wait_ms(attempt) / 1_000
                self.patience.tell(f"{self.name} does not answer ({what}); again in {wait:g} s, {attempt + 1} of {self.patience.retries}")
                self.patience.sleep(wait)
        raise AssertionError("every attempt returns or raises")

    def _stopped(self, what: str, said: str, *, busy: bool) -> StoppedError:
        """Refused, silent after it had answered, or never reached; the last two say how to go on."""
        if not busy:
            return StoppedError(f"{self.name} refused", [Problem(path=what, message=said)])
        again = "what came is kept, the same command goes on where it stopped"
        if self._heard:
            return StoppedError(f"{self.name} stopped answering", [Problem(path=what, message=f"{said}; {again}")])
        ways = "is there a network? endpoint=… names a proxy or mirror"
        return StoppedError(f"{self.name} could not be reached", [Problem(path=what, message=f"{said}; {ways}; {again}")])

    def _space(self) -> None:
        if self.patience.spacing_ms and self._called:
            self.patience.sleep(self.patience.spacing_ms / 1_000)
        self._called = True

    def _wait_ms(self, attempt: int) -> int:
        """How long to wait: what the exchange says, else twice as long each time."""
        headers = {key.lower(): value for key, value in (self.client.last_response_headers or {}).items()}
        told = headers.get("retry-after", "")
        wait = int(told) * 1_000 if told.isdigit() and self.patience.retry_ms else self.patience.retry_ms * 2**attempt
        return min(wait, LONGEST_WAIT_MS)


def exchange(name: str, market: str, *, endpoint: str | None = None, patience: Patience | None = None) -> Exchange:
    """The exchange of that name. endpoint: a proxy, mirror or rehearsal that stands in for every address of it.

    ConfigError for a name ccxt does not know (with the nearest) and for one without candles.
    """
    import ccxt

    if name not in ccxt.exchanges:
        raise refused("exchange", f"there is no exchange {name!r}{nearest(name.lower(), ccxt.exchanges)}")
    patience = patience or Patience()
    client = getattr(ccxt, name)({"enableRateLimit": patience.spacing_ms is None, "timeout": 20_000})
    if not client.has.get("fetchOHLCV"):
        raise refused("exchange", f"{name} gives no candles")
    quiet(client, market)
    if endpoint:
        redirect(client, endpoint)
    statuses: list[int] = []
    overhear(client, statuses)
    return Exchange(name=name, market=market, client=client, patience=patience, statuses=statuses)


def overhear(client: Any, statuses: list[int]) -> None:
    """Note the status of every HTTP answer."""
    usual = client.on_rest_response

    def noted(code: int, reason: str, url: str, method: str, headers: Any, body: str, *rest: Any) -> Any:
        statuses.append(int(code) if code != HTTPStatus.OK or body.lstrip()[:1] in JSON else NO_JSON)
        return usual(code, reason, url, method, headers, body, *rest)

    client.on_rest_response = noted


def quiet(client: Any, market: str) -> None:
    """Ask only for what candles need: one kind of market, no currencies."""
    client.has["fetchCurrencies"] = False
    client.options["defaultType"] = "spot" if market == "spot" else "swap"
    listing = client.options.get("fetchMarkets")
    known = listing.get("types") if isinstance(listing, dict) else None
    kinds = [kind for kind in KINDS[market] if kind in (known or ())]
    if kinds:
        client.options["fetchMarkets"] = {**listing, "types": kinds}


def redirect(client: Any, endpoint: str) -> None:
    """Send every call to `endpoint`, the paths kept. ConfigError when it is no address."""
    parts = urlsplit(endpoint)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise refused("endpoint", f"expected an address such as http://127.0.0.1:8080, was {endpoint!r}")

    def moved(node: Any) -> Any:
        if isinstance(node, dict):
            return {key: moved(value) for key, value in node.items()}
        if isinstance(node, str) and "://" in node:
            return endpoint.rstrip("/") + urlsplit(node).path
        return node

    client.urls["api"] = moved(client.urls["api"])


def canonical(market: Mapping[str, Any]) -> str:
    """BTCUSDT for BTC/USDT:USDT and for BTC/USDT."""
    return f"{market.get('base')}{market.get('quote')}"


def plainly(error: Exception) -> str:
    """What ccxt says of an error, in one line without its class."""
    said = " ".join(str(error).split()) or type(error).__name__
    kind = type(error).__name__
    return f"{kind}: {said[:160]}"


def refused(path: str, message: str) -> ConfigError:
    """One problem with what was asked for."""
    return ConfigError("this download will not run: 1 problem", [Problem(path=path, message=message)])


def symbols_of(exchange: Exchange, symbols: Iterable[str]) -> dict[str, Mapping[str, Any]]:
    """The markets of these symbols; ConfigError lists every one there is not."""
    found, problems = {}, []
    for symbol in symbols:
        try:
            found[symbol] = exchange.find(symbol)
        except ConfigError as error:
            problems += list(error.problems)
    if problems:
        count = f"{len(problems)} problem{'s' if len(problems) != 1 else ''}"
        raise ConfigError(f"this download will not run: {count}", problems)
    return found
