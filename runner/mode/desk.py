"""Desk: a web page over all accounts of a user's folder, with an API, and halt, release and flatten behind a token."""

from __future__ import annotations

import os
import threading
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, Field

from runner.board.gate import LOCAL, Gate, token_of
from runner.board.places import apart
from runner.compose.overrides import COMMAND
from runner.live.clock import WallClock
from runner.live.state import StateFolder
from runner.mode.accounts.shown import Written, recognised
from runner.mode.trading.options import address
from runner.model.bot import Errand
from runner.model.duration import milliseconds
from runner.model.errors import ConfigError, Problem
from runner.model.settings import Name
from runner.model.terms import Duration

if TYPE_CHECKING:
    from runner.board.world import World

ERRAND = True
LEAVES_FILES = False
SWEEPS = False
PACKAGES = ("fastapi", "uvicorn", "jinja2", "prometheus_client", "python_multipart")
INSTALL = "pip install 'prop-runner[desk]', in a clone .venv/bin/pip install -e '.[desk]'"


class Options(BaseModel):
    """What `mode.…` may say of the desk."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)
    host: str = Field(
        "127.0.0.1", min_length=1, description="address to listen at; any but this machine's own needs a token for reading too"
    )
    port: int = Field(8090, ge=0, le=65_535, description="port; 0 = one that is free")
    token: str | None = Field(
        None,
        min_length=1,
        description="null = it only shows; the environment variable that holds the token, or made: kept in state/desk.token",
    )
    names: list[str] = Field(default_factory=list, description="names by which browsers may call it besides localhost and plain addresses")
    homes: list[str] = Field(default_factory=list, description="more user's folders whose accounts are shown")
    accounts: list[Name] = Field(default_factory=list, description="only these; [] = all")
    journal: str = Field("", description="'' = journal.db of each account; a postgresql:// URL, or the environment variable that holds it")
    every: Duration = Field("2s", description="how often an open page asks for what is new")
    seconds: float | None = Field(None, gt=0, description="end after so many seconds; null = at Ctrl-C")


def run(errand: Errand) -> int:
    """Serve until it is ended (0). ConfigError for what is not installed, a port that is taken, an open address without a token."""
    options = Options(**errand.options)
    needed()
    from runner.board.app import listening, server

    written = Written(homes_of(options, errand.home))
    recognised(written.homes, options.accounts, errand)
    world = world_of(options, errand.home, written)
    with listening(options.host, options.port) as bound:
        print(greeting(options, bound.getsockname()[1], errand.home), flush=True)
        written.start()
        threading.Thread(target=world.desk.cards, name="first look", daemon=True).start()  # so that the first page finds it done
        serving = server(world)
        ending = threading.Timer(options.seconds or 0.0, lambda: setattr(serving, "should_exit", True))
        if options.seconds is not None:
            ending.start()
        try:
            serving.run(sockets=[bound])
        finally:
            ending.cancel()
            written.stop()
    return 0


def needed() -> None:
    """ConfigError, one line, when a package of the desk is not installed."""
    missing = [package for package in PACKAGES if find_spec(package) is None]
    if missing:
        message = f"needs {', '.join(missing)}: {INSTALL}"
        raise ConfigError("the desk is not installed", [Problem(path="mode=desk", message=message, where=COMMAND)])


def homes_of(options: Options, home: Path) -> tuple[Path, ...]:
    """The user's folder and those that were named."""
    homes = tuple(dict.fromkeys([home, *(Path(name).expanduser().resolve() for name in options.homes)]))
    apart(homes)
    return homes


def world_of(options: Options, home: Path, written: Written) -> World:
    """Everything a request is answered from."""
    from runner.board.acting import Hands
    from runner.board.desk import Desk
    from runner.board.render import environment
    from runner.board.veil import Veil
    from runner.board.world import World

    clock = WallClock()
    token = token_of(options.token or "", home)
    open_reading = options.host in LOCAL
    if not open_reading and token is None:
        message = f"{options.host} is seen by others; give a token (mode.token=made), which reading needs there as well"
        raise ConfigError("the desk cannot be served", [Problem(path="mode.host", message=message)])
    veil = Veil(os.environ)
    journal = str(address(options, StateFolder(account="", root=home))) if options.journal else ""
    return World(
        desk=Desk(homes=written.homes, clock=clock, library=written, only=options.accounts, journal=journal),
        gate=Gate(clock=clock, token=token, open_reading=open_reading, names=tuple(name.lower() for name in options.names)),
        hands=Hands(clock=clock, veil=veil, log=home / "state" / "desk.acts.jsonl"),
        veil=veil,
        templates=environment(veil),
        every_ms=milliseconds(options.every),
    )


def greeting(options: Options, port: int, home: Path) -> str:
    """Where it is, and what it lets one do; never the token itself."""
    host = f"[{options.host}]" if ":" in options.host else options.host
    token = {
        None: "it only shows; mode.token=made lets it halt, release and flatten",
        "made": f"its token is in {home / 'state' / 'desk.token'}",
    }
    said = token.get(options.token, f"its token is what {options.token} holds")
    return f"desk at http://{host}:{port}; {said}; Ctrl-C ends it"
