"""A user's file as it is usually written."""

import pandas as pd


def generate_signals(df: pd.DataFrame) -> pd.DataFrame:
    """Buy a close above the highest close of the twenty bars before, sell one below the lowest."""
    before = df["close"].shift(1).rolling(20)
    df["signal"] = "hold"
    df.loc[df["close"] > before.max(), "signal"] = "buy"
    df.loc[df["close"] < before.min(), "signal"] = "sell"
    return df
