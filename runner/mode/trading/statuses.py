"""How a mode that trades ends: exit statuses a monitor can read."""

from __future__ import annotations

from runner.live.outcome import Halting, VenueError
from runner.model.errors import RunnerError

DONE = 0  # ended as asked, everything open protected at the venue
REFUSED = 2  # nothing was traded: the configuration, the keys, the venue's settings, another bot at work
VENUE = 3  # the venue does not let us trade, or cannot be reached; stops rest there
STATE = 4  # the journal or the state folder cannot be written; stops rest at the venue
BARE = 5  # a position has no stop at the venue, or the venue did not say
HELD = 6  # once: the tick is made, entries are held back
BUSY = 7  # once: another bot is at work on the account, nothing was done


def status_of(error: RunnerError) -> int:
    """The status of what ended a bot while it traded."""
    return VENUE if isinstance(error, VenueError) else STATE


def status_at_start(error: VenueError) -> int:
    """The status of a start that failed at the venue: a key it does not take is a matter of the configuration."""
    return REFUSED if isinstance(error, Halting) else VENUE
