"""`mode=rulebook mode.vectors=FILE`: worked examples from the command line."""

from __future__ import annotations

from pathlib import Path

from tests.command import command, written

EXAMPLES = Path(__file__).parents[1] / "rulebook" / "vectors"
CLOCK = """\
- id: A-CLOCK
  source: written for this test
  kind: clock
  cases:
    - {rule: {time: "17:00", tz: America/Chicago}, day: "2026-03-08", utc: "2026-03-08T22:00:00Z"}
    - {rule: {time: "17:00", tz: America/Chicago}, day: "2026-11-01", utc: "2026-11-01T22:00:00Z"}
- id: A-TIDE
  source: written for this test
  kind: tide
"""


def test_examples_that_agree(tmp_path: Path) -> None:
    """Every shipped file of examples: all agree, nothing is skipped, exit status 0."""
    files = sorted(EXAMPLES.glob("*.yaml"))
    assert files
    for file in files:
        ran = command("mode=rulebook", f"vectors={file}", home=tmp_path)
        assert (ran.status, ran.err) == (0, "")
        assert ran.out.endswith("0 skipped\n")


def test_examples_that_do_not(tmp_path: Path) -> None:
    """A wrong hour and an unknown kind are two mismatches, each named with what was found; exit status 1."""
    home = written(tmp_path, {"mine.yaml": CLOCK})
    ran = command("mode=rulebook", "mode.vectors=mine.yaml", home=home)
    assert ran.status == 1
    assert "A-CLOCK" in ran.out
    assert "2026-11-01T23:00:00Z" in ran.out
    assert "tide" in ran.out
    assert ran.out.splitlines()[-1].startswith("2 examples, ")


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    """One line and exit status 2."""
    ran = command("mode=rulebook", "mode.vectors=nowhere.yaml", home=tmp_path)
    assert (ran.status, ran.out) == (2, "")
    assert "nowhere.yaml" in ran.err
