"""How many machine instructions a call takes: counted one by one, so that neither load nor the processor's speed changes the number.

`python -m tests.instructions BARS …` prints {"BARS": instructions} of the compiled machine on the first so many bars of the benchmark's
work under the rules of hyro_2step; with `--long-way` without its short cuts through quiet bars. A child stops before and after the call,
and its parent lets it go on one instruction at a time (ptrace). Needs a Linux where a process may step its own child; says so and ends with
3 elsewhere.
"""

from __future__ import annotations

import argparse
import ctypes
import json
import os
import signal
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

TRACE_ME, SINGLE_STEP = 0, 9
CANNOT = 3  # exit status where instructions cannot be counted


class CannotCountError(Exception):
    """Here no process may step its own child."""


def instructions(call: Callable[[], object]) -> int:
    """Instructions of one call in a child of this process, with a few thousand of Python's own around it. CannotCountError."""
    if not sys.platform.startswith("linux"):
        raise CannotCountError("only Linux steps a child")
    trace = ctypes.CDLL(None, use_errno=True).ptrace
    trace.argtypes = (ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # libraries have threads; the child uses none of them
        child = os.fork()
    if child == 0:
        _stepped(trace, call)
    try:
        return _steps(trace, child)
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


def _stepped(trace: Any, call: Callable[[], object]) -> None:
    """The child: stop, call, stop."""
    if trace(TRACE_ME, 0, None, None):
        os._exit(CANNOT)
    me, stop = os.getpid(), signal.SIGSTOP
    os.kill(me, stop)
    call()
    os.kill(me, stop)
    os._exit(0)


def _steps(trace: Any, child: int) -> int:
    """The parent: count from the child's first stop to its second."""
    _stopped(child, signal.SIGSTOP)
    count = 0
    while True:
        if trace(SINGLE_STEP, child, None, None):
            raise CannotCountError(os.strerror(ctypes.get_errno()))
        if _stopped(child, signal.SIGTRAP, signal.SIGSTOP) == signal.SIGSTOP:
            return count
        count += 1


def _stopped(child: int, *expected: int) -> int:
    """The signal a child stopped with. CannotCountError for any other end of the wait; the child is then gone or useless."""
    _, status = os.waitpid(child, 0)
    found = os.WSTOPSIG(status) if os.WIFSTOPPED(status) else 0
    if found not in expected:
        raise CannotCountError(f"the child did not stop as expected (status {status})")
    return found


def machine(bars: int, *, shortcuts: bool = True) -> Any:
    """The machine at the beginning of the benchmark's work."""
    sys.path.insert(0, str(Path(__file__).parent.parent / "scripts"))
    from benchmarks.work import MINUTE_MS, SYMBOL, walk, words

    from runner.build import build
    from runner.compose import compose
    from runner.machine import Machine
    from runner.model.bars import Bars
    from runner.model.market import Market
    from runner.pipeline import compile_symbol

    bot = build(compose(words("hyro_2step")))
    traded = Bars(symbol=SYMBOL, timeframe_ms=MINUTE_MS, **{name: column[:bars] for name, column in walk(10_000).items()})
    stream = compile_symbol(bot.strategies[0], Market(bars=traded, instrument=bot.source.instrument(SYMBOL)), traded, None)
    made = Machine(streams=[stream], book=bot.account.book, costs=bot.costs, gate=bot.account.gate)
    made.world.settings["shortcuts"] = shortcuts
    return made


def counted(bars: int, *, shortcuts: bool) -> int:
    """Instructions of the compiled machine on so many bars."""
    from runner.machine.actions import RUN
    from runner.machine.native import drive

    made, run = machine(bars, shortcuts=shortcuts), drive.load()
    view = made.view.ctypes.data
    return instructions(lambda: run(view, RUN))


def main() -> int:
    """Count and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("bars", type=int, nargs="+")
    parser.add_argument("--long-way", action="store_true")
    asked = parser.parse_args()
    try:
        sys.stdout.write(json.dumps({str(bars): counted(bars, shortcuts=not asked.long_way) for bars in asked.bars}) + "\n")
    except CannotCountError as reason:
        sys.stderr.write(f"instructions cannot be counted here: {reason}\n")
        return CANNOT
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
