"""The moves of a market that is shown: an instant to be reached, or a pause."""

from __future__ import annotations

from enum import Enum, auto


class Pause(Enum):
    """A wait that is not for the streams."""

    BEFORE_IT_MOVES = auto()  # whoever wanted to be woken at this very instant acts at the prices before it


type Move = int | Pause | None  # None: tell the streams, and wait for who must answer
