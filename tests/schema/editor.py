"""What an editor would underline: a file's data held against the pages of a user's folder."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from jsonschema import Draft7Validator
from referencing import Registry, Resource

from runner.menu import Menu
from runner.schema.fields import Schema
from runner.schema.pages import pages

BASE = "file:///schema/"


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
        """The pages under file addresses."""
        known = [(BASE + name, Resource.from_contents({**page, "$id": BASE + name})) for name, page in self.pages.items()]
        return Registry().with_resources(known)

    def fits(self, page: str, data: Mapping[str, Any]) -> bool:
        """Is nothing underlined? Stops at the first thing that is."""
        return Draft7Validator({"$ref": BASE + page}, registry=self.registry).is_valid(data)

    def underlined(self, page: str, data: Mapping[str, Any]) -> list[str]:
        """`path: message` of everything that does not fit."""
        checker = Draft7Validator({"$ref": BASE + page}, registry=self.registry)
        return [f"{'.'.join(map(str, error.path))}: {error.message}" for error in checker.iter_errors(data)]
