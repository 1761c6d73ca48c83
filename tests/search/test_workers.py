"""What the launcher cannot follow is refused in a search as in a sweep."""

from __future__ import annotations

from pathlib import Path

from tests.command import command


def test_a_search_with_no_workers_is_refused(tmp_path: Path) -> None:
    """One line, and no trial is run with as many processes as there happen to be processors."""
    words = (
        "strategy=ema_cross",
        "account=no_limits",
        "hydra/sweeper=optuna",
        "hydra.sweeper.n_trials=2",
        "strategy.entry.fast=range(5,30)",
    )
    ran = command("-m", *words, "hydra.launcher.workers=0", "mode.output=out", home=tmp_path)
    assert (ran.status, ran.out) == (2, "")
    assert "hydra.launcher.workers  expected a number of processes from 1 on, was 0" in ran.err
    assert not list(tmp_path.rglob("summary.json"))
