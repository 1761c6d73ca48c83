"""Processes of ours and of others: started fresh, listened to, their memory and time as the system books them."""

from __future__ import annotations

import json
import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from benchmarks.work import ROOT

RUNNER = [sys.executable, "-m", "runner"]


@dataclass(frozen=True, kw_only=True)
class Finished:
    """A command that ended: its seconds from shell to shell, the most memory one of its processes held, and what it printed."""

    seconds: float
    peak_bytes: int
    out: str


def run(command: Sequence[str], folder: Path, more: Mapping[str, str] | None = None) -> Finished:
    """Run a command in `folder` with the repository importable; SystemExit with its words when it fails."""
    environment = os.environ | {"PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'scripts'}"} | dict(more or {})
    folder.mkdir(parents=True, exist_ok=True)
    out, said = folder / ".out", folder / ".said"
    with out.open("w") as printed, said.open("w") as errors:
        began = time.perf_counter()
        process = subprocess.Popen(command, stdout=printed, stderr=errors, stdin=subprocess.DEVNULL, cwd=folder, env=environment)  # noqa: S603 - our own words
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(command)[:300]} did not run:\n{said.read_text()[-2000:]}{out.read_text()[-2000:]}")
    return Finished(seconds=seconds, peak_bytes=usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024), out=out.read_text())


def answered(command: Sequence[str], request: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """What a contestant answers to a request, see `peers.shared`."""
    done = run([*command, json.dumps(dict(request) | {"began": time.time()})], folder)
    said: dict[str, Any] = json.loads(done.out.splitlines()[-1])
    return said


def runner_command() -> list[str]:
    """The command as a user has it."""
    command = Path(sys.executable).with_name("runner")
    return [str(command)] if command.exists() else RUNNER


def facts() -> dict[str, Any]:
    """The machine, and how busy it was when the measurement began."""
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "processor": processor(),
        "cores": os.cpu_count(),
        "system": f"{platform.system()} {platform.machine()}",
        "load": round(os.getloadavg()[0], 1),
        "python": platform.python_version(),
        "libraries": {name: version(name) for name in ("numpy", "numba", "pandas", "pandas-ta")},
    }


def processor() -> str:
    """The processor's own name."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    called = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return called[0] if called else platform.processor() or platform.machine()


def middle(answers: Sequence[Mapping[str, Any]], key: str) -> float:
    """The median of a figure over the rounds."""
    return float(statistics.median(each[key] for each in answers))
