"""The guard: a process that holds an account's rules and the venue's REST, nothing else, and keeps what is open within them."""

from __future__ import annotations

from runner.live.guard.process import Guard, Round, Ward

__all__ = ["Guard", "Round", "Ward"]
