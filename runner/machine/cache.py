"""Where compiled code is kept: a folder named by everything that shapes it.

The name is a digest of the sources that compiled code is made from, of the compiler's version and of the processor, so code
that no longer fits is simply never found.
"""

from __future__ import annotations

import hashlib
import os
import sys
import tempfile
from functools import cache
from importlib.metadata import version
from pathlib import Path

import llvmlite
import llvmlite.binding as llvm
import numpy as np

PYTHON_ONLY = (
    "cache.py",
    "follower.py",
    "image.py",
    "machine.py",
    "observer.py",
    "tape.py",
    "warm.py",
    "windows.py",
)  # not compiled
WRITTEN_LAST = "drive.name"  # of the code's files: where it is, the others are
MODEL = ("following", "habits", "observation", "plan", "records", "rules")  # numbers and records of the model that compiled code knows


@cache
def digest() -> str:
    """Short digest of the sources and versions that compiled code depends on."""
    here = Path(__file__).parent
    compiled = (source for source in here.glob("*.py") if source.name not in PYTHON_ONLY)
    sources = sorted([*compiled, *(here.parent / "model" / f"{name}.py" for name in MODEL)])
    text = hashlib.blake2b(digest_size=8)
    for source in sources:
        text.update(source.read_bytes())
    compiler = f"{version('numba')} {llvmlite.__version__} {np.__version__} {sys.version_info[:2]}"  # numba itself is slow to import
    text.update(f"{compiler} {processor()}".encode())
    return text.hexdigest()


def processor() -> str:
    """The processor the code is made for, with its features."""
    return f"{llvm.get_host_cpu_name()} {llvm.get_host_cpu_features().flatten()}"


def roots() -> list[Path]:
    """Places to try, best first: NUMBA_CACHE_DIR, the user's cache folder, a temporary folder of this user."""
    given = os.environ.get("NUMBA_CACHE_DIR")
    if given:
        return [Path(given)]
    private = Path(tempfile.gettempdir()) / f"prop-runner-{os.getuid() if hasattr(os, 'getuid') else 'user'}"
    return [*users(), private]


def users() -> list[Path]:
    """The user's own cache folder; none where a user has no home."""
    said = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA")
    try:
        return [(Path(said) if said else Path.home() / ".cache") / "prop-runner"]
    except RuntimeError:
        return []


def folder() -> Path:
    """The first place that has the code already, or else can be written to, made if need be."""
    for root in roots():
        place = root / digest()
        if (place / WRITTEN_LAST).is_file():
            return place
        try:
            place.mkdir(parents=True, exist_ok=True)
        except OSError:
            continue
        if os.access(place, os.W_OK):
            return place
    return Path(tempfile.mkdtemp(prefix="prop-runner-"))
