"""Sweeps on two real Ray nodes on loopback, with kills, against the same sweep in one process. `scripts/cluster` makes the environment.

Where the system lets us (Linux, root), the second node has a view of the disk of its own in which the sweep's folder is not to be seen.
Only processes started here are ended, by their ids.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

BIN = Path(sys.executable).parent
ROOT = Path(__file__).resolve().parent.parent
SHIPPED = ROOT / "runner" / "data" / "bars"
PATIENCE = 300  # seconds for one sweep, and for a node to start
FILTER = '''
from __future__ import annotations

import os
import time
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from runner.model.block import Filter
from runner.model.market import Market


class Slow(Filter):
    """Lets everything pass after a nap, and notes in which process of which node."""

    notes: str = Field(description="folder for the notes")
    nap: float = Field(default=0.0, ge=0, description="seconds")

    def passes(self, market: Market, direction: int) -> NDArray[np.bool_]:
        Path(self.notes, f"{os.getpid()}").write_text(os.environ.get("RAY_RAYLET_PID", "none"))
        time.sleep(self.nap)
        return np.ones(len(market.bars), np.bool_)
'''
STRATEGY = "defaults: [shipped/ema_cross, /filter@entry.when.slow: slow, _self_]\nname: mine\nsymbols: [BTCUSDT]\n"
WORDS = ("-m", "strategy=mine", "account=hyro_2step,no_limits", "strategy.entry.fast=5,8,10,12")
JOBS = 8


class Rig:
    """Folders, the environment of every process started here, and what was found."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.home = folder / "home"
        self.notes = folder / "notes"
        self.notes.mkdir()
        self.failed = False
        for name, text in {
            "blocks/filter/slow.py": FILTER,
            "conf/filter/slow.yaml": f"_target_: blocks.filter.slow.Slow\nnotes: {self.notes}\nnap: 0.2\n",
            "conf/strategy/mine.yaml": STRATEGY,
        }.items():
            file = self.home / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        shutil.copytree(SHIPPED, self.home / "bars")
        self.environment = {
            **{key: value for key, value in os.environ.items() if not key.startswith(("RAY_", "AWS_", "RUNNER_"))},
            "PYTHONPATH": str(ROOT),
            "RAY_AUTH_MODE": "token",
            "RAY_AUTH_TOKEN": secrets.token_hex(32),
            "RAY_USAGE_STATS_ENABLED": "0",
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_DEFAULT_REGION": "us-east-1",
            "RUNNER_BARS_CACHE": str(folder / "cache"),
        }

    def runner(self, *words: str) -> subprocess.Popen[str]:
        """The command `runner`, started in the home."""
        pipe = subprocess.PIPE
        return subprocess.Popen(  # noqa: S603 - our own words
            [sys.executable, "-m", "runner", *WORDS, *words], cwd=self.home, env=self.environment, stdout=pipe, stderr=pipe, text=True
        )

    def sweep(self, part: str, *words: str, meanwhile: Callable[[], object] | None = None) -> None:
        """Run a sweep into a folder called like the part, do something meanwhile, compare, and print a line."""
        for note in self.notes.iterdir():
            note.unlink()
        began = time.monotonic()
        ran = self.runner(f"mode.output={part}", *words)
        did = meanwhile() if meanwhile is not None else None
        out, err = ran.communicate(timeout=PATIENCE)
        nodes = {note.read_text() for note in self.notes.iterdir()}
        told = {"part": part, "status": ran.returncode, "seconds": round(time.monotonic() - began, 1), "nodes": len(nodes - {"none"})}
        pages = {
            "jobs": len(list((self.home / part).glob("*/summary.json"))),
            "same": differences(self.home / "basic", self.home / part) == [],
        }
        self.say(
            {**told, **pages, **({"meanwhile": did} if did else {})}, good=ran.returncode == 0 and pages == {"jobs": JOBS, "same": True}
        )
        if ran.returncode or not pages["same"]:
            print(out, err, *differences(self.home / "basic", self.home / part), sep="\n", file=sys.stderr)

    def refused(self, part: str, said: str, *words: str) -> None:
        """A sweep that has to end with one line."""
        ran = self.runner(f"mode.output={part}", *words)
        _, err = ran.communicate(timeout=PATIENCE)
        good = ran.returncode == 2 and said in err and "Traceback" not in err
        self.say({"part": part, "status": ran.returncode, "said": err.strip().splitlines()[-1:]}, good=good)

    def say(self, told: dict[str, object], *, good: bool) -> None:
        """One JSON line."""
        self.failed |= not good
        print(json.dumps({**told, "good": good}), flush=True)


def differences(one: Path, other: Path) -> list[str]:
    """Files that are not the same in two sweeps, byte for byte but for seconds."""
    return sorted(name for name in names(one) | names(other) if content(one / name) != content(other / name))


def names(folder: Path) -> set[str]:
    """What a sweep left; notes of launchers (hidden) aside."""
    files = (file.relative_to(folder) for file in folder.rglob("*") if file.is_file())
    return {str(file) for file in files if not any(part.startswith(".") for part in file.parts)}


def content(file: Path) -> object:
    """A file's bytes; of a page everything but its seconds; of the leaderboard's pictures that they are there."""
    if not file.is_file():
        return None
    if file.name == "leaderboard.html":
        return True
    if file.name == "summary.json":
        return {key: value for key, value in json.loads(file.read_bytes()).items() if key != "seconds"}
    return file.read_bytes()


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def process(command: list[str], environment: dict[str, str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A process with a group of its own, which ends with the block."""
    with log.open("ab") as file:
        started = subprocess.Popen(command, env=environment, stdout=file, stderr=file, start_new_session=True)  # noqa: S603 - our own
        try:
            yield started
        finally:
            ended(started, signal.SIGTERM)


def ended(started: subprocess.Popen[bytes], how: signal.Signals) -> None:
    """End a process that was started here, and its group; wait until it is gone."""
    for each in (how, signal.SIGKILL):
        try:
            os.killpg(started.pid, each)
            started.wait(20)
        except (ProcessLookupError, subprocess.TimeoutExpired):
            continue


def head(rig: Rig, port: int) -> list[str]:
    """The command of the first node."""
    ray = [str(BIN / "ray"), "start", "--head", "--block", "--node-ip-address=127.0.0.1", f"--port={port}", "--num-cpus=1"]
    return [*ray, "--include-dashboard=false", f"--temp-dir={rig.folder / 'ray'}", "--disable-usage-stats"]


def second(rig: Rig, port: int) -> tuple[list[str], bool]:
    """The command of the second node, and whether it sees another disk than the first."""
    ray = [str(BIN / "ray"), "start", "--block", f"--address=127.0.0.1:{port}", "--node-ip-address=127.0.0.1", "--num-cpus=1"]
    apart = shutil.which("unshare") is not None and tried(["unshare", "--mount", "true"], {}) is not None
    if not apart:
        return ray, False
    hidden = 'mount -t tmpfs none "$0" && exec "$@"'
    return ["unshare", "--mount", "sh", "-c", hidden, str(rig.home), *ray], True


def waited(rig: Rig, port: int, nodes: int) -> None:
    """Until so many nodes have joined."""
    question = f"import ray; ray.init('127.0.0.1:{port}', logging_level='ERROR'); print(sum(n['Alive'] for n in ray.nodes()))"
    for _ in range(40):
        if tried([sys.executable, "-c", question], rig.environment) == str(nodes):
            return
        time.sleep(1)
    raise SystemExit(f"the cluster did not come to {nodes} nodes")


def tried(command: list[str], environment: dict[str, str]) -> str | None:
    """What a command prints; None when it fails."""
    ran = subprocess.run(command, env=os.environ | environment, capture_output=True, text=True, check=False)  # noqa: S603 - our own words
    return ran.stdout.strip() if ran.returncode == 0 else None


def killed_worker(rig: Rig) -> str:
    """Kill one process that is in the middle of a job, of those that noted themselves."""
    until = time.monotonic() + PATIENCE / 2
    while time.monotonic() < until:
        found = [note for note in rig.notes.iterdir() if note.read_text() not in ("", "none")]
        if found:
            os.kill(int(found[0].name), signal.SIGKILL)
            return "a worker was killed"
        time.sleep(0.05)
    return ""


def killed_node(rig: Rig, node: subprocess.Popen[bytes]) -> str:
    """Kill the second node, with all of its processes, once jobs run on both."""
    until = time.monotonic() + PATIENCE / 2
    while time.monotonic() < until and len({note.read_text() for note in rig.notes.iterdir()} - {""}) < 2:
        time.sleep(0.05)
    ended(node, signal.SIGKILL)
    return "a node was killed"


class Quiet(SimpleHTTPRequestHandler):
    """A web server of a folder, with listings, that keeps no log."""

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        """Nothing."""


@contextmanager
def web(folder: Path) -> Iterator[str]:
    """The address of a web server of this folder."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()


@contextmanager
def bucket(rig: Rig) -> Iterator[str]:
    """A bucket with the bars on an S3 server on loopback, for the processes started from here on."""
    port = free_port()
    rig.environment["FSSPEC_S3_ENDPOINT_URL"] = f"http://127.0.0.1:{port}"
    with process([str(BIN / "moto_server"), "-H", "127.0.0.1", "-p", str(port)], rig.environment, rig.folder / "s3.log"):
        os.environ.update({key: rig.environment[key] for key in rig.environment if key.startswith(("AWS_", "FSSPEC_"))})
        import fsspec

        for attempt in range(60):
            try:
                system = fsspec.filesystem("s3", endpoint_url=rig.environment["FSSPEC_S3_ENDPOINT_URL"])
                system.mkdir("held")
                break
            except Exception:
                if attempt == 59:
                    raise
                time.sleep(0.5)
        system.put(str(SHIPPED) + "/", "held/bars/", recursive=True)
        yield "s3://held/bars"


def main() -> int:
    """Every part in turn (or those named on the command line, after the first); 1 when one is not as it should be."""
    chosen = sys.argv[1:]
    folder = Path(tempfile.mkdtemp(prefix="cluster-"))
    with ExitStack() as stack:
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        rig = Rig(folder)
        url = stack.enter_context(web(SHIPPED))
        s3 = stack.enter_context(bucket(rig)) if not chosen or "s3" in chosen else ""
        port = free_port()
        stack.enter_context(process(head(rig, port), rig.environment, folder / "head.log"))
        waited(rig, port, 1)
        command, apart = second(rig, port)
        node = stack.enter_context(process(command, rig.environment, folder / "second.log"))
        waited(rig, port, 2)
        ray = ("hydra/launcher=ray", f"hydra.launcher.ray.init.address=127.0.0.1:{port}")
        shipped = "+hydra.launcher.ray.init.runtime_env={working_dir: ., excludes: [basic, ray, url, s3]}"
        nowhere = f"hydra.launcher.ray.init.address=127.0.0.1:{free_port()}"
        rig.say({"part": "cluster", "nodes": 2, "the second sees the sweep's folder": not apart}, good=True)
        parts: dict[str, Callable[[], None]] = {
            "pool": lambda: rig.sweep("pool"),
            "ray": lambda: rig.sweep("ray", *ray),
            "again": lambda: rig.sweep("ray", *ray),  # every job was done before
            "shipped": lambda: rig.sweep("shipped", *ray, shipped, "source.root=bars"),
            "url": lambda: rig.sweep("url", *ray, f"source.root={url}"),
            "s3": lambda: rig.sweep("s3", *ray, f"source.root={s3}"),
            "worker": lambda: rig.sweep("worker", *ray, meanwhile=partial(killed_worker, rig)),
            "node": lambda: rig.sweep("node", *ray, meanwhile=partial(killed_node, rig, node)),
            "nowhere": lambda: rig.refused("nowhere", "there is no cluster", "hydra/launcher=ray", nowhere),
        }
        rig.sweep("basic", "hydra/launcher=basic")
        for name, part in parts.items():
            if not chosen or name in chosen:
                part()
    return int(rig.failed)


if __name__ == "__main__":
    sys.exit(main())
