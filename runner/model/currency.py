"""Which currencies a canonical symbol is made of."""

from __future__ import annotations

STABLE = ("USDT", "USDC", "FDUSD", "BUSD", "TUSD", "DAI")
FIAT = ("USD", "EUR", "JPY", "GBP", "CHF", "CAD", "AUD", "NZD", "SEK", "NOK", "SGD", "HKD", "CNH", "ZAR", "MXN", "TRY", "PLN")
COINS = ("BTC", "ETH", "BNB")
INDICES = {"US": "USD", "NAS": "USD", "GER": "EUR", "UK": "GBP", "JP": "JPY"}


def quote_of(symbol: str) -> str:
    """USDT of BTCUSDT, JPY of USDJPY, USD of XAUUSD and US100; '' where the symbol does not tell."""
    for currency in (*STABLE, *FIAT, *COINS):
        if symbol.endswith(currency) and symbol != currency:
            return currency
    letters = symbol.partition(".")[0].rstrip("0123456789")
    return INDICES.get(letters, "") if letters != symbol else ""


def dollar(currency: str) -> str:
    """Stable coins stand for the dollar they promise."""
    return "USD" if currency in STABLE else currency


def moved_by(symbol: str) -> tuple[str, ...]:
    """Currencies whose releases move a symbol: EUR and USD of EURUSD, USD of BTCUSDT and US100; empty where the symbol does not tell."""
    quote = quote_of(symbol)
    base = symbol.removesuffix(quote) if quote and symbol.endswith(quote) else ""
    dollars = (dollar(currency) for currency in (base, quote))
    return tuple(dict.fromkeys(currency for currency in dollars if currency in FIAT))
