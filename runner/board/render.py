"""Pages out of templates; everything in them is escaped."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from runner.board import words
from runner.board.card import level_of, shown_rule
from runner.board.veil import Veil
from runner.live.status import sided

PAGES = Path(__file__).parent / "pages"


def environment(veil: Veil) -> Environment:
    """The templates with the words they use."""
    made = Environment(
        loader=FileSystemLoader(PAGES),
        autoescape=select_autoescape(default=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    for name in (
        "money",
        "signed",
        "sign",
        "number",
        "ago",
        "ahead",
        "when",
        "hour",
        "iso",
        "left",
        "room",
        "measured",
        "told",
        "length",
    ):
        made.filters[name] = getattr(words, name)
    made.filters |= {"side": sided, "level": level_of, "rule": shown_rule, "veiled": lambda text: veil.text(str(text))}
    for name in made.list_templates(extensions=["html"]):
        made.get_template(name)  # now, so that nobody waits for it
    return made


def asset(name: str) -> bytes:
    """A style sheet or a script."""
    return (PAGES / name).read_bytes()


def page(made: Environment, name: str, **values: Any) -> str:
    """A page."""
    return made.get_template(name).render(**values)
