"""Where a job's files go, without composing it anew when the folder is named the usual way."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from omegaconf import DictConfig, OmegaConf

from runner.compose.resolvers import digest, work_name
from runner.sweep.jobs import Job

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

    def _unusual(self, job: Job, number: int) -> str:
        config = self.loader.load_sweep_config(self.config, list(job.words))
        OmegaConf.set_struct(config, False)
        config.hydra.job.id = config.hydra.job.num = number
        return str(config.hydra.sweep.subdir)
