"""The one sentence of mode=overfit, for who trades and does not compute."""

from __future__ import annotations

from runner.report.study.overfit.found import Overfitted

SELDOM = 0.2  # noise falls in half of the splits; the paper asks for 0.05 before it calls a search clean

VERDICTS = ("probably luck", "perhaps luck", "probably more than luck")  # by how many of the two figures speak against luck


def verdict(found: Overfitted) -> str:
    """One of VERDICTS: does the choice hold out of sample, and is the Sharpe ratio more than luck. 'a loss' where nothing was earned."""
    if found.deflated.found.sharpe <= 0.0:
        return "a loss"
    held, sure = found.overfit.probability < SELDOM, found.deflated.significant
    return VERDICTS[held + sure]


def sentence(found: Overfitted) -> str:
    """Whether the best try is luck, and the two figures that say so."""
    tries, odds = found.deflated.counted, percent(found.overfit.probability)
    fell = f"in {odds} of the splits the best one fell below the middle out of sample"
    if found.deflated.found.sharpe <= 0.0:
        return f"Not one of {tries:,} tries earned anything; {fell}."
    joined = "but" if found.deflated.significant and found.overfit.probability >= SELDOM else "and"
    return f"The best of {tries:,} tries is {verdict(found)}: {fell}, {joined} {beside(found)}."


def beside(found: Overfitted) -> str:
    """The best Sharpe ratio beside that of as many worthless tries."""
    made = found.deflated
    own, luck = f"its Sharpe ratio of {found.yearly(made.found.sharpe):.2f}", f"{found.yearly(made.expected):.2f}"
    worthless = f"the best of {made.counted:,} worthless tries would show"
    if made.found.sharpe <= made.expected:
        return f"{own} is no more than {worthless}, {luck}"
    sure = f"{percent(made.probability)} sure"
    if made.significant:
        return f"{own} is more than the {luck} that {worthless} ({sure})"
    return f"{own} is too near to the {luck} that {worthless} ({sure}, 95 % would be needed)"


def percent(share: float) -> str:
    """A share as people say it: '48 %', 'less than 1 %'."""
    if 0.0 < share < 0.01:
        return "less than 1 %"
    return "more than 99 %" if 0.99 < share < 1.0 else f"{share * 100:.0f} %"
