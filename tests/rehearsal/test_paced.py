"""A party in step with the exchange: no word is missed, whenever it comes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from runner.rehearsal.core.setup import Setup
from runner.rehearsal.paced import Paced
from runner.rehearsal.serve import Served, served
from runner.rehearsal.service import Service


@pytest.fixture
def exchange() -> Iterator[Served]:
    """An exchange in lockstep."""
    with served(Service(pace="still", setup=Setup())) as running:
        yield running


def test_a_word_that_comes_just_as_a_wait_runs_out_is_heard(exchange: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    """The wait says that nothing came, and something has: the party goes on at once instead of waiting for another word."""
    paced = Paced(exchange.ws)
    waits: list[float] = []

    def runs_out(seconds: float) -> bool:
        waits.append(seconds)
        paced._hear({"op": "time", "now": 5_000, "seq": 7})
        return False

    try:
        with paced._change:
            monkeypatch.setattr(paced._change, "wait", runs_out)
            assert paced._pause()
        assert len(waits) == 1
    finally:
        paced.close()
