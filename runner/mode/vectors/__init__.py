"""Worked examples of rules, run through the machine's own rule functions."""

from __future__ import annotations

from pathlib import Path


def run(path: Path) -> int:
    """Check every example of a file and print each mismatch with both values; 1 where there is any. DataError for no such file."""
    from runner.mode.vectors.checking import tally
    from runner.mode.vectors.document import examples

    found = tally(examples(path))
    for mismatch in found.mismatches:
        print(mismatch.line())
    print(f"{found.examples} examples, {found.rows} rows checked, 0 skipped")
    return 1 if found.mismatches else 0
