"""Builds the documentation into a folder: the pages of docs/, the README, and what blocks and modes say of themselves.

Static, from Markdown and docstrings, without a network; a warning is an error. Called by scripts/docs.
"""

from __future__ import annotations

import inspect
import json
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path

from pydantic import BaseModel
from pydantic.fields import FieldInfo

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))  # the tests' reader of pages is no installed package

from runner.check import mode_module, modes  # noqa: E402
from runner.check.assemble import plain, slot_of  # noqa: E402
from runner.check.expect import describe  # noqa: E402
from runner.menu import Menu  # noqa: E402
from runner.schema.rooms import ROOMS, Blocks, stem  # noqa: E402
from tests.docs.pages import unrun  # noqa: E402

DOCS = ROOT / "docs"
LINK = re.compile(r"\[([^\]]+)\]\((?!https?://|#)([^)#\s]+)(#[^)]*)?\)")
SHELVES: Mapping[str, tuple[str, ...]] = {
    "Begin": ("why", "guide", "your-first-strategy", "add-your-account", "add-a-block", "faq"),
    "Rooms": ("accounts", "menu", "blocks", "runner", "machine", "modes", "journal", "guard", "bybit", "exchange", "rehearsal"),
    "Strategies": tuple(
        f"strategies/{name}"
        for name in ("ha_flip", "confluence", "momentum", "mean_reversion", "donchian", "grid", "python_signals", "zones")
    ),
    "Read": (
        "report",
        "sweeps",
        "search",
        "challenge",
        "odds",
        "explain",
        "rulebook",
        "indicators",
        "bars",
        "fills",
        "exits",
        "promise",
        "summary",
        "glossary",
    ),
    "Firms": (
        "firms/hyrotrader",
        "firms/hyro_protocol",
        "firms/ftmo",
        "firms/fundednext",
        "firms/the5ers",
        "firms/e8",
        "firms/topstep",
        "firms/apex",
        "firms/breakout",
        "firms/ftplus",
        "firms/cft",
        "firms/fxify",
    ),
    "Judge": ("comparison", "benchmarks", "load", "decisions", "changelog", "commands"),
}
ENTRIES = {"guide": "The guide <guide>"}  # the README is titled by the project's name
SETTINGS = """\
project = html_title = "prop-runner"
extensions = ["myst_parser"]
exclude_patterns = ["pictures/README.md"]
myst_heading_anchors = 3
html_theme = "furo"
html_show_sphinx = html_show_copyright = html_show_sourcelink = html_copy_source = False
"""


def sources(folder: Path) -> None:
    """Everything Sphinx reads: hand-written pages, generated ones and the settings."""
    shutil.copytree(DOCS, folder, dirs_exist_ok=True)
    made = {"guide": (ROOT / "README.md").read_text(encoding="utf-8"), "commands": commands(), **rooms()}
    for name, text in made.items():
        (folder / f"{name}.md").parent.mkdir(parents=True, exist_ok=True)
        (folder / f"{name}.md").write_text(text, encoding="utf-8")
    for page in folder.rglob("*.md"):
        base = ROOT if page.stem == "guide" else DOCS / page.relative_to(folder).parent
        page.write_text(linked(page.read_text(encoding="utf-8"), base, page, folder), encoding="utf-8")
    append(folder / "blocks.md", tree("", [f"blocks/{room}" for room in sorted(ROOMS)]))
    append(folder / "modes.md", options())
    append(folder / "index.md", "\n".join(tree(title, names) for title, names in shelves(folder).items()))
    (folder / "conf.py").write_text(SETTINGS, encoding="utf-8")


def shelves(folder: Path) -> dict[str, list[str]]:
    """Pages by shelf; a page that no shelf names stands under More."""
    there = {str(page.relative_to(folder).with_suffix("")) for page in folder.rglob("*.md")}
    known = {title: [name for name in names if name in there] for title, names in SHELVES.items()}
    placed = {name for names in known.values() for name in names} | {"index", "pictures/README"}
    more = sorted(name for name in there - placed if not name.startswith("blocks/"))
    return {**known, "More": more} if more else known


def tree(title: str, names: Iterable[str]) -> str:
    """A table of contents as MyST writes it."""
    caption = f":caption: {title}\n" if title else ""
    hidden = ":hidden:\n" if title else ""
    return f"\n```{{toctree}}\n{hidden}{caption}:maxdepth: 1\n\n" + "\n".join(ENTRIES.get(name, name) for name in names) + "\n```\n"


def append(page: Path, text: str) -> None:
    """Put text at the end of a page."""
    page.write_text(page.read_text(encoding="utf-8").rstrip("\n") + "\n" + text, encoding="utf-8")


def linked(text: str, base: Path, page: Path, folder: Path) -> str:
    """The page with links into docs/ as they lie here; a link to any other file of the repository becomes its name."""

    def turned(found: re.Match[str]) -> str:
        target = (base / found[2]).resolve()
        if target.suffix in (".md", ".png") and target.is_relative_to(DOCS) and target.exists():
            here = Path(*[".."] * len(page.relative_to(folder).parts[:-1]), target.relative_to(DOCS))
            return f"[{found[1]}]({here}{found[3] or ''})"
        return f"{found[1]} (`{target.relative_to(ROOT)}`)" if target != ROOT else found[1]

    return LINK.sub(turned, text)


def commands() -> str:
    """The page of commands that CI does not run."""
    rows = [(f"`{words}`", page.stem, why) for page in sorted(DOCS.rglob("*.md")) for words, why in unrun(page.read_text(encoding="utf-8"))]
    head = "# Commands that are not run\n\nEvery command of these pages is run whenever the tests are, but for these:\n\n"
    return head + table(("command", "page", "why"), rows)


def rooms() -> dict[str, str]:
    """A page for each room: its blocks and their parameters."""
    blocks = Blocks(Menu(ROOT))
    return {f"blocks/{room}": room_page(room, blocks.of(room)) for room in ROOMS}


def room_page(room: str, classes: Mapping[str, type[BaseModel]]) -> str:
    """What a room is asked, what all its blocks share, and each block."""
    base = ROOMS[room]
    shared = f"\nEvery one of them also has:\n\n{parameters(base, base.model_fields)}" if base.model_fields else ""
    inside = [
        block_text(stem(target), cls, [name for name in cls.model_fields if name not in base.model_fields])
        for target, cls in classes.items()
    ]
    return f"# {room}\n\n{prose(base)}\n{shared}\n" + "\n".join(inside)


def block_text(name: str, cls: type[BaseModel], own: Iterable[str]) -> str:
    """One block: what it does and its parameters."""
    fields = {key: cls.model_fields[key] for key in own}
    return f"## {name}\n\n{prose(cls)}\n\n" + (parameters(cls, fields) if fields else "It has no parameters of its own.\n")


def prose(cls: type[BaseModel]) -> str:
    """A docstring as Markdown: lines such as `gives: …` begin paragraphs of their own."""
    text = inspect.cleandoc(cls.__doc__ or "")
    return re.sub(r"\n(\w+):", r"\n\n*\1*:", text)


def parameters(cls: type[BaseModel], fields: Mapping[str, FieldInfo]) -> str:
    """A table of parameters."""
    rows = [(f"`{key}`", wanted(cls, key), default(field), field.description or "") for key, field in fields.items()]
    return table(("parameter", "expects", "unless set", "meaning"), rows)


def wanted(cls: type[BaseModel], key: str) -> str:
    """What a parameter takes, in words."""
    held = slot_of(cls, key)
    if held.cls is None:
        return describe(cls.model_fields[key])
    kind = getattr(held.cls, "room", "") or held.cls.__name__.lower()
    return f"{kind} blocks by name" if held.kind == "many" and kind in ROOMS else f"{kind}s by name" if held.kind == "many" else f"a {kind}"


def default(field: FieldInfo) -> str:
    """A default as YAML has it; a dash where one has to say something."""
    if field.is_required():
        return "–"
    value = plain(field.get_default(call_default_factory=True, validated_data={}))
    return f"`{json.dumps(value, ensure_ascii=False)}`"


def options() -> str:
    """Every mode and its options."""
    return "\n".join(
        f"\n## {mode}\n\n{(mode_module(mode).__doc__ or '').strip().partition(chr(10))[0]}\n\n{mode_table(mode)}" for mode in modes()
    )


def mode_table(mode: str) -> str:
    """A mode's options as a table."""
    cls: type[BaseModel] | None = getattr(mode_module(mode), "Options", None)
    fields = {key: field for key, field in (cls.model_fields if cls else {}).items() if key != "name"}
    return parameters(cls, fields) if cls is not None and fields else "It has no options.\n"


def table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    """A Markdown table."""
    lines = [head, tuple("---" for _ in head), *(tuple(cell.replace("|", "\\|").replace("\n", " ") for cell in row) for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


def main(arguments: list[str]) -> int:
    """Build into the given folder, `site` unless named; Sphinx's status."""
    target = Path(arguments[0] if arguments else ROOT / "site").resolve()
    with tempfile.TemporaryDirectory() as place:
        source, trees = Path(place) / "source", Path(place) / "trees"
        sources(source)
        command = [
            sys.executable,
            "-m",
            "sphinx",
            "-q",
            "-W",
            "--keep-going",
            "-E",
            "-b",
            "html",
            "-d",
            str(trees),
            str(source),
            str(target),
        ]
        status = subprocess.run(command, check=False).returncode  # noqa: S603 - our own command
    if status == 0:
        print(f"{target / 'index.html'}")
    return status


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
