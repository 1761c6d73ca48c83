"""A PostgreSQL server of a test's own, where PostgreSQL is installed."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

FOLDERS = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
FAST = ["-c", "fsync=off", "-c", "listen_addresses=127.0.0.1"]


def program(name: str) -> str:
    """Where a program of PostgreSQL lies."""
    found = shutil.which(name) or next((str(folder / name) for folder in FOLDERS if (folder / name).is_file()), None)
    if found is None:
        pytest.fail(f"{name} is not installed here; these tests need a PostgreSQL server (Debian: postgresql)")
    return found


def someone() -> dict[str, Any]:
    """PostgreSQL refuses to run as root: then another user of this machine runs it."""
    if os.geteuid() != 0:
        return {}
    names = {entry.pw_name: entry for entry in pwd.getpwall()}
    user = names.get("postgres") or names["nobody"]
    return {"user": user.pw_uid, "group": user.pw_gid}


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def postgres() -> Iterator[str]:
    """A new server on a free port; its URL."""
    with tempfile.TemporaryDirectory() as place:
        folder, who, port = Path(place), someone(), free_port()
        if who:
            os.chown(folder, who["user"], who["group"])
        quiet: dict[str, Any] = {"cwd": folder, "capture_output": True} | who
        subprocess.run(
            [program("initdb"), "-D", folder / "data", "-U", "tester", "-A", "trust", "--no-sync", "-E", "UTF8"], check=True, **quiet
        )
        options = " ".join([*FAST, "-p", str(port), "-k", str(folder)])
        subprocess.run([program("pg_ctl"), "-D", folder / "data", "-l", folder / "log", "-w", "-o", options, "start"], check=True, **quiet)
        try:
            yield f"postgresql://tester:hush@127.0.0.1:{port}/postgres"
        finally:
            subprocess.run([program("pg_ctl"), "-D", folder / "data", "-m", "immediate", "stop"], check=True, **quiet)
