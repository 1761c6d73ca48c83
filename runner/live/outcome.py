"""How a request to a venue can end, and what each refusal asks us to do.

Rejected: the venue said no, nothing was executed. Unknown: silence, or an answer that says nothing; it may have been executed and only
asking tells. Blocked: it was never sent. Halting: the key, its rights or its account are at stake; trading stops.
"""

from __future__ import annotations

from enum import StrEnum

from runner.model.errors import RunnerError

NOTHING_HELD = "zero position"  # "can not set tp/sl/ts for zero position", code 10001


class Reaction(StrEnum):
    """What a refusal asks for."""

    LOOK_UP = "look_up"  # may have been executed: ask by the client order id
    BUG = "bug"  # we said something wrong: never repeat, alert
    MEASURE_CLOCK = "measure_clock"
    HALT = "halt"
    WAIT = "wait"  # for the reset of the rate limit
    BACK_OFF = "back_off"  # the venue is overloaded
    ASK = "ask"  # there is no such order: look among orders, history and fills
    REQUOTE = "requote"  # the price lies outside the venue's band
    SHRINK = "shrink"  # not enough money at this size
    FINISHED = "finished"  # the order had ended: as good as cancelled, look at its fills
    FREE_SLOTS = "free_slots"  # too many orders; if it was the stop, close the position
    LOWER_LEVERAGE = "lower_leverage"
    RESYNC = "resync"  # the position is not what we believe
    STOP_ENTRIES = "stop_entries"  # the symbol may only be reduced
    REFUSE_SYMBOL = "refuse_symbol"  # its position mode cannot be set now
    SUCCESS = "success"  # it was so already
    DROP = "drop"  # the trade would end in liquidation, or cannot be made here
    PROTECT_AGAIN = "protect_again"  # read the position, set the stop on it; close it where that fails
    RETRY_LATER = "retry_later"
    ADOPT = "adopt"  # an earlier attempt got through: take over its order
    EXIT_NOW = "exit_now"  # the level of the stop has been crossed
    MERGE = "merge"  # too small: put sizes together or leave it


_TABLE: dict[Reaction, tuple[int, ...]] = {
    Reaction.LOOK_UP: (10000, 10016, 10014),
    Reaction.BUG: (10001,),
    Reaction.MEASURE_CLOCK: (10002, -1),
    Reaction.HALT: (10003, 10004, 10005, 10007, 10008, 10009, 10010, 10024, 10027, 10028, 33004),
    Reaction.WAIT: (10006,),
    Reaction.BACK_OFF: (10429,),
    Reaction.ASK: (110001, 170213),
    Reaction.REQUOTE: (110003, 110120, 110121),
    Reaction.SHRINK: (110004, 110006, 110007, 110012, 110044, 110045, 110052, 170131),
    Reaction.FINISHED: (110008, 110010, 170142, 170143),
    Reaction.FREE_SLOTS: (110009, 110020, 110061),
    Reaction.LOWER_LEVERAGE: (110013, 110086, 110090),
    Reaction.RESYNC: (110017,),
    Reaction.STOP_ENTRIES: (110021, 110022, 110023, 110042),
    Reaction.REFUSE_SYMBOL: (110024, 110028),
    Reaction.SUCCESS: (110025, 110026, 110043, 34040),
    Reaction.DROP: (110040, 110011, 110100),
    Reaction.PROTECT_AGAIN: (110057, 110058, 110059, 110060),
    Reaction.RETRY_LATER: (110063, 110066, 110074, 110079, 110095, 110118),
    Reaction.ADOPT: (110072, 170141),
    Reaction.EXIT_NOW: (110092, 110093),
    Reaction.MERGE: (110094, 170140),
}
REACTIONS: dict[int, Reaction] = {code: reaction for reaction, codes in _TABLE.items() for code in codes}


def reaction(code: int) -> Reaction:
    """What a refusal's code asks for; one nobody knows is taken for our own fault: not repeated, told."""
    return REACTIONS.get(code, Reaction.BUG)


class VenueError(RunnerError):
    """A request that did not end in a plain yes."""


class Rejected(VenueError):  # noqa: N818 - the words of the house: refused, rejected, unknown
    """The venue said no; nothing was executed."""

    def __init__(self, code: int, message: str, reaction: Reaction) -> None:
        self.code, self.message, self.reaction = code, message, reaction
        super().__init__(f"the venue rejected it: {message} (code {code}, {reaction})")

    @property
    def nothing_held(self) -> bool:
        """Whether the venue says that there is no position to protect: its code is shared with other refusals, its words are not."""
        return NOTHING_HELD in self.message.lower()


class Unknown(VenueError):  # noqa: N818 - as above
    """Nobody knows whether it was executed until the venue is asked."""

    def __init__(self, cause: str) -> None:
        self.cause = cause
        super().__init__(f"the venue's answer is unknown: {cause}")


class Blocked(VenueError):  # noqa: N818 - as above
    """It was not sent. `until_ms`: when trying again may help, on the clock that was passed in."""

    def __init__(self, until_ms: int, why: str) -> None:
        self.until_ms, self.why = until_ms, why
        super().__init__(f"not sent: {why}")


class Halting(VenueError):  # noqa: N818 - as above
    """The venue does not take this key, its rights, its place or its clock: stop trading and tell somebody."""

    def __init__(self, code: int, message: str) -> None:
        self.code, self.message = code, message
        super().__init__(f"trading must stop: {message} (code {code})")
