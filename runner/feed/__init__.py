"""Market data from exchanges: markets, candles and funding through ccxt, page by page, kept as they come."""
