"""A keyring that runs here: gnome-keyring, unlocked, in a message bus and a folder of its own; what it keeps is encrypted."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

type Done = subprocess.CompletedProcess[str]

NEEDED = ("dbus-run-session", "gnome-keyring-daemon")
BEGIN = 'printf word | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1; "$@"; status=$?; exit $status'


def at_a_keyring(folder: Path, *command: str, typed: str = "", environment: Mapping[str, str] | None = None) -> Done:
    """Run a shell command beside an unlocked keyring whose files are in `folder`; stdin is what is typed."""
    for program in NEEDED:
        assert shutil.which(program), f"{program} is needed: apt-get install dbus gnome-keyring"
    places = {"HOME": folder / "person", "XDG_DATA_HOME": folder / "person" / "data", "XDG_RUNTIME_DIR": folder / "person" / "run"}
    for place in places.values():
        place.mkdir(parents=True, exist_ok=True)
    places["XDG_RUNTIME_DIR"].chmod(0o700)
    inherited = {name: value for name, value in os.environ.items() if name not in ("RUNNER_HOME", "DBUS_SESSION_BUS_ADDRESS")}
    given = {name: str(place) for name, place in places.items()} | {"PYTHONPATH": str(Path(__file__).parents[2])}
    done = subprocess.run(
        ["dbus-run-session", "--", "sh", "-c", BEGIN, "sh", *command],
        input=typed,
        env=inherited | given | dict(environment or {}),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        cwd=folder,
    )
    done.stderr = "".join(line for line in done.stderr.splitlines(keepends=True) if not line.startswith("dbus-daemon"))  # of its limits
    return done


def runner(*words: str) -> tuple[str, ...]:
    """`runner words…` as a command."""
    return (sys.executable, "-m", "runner", *words)
