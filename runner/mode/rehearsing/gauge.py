"""What the bot's process takes while it works: memory, threads, handles, and the time from a bar's close to its order."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from runner.model.trading import CandleSeen, OrderRequest, Seen

PAGES = Path("/proc/self/statm")
HANDLES = Path("/proc/self/fd")


def taken() -> dict[str, float]:
    """Memory in MB, threads and open handles; what this system does not tell is left out."""
    found: dict[str, float] = {"threads": threading.active_count()}
    if PAGES.is_file():
        found["rss_mb"] = round(int(PAGES.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6, 1)
        found["handles"] = len(list(HANDLES.iterdir()))
    return found


class Gauge:
    """Samples of `taken` and of the time from the first closing candle of an instant to each order that opens."""

    def __init__(self, put: Callable[[Seen], None], every: int = 200) -> None:
        self._put, self._every = put, every
        self._closed_s = 0.0
        self._instant_ms = self._count = 0
        self.samples: list[dict[str, float]] = []
        self.delays_ms: list[float] = []
        self.first_delays_ms: list[float] = []  # of those with no order before them at their instant; the others wait for its fills
        self._ordered_ms = 0

    def put(self, seen: Seen) -> None:
        """Pass on what the streams saw; called by their threads."""
        if isinstance(seen, CandleSeen) and seen.closed and seen.close_ms != self._instant_ms:
            self._instant_ms, self._closed_s = seen.close_ms, time.perf_counter()
            self._count += 1
            if self._count % self._every == 1:
                self.samples.append(taken())
        self._put(seen)

    def watching(self, look: Callable[[Any], None]) -> Callable[[Any], None]:
        """The last look at an order, and after it the time."""

        def sending(request: Any) -> None:
            look(request)
            if isinstance(request, OrderRequest) and self._closed_s:
                if not request.reduce_only:
                    self._timed((time.perf_counter() - self._closed_s) * 1000)
                self._ordered_ms = self._instant_ms

        return sending

    def _timed(self, delay_ms: float) -> None:
        self.delays_ms.append(delay_ms)
        if self._ordered_ms != self._instant_ms:
            self.first_delays_ms.append(delay_ms)

    def told(self) -> dict[str, Any]:
        """The first, the middle and the last sample, how long orders took, and how many were measured."""
        self.samples.append(taken())
        count = len(self.samples)
        first = self.samples[min(1, count - 1)]  # the second: everything is loaded by then
        return {
            "first": first,
            "half": self.samples[count // 2],
            "last": self.samples[-1],
            "close_to_order_ms": shares(self.delays_ms),
            "close_to_first_order_ms": shares(self.first_delays_ms),
            "orders_measured": len(self.delays_ms),
            "first_orders_measured": len(self.first_delays_ms),
        }


def shares(values: Sequence[float]) -> dict[str, float | None]:
    """The middle of them and their 99th hundredth."""
    return {f"p{n}": share(values, n / 100) for n in (50, 99)}


def share(values: Sequence[float], part: float) -> float | None:
    """The value below which so large a part of them lies; None without any."""
    ordered = sorted(values)
    return round(ordered[min(len(ordered) - 1, int(part * len(ordered)))], 2) if ordered else None
