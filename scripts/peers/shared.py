"""What every contestant is asked and answers, ours included; standard library only, because it runs in each one's own environment.

A request is one JSON object, the only argument:
    file     Parquet file of bars: time (UTC), open, high, low, close, volume
    work     what to do: fast, slow, multiple, length, r, fee, size (see `benchmarks.work.WORK`)
    grid     combinations [fast, slow, multiple] to do it for; absent: once, with the values of `work`
    calls    how often the work is done in this process
    engine   which of the contestant's engines, where it has several
    trades   JSON file to leave the trades in: [[row of the signal's bar, side, profit without fees], …]; absent: nowhere
    began    when the process was started, seconds since 1970
    warm     bytes that are touched before the clock starts (WARMED); 0: none, after some idle seconds

The answer is one JSON object on the last line, see `measured`.
"""

from __future__ import annotations

import json
import platform
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

WARMED = 400 << 20  # bytes touched and freed before the clock starts: more than any contestant asks for at a million bars
TOUCH = """
import mmap, sys
size = int(sys.argv[1])
private = {"flags": mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS} if hasattr(mmap, "MAP_ANONYMOUS") else {}
large = mmap.mmap(-1, size, **private)
if hasattr(mmap, "MADV_HUGEPAGE"):
    large.madvise(mmap.MADV_HUGEPAGE)
for start in range(0, size, 1 << 20):
    large.write(b"1" * min(1 << 20, size - start))
large.close()
"""  # private memory in large pages where there are any, which NumPy asks for

Request = dict[str, Any]
Answer = dict[str, Any]
Trades = list[tuple[int, int, float]]


@dataclass(frozen=True)
class Done:
    """What came of one call: how many trades, their profit after fees, what else was counted, and the trades when they are asked for."""

    trades: int
    profit: float
    stages: dict[str, float] = field(default_factory=dict)
    told: Callable[[], Trades] | None = None


def asked() -> Request:
    """The request on the command line."""
    request: Request = json.loads(sys.argv[-1])
    return request


def measured(request: Request, work: Callable[[], Done], packages: tuple[str, ...], prepare: Callable[[], object] = lambda: None) -> Answer:
    """Do the work as often as asked; `prepare` comes before each call and is not counted.

    seconds, cpu: of each call, by the wall and by the processor. process_s, process_cpu: from the start of the process to the end of the
    first call. peak_bytes: the most memory the process held until then, imports and bars included. first_stages, stages: of the first
    call, and of the best of the others. What a call left is let go before the next one, as who wants figures alone does.
    """
    touched = int(request.get("warm", WARMED))
    spent = _warm_memory(touched) if touched else _cool_down()
    seconds, cpu, stages = [], [], []
    done: Done | None = None
    process_s, process_cpu, peak = 0.0, 0.0, 0
    for number in range(request["calls"]):
        done = None
        prepare()
        wall, processor = time.perf_counter(), time.process_time()
        done = work()
        seconds.append(time.perf_counter() - wall)
        cpu.append(time.process_time() - processor)
        stages.append(done.stages)
        if number == 0:
            process_s, process_cpu, peak = time.time() - request["began"] - spent, time.process_time(), peak_bytes()
    if done is None:
        raise ValueError("calls: expected at least one")
    if request.get("trades") and done.told:
        Path(request["trades"]).write_text(json.dumps(done.told()), encoding="utf-8")
    best = min(range(len(seconds)), key=lambda number: (number == 0 and len(cpu) > 1, cpu[number]))
    return {
        "seconds": seconds,
        "cpu": cpu,
        "process_s": process_s,
        "process_cpu": process_cpu,
        "peak_bytes": peak,
        "first_stages": stages[0],
        "stages": stages[best],
        "trades": done.trades,
        "profit": done.profit,
        "versions": {"python": platform.python_version()} | {name: version(name) for name in packages},
    }


def answer(said: Answer) -> None:
    """Say it on a line of its own."""
    print(f"\n{json.dumps(said)}")


def peak_bytes() -> int:
    """The most memory this process ever held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def _warm_memory(size: int) -> float:
    """Have another process touch and free memory, so that this machine and not its host answers the next touch; seconds it took."""
    began = time.perf_counter()
    subprocess.run([sys.executable, "-S", "-c", TOUCH, str(size)], check=True)  # noqa: S603 - our own words
    return time.perf_counter() - began


def _cool_down(seconds: float = 5.0) -> float:
    """Wait until a host has taken free memory back; seconds it took."""
    time.sleep(seconds)
    return seconds
