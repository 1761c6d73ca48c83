"""Bars behind a URL as if they lay in a folder: found by a list of names, fetched when read, kept until the server has others.

A kept file is used only where size and stamp (ETag, Last-Modified, ...) are those the server tells today. What a server tells no stamp of
is fetched anew by each process.
"""

from __future__ import annotations

import atexit
import json
import os
import re
import shutil
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from functools import cache, cached_property
from hashlib import blake2b
from pathlib import Path

from runner.bars.shelf import Shelved, shelved
from runner.bars.transfer import NAME, Transfer, is_url, local, unfetched
from runner.model.errors import DataError

KEPT = "RUNNER_BARS_CACHE"
MANIFEST = "manifest.json"
STAMPED = re.compile(r"[0-9a-f]{16}")
DEEPEST = 3
TRIED = ("1m", "3m", "5m", "15m", "30m", "1h", "2h", "4h", "6h", "8h", "12h", "1d", "1w", "funding")  # where nothing lists the files


class Remote:
    """A folder of bars behind a URL. DataError, with the URL, for whatever cannot be fetched."""

    def __init__(self, url: str, market: str | None = None) -> None:
        self.transfer = Transfer(url)
        self.market = market
        self.mirror = mirror() / blake2b(self.transfer.url.encode(), digest_size=8).hexdigest()
        self._fetched: dict[str, Shelved] = {}
        self._asked: dict[str, list[Shelved]] = {}

    def __str__(self) -> str:
        return self.transfer.url

    @cached_property
    def listed(self) -> list[Shelved]:
        """Every file of bars or funding there is, in order of their names; empty where nothing lists them."""
        return self._shelved(self._manifest() or self._names())

    def files(self, symbol: str) -> list[Shelved]:
        """The files of one symbol; where nothing lists them, those of the usual names that are there."""
        if self.listed:
            return [file for file in self.listed if file.symbol == symbol]
        if symbol not in self._asked:
            names = [f"{symbol}-{kind}.parquet" for kind in TRIED] if NAME.fullmatch(symbol) else []
            places = [f"{self.market}/{name}" if self.market else name for name in names]
            self._asked[symbol] = self._shelved([name for name in places if self.transfer.web and self.transfer.has(name)])
        return self._asked[symbol]

    def fetched(self, file: Shelved) -> Shelved:
        """The same file where it can be read."""
        name = _name(file)
        if name not in self._fetched:
            self._fetched[name] = replace(file, path=self._fetch(name))
        return self._fetched[name]

    def url(self, file: Shelved) -> str:
        """Where a file comes from."""
        return self.transfer.at(_name(file))

    def misnamed(self) -> str:
        """What to do where no file of a symbol was found."""
        if self.listed:
            return ""
        return (
            f'; nothing lists its files: put a {MANIFEST} there, such as ["BTCUSDT-4h.parquet"], or name them so'
            if self.transfer.web
            else ""
        )

    def _names(self) -> list[str]:
        try:
            return self.transfer.names(DEEPEST)
        except DataError as error:
            if self.transfer.web and getattr(error.__cause__, "status", 404 if isinstance(error.__cause__, FileNotFoundError) else 0) in (
                403,
                404,
            ):
                return []  # a server of files that lists none
            raise

    def _manifest(self) -> list[str]:
        """The names a web server's own list gives; none where there is no such list."""
        if not self.transfer.web or not self.transfer.has(MANIFEST):
            return []
        try:
            rows = json.loads(self.transfer.text(MANIFEST))
        except ValueError:
            rows = None
        names = [row.get("file") if isinstance(row, dict) else row for row in rows] if isinstance(rows, list) else [None]
        if not all(isinstance(name, str) for name in names):
            raise unfetched(
                self.transfer.at(MANIFEST), 'expected a list of names, such as ["BTCUSDT-4h.parquet"] or [{"file": "BTCUSDT-4h.parquet"}]'
            )
        return [str(name) for name in names]

    def _shelved(self, names: Sequence[str]) -> list[Shelved]:
        """The names that say bars or funding and lead nowhere else, as files of the mirror."""
        plain = [name for name in sorted(set(names)) if name.endswith(".parquet") and _inside(name)]
        return [file for name in plain if (file := shelved(self.mirror, self.mirror / name)) is not None]

    def _fetch(self, name: str) -> Path:
        """The kept copy where it is today's, else a new one; older copies of the file go."""
        size, stamp = self.transfer.info(name)
        if not stamp:
            return self._copied(name, size, passing() / self.mirror.name / name)
        beside = (self.mirror / name).parent
        target = beside / stamp / Path(name).name
        if not (target.is_file() and target.stat().st_size == size):
            self._copied(name, size, target)
            for other in beside.glob(f"*/{target.name}"):
                if other != target and STAMPED.fullmatch(other.parent.name):
                    with suppress(OSError):
                        other.unlink()
                        other.parent.rmdir()
        return target

    def _copied(self, name: str, size: int | None, target: Path) -> Path:
        """The file's bytes at `target`, whole or not at all."""
        part = target.with_name(f".{target.name}.{os.getpid()}")
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            self.transfer.get(name, part, size)
            part.replace(target)
        except OSError as error:
            raise unfetched(self.transfer.at(name), f"cannot be kept in {target.parent}: {error.strerror or error}") from error
        finally:
            part.unlink(missing_ok=True)
        return target


def place(root: str, market: str | None = None) -> Path | Remote:
    """Where `source.root` leads: a folder, or a URL."""
    if not is_url(root):
        return Path(root).expanduser()
    return local(root) or Remote(root, market)


def mirror() -> Path:
    """Where fetched files are kept: $RUNNER_BARS_CACHE, else the user's cache folder."""
    if os.environ.get(KEPT):
        return Path(os.environ[KEPT]).expanduser().absolute()
    said = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA")
    try:
        return (Path(said) if said else Path.home() / ".cache") / "prop-runner" / "bars"
    except RuntimeError:  # a user without a home
        return Path(tempfile.gettempdir()) / f"prop-runner-{os.getuid() if hasattr(os, 'getuid') else 'user'}" / "bars"


@cache
def passing() -> Path:
    """A folder for what cannot be kept; it goes with the process."""
    folder = Path(tempfile.mkdtemp(prefix="prop-runner-bars-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def _name(file: Shelved) -> str:
    return f"{file.place}/{file.path.name}" if file.place else file.path.name


def _inside(name: str) -> bool:
    parts = name.split("/")
    return len(parts) <= DEEPEST and all(NAME.fullmatch(part) and ".." not in part for part in parts)
