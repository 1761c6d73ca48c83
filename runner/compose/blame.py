"""Which word of the command line Hydra could not compose, and what to type instead."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from hydra.core.override_parser.types import Override

from runner.compose.document import Keys
from runner.compose.overrides import key_of
from runner.words import closest, listed, nearest, shown

HYDRA_SAYS = re.compile(
    r"""^(?:Could\ not\ (?:override|delete)\ '([^']+)'
    |Could\ not\ delete\ from\ config\.\ (?:The\ value\ of\ )?'([^']+)'
    |Multiple\ values\ for\ (\S+)\.
    |(\S+)\ appears\ more\ than\ once
    |force-add\ of\ config\ groups\ is\ not\ supported:\ '([^']+)')""",
    re.VERBOSE,
)
Placed = Sequence[tuple[str, Keys]]


def blamed(error: Exception, words: Iterable[Override]) -> Override | None:
    """The word that Hydra's message speaks of; None when it speaks of a file or of something else."""
    said = HYDRA_SAYS.match(str(error))
    if said is None:
        return None
    key = next(filter(None, said.groups())).lstrip("+~").partition("=")[0]
    return next((word for word in reversed(list(words)) if key_of(word) == key), None)


def reworded(word: Override, data: Mapping[str, Any], placed: Placed) -> str:
    """What is wrong with the word, given the job without it: its data, and (choice, place) of all it was made of."""
    if word.is_delete():
        return _not_there(word, data, placed)
    places = _places(word, placed)
    line = str(word.input_line).lstrip("+")
    if word.is_hydra_override():
        return "is no setting of Hydra's; runner --cfg hydra lists them"
    if word.package is None and places:
        return f"expected the place of the {word.key_or_group}, as in {word.key_or_group}@{places[0]}={line.partition('=')[2]}"
    if word.is_add() and _place(word) in places:
        return f"there is {_article(word)} at {_place(word)} already; to choose another one type {line}"
    if word.is_add() or word.is_force_add():
        return f"cannot be added so; type +{line} once"
    return f"there is no {word.key_or_group} at {_place(word)}{_near(_place(word), places)}; to add it type +{line}"


def _not_there(word: Override, data: Mapping[str, Any], placed: Placed) -> str:
    """Why there is nothing to take away."""
    path = _place(word)
    keys, value = _descent(path.split("."), data)
    if word.package is not None:
        return f"there is no {word.key_or_group} at {path} to take away{_near(path, _places(word, placed))}"
    if value == "???":
        return f"none is chosen, so there is none to take away; type +{path}=NAME to choose one"
    if len(keys) == len(path.split(".")):
        return f"is {shown(value)}, so it is not taken away; type ~{path}"
    missing = path.split(".")[len(keys)]
    known = [str(key) for key in value] if isinstance(value, Mapping) else []
    where = ".".join(keys) or "the job"
    return f"{where} has no {missing!r} to take away{nearest(missing, known, also='it has')}"


def _descent(path: list[str], data: Any) -> tuple[list[str], Any]:
    """As many keys of the path as exist, and the value they lead to."""
    for number, key in enumerate(path):
        if not isinstance(data, Mapping) or key not in data:
            return path[:number], data
        data = data[key]
    return path, data


def _places(word: Override, placed: Placed) -> list[str]:
    """Where the job holds a choice of the word's group."""
    return list(dict.fromkeys(".".join(place) for name, place in placed if name.startswith(f"{word.key_or_group}/")))


def _near(place: str, places: list[str]) -> str:
    """The nearest place: under the same section by its last name, else by the whole path; a list when none is near."""
    above, _, last = place.rpartition(".")
    beside = {other.rpartition(".")[2]: other for other in places if other.rpartition(".")[0] == above}
    found = beside.get(closest(last, beside) or "") or (None if beside else closest(place, places))
    if found is not None:
        return f"; nearest is {found!r}"
    if beside:
        return f"; {above} has {listed(beside)}"
    return f"; there are {listed(places)}" if places else ""


def _place(word: Override) -> str:
    return str(word.package if word.package is not None else word.key_or_group)


def _article(word: Override) -> str:
    return f"{'an' if word.key_or_group[0] in 'aeiou' else 'a'} {word.key_or_group}"
