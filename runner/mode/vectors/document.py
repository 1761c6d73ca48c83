"""Files of worked examples: YAML with one or several documents, or Markdown whose ```yaml blocks hold them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from runner.compose.syntax import complaint, undecoded
from runner.mode.vectors.notation import as_written
from runner.model.errors import DataError, Problem
from runner.words import shown

FENCED = re.compile(r"^```ya?ml[^\n]*\n(.*?)^```\s*$", re.MULTILINE | re.DOTALL)
MARKDOWN = (".md", ".markdown")


CORE = "tag:yaml.org,2002:"
FLOAT = re.compile(r"[-+]?[0-9][0-9_]*(?:\.[0-9_]*)?[eE][-+]?[0-9]+$")


@cache
def loader() -> Any:
    """A safe loader whose numbers remember their decimals, with 1e3 a number; times and days stay the text that was written."""
    base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    made: Any = type("ExampleLoader", (base,), {})
    made.yaml_implicit_resolvers = {
        k: [(tag, exp) for tag, exp in v if tag != CORE + "timestamp"] for k, v in base.yaml_implicit_resolvers.items()
    }
    made.add_implicit_resolver(CORE + "float", FLOAT, list("-+0123456789."))
    made.add_constructor(CORE + "float", _written)
    return made


def _written(reader: Any, node: yaml.ScalarNode) -> float:
    """A number as it stands in the file."""
    text = str(reader.construct_scalar(node))
    try:
        return as_written(text)
    except ValueError:
        return float(reader.construct_yaml_float(node))


def examples(path: Path) -> list[Any]:
    """The examples in a file, in order, not looked at yet. DataError for a file that cannot be read or holds no list of examples."""
    text = _text(path)
    blocks = list(_blocks(text, path))
    found = [example for first, block in blocks for document in _documents(block, path, first) for example in _list(document, path)]
    if not found:
        raise DataError(
            f"{path} holds no worked examples", [Problem(path=str(path), message="expected a list of examples with an id each")]
        )
    return found


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise DataError(f"{path} cannot be read", [Problem(path=str(path), message=undecoded(error))]) from None
    except OSError as error:
        said = (error.strerror or str(error)).lower()
        raise DataError(f"{path} cannot be read", [Problem(path=str(path), message=said)]) from None


def _blocks(text: str, path: Path) -> Iterator[tuple[int, str]]:
    """(lines before it, text) of everything in a file that is YAML; in Markdown only blocks that list examples."""
    if path.suffix.lower() not in MARKDOWN:
        yield 0, text
        return
    for match in FENCED.finditer(text):
        if re.search(r"^- *\{? *[\"']?id[\"']? *:", match[1], re.MULTILINE):
            yield text.count("\n", 0, match.start(1)), match[1]


def _documents(text: str, path: Path, first: int) -> list[Any]:
    """The YAML documents of a text; empty ones are left out."""
    try:
        return [document for document in yaml.load_all(text, loader()) if document is not None]
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        said = complaint(error, text) if isinstance(error, yaml.YAMLError) else str(error)
        place = f" (counted from line {first + 1} on)" if first else ""
        raise DataError(f"{path} is not YAML", [Problem(path=str(path), message=f"{said}{place}")]) from None


def _list(document: Any, path: Path) -> list[Any]:
    """The examples of one document: a list of them, or one alone."""
    if isinstance(document, dict) and "kind" in document:
        return [document]
    if not isinstance(document, list):
        said = f"expected a list of examples, found {shown(document)}"
        raise DataError(f"{path} holds no worked examples", [Problem(path=str(path), message=said)])
    return document
