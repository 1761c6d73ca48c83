"""Rooms of `mode=rehearse`: the market, the bot's process, the comparison with the backtest, the table."""
