"""Where phases ended: upright lines with a word, the same in every chart they stand in, and the time the account lived."""

from __future__ import annotations

from typing import Any

from runner.model.bars import Times
from runner.model.rules import State
from runner.report.html.look import MUTED
from runner.report.html.story import Story
from runner.report.words import phase_name

MANY = 12  # ends; of more only the lines are drawn, without words
MOST = 200
DASH = {State.FAILED: "dot", State.PASSED: "dash"}
EARLY = 0.9  # of the bars' time; an account that lived longer is seen well enough among all bars
MARGIN = 0.1  # of the time lived


def ends(story: Story) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Lines and words where phases ended, as Plotly's shapes and annotations; nothing for one that goes on."""
    decided = [(int(each["ended"]), int(each["phase"]), State(int(each["state"]))) for each in story.outcome.phases]
    decided = [each for each in decided if each[2] in DASH]
    upright: dict[str, Any] = {"type": "line", "yref": "paper", "y0": 0, "y1": 1}
    shapes = [upright | {"x0": when, "x1": when, "line": {"color": MUTED, "width": 1, "dash": DASH[state]}} for when, _, state in decided]
    if len(decided) > MANY:
        return shapes[:MOST], []
    word: dict[str, Any] = {"yref": "paper", "y": 0, "yanchor": "bottom", "showarrow": False, "textangle": -90, "xanchor": "right"}
    font = {"size": 10, "color": MUTED}
    return shapes, [word | {"x": when, "text": said(story, phase, state), "font": font} for when, phase, state in decided]


def said(story: Story, phase: int, state: State) -> str:
    """The phase and its verdict: 'challenge failed'."""
    return f"{phase_name(story.outcome.book, phase)} {state.name.lower()}".strip()


def lived(story: Story, moments: Times) -> list[int] | None:
    """First and last time to show, UTC ms, where the account ended long before the bars; None where all bars are worth seeing.

    moments: of the bars, UTC ms, ascending, shape (bars,).
    """
    phases = story.outcome.phases
    if len(phases) == 0 or len(moments) == 0 or State(int(phases["state"][-1])) not in DASH:
        return None
    first, last = int(moments[0]), int(moments[-1])
    began, ended = max(first, int(phases["started"][0])), int(phases["ended"][-1])
    if ended <= began or ended - first > EARLY * (last - first):
        return None
    room = round(MARGIN * (ended - began))
    return [max(first, began - room), min(last, ended + room)]
