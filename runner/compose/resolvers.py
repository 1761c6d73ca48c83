"""What the primary config may compute: names for run folders. Group files may use no resolver at all."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from hashlib import blake2b
from typing import Any

from omegaconf import DictConfig, OmegaConf

NAME = "run"
ABSENT = ("", "???", None)
READING = ("mode.output", "mode.quiet", "mode.report", "mode.objective", "mode.analysis")  # words that change no result


def register() -> None:
    """Make `${run:account}`, `${run:work}`, `${run:job}` and `${run:process}` known."""
    OmegaConf.register_new_resolver(NAME, _run, replace=True)


def work_name(data: Mapping[str, Any], choices: Mapping[str, str], part: str) -> str:
    """The name that the account (`account`), or else the portfolio or strategy, gives itself, else the choice typed."""
    sections = ("account",) if part == "account" else ("portfolio", "strategy")
    return next((name for section in sections if (name := _name(data.get(section), choices.get(section), section))), "none")


def digest(words: Sequence[str]) -> str:
    """Eight hexadecimal digits that tell a job of a sweep from the others: over its words in any order, those in READING left out."""
    kept = sorted(bare for word in words if not (bare := word.lstrip("+")).startswith(READING))
    return blake2b("\n".join(kept).encode(), digest_size=4).hexdigest()


def _name(section: Any, choice: str | None, otherwise: str) -> str:
    """The name a section gives itself, else its choice; '' when it is absent."""
    if section in ABSENT:
        return ""
    own = section.get("name") if isinstance(section, Mapping) else None
    return str((own if own not in ABSENT else None) or choice or otherwise)


def _run(part: str, *, _root_: DictConfig) -> str:
    """A part of a run folder's name: the account, the strategy or portfolio, the job's digest, the process id."""
    if part == "process":
        return str(os.getpid())
    if part == "job":
        return digest([str(word) for word in OmegaConf.select(_root_, "hydra.overrides.task", default=[])])
    sections = ("account", "portfolio", "strategy")
    choices = {name: OmegaConf.select(_root_, f"hydra.runtime.choices.{name}", default=None) for name in sections}
    return work_name({name: _section(_root_, name) for name in sections}, choices, part)


def _section(root: DictConfig, name: str) -> Any:
    """A section with no more than its name; None when it is absent."""
    if OmegaConf.is_missing(root, name) or root.get(name) is None:
        return None
    return {"name": OmegaConf.select(root, f"{name}.name", default=None)}
