"""YAML and the command line → one composed configuration, with the file behind every value."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from hydra.errors import HydraException
from hydra.types import RunMode
from omegaconf import MISSING, DictConfig, OmegaConf
from omegaconf.errors import OmegaConfBaseException

from runner.compose.blame import blamed, reworded
from runner.compose.document import Document, Keys
from runner.compose.guard import REFERENCE, Faults
from runner.compose.loader import Loader
from runner.compose.misnamed import misnamed
from runner.compose.numerals import plain_number
from runner.compose.overrides import COMMAND, Words, key_of, parsed
from runner.compose.trace import Layer, Trace
from runner.menu import PRIMARY, Menu, home
from runner.model.errors import Problem

__all__ = ["Composition", "Loader", "compose", "examined", "home"]


@dataclass(frozen=True, kw_only=True)
class Composition:
    """A composed job. `data` is plain and without `hydra`; `problems` were met on the way; `choices` are group → choice.

    words: those that it is composed of.
    """

    data: Mapping[str, Any]
    choices: Mapping[str, str]
    trace: Trace
    problems: tuple[Problem, ...] = ()
    config: DictConfig = field(default_factory=lambda: OmegaConf.create({}))
    words: tuple[str, ...] = ()


def compose(overrides: list[str], menu: Menu | None = None, loader: Loader | None = None) -> Composition:
    """Compose one job leniently; nothing is raised, problems are kept beside the data."""
    menu = menu or Menu(home())
    loader = loader or Loader(menu)
    words = loader.words(overrides)
    try:
        config = loader.load_configuration(PRIMARY, overrides, RunMode.RUN)
    except (HydraException, OmegaConfBaseException, ValueError) as error:
        return _without(error, words, loader)
    return examined(config, loader, words)


def _without(error: Exception, words: Words, loader: Loader) -> Composition:
    """The job without the word Hydra refuses, so that the rest is looked at too; empty when it is not about a word."""
    read = parsed(list(words.overrides))
    word = blamed(error, read)
    if word is None:
        trace = Trace(menu=loader.menu)
        return Composition(data={}, choices={}, trace=trace, problems=(*words.problems, _uncomposable(error, trace, loader)))
    others = [line for line, override in zip(words.overrides, read, strict=True) if override is not word]
    rest = compose(others, loader.menu, loader)
    problem = Problem(path=key_of(word), message=reworded(word, rest.data, loader.merged), where=COMMAND)
    rest.trace.holes.update(words.holes, [tuple((word.package or word.key_or_group).split("."))])
    return replace(rest, problems=(*words.problems, problem, *rest.problems))


def examined(config: DictConfig, loader: Loader, words: Words) -> Composition:
    """A configuration Hydra composed, as plain data with its trace."""
    layers = [Layer(name=name, package=package, document=loader.source.documents[name]) for name, package in loader.merged]
    trace = Trace(menu=loader.menu, layers=layers, values=words.values, holes=set(words.holes))
    data, unresolved = _plain(config, trace)
    problems = (*words.problems, *_guard_problems(loader, layers, trace), *_misnamed(layers, trace), *unresolved)
    choices = {str(k): str(v) for k, v in config.hydra.runtime.choices.items() if v is not None and not str(k).startswith("hydra/")}
    return Composition(data=data, choices=choices, trace=trace, problems=problems, config=config, words=words.overrides)


def _uncomposable(error: Exception, trace: Trace, loader: Loader) -> Problem:
    """What Hydra says when it cannot compose at all, at the file it names."""
    message = _first_line(error)
    several = re.match(r"^Ambiguous value for argument '\+*([^=]+)=(.*)'$", message)
    if several is not None:
        return Problem(path=several[1], message=_ambiguous(several[1], several[2]), where=COMMAND)
    named = re.match(r"^In '?([\w./-]+?)'?: (.*)$", message)
    if named is None:
        return Problem(path="", message=message, where=COMMAND)
    message = _unmerged(str(error), loader.source.documents.get(named[1])) or named[2]
    return Problem(path=named[1].replace("/", "."), message=message, where=trace.file_of(named[1]) or COMMAND)


def _unmerged(said: str, document: Document | None) -> str:
    """Which lists of a file stand where what it is made from has mappings; '' where it is about something else."""
    if "Cannot merge DictConfig with ListConfig" not in said or document is None:
        return ""
    lists = [key for key, value in document.data.items() if isinstance(value, list) and key != "defaults"]
    return f"expected mappings (`name: …` lines) as what it is made from has them, was a list{f': {", ".join(lists)}' if lists else ''}"


def _guard_problems(loader: Loader, layers: list[Layer], trace: Trace) -> list[Problem]:
    """What the guard and the defaults lists found in the files that were read, each file once."""
    places = {layer.name: layer.package for layer in reversed(layers)}
    for layer in layers:
        trace.holes.update(_holes(layer, loader.source.faults[layer.name]))
    return [
        Problem(path=".".join((*places[name], *keys)) or name, message=message, where=_line(loader, name, keys, trace))
        for name, faults in loader.source.faults.items()
        if name in places
        for keys, message in faults
    ]


def _misnamed(layers: list[Layer], trace: Trace) -> list[Problem]:
    """Files of the user's with the wrong ending, where the shipped one of that name was read instead; each once."""
    files = {layer.name: (layer.package, misnamed(layer.name, trace.menu)) for layer in reversed(layers)}
    return [
        Problem(
            path=".".join(package),
            message=f"this file is not read, what ships is; rename it to {name.rpartition('/')[2]}.yaml",
            where=trace.menu.display(file),
        )
        for name, (package, file) in files.items()
        if file is not None
    ]


def _holes(layer: Layer, faults: Faults) -> Iterator[Keys]:
    """The places a file leaves empty because it, or an entry of its defaults list, could not be used."""
    for keys, _message in faults:
        entries = layer.document.data.get("defaults", [])
        entry = entries[int(keys[1])] if len(keys) == 2 and keys[0] == "defaults" and isinstance(entries, list) else None
        if entry is not None:
            package = str(next(iter(entry)) if isinstance(entry, dict) else entry).partition("@")[2]
            yield (*layer.package, *filter(None, package.replace("_here_", "").split(".")))
        elif keys in ((), ("defaults",)):
            yield layer.package
        else:
            yield (*layer.package, *keys)


def _line(loader: Loader, name: str, keys: Keys, trace: Trace) -> str:
    document = loader.source.documents[name]
    shown = trace.menu.display(document.file)
    mark = document.marks.get(keys)
    return shown if mark is None or not keys or shown.endswith("(shipped)") else f"{shown}:{mark.line}"


def _plain(config: DictConfig, trace: Trace) -> tuple[dict[str, Any], list[Problem]]:
    """The job as plain data with references followed; those that lead nowhere are problems."""
    problems: list[Problem] = []
    raw = {str(key): _node(config, key) for key in config if key != "hydra"}
    return {key: _followed(value, (key,), config, trace, problems) for key, value in raw.items()}, problems


def _node(config: DictConfig, key: Any) -> Any:
    node = config._get_node(key)  # noqa: SLF001 - the only way to read '???' and references without resolving them
    return (
        OmegaConf.to_container(node, resolve=False)
        if OmegaConf.is_config(node) and not _empty(node)
        else getattr(node, "_value", lambda: None)()
    )


def _empty(node: Any) -> bool:
    return bool(node._is_none() or node._is_missing())  # noqa: SLF001 - the same


def _followed(value: Any, path: Keys, config: DictConfig, trace: Trace, problems: list[Problem]) -> Any:
    if isinstance(value, dict):
        return {str(k): _followed(v, (*path, str(k)), config, trace, problems) for k, v in value.items()}
    if isinstance(value, list):
        return [_followed(v, (*path, str(n)), config, trace, problems) for n, v in enumerate(value)]
    if not isinstance(value, str) or "${" not in value:
        return value
    try:
        found = OmegaConf.select(config, _dotted(path), throw_on_missing=True)
    except (OmegaConfBaseException, RecursionError) as error:
        problems.append(
            Problem(path=".".join(path), message=f"refers to nothing: {value!r} ({_first_line(error)})", where=trace.where(path))
        )
        trace.holes.add(path)
        return MISSING  # so that it is not told once more
    if not OmegaConf.is_config(found):
        return found
    if REFERENCE.fullmatch(value):
        trace.references[path] = tuple(value[2:-1].split("."))
    return OmegaConf.to_container(found, resolve=True)


def _dotted(path: Keys) -> str:
    return path[0] + "".join(f"[{key}]" for key in path[1:])


def _ambiguous(key: str, typed: str) -> str:
    """What to do about several values where one is taken."""
    if key.startswith("hydra"):
        return f"expected one value, was {typed!r}; Hydra's own settings are not swept"
    number = plain_number(typed)
    one = f"write {number}" if number else f"write '[{typed}]' where a list belongs" if "." in key and "@" not in key else "choose one"
    return f"a comma lists several values, was {typed!r}; add -m to sweep over them, or {one}"


def _first_line(error: BaseException) -> str:
    cause = error.__cause__ if isinstance(error.__cause__, OmegaConfBaseException) else error
    lines = [line.strip() for line in str(cause).splitlines() if line.strip()]
    return lines[0] if lines else type(error).__name__
