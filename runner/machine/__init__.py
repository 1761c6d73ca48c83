"""The state transition that fills, marks, trails, gates and breaches: one set of pure compiled functions for every mode."""

from __future__ import annotations

from runner.machine.machine import Machine

__all__ = ["Machine"]
