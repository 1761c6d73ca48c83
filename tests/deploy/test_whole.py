"""Every line of what is written, so that none changes or goes unseen: hardening, limits, keys by reference, quoting."""

from __future__ import annotations

from tests.deploy.whole import FOLDER, written


def test_what_is_written_is_what_was_looked_at() -> None:
    """`python -m tests.deploy.whole` writes it anew; its difference is read before it is kept."""
    kept = {file.name: file.read_text(encoding="utf-8") for file in sorted(FOLDER.iterdir())}
    assert written() == kept
