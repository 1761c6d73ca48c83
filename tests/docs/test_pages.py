"""Every command of every page under docs/ does what the page says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.docs.pages import DOCS, fits, pages, played, shells, unrun
from tests.docs.readme import typed

TEXTS = {str(page.relative_to(DOCS)): page.read_text(encoding="utf-8") for page in pages()}
BROKEN = Path(__file__).parents[1] / "configs" / "broken"
QUOTED = re.compile(r"^## `(.+)`$", re.MULTILINE)


@pytest.mark.parametrize("name", [name for name, text in TEXTS.items() if shells(text)])
def test_commands_do_what_the_page_says(name: str, tmp_path: Path) -> None:
    """Status 0 unless `echo $?` follows, and the lines the page shows; `python -m tests.docs.pages` writes the present ones."""
    steps = list(played(TEXTS[name], tmp_path))
    following = [*(step.typed.words for step in steps[1:]), ""][: len(steps)]
    failed = [step for step, after in zip(steps, following, strict=True) if step.done.status and after != "echo $?"]
    assert [(step.typed.words, step.shown) for step in failed] == []
    shown = [step for step in steps if step.block.language == "console"]
    assert [(step.typed.words, step.shown) for step in shown if not fits(step.shown, step.typed.output)] == []


def test_commands_that_are_not_run_say_why() -> None:
    """They are few, and each has a reason of at least a word."""
    marked = {name: unrun(text) for name, text in TEXTS.items()}
    total = sum(len(typed(block)) for text in TEXTS.values() for block in shells(text))
    assert sum(map(len, marked.values())) <= total / 2
    assert all(len(why) > 3 for found in marked.values() for _, why in found)


@pytest.mark.parametrize("message", QUOTED.findall(TEXTS["faq.md"]))
def test_quoted_messages_really_occur(message: str) -> None:
    """Each heading of the questions is a message that a broken configuration gives, word for word."""
    assert any(message in file.read_text(encoding="utf-8") for file in BROKEN.glob("*/expected.txt"))


@pytest.mark.parametrize(
    ("found", "wanted", "same"),
    [
        (["a", "b"], ["a", "b"], True),
        (["a", "x", "y", "b"], ["a", "…", "b"], True),
        (["a", "c"], ["a", "…", "b"], False),
        (["config 1"], ["config 2"], True),
        (["seconds: 1", "b"], ["seconds: 2"], False),
    ],
    ids=["equal", "left out", "another end", "what changes", "a line more"],
)
def test_a_line_of_dots_stands_for_any_lines(found: list[str], wanted: list[str], same: bool) -> None:
    """The rest has to be equal."""
    assert fits(found, wanted) == same
