"""A job's task as another process runs it: in the same folder, with the same choices and the same trust, or not at all."""

from __future__ import annotations

import io
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from hashlib import blake2b
from pathlib import Path
from typing import Any

from hydra.core.hydra_config import HydraConfig
from omegaconf import DictConfig

import runner
from runner.away.launchers import fitted, named, ours, watched
from runner.away.place import Place, marked, packed, register, unmarked, unpacked
from runner.menu import Menu, shipped
from runner.model.errors import Problem, RunnerError
from runner.usage import complain, say
from runner.words import listed

CARRIED = ("RUNNER_TRUST", "RUNNER_TRUST_FOLDERS")  # of the environment nothing else: what is secret stays where it is
PARTS = ("accounts", "blocks", "conf")
KINDS = (".yaml", ".py")
SETTINGS = "settings.yaml"
MOST = 8 * 2**20  # bytes of a user's choices that travel with every job


@contextmanager
def abroad(config: DictConfig, task: Callable[..., Any], menu: Menu) -> Iterator[tuple[Callable[..., Any], Callable[[Any], Any]]]:
    """A sweep's task as the chosen launcher is to call it, and what makes its value of what a job returned.

    Hydra's own launcher and this project's get the task as it is. For the others the sweep's folder is settled once for all processes, and
    what such a launcher raises is one problem.
    """
    if ours(config):
        yield task, lambda came: came
        return
    fitted(config)
    place = marked(Path(str(config.hydra.sweep.dir)).absolute())
    register()
    found = f"${{sweep:{place.text}}}"  # looked up in each process
    config.hydra.sweep.dir = found
    config.hydra.overrides.hydra.append(f"hydra.sweep.dir='{found}'")
    try:
        with watched(named(config)):
            yield sent(task, menu, place), partial(kept, place=place)
    finally:
        unmarked(place)


@dataclass(frozen=True, kw_only=True)
class Came:
    """What a job brought: its task's value, and its files where it could not leave them in the sweep's folder."""

    value: Any
    said: str = ""  # on stdout, which is told where the sweep was started
    complained: str = ""  # on stderr
    name: str = ""  # of the job's folder
    files: Mapping[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Away:
    """A task that may be pickled and called in any process, on a machine that need not see this one's disk.

    task: called with the job's configuration and, as `menu`, the menu of that process. choices: the user's own YAML and blocks, by path.
    """

    task: Callable[..., Any]
    menu: Menu
    place: Place
    folder: Path  # the working directory
    choices: Mapping[str, bytes]
    environment: Mapping[str, str]
    process: int
    version: str = runner.__version__

    def __call__(self, config: DictConfig) -> Came:
        """The job run where this process is; RunnerError where its version is another one."""
        if os.getpid() == self.process:
            return Came(value=self.task(config, menu=self.menu))
        if runner.__version__ != self.version:
            message = f"this machine has runner {runner.__version__}, the sweep was started with {self.version}; install one version"
            raise RunnerError("the job cannot run here", [Problem(path="runner", message=message)])
        _quiet()
        said, complained = io.StringIO(), io.StringIO()
        with self._settled() as menu, redirect_stdout(said), redirect_stderr(complained):
            value = self.task(config, menu=menu)
        came = Came(value=value, said=said.getvalue(), complained=complained.getvalue())
        return came if self.place.seen else self._sent(came)

    @contextmanager
    def _settled(self) -> Iterator[Menu]:
        """Stand where the sweep was started, with its home and its trust; afterwards as before."""
        menu = self.menu if self.place.seen else Menu(self._home())
        before, stood = dict(os.environ), Path.cwd()
        for name in CARRIED:
            os.environ.pop(name, None)
        os.environ.update(self.environment, RUNNER_HOME=str(menu.home))
        try:
            if self.place.seen:
                os.chdir(self.folder)
            yield menu
        finally:
            os.chdir(stood)
            os.environ.clear()
            os.environ.update(before)

    def _home(self) -> Path:
        """The folder this process was sent into where it holds the same choices, else one made of those that came with the job."""
        if chosen(Menu(Path.cwd())) == dict(self.choices):
            return Path.cwd()
        home = Path(tempfile.gettempdir()) / f"runner-home-{self.digest}"
        if not home.is_dir():
            made = unpacked(self.choices, Path(tempfile.mkdtemp(prefix="runner-home-")))
            try:
                made.replace(home)
            except OSError:  # another process of this machine was faster
                shutil.rmtree(made)
        return home

    @cached_property
    def digest(self) -> str:
        """A name for the user's choices."""
        digest = blake2b(digest_size=8)
        for name, content in self.choices.items():
            digest.update(f"{name}\n{len(content)}\n".encode() + content)
        return digest.hexdigest()

    def _sent(self, came: Came) -> Came:
        folder = Path(HydraConfig.get().runtime.output_dir)
        files = packed(folder)
        shutil.rmtree(folder, ignore_errors=True)
        return replace(came, name=folder.relative_to(self.place.here).as_posix(), files=files)


def sent(task: Callable[..., Any], menu: Menu, place: Place) -> Away:
    """The task ready to travel. RunnerError where the user's own choices are too much to be sent with every job."""
    choices = chosen(menu)
    size = sum(map(len, choices.values()))
    if size > MOST:
        message = f"{listed(PARTS)} hold {size / 2**20:.0f} MiB of YAML and Python, and {MOST // 2**20} MiB travel with a job at most"
        raise RunnerError("the sweep cannot be sent", [Problem(path=str(menu.home), message=message)])
    environment = {name: os.environ[name] for name in CARRIED if name in os.environ}
    return Away(
        task=task,
        menu=menu,
        place=place,
        folder=Path.cwd(),
        choices=choices,
        environment=environment,
        process=os.getpid(),
    )


def chosen(menu: Menu) -> dict[str, bytes]:
    """The user's YAML and blocks by their path in the home, sorted; a further folder of the menu counts as his."""
    further = {name: file for folder in menu.extra for name, file in _files(folder, "conf").items()}
    files = {name: file for name, file in further.items() if not (shipped("conf").parent / name).exists()}  # what ships comes first
    if menu.home != shipped("conf").parent:
        for part in PARTS:
            files |= _files(menu.home / part, part)
        files |= {SETTINGS: menu.home / SETTINGS} if (menu.home / SETTINGS).is_file() else {}
    return {name: files[name].read_bytes() for name in sorted(files)}


def _files(root: Path, name: str) -> dict[str, Path]:
    """The YAML and Python files under a folder, by their path in a home where it is called `name`."""
    found = (file for file in root.rglob("*") if file.suffix in KINDS and file.is_file() and "__pycache__" not in file.parts)
    return {f"{name}/{file.relative_to(root).as_posix()}": file for file in found}


def kept(came: Any, place: Place) -> Any:
    """A task's value, once the files that came with it lie in the sweep's folder, and what it said was said."""
    if not isinstance(came, Came):
        return came
    folder = place.folder / came.name
    if came.files:
        unpacked(came.files, folder)
    there = str(came.value.get("folder", "")) if isinstance(came.value, dict) and came.name else ""
    here = str(folder.relative_to(Path.cwd()) if folder.is_relative_to(Path.cwd()) else folder)
    for text, speak in ((came.said, say), (came.complained, complain)):
        if text:
            speak((text.replace(there, here) if there else text).rstrip("\n"))
    if not there:
        return came.value
    return {**came.value, "folder": here, "line": str(came.value.get("line", "")).replace(there, here)}


def _quiet() -> None:
    """The log of another process as the command line has it: warnings, on stderr."""
    from loguru import logger

    logger.remove()
    logger.add(sys.stderr, level="WARNING", format="{level}: {message}")
