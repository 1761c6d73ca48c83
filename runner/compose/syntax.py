"""What keeps a file from being YAML, in one sentence with the line a person would look at, counted from 1."""

from __future__ import annotations

from typing import Any

from yaml.reader import ReaderError

INDENTED = "line {line}: a tab; YAML indents with spaces"
AT_START = {  # where the parser began what it could not finish: it notices only lines later
    "could not find expected ':'": "expected `key: value`, found no ':'",
    "did not find expected ',' or '}'": "'{{' opens here and lacks a ',' or its '}}'",
    "did not find expected ',' or ']'": "'[' opens here and lacks a ',' or its ']'",
    "found unexpected end of stream": "a quote opens here and is never closed",
}
AT_END = {  # where the parser stopped
    "mapping values are not allowed": "a ':' where none may stand; is the line indented too far, or does its text need quotes?",
    "did not find expected key": "expected `key: value`; is the line indented like those above, and are its quotes closed?",
    "did not find expected '-' indicator": "expected '- ' as in the lines above; one list holds nothing else",
    "found undefined alias": "a text that begins with '*' needs quotes",
    "cannot start any token": "a text that begins with {character!r} needs quotes",
    "but found another document": "'---' begins a second document; one file holds one",
}


def complaint(error: Exception, text: str) -> str:
    """Why `text` is not YAML: `line 4: a tab; YAML indents with spaces`; what has no sentence of ours keeps the parser's words."""
    if isinstance(error, ReaderError):
        control = chr(int(str(error.character)))
        return f"line {text[: text.find(control)].count(chr(10)) + 1}: the control character {control!r}; remove it"
    end = getattr(error, "problem_mark", None)
    said = getattr(error, "problem", None) or str(error).splitlines()[0]
    if end is None:
        return str(said)
    lines = text.splitlines() or [""]
    last = min(end.line, len(lines) - 1)
    begun = getattr(error, "context_mark", None)
    first = min(begun.line, last) if begun is not None else last
    tab = _tab(lines, first, last)
    return INDENTED.format(line=tab + 1) if tab is not None else _sentence(said, first, last, lines[last][end.column : end.column + 1])


def undecoded(error: UnicodeDecodeError) -> str:
    """Why bytes are not text, with their line."""
    line = error.object[: error.start].count(b"\n") + 1
    return f"is not UTF-8 text: line {line} holds the byte 0x{error.object[error.start]:02x}; save the file as UTF-8"


def _tab(lines: list[str], first: int, last: int) -> int | None:
    """The last line from `first` to `last` that is indented with a tab, counted from 0."""
    return max((number for number in range(first, last + 1) if "\t" in _indent(lines[number])), default=None)


def _indent(line: str) -> str:
    return line[: len(line) - len(line.lstrip())] if line.strip() else ""


def _sentence(said: str, first: int, last: int, character: str) -> str:
    """Our sentence for a parser's complaint, at the line it is about."""
    for line, sentences in ((first, AT_START), (last, AT_END)):
        ours: Any = next((sentence for part, sentence in sentences.items() if part in said), None)
        if ours is not None:
            return f"line {line + 1}: {ours.format(character=character)}"
    return f"line {last + 1}: {said}"
