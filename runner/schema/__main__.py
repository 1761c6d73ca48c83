"""`python -m runner.schema`: writes the shipped schemas, and the first line of every shipped YAML file. Called by scripts/schema."""

from __future__ import annotations

import sys

from runner.menu import Menu, shipped
from runner.schema.write import FOLDER, leave, shipped_files, stamped


def main() -> int:
    """Bring schemas and first lines up to date; say how many there are."""
    for file, line in shipped_files():
        content = file.read_text(encoding="utf-8")
        if stamped(content, line) != content:
            file.write_text(stamped(content, line), encoding="utf-8")
    written = leave(Menu(shipped("conf").parent), shipped("conf").parent / FOLDER)
    sys.stdout.write(f"{len(written)} schemas in {FOLDER}/\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
