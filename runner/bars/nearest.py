"""What to offer when a name is not there."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


def nearest(name: str, names: Iterable[str]) -> str:
    """`; nearest is BTCUSDT`, or what there is when nothing is near."""
    names = list(names)
    capitals = {each.upper(): each for each in names}
    close = get_close_matches(name, names, 1) or [capitals[each] for each in get_close_matches(name.upper(), capitals, 1)]
    if close:
        return f"; nearest is {close[0]}"
    return f"; it has {', '.join(names[:12])}{' ...' if len(names) > 12 else ''}" if names else "; it has no bars at all"
