"""What became of one fair value gap by a bar, condition by condition: the numbers behind a signal, or behind none."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from runner.columns.gap_life import Confirms, Life, Terms, live
from runner.columns.gaps import Gaps
from runner.model.bars import Bars, Floats
from runner.model.reason import Reason, above, at_least, at_most, beyond


@dataclass(frozen=True, kw_only=True)
class Story:
    """One gap (every array has shape (1,)) on bars that end with the bar in question. `boundary` is what a close must pass."""

    gap: Gaps
    bars: Bars
    boundary: Floats
    confirms: Confirms
    terms: Terms

    @property
    def row(self) -> int:
        """The bar in question, the last there is."""
        return len(self.bars) - 1

    @property
    def age(self) -> int:
        """Bars since the gap was there."""
        return self.row - int(self.gap.born[0])

    def life(self, age: int) -> Life:
        """Where the gap stood `age` bars after its birth."""
        return live(self.gap, self.bars, self.boundary, self.confirms, replace(self.terms, max_age=age))

    def width(self, least: float) -> Reason:
        """The gap's width over the price at its birth."""
        size, price = self.gap.size[0], self.bars.close[self.gap.born[0]]
        reason = at_least("gap over price", size / price, least, "fraction", f"from {self.gap.lower[0]:,.10g} to {self.gap.upper[0]:,.10g}")
        return replace(reason, holds=bool(size >= least * price))

    def impulse(self, volume: Floats, least: float) -> Reason:
        """The volume that made the gap; `volume` over its average."""
        return at_least("volume of the impulse over its average", volume[self.gap.impulse[0]], least, "times")

    def confirmed(self, volume: Floats, least: float, timeframe: str | None) -> Reason:
        """Whether the last bar brought enough volume, on the confirming timeframe."""
        if timeframe is None:
            return above("volume of this bar over its average", volume[-1], least, "times")
        name = f"a {timeframe} close beyond the boundary on more than {least:g} times its volume"
        return Reason(name=name, holds=bool(self.confirms(np.array([self.row]))[0]))

    def reasons(self) -> list[Reason]:
        """The conditions of its life, in the order in which they are met; all hold where this bar confirms the gap."""
        before, now = self.life(self.age - 1), self.life(self.age)
        if not now.visited[0]:
            return [at_least("pullback into the gap", now.worst[0], self.terms.pullback_min, "fraction"), self.closed_out()]
        met = [
            at_most("wick into the gap before the pullback", now.worst[0], self.terms.max_wick, "fraction"),
            at_least("deepest wick of the pullback", now.depth[0], self.terms.pullback_min, "fraction"),
            at_most("deepest wick of the pullback", now.depth[0], self.terms.pullback_max, "fraction"),
        ]
        met += self.still_there(before, now, unspoilt=all(reason.holds for reason in met))
        return [*met, self.closed_out()]

    def still_there(self, before: Life, now: Life, *, unspoilt: bool) -> list[Reason]:
        """Whether an earlier close used the gap up, and whether price was in it; nothing to say of a gap that was spoilt."""
        if not unspoilt:
            return []
        again = now.visits[0] > 1
        wick = self.bars.low if self.gap.side[0] > 0 else self.bars.high
        depth = float(self.gap.side[0] * (self.gap.near[0] - wick[self.row]) / self.gap.size[0])
        often = bool(again and now.visits[0] > self.terms.max_retests + 1)
        unused = Reason(name="not used up by an earlier close out of the gap", holds=bool(before.alive[0]) and not often)
        entered = Reason(name="price was in the gap", holds=bool(before.inside[0] or now.visits[0] > before.visits[0]))
        retest = [at_most("retest, as deep as the first pullback", depth, now.depth[0], "fraction")] if again and before.alive[0] else []
        return [unused, entered, *retest]

    def closed_out(self) -> Reason:
        """The close against the boundary."""
        side = "upper" if self.boundary[0] == self.gap.upper[0] else "lower"
        return beyond(f"close beyond the gap's {side} boundary", self.bars.close[-1], self.boundary[0], float(self.gap.side[0]), "price")


def most_told(stories: list[list[Reason]]) -> list[Reason]:
    """The story that came nearest to a signal; of equals the youngest, which comes last. Empty when there is none."""
    return min(reversed(stories), key=lambda reasons: sum(not reason.holds for reason in reasons), default=[])


def none_near(gaps: Gaps, row: int) -> list[Reason]:
    """No gap is young enough at bar `row`: where the last one was."""
    past = gaps.born[gaps.born < row]
    last = f"the last one opened {row - past[-1]} bars ago" if len(past) else "there was none before"
    here = "; one opened at this bar, and a later bar may confirm it" if len(past) < len(gaps) else ""
    return [Reason(name="a gap that is young enough", holds=False, words=last + here)]
