"""A new file in the user's folder: its name refused or its text written, checked and only then kept."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path

from runner.check import check
from runner.compose import compose
from runner.compose.document import parse
from runner.menu import Menu, shipped
from runner.model.errors import ConfigError, Problem, RunnerError
from runner.words import counted

NAME = re.compile(r"^[A-Za-z][A-Za-z0-9_-]{0,63}$")
TAKEN = ("shipped", "config", "defaults", "hydra", "override", "optional")  # words with a meaning of their own in these files
EMPTY = ("null", "none")


def refused(kind: str, path: str, message: str) -> RunnerError:
    """A file that will not be made."""
    return RunnerError(f"no {kind} was made", [Problem(path=path, message=message)])


def named(kind: str, name: str | None, file: Path, menu: Menu) -> str:
    """The name, when a new file may have it. RunnerError for none, for one that is no name, and for one that is taken."""
    if name is None:
        raise refused(kind, "name", f"expected a name for it: name=my_{kind}")
    spoken = parse(f"it: {name}", file).data.get("it") if NAME.match(name) else name
    if not NAME.match(name) or not isinstance(spoken, str) or name.lower() in EMPTY:
        raise refused(
            kind, "name", f"expected letters, digits, '_' and '-', a letter first, and no word that YAML reads otherwise, was {name!r}"
        )
    if file.exists() or file.with_suffix(".yml").exists():
        raise refused(kind, str(file), "is there already; choose another name, or edit that file")
    if name.lower() in TAKEN:
        raise refused(kind, "name", f"{name!r} has a meaning of its own in these files; choose another name, such as my_{name}")
    if name.lower() in {choice.lower() for choice in menu.choices(kind)}:
        where = f"{'accounts' if kind == 'account' else 'conf/' + kind}/{name}.yaml"
        ours = (shipped("conf").parent / where).exists()
        raise refused(kind, "name", f"{name!r} is {'what ships' if ours else 'taken'}; choose another name, such as my_{name}")
    return name


def kept(kind: str, file: Path, content: str, words: Sequence[str], menu: Menu) -> None:
    """Write the file and check it as `words` would; what does not check is taken away again and its problems are told."""
    new = [folder for folder in (file.parent, *file.parent.parents) if not folder.exists()]
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content, encoding="utf-8", newline="\n")
    except OSError as error:
        raise refused(kind, str(file), f"could not be written: {error.strerror or error}") from error
    try:
        check(compose(list(words), menu))
    except ConfigError as error:
        file.unlink()
        for folder in new:
            folder.rmdir()
        raise ConfigError(f"no {kind} was made: it would have {counted(len(error.problems))}", error.problems) from None


def together(kind: str, checks: Sequence[Callable[[], object]]) -> list[object]:
    """What each check gives; RunnerError with all that they refused, at once."""
    given: list[object] = []
    problems: list[Problem] = []
    for each in checks:
        try:
            given.append(each())
        except RunnerError as error:
            problems += error.problems
    if problems:
        raise RunnerError(f"no {kind} was made: {counted(len(problems))}", problems)
    return given


def told(file: Path, home: Path, commands: Sequence[str], note: str = "") -> str:
    """What was made, what to know of it, and what to type next."""
    place = file.relative_to(home) if home == Path.cwd() else file
    return "\n".join([f"written: {place}", *([note] if note else []), "next:", *(f"  {command}" for command in commands)])
