"""Windows around releases: what is forbidden in them, what the gate keeps out of them, and what a forbidden fill does."""

from __future__ import annotations

import pytest

from runner.machine.calendar import forbidden
from runner.model.rules import Forbidden

MINUTE = 60_000
RELEASE = 100 * MINUTE


@pytest.mark.parametrize(
    ("changed", "answer"),
    [
        pytest.param({}, True, id="at the release"),
        pytest.param({"time": RELEASE - 2 * MINUTE}, True, id="the first instant of the window"),
        pytest.param({"time": RELEASE - 2 * MINUTE - 1}, False, id="the last instant before it"),
        pytest.param({"time": RELEASE + 3 * MINUTE}, True, id="the last instant of the window"),
        pytest.param({"time": RELEASE + 3 * MINUTE + 1}, False, id="the first instant after it"),
        pytest.param({"action": Forbidden.OPEN}, False, id="an action that is free"),
        pytest.param({"s": 0}, False, id="a symbol that is not concerned"),
    ],
)
def test_forbidden(changed: dict[str, int], answer: bool) -> None:
    """Stops may not fill on symbol 1 from two minutes before to three minutes after."""
    plain = {"forbids": Forbidden.STOP_FILL | Forbidden.CLOSE, "members": 0b110, "s": 1, "action": Forbidden.STOP_FILL, "time": RELEASE}
    given = {
        name: int(value)
        for name, value in {**plain, "release": RELEASE, "before_ms": 2 * MINUTE, "after_ms": 3 * MINUTE, **changed}.items()
    }
    assert forbidden(**given) == answer
