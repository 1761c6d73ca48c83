"""Keys are held by one bot on a host, whatever its account is called."""

from __future__ import annotations

from pathlib import Path

import pytest

from runner.live.keys import Keys, Secret
from runner.mode.trading.alone import alone
from runner.model.errors import ConfigError, UnwritableError

KEYS = Keys(key=Secret("PLANTEDKEY"), secret=Secret("PLANTEDSECRET"))


def test_the_same_keys_are_held_once(tmp_path: Path) -> None:
    """Refused while they are held, free afterwards; the key itself is written nowhere."""
    with alone(tmp_path, KEYS):
        with pytest.raises(ConfigError, match="another bot is at work"), alone(tmp_path, KEYS):
            pass
        with alone(tmp_path, Keys(key=Secret("OTHERKEY"), secret=Secret("x"))):
            pass
    with alone(tmp_path, KEYS):
        pass
    assert not [path for path in tmp_path.rglob("*") if "PLANTED" in path.name]


def test_a_state_folder_that_is_a_file(tmp_path: Path) -> None:
    """One line instead of a traceback."""
    (tmp_path / "state").touch()
    with pytest.raises(UnwritableError, match="cannot be written"), alone(tmp_path, KEYS):
        pass
