"""Bybit V5: paths, words and rows of its REST interface and its streams."""

from runner.wire.bybit.dialect import BybitDialect

__all__ = ["BybitDialect"]
