"""Searching for good settings with Optuna: `runner -m hydra/sweeper=optuna`; Optuna itself is an optional package."""

from __future__ import annotations
