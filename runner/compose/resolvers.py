"""What the primary config may compute: names for run folders. Group files may use no resolver at all."""

from __future__ import annotations

import os

from omegaconf import DictConfig, OmegaConf

NAME = "run"


def register() -> None:
    """Make `${run:account}`, `${run:work}` and `${run:process}` known."""
    OmegaConf.register_new_resolver(NAME, _run, replace=True)


def _run(part: str, *, _root_: DictConfig) -> str:
    """A part of a run folder's name: the account, the strategy or portfolio, the process id."""
    if part == "process":
        return str(os.getpid())
    sections = ("account",) if part == "account" else ("portfolio", "strategy")
    return next((name for section in sections if (name := _name(_root_, section))), "none")


def _name(root: DictConfig, section: str) -> str:
    """The name a section gives itself, else the choice typed; '' when it is absent."""
    if OmegaConf.is_missing(root, section) or root.get(section) is None:
        return ""
    own = OmegaConf.select(root, f"{section}.name", default=None)
    choice = OmegaConf.select(root, f"hydra.runtime.choices.{section}", default=None)
    return str(own or choice or section)
