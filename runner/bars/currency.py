"""Which currency a canonical symbol is quoted in."""

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
