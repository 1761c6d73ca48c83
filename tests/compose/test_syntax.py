"""A file that is not YAML: the line a person would look at, counted from 1, and what stands there."""

from __future__ import annotations

from pathlib import Path

import pytest

from runner.compose.document import parse, read

SAID = {
    "tab for indentation": ("a: 1\nb:\n\tc: 2\n", "line 3: a tab; YAML indents with spaces"),
    "tab after lines with spaces": ("b:\n  c: 2\n\td: 3\n", "line 3: a tab; YAML indents with spaces"),
    "tab behind spaces": ("b:\n  c: 2\n \td: 3\n", "line 3: a tab; YAML indents with spaces"),
    "bracket never closed": ("a: 1\nb: [x, y\nc: 2\nd: 3\n", "line 2: '[' opens here and lacks a ',' or its ']'"),
    "brace never closed": ("a: {b: 1\n", "line 1: '{' opens here and lacks a ',' or its '}'"),
    "quote never closed": ("a: 1\nb: 'x\nc: 2\n", "line 2: a quote opens here and is never closed"),
    "key without a colon": ("a: 1\nb 2\nc: 3\n", "line 2: expected `key: value`, found no ':'"),
    "line indented too far": (
        "a: 1\n  b: 2\n",
        "line 2: a ':' where none may stand; is the line indented too far, or does its text need quotes?",
    ),
    "line indented too little": (
        "a:\n    b: 1\n  c: 2\n",
        "line 3: expected `key: value`; is the line indented like those above, and are its quotes closed?",
    ),
    "key in a list": ("a:\n  - b\n  c: 2\n", "line 3: expected '- ' as in the lines above; one list holds nothing else"),
    "at sign": ("a: 1\nb: @x\n", "line 2: a text that begins with '@' needs quotes"),
    "star": ("a: 1\nb: *x\n", "line 2: a text that begins with '*' needs quotes"),
    "second document": ("a: 1\n---\nb: 2\n", "line 2: '---' begins a second document; one file holds one"),
    "control character": ("a: 1\nb: \x01\n", "line 2: the control character '\\x01'; remove it"),
    "something rare": ("a: 1\nb: !<x y\n", "line 2: did not find the expected '>'"),
}


@pytest.mark.parametrize(("text", "said"), SAID.values(), ids=SAID)
def test_what_is_no_yaml_is_named_with_its_line(text: str, said: str) -> None:
    """Where it begins, not where the parser noticed."""
    assert parse(text, Path("x.yaml")).faults == [((), f"is not YAML: {said}")]


def test_a_tab_inside_a_line_is_fine() -> None:
    """Only indentation must be spaces."""
    assert parse("a:\t1\nb: 2\t# two\n", Path("x.yaml")).data == {"a": 1, "b": 2}


def test_bytes_that_are_no_text_are_named_with_their_line(tmp_path: Path) -> None:
    """A file saved in an old encoding."""
    file = tmp_path / "x.yaml"
    file.write_bytes(b"a: 1\nname: caf\xe9\n")
    assert read(file).faults == [((), "is not UTF-8 text: line 2 holds the byte 0xe9; save the file as UTF-8")]


def test_a_file_that_cannot_be_read_says_why(tmp_path: Path) -> None:
    """The system's own words, without its numbers."""
    assert read(tmp_path).faults == [((), "cannot be read: Is a directory")]
