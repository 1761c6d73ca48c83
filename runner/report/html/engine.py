"""The charts' engine: Plotly's own script from the installed package, compressed once and kept in the user's cache folder.

plotly's Python layer is never imported: it takes longer than a whole run. Only the place of the package is looked up.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
from functools import cache
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from runner.machine.cache import roots
from runner.model.errors import Problem, RunnerError
from runner.report.html.encode import packed

SCRIPT = Path("package_data") / "plotly.min.js"
LEVEL = 9


@cache
def engine() -> str:
    """The script, gzip-compressed and base64. Raises RunnerError where the installed plotly has none."""
    name = f"plotly-{version('plotly')}-{LEVEL}.b64"
    kept = found(name)
    if kept is not None:
        return kept
    made = packed(source(), LEVEL)
    keep(name, made)
    return made


def source() -> bytes:
    """The script as the package brings it."""
    spec = find_spec("plotly")
    places = list(spec.submodule_search_locations or ()) if spec else []
    for place in places:
        with contextlib.suppress(OSError):
            return (Path(place) / SCRIPT).read_bytes()
    message = f"has no {SCRIPT.as_posix()}; install plotly again, or skip the report with mode.report=false"
    raise RunnerError("the report cannot draw charts", [Problem(path="plotly", message=message)])


def found(name: str) -> str | None:
    """What an earlier run kept; None where there is nothing whole."""
    for root in roots():
        with contextlib.suppress(OSError, UnicodeDecodeError):
            content = (root / "report" / name).read_text(encoding="ascii")
            if content.startswith("H4sI") and len(content) % 4 == 0:
                return content
    return None


def keep(name: str, content: str) -> None:
    """Put it where the next run finds it, whole or not at all; a machine without a writable place compresses again."""
    for root in roots():
        try:
            (root / "report").mkdir(parents=True, exist_ok=True)
            handle, made = tempfile.mkstemp(dir=root / "report", prefix=".writing-")
        except OSError:
            continue
        try:
            with os.fdopen(handle, "w", encoding="ascii") as file:
                file.write(content)
            Path(made).replace(root / "report" / name)
        except OSError:
            Path(made).unlink(missing_ok=True)
            continue
        return
