"""The folder of a sweep as a job's process finds it: the very one, or a stand-in on a machine that does not see it."""

from __future__ import annotations

import secrets
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from omegaconf import OmegaConf

MARK = ".sweep"
LAST = ("summary.json", "challenge.json")


@dataclass(frozen=True, kw_only=True)
class Place:
    """A sweep's folder, known by a token in it: a path alone may exist on another machine and be another folder."""

    folder: Path  # absolute
    token: str

    @property
    def text(self) -> str:
        """Itself as letters and digits, which need no quotes anywhere."""
        return f"{self.folder}\n{self.token}".encode().hex()

    @property
    def seen(self) -> bool:
        """Whether this process sees the folder."""
        try:
            return (self.folder / MARK).read_text(encoding="ascii") == self.token
        except (OSError, UnicodeDecodeError):
            return False

    @property
    def here(self) -> Path:
        """The folder, or on a machine that does not see it one of the system's temporary folders."""
        return self.folder if self.seen else Path(tempfile.gettempdir()) / f"runner-sweep-{self.token}"


def read(text: str) -> Place:
    """The place behind its text."""
    folder, _, token = bytes.fromhex(text).decode().partition("\n")
    return Place(folder=Path(folder), token=token)


def register() -> None:
    """Make `${sweep:TEXT}` known: the folder as the process that asks has it. Launchers carry Hydra's resolvers with them."""
    OmegaConf.register_new_resolver("sweep", lambda text: str(read(str(text)).here), replace=True)


def marked(folder: Path) -> Place:
    """The folder with a token in it, made if it was not there; OSError from the disk."""
    place = Place(folder=folder, token=secrets.token_hex(8))
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MARK).write_text(place.token, encoding="ascii")
    return place


def unmarked(place: Place) -> None:
    """The folder without its token; a folder that holds nothing else is removed."""
    (place.folder / MARK).unlink(missing_ok=True)
    if place.folder.is_dir() and next(place.folder.iterdir(), None) is None:
        place.folder.rmdir()


def packed(folder: Path) -> dict[str, bytes]:
    """Every file under a folder, by its relative path; the pages that say a run is complete come last."""
    files = sorted((file for file in folder.rglob("*") if file.is_file()), key=lambda file: (file.name in LAST, file))
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in files}


def unpacked(files: Mapping[str, bytes], folder: Path) -> Path:
    """The folder with these files in it, in their order; each is complete or not there."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        part = file.with_name(f".{file.name}.part")
        part.write_bytes(content)
        part.replace(file)
    return folder
