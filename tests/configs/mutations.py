"""Ways to break one key of a configuration, and the path at which the check must complain."""

from __future__ import annotations

import copy
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tests.configs.contexts import Context

Keys = tuple[str, ...]
TARGET = "_target_"
# mappings whose keys are names of the user's choice: any name is right there
FREE = {
    "house",
    "phases",
    "rules",
    "rungs",
    "steps",
    "tiers",
    "exit",
    "when",
    "entries",
    "primary",
    "secondary",
    "conditions",
    "grades",
    "voters",
    "weights",
    "strategies",
    "secrets",
    "runs",
    "variant_price",
    "by_symbol",
    "windows",
    "periods",
}
FREE_BELOW = {
    ("targets", "targets"),
    ("x", "targets"),
    ("review", "targets"),
    ("review", "actions"),
}  # the same, of mappings whose own name means something else elsewhere
# programs and accounts are many of one shape: these are broken in every way, each key of the others in one
WHOLE = {"firm/topstep/combine", "account/hyro_2step"}
# any number is right there, at most in another order than it should be (two: the weight of a part of that name)
UNBOUNDED = {"lower", "middle", "upper", "strong_buy", "buy", "sell", "strong_sell", "long_above", "short_below", "two"}


@dataclass(frozen=True)
class Mutation:
    """What is done to which key, and the settled path that must be named."""

    kind: str
    keys: Keys
    path: str

    def applied(self, data: Mapping[str, Any]) -> dict[str, Any]:
        """A copy of the data with the key broken."""
        changed = copy.deepcopy(dict(data))
        parent = changed
        for key in self.keys[:-1]:
            parent = parent[key]
        self._break(parent, self.keys[-1])
        return changed

    def _break(self, parent: dict[str, Any], key: str) -> None:
        if self.kind == "misspelt":
            items = [(misspelt(key) if name == key else name, value) for name, value in parent.items()]
            parent.clear()
            parent.update(items)
        elif self.kind == "wrong type":
            parent[key] = wrong_type(parent[key])
        elif self.kind == "out of range":
            parent[key] = -1_000_000_000 if isinstance(parent[key], int) else -1e9
        else:
            del parent[key]


def misspelt(key: str) -> str:
    """The key with its last letter doubled."""
    return key + key[-1]


def wrong_type(value: Any) -> Any:
    """A value no field that takes `value` can take."""
    if isinstance(value, Mapping) and value and all(key.isdecimal() for key in value):
        return "neither"  # a table by size may be one number for every size
    if isinstance(value, Mapping | list) or (isinstance(value, str) and value.startswith("${")):
        return 7
    if value is None:
        return True
    return {"neither": "this"} if isinstance(value, str) else "neither"


def mutations(context: Context, data: Mapping[str, Any]) -> list[Mutation]:
    """Every mutation of every key of the file."""
    return [mutation for keys, value in _walk(data, ()) for mutation in _of(context, keys, value)]


def thinned(name: str, found: Sequence[Mutation]) -> list[Mutation]:
    """In an order drawn at random: all of a file's mutations, or one for each key where enough other files are of the same shape."""
    left = list(found)
    random.Random(name).shuffle(left)
    return independent(left) if name.startswith(("firm/", "account/")) and name not in WHOLE else left


def independent(found: Sequence[Mutation]) -> list[Mutation]:
    """Mutations that do not touch each other's keys: none inside another's, one per key, and none beside a broken `_target_`."""
    kept: list[Mutation] = []
    for one in found:
        if not any(_touch(one, other) for other in kept):
            kept.append(one)
    return kept


def _touch(one: Mutation, other: Mutation) -> bool:
    first, second = sorted((_reach(one), _reach(other)), key=len)
    return second[: len(first)] == first


def _reach(mutation: Mutation) -> Keys:
    """What a mutation spoils: its key; with `_target_` the whole node."""
    return mutation.keys[:-1] if mutation.keys[-1] == TARGET else mutation.keys


def _walk(data: Mapping[str, Any], above: Keys) -> Iterator[tuple[Keys, Any]]:
    for key, value in data.items():
        if (above, key) != ((), "defaults"):
            yield (*above, key), value
            if isinstance(value, Mapping):
                yield from _walk(value, (*above, key))


def _of(context: Context, keys: Keys, value: Any) -> Iterator[Mutation]:
    """The mutations of one key, each with the path it must be reported at."""
    place = (*context.place, *keys)
    here, above = ".".join(place), ".".join(place[:-1])
    if keys[-1] == TARGET:
        yield from (Mutation(kind, keys, path) for kind, path in (("misspelt", above), ("removed", above), ("wrong type", here)))
        return
    if not _is_name(context, keys):
        yield Mutation("misspelt", keys, ".".join((*place[:-1], misspelt(keys[-1]))))
    yield Mutation("wrong type", keys, here)
    if isinstance(value, int | float) and not isinstance(value, bool) and keys[-1] not in UNBOUNDED:
        yield Mutation("out of range", keys, here)


def _is_name(context: Context, keys: Keys) -> bool:
    """Whether the last key is a name of the user's choice, or a size of an account."""
    place = (*context.place, *keys)
    return place[-2] in FREE or place[-3:-1] in FREE_BELOW or keys[-1].isdecimal() or (context.place == ("instrument",) and len(keys) == 1)
