"""One YAML file as plain data plus the line and the written text of every value."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from yaml.constructor import SafeConstructor
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from runner.compose.syntax import complaint, undecoded

Keys = tuple[str, ...]
MOST_VALUES, DEEPEST = 20_000, 60  # a file of a few lines could otherwise stand for billions of values
HEADER = re.compile(r"^\s*#\s*@(\w+)\s+(\S+)", re.MULTILINE)
CORE = "tag:yaml.org,2002:"
KINDS = {list: "a list", str: "text", type(None): "nothing"}
FLOAT = re.compile(
    r"""^(?:[-+]?[0-9]+(?:_[0-9]+)*\.[0-9_]*(?:[eE][-+]?[0-9]+)?
    |[-+]?[0-9]+(?:_[0-9]+)*[eE][-+]?[0-9]+
    |[-+]?\.[0-9]+(?:_[0-9]+)*(?:[eE][-+]?[0-9]+)?
    |[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$""",
    re.VERBOSE,
)


@dataclass(frozen=True, kw_only=True)
class Mark:
    """Where a value stands and how it was written."""

    line: int
    text: str
    plain: bool = False  # written without quotes


@dataclass(frozen=True, kw_only=True)
class Document:
    """A parsed file. `marks` maps a path inside the file to its mark; `faults` are (path, message) pairs; `header` the `# @…` lines."""

    file: Path
    data: Any
    marks: dict[Keys, Mark] = field(default_factory=dict)
    faults: list[tuple[Keys, str]] = field(default_factory=list)
    header: dict[str, str] = field(default_factory=dict)


@cache
def _loader() -> Any:
    """A safe loader without dates, and with 1e-3 a number: values read as OmegaConf reads them."""
    base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    loader: Any = type("PlainLoader", (base,), {})
    kept = {k: [(tag, exp) for tag, exp in v if tag != CORE + "timestamp"] for k, v in base.yaml_implicit_resolvers.items()}
    loader.yaml_implicit_resolvers = kept
    loader.add_implicit_resolver(CORE + "float", FLOAT, list("-+0123456789."))
    return loader


def read(file: Path) -> Document:
    """Parse one YAML file; whatever is wrong with it stands in `faults`, nothing is raised."""
    try:
        return parse(file.read_text(encoding="utf-8"), file)
    except UnicodeDecodeError as error:
        return Document(file=file, data={}, faults=[((), undecoded(error))])
    except OSError as error:
        return Document(file=file, data={}, faults=[((), f"cannot be read: {error.strerror or error}")])


def parse(text: str, file: Path) -> Document:
    """Parse YAML text; `file` is only its name."""
    document = Document(file=file, data={}, header=dict(HEADER.findall(text)))
    document.marks[()] = Mark(line=1, text="")  # an empty file stands for its place too
    loader = _loader()(text)
    try:
        node = loader.get_single_node()
        data = {} if node is None else _Reader(document).value(node, ())
    except (yaml.YAMLError, RecursionError) as error:
        document.faults.append(((), f"is not YAML: {complaint(error, text)}"))
        return document
    finally:
        loader.dispose()
    if not isinstance(data, dict):
        document.faults.append(((), f"expected a mapping (`key: value` lines), was {KINDS.get(type(data), 'a value')}"))
        return document
    document.data.update(data)
    return document


class _Reader:
    """Turns nodes into plain data, keys always as text, and notes marks and faults on the way."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.count = 0

    def value(self, node: Node, keys: Keys) -> Any:
        """The plain value of a node; an alias is written out, up to a bound."""
        self.count += 1
        if self.count > MOST_VALUES or len(keys) > DEEPEST:
            raise yaml.YAMLError(f"it holds more than {MOST_VALUES} values or {DEEPEST} levels, aliases written out")
        written = node.value if isinstance(node, ScalarNode) else ""
        plain = isinstance(node, ScalarNode) and not node.style
        self.document.marks[keys] = Mark(line=node.start_mark.line + 1, text=written, plain=plain)
        if node.tag not in CONSTRUCTORS:
            return self.fault(keys, node, f"expected plain YAML, was the tag {node.tag!r}; tags are refused")
        if isinstance(node, MappingNode):
            return self.mapping(node, keys)
        if isinstance(node, SequenceNode):
            return [self.value(child, (*keys, str(number))) for number, child in enumerate(node.value)]
        return self.scalar(node, keys)

    def mapping(self, node: MappingNode, keys: Keys) -> dict[str, Any]:
        """A mapping; what `<<` brings comes first, a key written twice is a fault."""
        data: dict[str, Any] = {}
        for key_node, value_node in node.value:
            if key_node.value == "<<":
                data.update(self.merged(value_node, keys))
        own: set[str] = set()
        for key_node, value_node in node.value:
            key = str(key_node.value)
            if not isinstance(key_node, ScalarNode):
                self.fault((*keys, "?"), key_node, "expected a plain text key")
            elif key in own:
                self.fault((*keys, key), key_node, f"stands here twice (first on line {self.document.marks[(*keys, key)].line})")
            elif key != "<<":
                data[key] = self.value(value_node, (*keys, key))
                own.add(key)
        return data

    def merged(self, node: Node, keys: Keys) -> dict[str, Any]:
        """What a merge key brings: one mapping or a list of them, the first one wins."""
        nodes = node.value if isinstance(node, SequenceNode) else [node]
        found = [self.value(part, keys) for part in reversed(nodes)]
        return {key: value for part in found if isinstance(part, dict) for key, value in part.items()}

    def scalar(self, node: Node, keys: Keys) -> Any:
        """Text, number, boolean or nothing."""
        try:
            return CONSTRUCTORS[node.tag](_SAFE, node)
        except ValueError:
            return self.fault(keys, node, f"expected a value, was {node.value!r} tagged as {node.tag!r}")

    def fault(self, keys: Keys, node: Node, message: str) -> None:
        """Note what is wrong; the value becomes nothing."""
        self.document.marks[keys] = Mark(line=node.start_mark.line + 1, text="")
        self.document.faults.append((keys, message))


_SAFE = SafeConstructor()
CONSTRUCTORS: dict[str, Any] = {
    CORE + "map": None,
    CORE + "seq": None,
    CORE + "str": lambda _safe, node: str(node.value),
    CORE + "int": SafeConstructor.construct_yaml_int,
    CORE + "float": SafeConstructor.construct_yaml_float,
    CORE + "bool": SafeConstructor.construct_yaml_bool,
    CORE + "null": lambda _safe, _node: None,
}
