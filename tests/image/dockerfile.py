"""The Dockerfile as data, and its steps carried out without an engine: in a folder that stands for the root of an image.

What only an engine can do is left out: the base (the interpreter that runs the tests stands for its own), users (`groupadd`, `useradd`,
owners) and layers.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[2]
JOINED = re.compile(r"\\\n\s*")
ABSOLUTE = re.compile(r"(?<![\w./])/(?=(?:build|opt|usr/local/bin|trading|cache)\b)")
LEFT_OUT = re.compile(r"(?:groupadd|useradd)\b[^&]*&& ")
OWNERS = re.compile(r" -[og] \d+")


@dataclass(frozen=True)
class Instruction:
    """One instruction: its word in capitals, and the rest of its line."""

    word: str
    rest: str


@dataclass
class Stage:
    """What follows one FROM."""

    base: str
    name: str
    steps: list[Instruction] = field(default_factory=list)

    def only(self, word: str) -> str:
        """The rest of the one instruction of a kind."""
        (found,) = [step.rest for step in self.steps if step.word == word]
        return found


def stages(text: str) -> list[Stage]:
    """Every stage, in order."""
    found: list[Stage] = []
    for line in JOINED.sub("", "\n".join(line for line in text.splitlines() if not line.startswith("#"))).splitlines():
        word, _, rest = line.partition(" ")
        if word == "FROM":
            base, _, name = rest.partition(" AS ")
            found.append(Stage(base, name))
        elif word:
            found[-1].steps.append(Instruction(word, rest.strip()))
    return found


@dataclass
class Image:
    """A folder that is filled as an image would be; `environment` and `folder` are those of the next command."""

    place: Path
    environment: dict[str, str]
    folder: Path

    def at(self, text: str) -> str:
        """Absolute paths of the image, inside the folder."""
        return ABSOLUTE.sub(f"{self.place}/", text)

    def built(self, stage: Stage) -> None:
        """Carry out a stage, from the top."""
        self.folder = self.place
        for step in stage.steps:
            if step.word == "WORKDIR":
                self.folder = Path(self.at(step.rest))
                self.folder.mkdir(parents=True, exist_ok=True)
            elif step.word == "COPY":
                self._copy(step.rest)
            elif step.word == "ENV":
                pairs = (each.partition("=") for each in step.rest.split())
                self.environment |= {name: self.at(value).replace("$PATH", self.environment["PATH"]) for name, _, value in pairs}
            elif step.word == "RUN":
                self.run(
                    OWNERS.sub("", LEFT_OUT.sub("", step.rest)).replace(" --no-cache-dir", "")
                )  # what set-up fetched is not fetched again

    def run(self, words: str) -> subprocess.CompletedProcess[str]:
        """A command as the image would run it; it must succeed."""
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", self.at(words)],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{words}\n{done.stdout}{done.stderr}"
        return done

    def _copy(self, rest: str) -> None:
        flags, names = (
            [each for each in rest.split() if each.startswith("--")],
            [each for each in rest.split() if not each.startswith("--")],
        )
        *sources, target = names
        if any(flag.startswith("--from") for flag in flags):
            return  # both stages are filled in one folder
        into = self.folder / self.at(target)
        for name in sources:
            source = ROOT / name
            place = into / source.name if target.endswith("/") else into
            place.parent.mkdir(parents=True, exist_ok=True)
            if source.is_dir():
                shutil.copytree(source, place, ignore=shutil.ignore_patterns("__pycache__", "*.pyc"))
            else:
                shutil.copy(source, place)


def image(place: Path, **environment: str) -> Image:
    """An empty one; `python` is the interpreter behind the one that runs."""
    tools = place / "base"
    tools.mkdir(parents=True)
    (tools / "python").symlink_to(getattr(sys, "_base_executable", sys.executable))
    kept: Mapping[str, str] = {name: value for name, value in os.environ.items() if name.startswith(("PIP_", "SSL_"))}
    home = {"HOME": str(Path.home()), "PATH": f"{tools}:/usr/bin:/bin"}
    hasty = {"PIP_NO_COMPILE": "0"}  # pip's way of saying --no-compile: byte code of a hundred packages, of which a few are run once
    return Image(place, {**kept, **home, **hasty, **environment}, place)
