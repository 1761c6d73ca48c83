"""A Compose file: a service for each process; where runs have times, one that starts them and keeps bots running. The guard is apart."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from runner.deploy.container import CACHE, DESK, DESK_PORT, HOME, PROGRAM, alive, document, environment
from runner.deploy.process import WORD, Process, Site, slugs
from runner.schedule.when import Always

SAID = "Written by `runner mode=deploy mode.target=compose`; mode.action=remove takes it away."
TICKER = ("mode=serve", "mode.guard=false")
APART = ("guard", "desk")  # services of their own beside it
PATIENCE_S = 120  # for a serve that is asked to stop: ticks at work may end
LOGS = {"driver": "json-file", "options": {"max-size": "10m", "max-file": "3"}}


def files(processes: Sequence[Process], site: Site, folder: Path) -> dict[str, str]:
    """The file by its absolute path."""
    kept = services_of(processes)
    names = slugs([each.name for each in kept], 60)
    services = {names[each.name]: service(each, site) for each in kept}
    content = {"version": "3.9", "services": services, "volumes": {"state": {}, "cache": {}}}
    return {str(folder / "docker-compose.yml"): document(content, SAID)}


def services_of(processes: Sequence[Process]) -> list[Process]:
    """A service for each process; where some have times, one that starts those and keeps bots and alerts running."""
    if all(each.lasts for each in processes):
        return list(processes)
    apart = [each for each in processes if each.job in APART]
    return [ticker([each for each in processes if each not in apart]), *apart]


def ticker(served: Sequence[Process]) -> Process:
    """One process that starts every run at its times, each in a process of its own, and keeps running what lasts."""
    words = (*TICKER, *([WORD] if any(WORD in each.words for each in served) else []))
    keys = tuple(dict.fromkeys(key for each in served for key in each.keys))
    return Process(name="serve", job="serve", words=words, when=Always(), keys=keys)


def service(process: Process, site: Site) -> dict[str, Any]:
    """One service; what it may write to are its volumes and a small /tmp."""
    words = [*process.words, *(DESK if process.job == "desk" else ())]
    keyed = site.environment is not None and (process.keys or process.job in ("alerts", "desk"))
    found: dict[str, Any] = {
        "image": site.image,
        "command": [escaped(each) for each in (PROGRAM, *words)],
        "environment": {name: escaped(value) for name, value in environment(dict(site.carried)).items()},
        "restart": "unless-stopped",
        "init": True,
        "stop_grace_period": f"{PATIENCE_S}s" if process.job == "serve" else "30s",
        "read_only": True,
        "tmpfs": ["/tmp:size=64m,mode=1777"],  # noqa: S108 - a file system of the container's own
        "cap_drop": ["ALL"],
        "security_opt": ["no-new-privileges:true"],
        **({} if process.job == "serve" else {"mem_limit": site.memory}),  # it holds every bot: bound by the machine
        "pids_limit": 1024 if process.job == "serve" else 128,
        "volumes": [f"state:{HOME}/state", f"cache:{CACHE}", *(seen(site.home / each, f"{HOME}/{each}") for each in site.folders)],
        "logging": LOGS,
    }
    if keyed:
        found["env_file"] = [escaped(str(site.environment))]
    if process.job == "desk":
        found["ports"] = [f"127.0.0.1:{DESK_PORT}:{DESK_PORT}"]
    if alive(process):
        test = ["CMD-SHELL", alive(process)]
        found["healthcheck"] = {"test": test, "interval": "30s", "timeout": "10s", "retries": 3, "start_period": "5m"}
    return found


def seen(folder: Path, place: str) -> dict[str, Any]:
    """A folder of the host in a container, which may not write to it; in this form a colon in its name ends nothing."""
    return {"type": "bind", "source": escaped(str(folder)), "target": place, "read_only": True}


def escaped(text: str) -> str:
    """Text in which Compose replaces nothing."""
    return text.replace("$", "$$")
