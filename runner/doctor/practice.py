"""Practice: whether what an account trades was rehearsed exactly so, and what the ladder says of it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from runner.bars.when import when
from runner.doctor.account import Place
from runner.doctor.finding import Check, Finding
from runner.ladder import Wants, ladder
from runner.live.practised import command, rehearsed
from runner.live.records import practice_hash, records

PLAYED = ("challenge", "funded")  # rungs that are climbed with the account itself


def practice(place: Place) -> Iterator[Check]:
    """One check for each run that trades."""
    if not place.bots:
        yield Check("rehearsal", lambda check: check.ok("nothing that it trades is named: runs, or +strategy=NAME"))
    for name in place.bots:
        yield Check("rehearsal", partial(rehearsal, place=place, name=name))
    yield Check("ladder", partial(promoted, place=place))


def rehearsal(check: Check, place: Place, name: str) -> Finding:
    """The last rehearsal of this exact configuration."""
    bot = place.bots[name]
    found = rehearsed(bot)
    if found is not None:
        return check.ok(f"{name} as it is now: passed {when(found.at_ms)}, {place.ago(found.at_ms)} ago")
    last = [each for each in records(place.home, place.account.name, "rehearsal") if each.strategy in {one.name for one in bot.strategies}]
    told = "failed" if last and not last[-1].passed else "was of another configuration"
    before = f"; the last one, {when(last[-1].at_ms)}, {told}" if last else ""
    said, advice = f"{name} as it is now was never rehearsed{before}", f"{command(bot)}"
    return check.problem(said, advice) if bot.account.environment == "live" else check.warning(said, advice)


def promoted(check: Check, place: Place) -> Finding:
    """The rung to stand on next, and what it wants; real money below it is a warning."""
    hashes = {name: practice_hash(bot) for name, bot in place.bots.items()}
    made = [rung for rung in ladder(place.account, place.home, hashes, wants=Wants(), journal=place.address(place.state)) if rung.needed]
    done = [rung for rung in made if rung.done]
    coming = next((rung for rung in made if rung.open), None)
    if coming is None:
        return check.ok(f"{len(done)} of {len(made)} rungs done")
    found = f"{len(done)} of {len(made)} rungs done, next {coming.name}: {coming.said}"
    if any(rung.unread for rung in made):
        return check.warning(found, "mend what cannot be read, or move it away; what it would show does not count")
    early = place.account.environment == "live" and coming.name not in PLAYED
    return check.warning(found, f"runner mode=ladder account={place.account.name}") if early else check.ok(found)
