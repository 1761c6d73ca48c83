"""Statistics of the last bars: distance from the mean, memory of returns, how far prices spread with time."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from runner.columns.moving import unknown
from runner.model.bars import Floats

CHUNK = 512  # windows at a time: what stays in the processor's cache
NOTHING = 1e-10  # share of a sum of squares below which a spread is rounding, not movement


def chunks(count: int) -> Iterator[slice]:
    """Slices that cover `count` windows."""
    return (slice(start, min(start + CHUNK, count)) for start in range(0, count, CHUNK))


def sums(values: Floats, length: int) -> Floats:
    """Sum of the last `length` values, float64, shape (n,); NaN before there are as many. Nothing is ever taken away again.

    Sums run forwards and backwards from every `length`-th value; a window is the end of one stretch and the beginning of the next.
    So a quiet window after a loud one is exact, which a running sum's is not.
    """
    count = len(values)
    if count < length:
        return unknown(count)
    padded = np.zeros((-(-count // length), length))
    padded.ravel()[:count] = values
    forwards = padded.cumsum(axis=1).ravel()[:count]
    backwards = padded[:, ::-1].cumsum(axis=1)[:, ::-1].ravel()[:count]
    found = unknown(count)
    last = np.arange(length - 1, count)
    first = last - length + 1
    found[last] = forwards[last] + np.where(first % length, backwards[first], 0.0)
    return found


def z_score(values: Floats, length: int) -> Floats:
    """Distance of each value from the mean of the last `length`, itself included, in their standard deviations (divisor `length`).

    NaN for the first `length` − 1 values and wherever the window does not move at all.
    """
    found = unknown(len(values))
    if len(values) < length:
        return found
    windows = sliding_window_view(values, length)
    for rows in chunks(len(windows)):
        away = windows[rows] - windows[rows, :1]
        away -= away.mean(axis=1, keepdims=True)
        deviation = np.sqrt(np.einsum("ij,ij->i", away, away) / length)
        found[rows.start + length - 1 : rows.stop + length - 1] = divided(away[:, -1], deviation)
    return found


def divided(above: Floats, below: Floats) -> Floats:
    """The quotient where `below` is positive, NaN elsewhere."""
    quotient = unknown(len(above))
    np.divide(above, below, out=quotient, where=below > 0)
    return quotient


def autocorrelation(values: Floats, length: int, lag: int) -> Floats:
    """Correlation (Pearson) of the last `length` returns of `values` with those `lag` bars before each; from -1 to 1.

    NaN for the first `length` + `lag` values and where returns do not differ.
    """
    found = unknown(len(values))
    if len(values) <= length + lag:
        return found
    returns = values[1:] / values[:-1] - 1
    late, early = returns[lag:], returns[:-lag]
    late_sum, early_sum = sums(late, length), sums(early, length)
    together = sums(late * early, length) - late_sum * early_sum / length
    spread = np.sqrt(_spread(late, late_sum, length) * _spread(early, early_sum, length))
    found[lag + 1 :] = np.clip(divided(together, spread), -1, 1)
    return found


def _spread(values: Floats, total: Floats, length: int) -> Floats:
    """Sum of squared distances from the window's mean; zero where it is nothing but rounding."""
    squares = sums(values * values, length)
    spread = squares - total * total / length
    return np.where(spread > NOTHING * squares, spread, 0.0)


def hurst(values: Floats, length: int, max_lag: int) -> Floats:
    """Hurst exponent by the mean square of lagged differences of log prices (structure function of second order).

    For lags 1, 2, 4, … up to `max_lag`: the mean square of log(p[t] / p[t - lag]) over the pairs inside the last `length` values grows as
    lag^2H; H is half the slope of its logarithm over the lag's (least squares). 0.5: a random walk; above: moves go on; below: they come
    back. NaN for the first `length` − 1 values and where one lag saw no move.
    """
    found = unknown(len(values))
    if len(values) < length:
        return found
    steps = [2**power for power in range(max_lag.bit_length())]
    log = np.log(values)
    squares = np.array([sums((log[step:] - log[:-step]) ** 2, length - step)[length - 1 - step :] / (length - step) for step in steps])
    height = np.full(squares.shape, np.nan)
    np.log2(squares, out=height, where=squares > 0)
    away = np.arange(len(steps)) - (len(steps) - 1) / 2
    found[length - 1 :] = away @ height / (away @ away) / 2
    return found


def reversion(z: Floats, memory: Floats, exponent: Floats, length: int, full_sigma: float) -> Floats:
    """How much speaks for a return to the mean, from 0 to 100; `length` is that of `memory` (autocorrelation), the rest as above.

    Half of it is the distance: |z| / `full_sigma`, at most 1. A quarter is that returns answer each other: −autocorrelation in units of
    twice its standard error 1 / √length, from 0 to 1. A quarter is that prices spread slower than a random walk: (0.5 − H) / 0.5, from 0
    to 1.
    """
    distance = np.minimum(np.abs(z) / full_sigma, 1)
    answer = np.clip(-memory * np.sqrt(length) / 2, 0, 1)
    slow = np.clip((0.5 - exponent) / 0.5, 0, 1)
    strength: Floats = 100 * (distance / 2 + answer / 4 + slow / 4)
    return strength
