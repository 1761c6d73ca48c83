"""What an editor would underline: a file's data held against the pages of a user's folder."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from jsonschema import Draft7Validator
from jsonschema.validators import extend
from referencing import Registry
from referencing.jsonschema import DRAFT7

from runner.menu import Menu
from runner.schema.fields import Schema
from runner.schema.pages import pages

BASE = "file:///schema/"


def _all_of(checker: Any, parts: list[Any], data: Any, schema: Mapping[str, Any]) -> Iterator[Any]:
    """The keyword `allOf`, without a validator for each part that says nothing of the data.

    A room's page asks of each node and for each of its blocks whether it is that block: nearly all the work there is.
    """
    for number, part in enumerate(parts):
        if not _another(part, data):
            yield from checker.descend(data, part, schema_path=number)


def _another(part: Any, data: Any) -> bool:
    """Whether a part only says what holds if the data is a certain block, and the data is another one."""
    match part:
        case {"if": {"properties": {"_target_": {"const": str(wanted)}}, "required": ["_target_"]} as condition, "then": _}:
            alone = len(part) == len(condition) == 2 and len(condition["properties"]) == 1
            return alone and isinstance(data, dict) and data.get("_target_") != wanted
        case _:
            return False


Checker = extend(Draft7Validator, {"allOf": _all_of})


@dataclass(frozen=True)
class Editor:
    """The pages of one folder, resolved against each other as files are."""

    menu: Menu

    @cached_property
    def pages(self) -> dict[str, Schema]:
        """Every page by its path."""
        return pages(self.menu)

    @cached_property
    def registry(self) -> Registry[Any]:
        """The pages under file addresses, without the line that would have jsonschema turn to its own checker."""
        bare = {BASE + name: {key: value for key, value in page.items() if key != "$schema"} for name, page in self.pages.items()}
        return Registry().with_resources([(at, DRAFT7.create_resource({**page, "$id": at})) for at, page in bare.items()])

    def checker(self, page: str, kind: Any = Checker) -> Any:
        """What holds data against a page."""
        return kind({"$ref": BASE + page}, registry=self.registry)

    def fits(self, page: str, data: Mapping[str, Any]) -> bool:
        """Is nothing underlined? Stops at the first thing that is."""
        return bool(self.checker(page).is_valid(data))

    def underlined(self, page: str, data: Mapping[str, Any], kind: Any = Checker) -> list[str]:
        """`path: message` of everything that does not fit, as one kind of checker finds it."""
        return [f"{'.'.join(map(str, error.path))}: {error.message}" for error in self.checker(page, kind).iter_errors(data)]
