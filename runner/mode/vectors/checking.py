"""One example after the other through the machine's own rule functions: what was checked, and what does not agree."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from runner.mode.vectors.answers import Answer
from runner.mode.vectors.kinds import KINDS
from runner.mode.vectors.notation import ComplaintError, Part, is_number
from runner.words import nearest, shown


@dataclass(frozen=True, kw_only=True)
class Mismatch:
    """What an example expects and what was found instead. `row`: where in it, '' for the example as a whole."""

    id: str
    row: str
    what: str
    expected: str
    found: str

    def line(self) -> str:
        """The mismatch as one line of text."""
        place = "  ".join(part for part in (self.id, self.row, self.what) if part)
        return f"{place}: expected {self.expected}, found {self.found}"


@dataclass
class Tally:
    """What was looked at, and what does not agree."""

    examples: int = 0
    rows: int = 0
    mismatches: list[Mismatch] = field(default_factory=list)


def tally(examples: Iterable[Any]) -> Tally:
    """Check every example; nothing is skipped, and what cannot be read is a mismatch."""
    found = Tally()
    for example in examples:
        found.examples += 1
        _check(example, found)
    return found


def _check(example: Any, found: Tally) -> None:
    """One example: rows in order, then whatever stands in it that nobody has asked for."""
    name = f"example {found.examples}"
    if not isinstance(example, Mapping):
        found.mismatches.append(Mismatch(id=name, row="", what="", expected="a mapping with id, source and kind", found=shown(example)))
        return
    part, whole = Part(example), True
    try:
        name = part.text("id")
        part.text("source")
        for key in ("initial", "target"):  # may stand in any example
            part.number(key, None)
        for answer in _answers(part):
            found.rows += 1
            found.mismatches += _compare(name, answer)
            whole &= answer.complaint is None
    except ComplaintError as complaint:
        found.mismatches.append(_unread(name, "", complaint))
        whole = False
    if whole:  # else some keys were not asked for because of that
        found.mismatches += [_unread(name, "", complaint) for complaint in part.unknown()]


def _answers(part: Part) -> Iterator[Answer]:
    """What the machine says to each row of an example."""
    kind = part.text("kind")
    if kind not in KINDS:
        raise ComplaintError("kind", f"one that is known{nearest(kind, KINDS, also='known are')}", shown(kind))
    return KINDS[kind](part)


def _compare(name: str, answer: Answer) -> Iterator[Mismatch]:
    """What of a row does not hold, or cannot be read."""
    if answer.complaint is not None:
        yield _unread(name, answer.row, answer.complaint)
    for pair in answer.pairs:
        if not pair.holds():
            yield Mismatch(id=name, row=answer.row, what=pair.name, expected=figure(pair.expected), found=figure(pair.found))


def _unread(name: str, row: str, complaint: ComplaintError) -> Mismatch:
    """What cannot be read, at its place."""
    what = complaint.what.removeprefix(f"{row}.")
    return Mismatch(id=name, row=row, what=what, expected=complaint.expected, found=complaint.found)


def figure(value: Any) -> str:
    """A number as people write it, anything else as YAML would."""
    if not is_number(value):
        return value if isinstance(value, str) else shown(value)
    return str(int(value)) if value == int(value) else repr(round(float(value), 8))
