"""A small picture of a trade: the price, and where it was entered, stopped and left. PNG, drawn here without a library."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

WIDTH, HEIGHT = 480, 240
EDGE = 12
RIGHT = 76  # for prices
PAPER, INK = (255, 255, 255), (40, 40, 40)
ENTRY, STOP, EXIT = (30, 90, 200), (200, 40, 40), (20, 140, 60)
DIGITS = {  # 3 × 5, a row in three bits
    "0": (7, 5, 5, 5, 7), "1": (2, 6, 2, 2, 7), "2": (7, 1, 7, 4, 7), "3": (7, 1, 7, 1, 7), "4": (5, 5, 7, 1, 1), "5": (7, 4, 7, 1, 7),
    "6": (7, 4, 7, 5, 7), "7": (7, 1, 2, 2, 2), "8": (7, 5, 7, 5, 7), "9": (7, 5, 7, 1, 7), ".": (0, 0, 0, 0, 2), "-": (0, 0, 7, 0, 0),
}  # fmt: skip
type Colour = tuple[int, int, int]
type Canvas = NDArray[np.uint8]
type Point = tuple[float, float]  # time, price


def draw(prices: Sequence[Point], entry: Point | None, stop: float | None, exits: Sequence[Point]) -> bytes:
    """A PNG of 480 × 240. prices: (UTC ms, price), oldest first, may be empty; so may exits, while it is open. entry: None if not known.

    refuses: neither an entry nor an exit (ValueError).
    """
    canvas: Canvas = np.full((HEIGHT, WIDTH, 3), PAPER, np.uint8)
    marks = [*prices, *([entry] if entry is not None else []), *exits]
    levels = [price for _, price in marks] + ([stop] if stop is not None else [])
    place = Place((min(t for t, _ in marks), max(t for t, _ in marks)), (min(levels), max(levels)))
    for first, second in pairwise(prices):
        line(canvas, place.at(first), place.at(second), INK)
    if stop is not None:
        level(canvas, place, stop, STOP)
    if entry is not None:
        level(canvas, place, entry[1], ENTRY)
        spot(canvas, place.at(entry), ENTRY)
    for point in exits:
        level(canvas, place, point[1], EXIT)
        spot(canvas, place.at(point), EXIT)
    return png(canvas)


class Place:
    """Where a time and a price stand on the picture."""

    def __init__(self, times: tuple[float, float], prices: tuple[float, float]) -> None:
        self.begin, self.span = times[0], max(times[1] - times[0], 1.0)
        self.high, self.range = prices[1], max(prices[1] - prices[0], abs(prices[1]) * 1e-6, 1e-12)

    def at(self, point: Point) -> tuple[int, int]:
        """Column and row."""
        column = EDGE + (point[0] - self.begin) / self.span * (WIDTH - RIGHT - 2 * EDGE)
        row = EDGE + (self.high - point[1]) / self.range * (HEIGHT - 2 * EDGE)
        return round(column), round(row)


def line(canvas: Canvas, begin: tuple[int, int], end: tuple[int, int], colour: Colour) -> None:
    """A straight line."""
    steps = max(abs(end[0] - begin[0]), abs(end[1] - begin[1]), 1)
    columns = np.linspace(begin[0], end[0], steps + 1).round().astype(int)
    rows = np.linspace(begin[1], end[1], steps + 1).round().astype(int)
    canvas[rows.clip(0, HEIGHT - 1), columns.clip(0, WIDTH - 1)] = colour


def level(canvas: Canvas, place: Place, price: float, colour: Colour) -> None:
    """A dashed line across, with its price at the right."""
    row = place.at((place.begin, price))[1]
    across = np.arange(EDGE, WIDTH - RIGHT)
    canvas[row, across[across % 6 < 4]] = colour
    write(canvas, f"{price:.7g}", WIDTH - RIGHT + 6, min(max(row - 5, 0), HEIGHT - 10), colour)


def spot(canvas: Canvas, at: tuple[int, int], colour: Colour) -> None:
    """A filled square."""
    column, row = at
    canvas[max(row - 3, 0) : row + 4, max(column - 3, 0) : column + 4] = colour


def write(canvas: Canvas, text: str, column: int, row: int, colour: Colour) -> None:
    """Digits, twice their size."""
    for letter in text:
        for down, bits in enumerate(DIGITS.get(letter, ())):
            for along in range(3):
                if bits >> (2 - along) & 1:
                    canvas[row + 2 * down : row + 2 * down + 2, column + 2 * along : column + 2 * along + 2] = colour
        column += 8


def png(canvas: Canvas) -> bytes:
    """The canvas as a PNG of true colours."""
    rows = b"".join(b"\0" + row.tobytes() for row in canvas)
    head = struct.pack(">IIBBBBB", canvas.shape[1], canvas.shape[0], 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b"")


def chunk(name: bytes, content: bytes) -> bytes:
    """A part of a PNG."""
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
