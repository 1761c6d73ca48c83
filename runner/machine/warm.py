"""Compile the machine once and keep the result: `python -m runner.machine.warm`. Set-up calls it; later starts only load."""

from __future__ import annotations

from runner.machine.native import drive

if __name__ == "__main__":
    drive.load()
