"""Sums over the last bars, added afresh for every bar: no value depends on bars outside its window, not even in its last digit.

One pass over the whole array per bar of the window; means are taken of distances from the latest value, so that equal values have
exactly that mean and no spread.
"""

from __future__ import annotations

import numpy as np

from runner.columns.moving import unknown
from runner.model.bars import Floats


def padded(values: Floats, count: int) -> Floats:
    """The values at the end of a column of `count` bars, NaN before them."""
    column = unknown(count)
    if len(values):
        column[count - len(values) :] = values
    return column


def later(values: Floats, bars: int) -> Floats:
    """Each bar gets the value that stood `bars` before it; NaN for the first ones."""
    return padded(values[: max(0, len(values) - bars)], len(values))


def weighted_sum(values: Floats, weights: Floats) -> Floats:
    """Sum of the last values, each times its weight, the latest times the first one; NaN before there are as many."""
    span = len(values) - len(weights) + 1
    if span <= 0:
        return unknown(len(values))
    found = np.zeros(span)
    for lag, weight in enumerate(weights):
        found += weight * _ago(values, lag, span)
    return padded(found, len(values))


def weighted_mean(values: Floats, weights: Floats) -> Floats:
    """The same over the sum of the weights: the latest value and the mean distance of the others from it."""
    span = len(values) - len(weights) + 1
    if span <= 0:
        return unknown(len(values))
    latest, found = _ago(values, 0, span), np.zeros(span)
    for lag in range(1, len(weights)):
        found += weights[lag] * (_ago(values, lag, span) - latest)
    return padded(latest + found / weights.sum(), len(values))


def deviation(values: Floats, length: int, *, sample: bool = False) -> Floats:
    """Standard deviation of the last `length` values; NaN before. sample: divides by length − 1 instead of length.

    The latest value is one of them, so that taking the squared sum off the sum of squares costs a factor of `length` in precision at most.
    """
    span = len(values) - length + 1
    if span <= 0:
        return unknown(len(values))
    latest, summed, squared = _ago(values, 0, span), np.zeros(span), np.zeros(span)
    for lag in range(1, length):
        distance = _ago(values, lag, span) - latest
        summed += distance
        squared += distance * distance
    variance = np.maximum(squared - summed * summed / length, 0) / (length - 1 if sample else length)
    return padded(np.sqrt(variance), len(values))


def from_mean(values: Floats, length: int) -> tuple[Floats, Floats]:
    """How far the latest of the last `length` values is above their mean, and how far they are from it on average; NaN before."""
    span = len(values) - length + 1
    if span <= 0:
        return unknown(len(values)), unknown(len(values))
    latest, mean, apart = _ago(values, 0, span), np.zeros(span), np.zeros(span)
    for lag in range(1, length):
        mean += _ago(values, lag, span) - latest
    mean /= length
    for lag in range(length):
        apart += np.abs(_ago(values, lag, span) - latest - mean)
    return padded(-mean, len(values)), padded(apart / length, len(values))


def quotient(top: Floats, bottom: Floats) -> Floats:
    """Top over bottom; NaN where there is nothing to divide by."""
    found = unknown(len(top))
    np.divide(top, bottom, out=found, where=bottom > 0)
    return found


def _ago(values: Floats, lag: int, span: int) -> Floats:
    """What stood `lag` bars before each of the last `span` ones."""
    end = len(values) - lag
    return values[end - span : end]
