"""The user's own code behind a bot, by content: the files its blocks read as code, and modules outside the shipped packages.

Nothing is imported here: where a module lies is asked of Python's finders. A file is read once in a process, soon after it was imported.
"""

from __future__ import annotations

import ast
import hashlib
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from importlib.machinery import ModuleSpec
from pathlib import Path
from typing import NamedTuple

from runner.columns.user_file import FOLDERS, home
from runner.model.block import Block, nested

RUNNER = Path(__file__).resolve().parent
SHIPPED = (RUNNER, RUNNER.parent / "blocks")
INSTALLED = {"site-packages", "dist-packages"}  # folders of other people's packages, wherever they lie


class Piece(NamedTuple):
    """One file of code: the digest of its content and the names it imports, relative ones not resolved."""

    digest: str
    imports: tuple[str, ...]


def user_code(blocks: Iterable[Block]) -> dict[str, str]:
    """SHA-256 of each piece of the user's code behind these blocks, nested ones included; {} where all of them are shipped.

    By the dotted name of a module, and by the name under which a block's parameters give a file it reads as code.
    """
    found: dict[str, str] = {}
    waiting: list[str] = []
    kinds: dict[type[Block], None] = {}
    for _, block in (part for each in blocks for part in nested("", each)):
        for name, text in block.code_read().items():
            piece = _piece(text.encode())
            found[name] = piece.digest
            waiting += _resolved(piece.imports, "")
        kinds[type(block)] = None
    owners = dict.fromkeys(each.__module__ for kind in kinds for each in kind.__mro__ if issubclass(each, Block))
    return found | _modules(waiting, list(owners))


def _modules(waiting: Sequence[str], owners: Sequence[str]) -> dict[str, str]:
    """The modules of these names that are the user's, and all of the user's that they import, each by its dotted name.

    owners: modules that hold blocks; a package with a block that is not shipped is the user's as a whole, an imported library is not.
    """
    trusted = {name.partition(".")[0] for name in owners if _file(name)}
    found: dict[str, str] = {}
    seen: set[str] = set()
    queue = [*waiting, *owners]
    while queue:
        name = queue.pop()
        file = None if name in seen else _file(name)
        seen.add(name)
        if file is not None and _users(name, file, trusted):
            piece = _read(file)
            found[name] = piece.digest
            queue += [*_parents(name), *_resolved(piece.imports, _package(name, file))]
    return found


def _users(name: str, file: Path, trusted: set[str]) -> bool:
    """Whether a module that is not shipped is the user's: of a package that holds a block of theirs, or a file in a folder of theirs."""
    folders = [home(), *(home() / Path(each).expanduser() for each in os.environ.get(FOLDERS, "").split(os.pathsep) if each)]
    own = any(file.is_relative_to(folder.resolve()) for folder in folders) and not INSTALLED & set(file.parts)
    return own or name.partition(".")[0] in trusted


@cache
def _read(file: Path) -> Piece:
    return _piece(file.read_bytes())


def _piece(content: bytes) -> Piece:
    """Line ends do not count: they differ between systems and mean nothing to Python."""
    plain = content.replace(b"\r\n", b"\n")
    try:
        imports = tuple(dict.fromkeys(_imports(ast.parse(plain))))
    except (SyntaxError, ValueError):  # no source: a compiled module
        imports = ()
    return Piece(hashlib.sha256(plain).hexdigest(), imports)


def _imports(tree: ast.AST) -> Iterator[str]:
    """Every name that an import statement mentions, also inside functions; leading dots for relative ones."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
        elif isinstance(node, ast.ImportFrom):
            source = "." * node.level + (node.module or "")
            dot = "." if node.module else ""
            yield from (source, *(f"{source}{dot}{each.name}" for each in node.names))


def _resolved(names: Iterable[str], package: str) -> list[str]:
    """Dotted names without leading dots; relative ones hang from `package`."""
    found = []
    for name in names:
        plain = name.lstrip(".")
        up = len(name) - len(plain) - 1
        parts = package.split(".")
        base = ".".join(parts[: len(parts) - up]) if up >= 0 else ""
        found.append(".".join(filter(None, (base, plain))))
    return [each for each in found if each]


def _package(name: str, file: Path) -> str:
    """What a module's relative imports hang from."""
    return name if file.stem == "__init__" else name.rpartition(".")[0]


def _parents(name: str) -> list[str]:
    """The packages a module lies in: their `__init__` runs before it."""
    parts = name.split(".")
    return [".".join(parts[:end]) for end in range(1, len(parts))]


@cache
def _file(name: str) -> Path | None:
    """The file of a module that is not shipped, whether it was imported or not; None for one that has no file or is not found."""
    spec, inside = None, None
    for each in (*_parents(name), name):
        spec = _spec(each, inside)
        if spec is None:
            return None
        inside = spec.submodule_search_locations
    file = Path(spec.origin).resolve() if spec and spec.has_location and spec.origin else None
    return None if file is None or any(file.is_relative_to(folder) for folder in SHIPPED) else file


def _spec(name: str, inside: Sequence[str] | None) -> ModuleSpec | None:
    known = sys.modules.get(name)
    spec = getattr(known, "__spec__", None)
    if isinstance(spec, ModuleSpec):
        return spec
    for finder in sys.meta_path:
        spec = finder.find_spec(name, inside)
        if spec is not None:
            return spec
    return None
