"""What Compose and Kubernetes have in common: where things are in a container, signs of life, and YAML."""

from __future__ import annotations

from typing import Any

import yaml

from runner.deploy.process import Process

HOME = "/trading"  # the user's folder in a container
CACHE = "/cache"  # of compiled code
PYTHON = "python"
PROGRAM = "runner"
STALE_MINUTES = 2  # a sign of life is left every few seconds; older than this nobody is there
DESK_PORT = 8090
DESK = ("mode.host=0.0.0.0", f"mode.port={DESK_PORT}", "mode.token=made")  # kept in state/desk.token
HEARTBEATS = {"live": "heartbeat.bot", "paper": "heartbeat.bot", "guard": "heartbeat.guard"}


def environment(carried: dict[str, str]) -> dict[str, str]:
    """What every process is told, none of it secret."""
    return {"RUNNER_HOME": HOME, "NUMBA_CACHE_DIR": CACHE, **carried}


def alive(process: Process) -> str:
    """A shell's question whether a process still leaves its signs of life; '' for those that leave none."""
    if process.job == "serve":
        return fresh([f"{HOME}/state/serve.heartbeat"])
    name = HEARTBEATS.get(process.job, "")
    folders = [f"{each}.paper" if process.job == "paper" else each for each in process.accounts]
    return fresh([f"{HOME}/state/{folder}/{name}" for folder in folders]) if name else ""


def fresh(files: list[str]) -> str:
    """Whether one of these files was written of late."""
    return f"find {' '.join(files)} -mmin -{STALE_MINUTES} | grep -q ."


class _Plain(yaml.SafeDumper):
    """Writes what stands twice twice, where a person looks for it."""

    def ignore_aliases(self, _data: object) -> bool:
        """No references."""
        return True


def document(content: Any, said: str) -> str:
    """A YAML document below a line that says whose it is."""
    return f"# {said}\n" + yaml.dump(content, Dumper=_Plain, sort_keys=False, allow_unicode=True, width=120)
