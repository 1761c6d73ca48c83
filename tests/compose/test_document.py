"""YAML as plain data: what was written stays known, what is no data is a fault."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from omegaconf import OmegaConf

from runner.compose.document import Document, parse, read

FILE = Path("x.yaml")


def faults(text: str) -> list[tuple[tuple[str, ...], str]]:
    """What is wrong with a text."""
    return parse(text, FILE).faults


@pytest.mark.parametrize(
    ("text", "value"),
    [("1", 1), ("1e-3", 0.001), ("1_000", 1000), (".5", 0.5), ("on", True), ("No", False), ("2026-10-01", "2026-10-01"), ("~", None),
     ("5%", "5%"),
     ("'17:00'", "17:00"), ("17:00", 1020), ("09:30", "09:30"), (".inf", float("inf")), ("!!str 5", "5"),
     ("010", 8), ("1.5e3", 1500.0), ("[]", []), ("{}", {})],
)  # fmt: skip
def test_values_are_read_as_omegaconf_reads_them(text: str, value: Any) -> None:
    """Numbers, booleans and texts come out as in Hydra's own loader."""
    found = parse(f"key: {text}", FILE)
    assert found.data == {"key": value}
    assert OmegaConf.to_container(OmegaConf.create(f"key: {text}")) == found.data


def test_what_was_written_stays_known() -> None:
    """Line, text and whether it stood without quotes."""
    found: Document = parse("a:\n  at: 17:00\n  b: '17:00'\n", FILE)
    assert (found.marks["a", "at"].line, found.marks["a", "at"].text, found.marks["a", "at"].plain) == (2, "17:00", True)
    assert not found.marks["a", "b"].plain


def test_keys_are_always_text() -> None:
    """`on`, `1` and `yes` are names, not booleans and numbers."""
    assert parse("{on: 1, 1: 2, yes: 3}", FILE).data == {"on": 1, "1": 2, "yes": 3}


def test_aliases_and_merges_are_written_out() -> None:
    """`<<` brings what it names, and what stands beside it wins."""
    text = "base: &base {a: 1, b: {c: 2}}\nmore: {<<: *base, a: 3}\nlist: {<<: [{x: 1}, {x: 2, y: 3}]}\n"
    assert parse(text, FILE).data == {"base": {"a": 1, "b": {"c": 2}}, "more": {"a": 3, "b": {"c": 2}}, "list": {"x": 1, "y": 3}}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: [1", "is not YAML"),
        ("a: 1\n---\nb: 2\n", "is not YAML"),
        ("- a\n", "expected a mapping"),
        ("a: !!python/name:os.system\n", "tags are refused"),
        ("a: !!python/object/apply:os.system [x]\n", "tags are refused"),
        ("a: !!set {x}\n", "tags are refused"),
        ("a: !mine 5\n", "tags are refused"),
        ("a: 1\na: 2\n", "stands here twice (first on line 1)"),
        ("? [a]\n: 1\n", "expected a plain text key"),
        ("a: &a [*a]\n", "more than 20000 values or 60 levels"),
        ("a: " + "[" * 5000 + "]" * 5000, "is not YAML"),
    ],
)
def test_what_is_no_data_is_a_fault(text: str, said: str) -> None:
    """Nothing is raised and nothing is run."""
    found = faults(text)
    assert len(found) == 1
    assert said in found[0][1]


def test_an_empty_file_is_an_empty_mapping() -> None:
    """Only comments: nothing set, nothing wrong."""
    assert (parse("# nothing\n", FILE).data, faults("")) == ({}, [])


def test_a_file_that_is_no_text(tmp_path: Path) -> None:
    """Bytes that are no UTF-8, and no file at all."""
    (tmp_path / "x.yaml").write_bytes(b"a: \xff\xfe")
    assert "is not UTF-8 text" in read(tmp_path / "x.yaml").faults[0][1]
    assert "cannot be read" in read(tmp_path / "none.yaml").faults[0][1]
