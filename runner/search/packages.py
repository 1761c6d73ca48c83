"""The optional packages a search needs: there, or one line that says what to install."""

from __future__ import annotations

from importlib.util import find_spec

from runner.compose.overrides import COMMAND
from runner.model.errors import Problem
from runner.search.space import unsearchable

INSTALL = "pip install 'prop-runner[optuna]', in a clone .venv/bin/pip install -e '.[optuna]'"


def needed(sampler: str) -> None:
    """ConfigError when Optuna, or what this sampler needs besides, is not installed. Keeps Optuna's own log silent."""
    wanted = {"optuna": "hydra/sweeper=optuna"} | ({"cmaes": "hydra/sweeper/sampler=cmaes"} if sampler == "cmaes" else {})
    for package, word in wanted.items():
        if find_spec(package) is None:
            raise unsearchable([Problem(path=word, message=f"needs the package {package}: {INSTALL}", where=COMMAND)])
    from optuna import logging

    logging.set_verbosity(logging.ERROR)
