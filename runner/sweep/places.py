"""Where a job's files go, without composing it anew when the folder is named the usual way."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from omegaconf import DictConfig, OmegaConf
from omegaconf.errors import OmegaConfBaseException

from runner.compose.overrides import COMMAND
from runner.compose.resolvers import digest, work_name
from runner.model.errors import ConfigError, Problem
from runner.sweep.jobs import Job, refusal

USUAL = "${run:account}_${run:work}_${run:job}"


class Places:
    """The folders of a sweep's jobs, as Hydra's own launchers would name them."""

    def __init__(self, loader: Any, config: DictConfig, folder: Path) -> None:
        self.loader = loader
        self.config = config
        self.folder = folder
        self.usual = OmegaConf.to_container(config.hydra.sweep, resolve=False)["subdir"] == USUAL  # type: ignore[call-overload, index]

    def of(self, job: Job, number: int) -> Path:
        """The folder of the sweep's job `number`."""
        return self.folder / (self._usual(job) if self.usual else self._unusual(job, number))

    @staticmethod
    def _usual(job: Job) -> str:
        account, work = (work_name(job.composed.data, job.composed.choices, part) for part in ("account", "work"))
        return f"{account}_{work}_{digest(job.words)}"

    def all(self, jobs: Sequence[Job]) -> list[Path]:
        """The folders of all jobs. ConfigError where two jobs would share one, one would lie elsewhere, or the pattern leads to nothing."""
        try:
            folders = [self.of(job, number) for number, job in enumerate(jobs)]
        except OmegaConfBaseException as error:
            raise _unsound(f"leads to nothing: {str(error).splitlines()[0]}") from None
        root = self.folder.resolve()
        if any(not folder.resolve().is_relative_to(root) or folder.resolve() == root for folder in folders):
            raise _unsound("expected a folder beneath the sweep's own")
        if len(set(folders)) < len(folders):
            raise _unsound(f"gives {len(folders)} jobs {len(set(folders))} folders; put what tells them apart into it, ${{hydra.job.num}}")
        return folders

    def _unusual(self, job: Job, number: int) -> str:
        config = self.loader.load_sweep_config(self.config, list(job.words))
        OmegaConf.set_struct(config, False)
        config.hydra.job.id = config.hydra.job.num = number
        return str(config.hydra.sweep.subdir)


def _unsound(message: str) -> ConfigError:
    return refusal([Problem(path="hydra.sweep.subdir", message=message, where=COMMAND)])
