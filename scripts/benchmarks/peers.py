"""Other programs: each in an environment of its own, made once from its pins under the user's cache folder."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.process import answered
from benchmarks.work import ROOT, SYMBOL, WORK, stored

PINS = ROOT / "scripts" / "peers"
BACKTESTING, VECTORBT = "backtesting", "vectorbt"
CALLED = {BACKTESTING: "backtesting.py", VECTORBT: "vectorbt"}
ENGINES = {"numba": "vectorbt", "rust": "vectorbt, Rust kernels"}


class PeerMissingError(Exception):
    """A peer that cannot be measured here, and why, in one line."""


def command(peer: str, folder: Path) -> list[str]:
    """What starts a peer's side of the work; its environment is made in `folder` when there is none. PeerMissingError when it cannot be."""
    return [str(environment(peer, folder) / "bin" / "python"), "-m", f"peers.{peer}"]


def environment(peer: str, folder: Path) -> Path:
    """The peer's environment, ready to use."""
    pins = PINS / f"{peer}.txt"
    python = interpreter(peer, supported(pins))
    digest = hashlib.sha256(pins.read_bytes() + python.encode()).hexdigest()[:12]
    place = folder / f"{peer}-{digest}"
    if not (place / ".ready").exists():
        make(peer, place, python, pins)
        try_out(peer, place)
        (place / ".ready").touch()
    return place


def cache() -> Path:
    """Where peers live: in the user's cache folder of this project."""
    said = os.environ.get("XDG_CACHE_HOME")
    return (Path(said) if said else Path.home() / ".cache") / "prop-runner" / "peers"


def supported(pins: Path) -> tuple[str, ...]:
    """The versions of Python that the first line of the pins names, best first."""
    return tuple(re.findall(r"\d\.\d+", pins.read_text(encoding="utf-8").splitlines()[0]))


def interpreter(peer: str, versions: tuple[str, ...]) -> str:
    """An interpreter that the peer runs on: this one's own, of the PATH, of pyenv or of uv."""
    for candidate in candidates(versions):
        code = "import ensurepip, sys, venv; print('%d.%d' % sys.version_info[:2])"
        tried = subprocess.run([candidate, "-I", "-c", code], capture_output=True, text=True, check=False)  # noqa: S603 - an interpreter found here
        if tried.returncode == 0 and tried.stdout.strip() in versions:
            return candidate
    raise PeerMissingError(f"{CALLED[peer]} needs Python {' or '.join(versions)}; none was found on PATH, in pyenv or by uv")


def candidates(versions: tuple[str, ...]) -> Iterator[str]:
    """Places an interpreter may be in, best first."""
    yield str(getattr(sys, "_base_executable", "") or sys.executable)
    for version in versions:
        if path := shutil.which(f"python{version}"):
            yield path
        for root in filter(None, (os.environ.get("PYENV_ROOT"), str(Path.home() / ".pyenv"))):
            yield from map(str, sorted(Path(root).glob(f"versions/{version}*/bin/python{version}")))
        if uv := shutil.which("uv"):
            found = subprocess.run([uv, "python", "find", "--no-project", "--system", version], capture_output=True, text=True, check=False)  # noqa: S603
            yield from found.stdout.split()


def make(peer: str, place: Path, python: str, pins: Path) -> None:
    """Make the environment and install exactly what is pinned."""
    print(f"installing {CALLED[peer]} into {place} (once)", file=sys.stderr)
    shutil.rmtree(place, ignore_errors=True)
    place.parent.mkdir(parents=True, exist_ok=True)
    quiet = ("--quiet", "--no-input", "--disable-pip-version-check", "--no-deps")
    plain = {
        name: value
        for name, value in os.environ.items()
        if name not in {"PYTHONPATH", "PYTHONHOME", "PIP_USER", "PIP_TARGET", "PIP_PREFIX"}
    }
    for step in (
        [python, "-m", "venv", str(place)],
        [str(place / "bin" / "python"), "-m", "pip", "install", *quiet, "--requirement", str(pins)],
    ):
        done = subprocess.run(step, capture_output=True, text=True, check=False, env=plain)  # noqa: S603 - an interpreter found here
        if done.returncode:
            shutil.rmtree(place, ignore_errors=True)
            errors = (
                [line for line in done.stderr.splitlines() if line.startswith("ERROR")] or done.stderr.splitlines() or ["no reason given"]
            )
            raise PeerMissingError(f"{CALLED[peer]} could not be installed: {errors[0]}")


def try_out(peer: str, place: Path) -> None:
    """One small run, so that what the peer keeps between processes (compiled code, byte code) is there when it is measured."""
    with tempfile.TemporaryDirectory() as folder:
        file = stored(Path(folder), 2_000) / f"{SYMBOL}-1m.parquet"
        for engine in ENGINES if peer == VECTORBT else ("",):
            request = {"file": str(file), "work": WORK, "calls": 1, "engine": engine, "began": time.time()}
            try:
                answered([str(place / "bin" / "python"), "-m", f"peers.{peer}"], request, Path(folder))
            except SystemExit as failed:
                raise PeerMissingError(f"{CALLED[peer]} is installed in {place} and does not run: {str(failed).splitlines()[-1]}") from None
