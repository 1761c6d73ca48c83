"""The one entry into compiled code: an account is advanced by bars, by what was seen of it or by what a venue did, by nothing else."""

from __future__ import annotations

from runner.machine.actions import BEGIN, DONE, END, FOLLOW, MORE, OBSERVE, RUN
from runner.machine.follow import follow
from runner.machine.observe import observe
from runner.machine.step import advance, begin, end
from runner.machine.view import view_at

ANY = 1 << 40  # instants


def drive(address: int, action: int) -> int:
    """BEGIN an account, STEP by one instant, RUN to the end, OBSERVE what `seen` says, FOLLOW what `told` says, or END the record.

    `address` is that of a view (see `view.table`). STEP, RUN, OBSERVE and FOLLOW answer MORE, DONE (no bars left, or the account has
    ended) or FULL (a record needs room). Compiled and kept by `native`.
    """
    w = view_at(address, 0)
    if action == BEGIN:
        begin(w)
        return MORE
    if action == END:
        end(w)
        return DONE
    if action == OBSERVE:
        return observe(w)
    if action == FOLLOW:
        return follow(w)
    status = advance(w, ANY if action == RUN else 1)
    while action == RUN and status == MORE:
        status = advance(w, ANY)
    return status
