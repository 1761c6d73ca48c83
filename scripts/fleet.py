"""How a fleet of accounts is served on one machine; writes docs/fleet.md. `scripts/fleet --help` lists the arguments.

Each account has an exchange of its own on loopback, all in one other process. `runner mode=serve` serves them through two shared closes,
one of a quiet market and one at which every account enters: each tick composes its account, asks for candles, account and ledger, decides,
and where it enters waits for the fill and its stop. Before that serve's idle CPU is taken, ticks of short bars that fall into it included.
Prints a line of JSON for each; status 1 when a bar is missed.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import queue
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from datetime import UTC, datetime
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

PAGE = ROOT / "docs" / "fleet.md"
KNOWN = 1000  # bars before the close
FLAT = ((100.0, 100.1, 99.9, 100.0), (100.0, 100.1, 99.9, 100.0))  # open, high, low, close of every two bars
TURNING = ((100.0, 103.1, 99.9, 103.0), (103.0, 103.1, 99.9, 100.0))  # averages cross at each close
SHOWN = 30  # of which those that end by the close are shown
MOST_S, MOST_IDLE = 30.0, 1.0
OFFSET_S = 2  # after the close
SETTLE_S = 5.0
TICKS = os.sysconf("SC_CLK_TCK")
ACCOUNT = """\
defaults:
  - own_money
  - _self_
name: {name}
venue: {{endpoint: '{address}', leverage: 10, apply_settings: true}}
secrets: {{key: FLEET_KEY_{name}, secret: FLEET_SECRET_{name}}}
runs:
  ema_cross: {{enabled: false}}
  quick: {{strategy: quick, every: {every}, offset: {offset}s}}
"""
STRATEGY = """\
defaults:
  - ema_cross
  - _self_
name: quick
symbols: [BTCUSDT]
timeframe: {every}
entry: {{fast: 2, slow: 3}}
"""
type Figures = dict[str, Any]


# --- the exchanges ----------------------------------------------------------------------------------------------------------


def host(count: int, bar_ms: int, *, enter: bool) -> None:
    """Serve exchanges until stdin ends: say where they are, then show the bar that a line on stdin asks for."""
    from runner.rehearsal.core.setup import Setup
    from runner.rehearsal.replay import Replay, Tape
    from runner.rehearsal.serve import served
    from runner.rehearsal.service import Key, Service

    now = time.time_ns() // 1_000_000
    prices = np.array((TURNING if enter else FLAT) * ((KNOWN + SHOWN) // 2))
    opened = (now // bar_ms - KNOWN) * bar_ms + bar_ms * np.arange(len(prices), dtype=np.int64)
    columns = {name: prices[:, place] for place, name in enumerate(("open", "high", "low", "close"))}
    tape = Tape(symbol="BTCUSDT", open_time=opened, close_time=opened + bar_ms, volume=np.ones(len(prices)), first=KNOWN, **columns)
    with ExitStack() as stack:
        exchanges = []
        for number in range(count):
            service = Service(
                pace="wall" if enter else "still",  # whoever enters waits for a fill, which takes a market that goes on
                window=False,
                limited=False,
                setup=Setup(isolated=True, leverage=Decimal(10)),
                keys={f"key-{number}": Key(secret=f"secret-{number}")},
                replay=Replay(tapes=(tape,)),
            )
            exchanges.append(stack.enter_context(served(service)))
        walks = [each.wire.walk.moves() for each in exchanges if each.wire.walk is not None and not enter]
        print(json.dumps({"addresses": [each.http for each in exchanges]}), flush=True)
        until = int(sys.stdin.readline())
        for exchange, moves in zip(exchanges, walks, strict=True) if not enter else ():
            exchange.call(partial(shown, exchange, moves, until))
        print(json.dumps({"shown_ms": time.time_ns() // 1_000_000}), flush=True)
        sys.stdin.readline()
        requests = sum(sum(1 for row in each.core.state.log if row["kind"] == "request") for each in exchanges)
        print(json.dumps({"requests": requests, "cpu_s": sum(os.times()[:2])}), flush=True)


def shown(exchange: Any, moves: Iterator[Any], until_ms: int) -> None:
    """The market goes on until the bar has ended and the next one has opened."""
    front = exchange.front
    for move in moves:
        front.exchange.to(move if isinstance(move, int) else front.exchange.now_ms)
        exchange.wire.flush()
        if move is None and front.exchange.now_ms >= until_ms and front.candles["BTCUSDT"].rows[-1].start_ms == front.exchange.now_ms:
            return


# --- serve ------------------------------------------------------------------------------------------------------------------


def home_of(folder: Path, addresses: Sequence[str], every: str, offset_s: int) -> dict[str, str]:
    """Write a home with an account at each exchange; the environment with their keys."""
    (folder / "accounts").mkdir()
    (folder / "conf" / "strategy").mkdir(parents=True)
    (folder / "conf" / "strategy" / "quick.yaml").write_text(STRATEGY.format(every=every), encoding="utf-8")
    keys: dict[str, str] = {}
    for number, address in enumerate(addresses):
        name = f"a{number:03d}"
        words = {"name": name, "address": address, "every": every, "offset": offset_s}
        text = ACCOUNT.format(**words)
        (folder / "accounts" / f"{name}.yaml").write_text(text, encoding="utf-8")
        keys |= {f"FLEET_KEY_{name}": f"key-{number}", f"FLEET_SECRET_{name}": f"secret-{number}"}
    return keys


@contextmanager
def child(words: Sequence[str], **options: Any) -> Iterator[subprocess.Popen[str]]:
    """A process of ours that is gone afterwards."""
    with subprocess.Popen(words, text=True, **options) as process:  # noqa: S603 - our own words
        try:
            yield process
        finally:
            if process.poll() is None:
                process.terminate()
                with suppress(subprocess.TimeoutExpired):
                    process.wait(60)
            if process.poll() is None:
                process.kill()


class Said:
    """What a process says on stderr, each line with when it was heard."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.lines: queue.Queue[tuple[float, str]] = queue.Queue()
        self.process = process
        threading.Thread(target=self._hear, daemon=True).start()

    def _hear(self) -> None:
        for line in self.process.stderr or ():
            self.lines.put((time.time(), line.rstrip()))
            if os.environ.get("FLEET_LOUD"):
                sys.stderr.write(line)

    def until(self, wanted: Callable[[str], bool], seconds: float) -> tuple[float, str]:
        """The first line that is wanted."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            with suppress(queue.Empty):
                at, line = self.lines.get(timeout=left)
                if wanted(line):
                    return at, line
        raise SystemExit("serve did not say what was waited for")


def family(pid: int) -> list[int]:
    """A process and everything below it."""
    found = [pid]
    for each in found:
        with suppress(OSError):
            found += [int(child) for child in Path(f"/proc/{each}/task/{each}/children").read_text().split()]
    return found


def cpu_s(pids: Sequence[int]) -> float:
    """Seconds of CPU these have taken themselves."""
    total = 0
    for pid in pids:
        with suppress(OSError):
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            total += int(fields[11]) + int(fields[12])
    return total / TICKS


def memory_mb(pids: Sequence[int]) -> float:
    """Memory of these, what they share counted once, MB."""
    total = 0
    for pid in pids:
        with suppress(OSError):
            rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
            total += next(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:"))
    return total / 1000


def commands(pids: Sequence[int], word: str) -> list[int]:
    """Those whose command line holds a word."""
    found = []
    for pid in pids:
        with suppress(OSError):
            if word.encode() in Path(f"/proc/{pid}/cmdline").read_bytes():
                found.append(pid)
    return found


def measured(count: int, every: str, idle_s: float, extra: Sequence[str], *, guard: bool, enter: bool = False) -> Figures:
    """The figures of one close."""
    from runner.model.duration import milliseconds

    bar_ms, offset_s = milliseconds(every), OFFSET_S
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory() as place, ExitStack() as stack:
        words = [sys.executable, __file__, "--host", str(count), "--every", every, *(["--enter"] if enter else [])]
        exchanges = stack.enter_context(child(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE))
        assert exchanges.stdin is not None  # noqa: S101 - pipes were asked for
        assert exchanges.stdout is not None  # noqa: S101 - likewise
        told = json.loads(exchanges.stdout.readline())
        keys = home_of(Path(place), told["addresses"], every, offset_s)
        environment = os.environ | keys | {"PYTHONPATH": str(ROOT), "RUNNER_HOME": place}
        words = [sys.executable, "-m", "runner", "mode=serve", f"mode.guard={str(guard).lower()}", *extra]
        begun = time.time()
        serve = stack.enter_context(child(words, cwd=place, env=environment, stderr=subprocess.PIPE))
        said = Said(serve)
        ready, _ = said.until(lambda line: "serving" in line, 300)
        time.sleep(SETTLE_S + (10 if guard else 0))
        nursery = [serve.pid, *commands(family(serve.pid), "runner.serve.nursery")[:1]]
        guards = [pid for pid in family(serve.pid) if pid not in nursery]
        figures = {"accounts": count, "every": every, "load": load, "start_s": ready - begun, "idle_s": idle_s}
        figures |= idle(nursery, guards, idle_s) | {"idle_mb": memory_mb(family(serve.pid))}
        found = close(exchanges, said, serve.pid, (time.time_ns() // 1_000_000 // bar_ms + 1) * bar_ms, count)
        return figures | found | {"protected": protected(Path(place))}


def idle(serve: Sequence[int], guards: Sequence[int], seconds: float) -> Figures:
    """CPU of serve with its nursery while nothing is due, and of the guard apart, per cent of one core."""
    before, apart = cpu_s(serve), cpu_s(guards)
    time.sleep(seconds)
    return {
        "idle_percent": 100 * (cpu_s(serve) - before) / seconds,
        "guard_percent": 100 * (cpu_s(guards) - apart) / seconds if guards else None,
    }


def protected(home: Path) -> int:
    """How many accounts have a position whose stop rests at the venue, by what they have left."""
    left = [json.loads(file.read_text(encoding="utf-8")) for file in (home / "state").glob("*/status.json")]
    return sum(1 for status in left if status["positions"] and all(each["stop"] for each in status["positions"]))


def close(exchanges: subprocess.Popen[str], said: Said, pid: int, close_ms: int, count: int) -> Figures:
    """Let the bar close and wait for every tick."""
    assert exchanges.stdin is not None  # noqa: S101 - pipes were asked for
    assert exchanges.stdout is not None  # noqa: S101 - likewise
    time.sleep(max(0.0, close_ms / 1000 - time.time()))
    exchanges.stdin.write(f"{close_ms}\n")
    exchanges.stdin.flush()
    shown_ms = json.loads(exchanges.stdout.readline())["shown_ms"]
    most = [0.0]
    over = threading.Event()

    def sample() -> None:
        while not over.wait(1.0):
            most[0] = max(most[0], memory_mb(family(pid)))

    sampler = threading.Thread(target=sample, daemon=True)
    sampler.start()
    due = f"{datetime.fromtimestamp(close_ms / 1000 + OFFSET_S, UTC):%Y-%m-%dT%H:%M:%SZ}"
    ends: list[float] = []
    failed: list[str] = []
    while len(ends) < count:
        at, line = said.until(lambda line: f".quick  due {due}" in line or f".quick, due {due}" in line, 300)
        ends.append(at - close_ms / 1000)
        if "status 0" not in line:
            failed.append(line)
    over.set()
    exchanges.stdin.write("done\n")
    exchanges.stdin.flush()
    seen = json.loads(exchanges.stdout.readline())
    return {
        "shown_s": shown_ms / 1000 - close_ms / 1000,
        "first_s": min(ends),
        "median_s": float(np.median(ends)),
        "last_s": max(ends),
        "failed": len(failed),
        "why": failed[:3],
        "most_mb": most[0],
        **seen,
    }


# --- the page ---------------------------------------------------------------------------------------------------------------


def bars(found: Figures, entering: Figures) -> list[tuple[str, str, str, bool]]:
    """What must hold: (what, found, must be, kept)."""
    count, last, entered = found["accounts"], found["last_s"], entering["last_s"]
    failed, safe = found["failed"] + entering["failed"], entering["protected"]
    return [
        (f"{count} accounts: last tick ended after the close", f"{last:.1f} s", f"≤ {MOST_S:.0f} s", last <= MOST_S),
        ("likewise when every account enters", f"{entered:.1f} s", f"≤ {MOST_S:.0f} s", entered <= MOST_S),
        ("of those with a position and its stop at the venue", str(safe), str(count), safe == count),
        ("ticks that failed", str(failed), "none", failed == 0),
        ("idle CPU of serve with its nursery", f"{found['idle_percent']:.2f} %", f"< {MOST_IDLE:.0f} %", found["idle_percent"] < MOST_IDLE),
    ]


def page(found: Figures, entering: Figures) -> str:
    """docs/fleet.md."""
    cpu = next(
        (row.partition(":")[2].strip() for row in Path("/proc/cpuinfo").read_text().splitlines() if row.startswith("model name")), ""
    )
    rows = "\n".join(f"| {what} | {value} | {must} | {'yes' if kept else '**no**'} |" for what, value, must, kept in bars(found, entering))
    return f"""# A fleet

Written by `scripts/fleet`; run it to measure your own machine. [Serve](serve.md), its ticks and {found["accounts"]} exchanges run on one
machine, each exchange with one account, all in one process beside serve.

- date: {datetime.now(UTC):%Y-%m-%d}
- machine: {cpu}, {os.cpu_count()} cores, {platform.system()} {platform.machine()}; load when it began {found["load"]:.1f}
- Python {platform.python_version()}

| bar | found | must be | kept |
|---|---:|---:|---|
{rows}

The shared close is one of {found["every"]} bars instead of 4h ones, so that it need not be waited for; ticks are due {OFFSET_S} s after it.
Each composes its account, asks the venue for instruments, candles, account and ledger, opens the journal, tells the machine every bar
and decides. First the market is quiet and nobody enters; then averages cross at the close and everybody does: such a tick also sends
its entry with the stop and waits until both are at the venue.

| | quiet | all enter |
|---|---:|---:|
{table(found, entering)}

Memory counts what processes share once.{guarded(found)}
"""


def table(*measured: Figures) -> str:
    """The figures of each close beside each other."""
    rows: list[tuple[str, Callable[[Figures], str]]] = [
        ("from the command to the first line of serve, all accounts read and checked", lambda one: f"{one['start_s']:.1f} s"),
        ("the market has moved to the close at every exchange after", lambda one: f"{one['shown_s']:.1f} s"),
        (
            "ticks ended after the close: first / median / last",
            lambda one: f"{one['first_s']:.1f} / {one['median_s']:.1f} / {one['last_s']:.1f} s",
        ),
        ("requests at the exchanges, all told", lambda one: f"{one['requests']:,}"),
        ("CPU of the exchanges, which share the machine", lambda one: f"{one['cpu_s']:.1f} s"),
        ("memory of serve, nursery and guard, idle", lambda one: f"{one['idle_mb']:.0f} MB"),
        ("memory with ticks at work, at most", lambda one: f"{one['most_mb']:.0f} MB"),
    ]
    return "\n".join(f"| {what} | {' | '.join(told(one) for one in measured)} |" for what, told in rows)


def guarded(found: Figures) -> str:
    """What the host's guard takes, apart."""
    if found["guard_percent"] is None:
        return " No guard was at work."
    return f"""

The host's one guard watches all accounts at once and asks each venue every two seconds: {found["guard_percent"]:.0f} % of one core
while idle, measured for {found["idle_s"]:.0f} s like serve, with which it shares the machine at the close."""


def main() -> None:
    """Measure, print, write the page."""
    reader = argparse.ArgumentParser(prog="scripts/fleet", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reader.add_argument("--accounts", type=int, default=100, help="how many accounts")
    reader.add_argument("--every", default="5m", help="length of the bars whose close is shared")
    reader.add_argument("--idle", type=float, default=60.0, help="seconds for which idle CPU is taken")
    reader.add_argument("--unguarded", action="store_true", help="without the host's guard, which is measured apart")
    reader.add_argument("--write", action="store_true", help="write docs/fleet.md")
    reader.add_argument("--host", type=int, help=argparse.SUPPRESS)
    reader.add_argument("--enter", action="store_true", help=argparse.SUPPRESS)
    reader.add_argument("words", nargs="*", help="further words for runner mode=serve, such as mode.at_once=4")
    given = reader.parse_args()
    if given.host:
        from runner.model.duration import milliseconds

        host(given.host, milliseconds(given.every), enter=given.enter)
        return
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that what was started is ended
    found = []
    for enter in (False, True):
        found.append(measured(given.accounts, given.every, given.idle, given.words, guard=not given.unguarded, enter=enter))
        print(json.dumps(found[-1]), flush=True)
    if given.write:
        PAGE.write_text(page(*found), encoding="utf-8")
    if not all(kept for *_, kept in bars(*found)):
        raise SystemExit(1)


if __name__ == "__main__":
    main()
