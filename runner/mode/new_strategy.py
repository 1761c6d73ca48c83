"""New strategy: a strategy of your own, written out from one that is there, that checks at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from pydantic import BaseModel, ConfigDict, Field

from runner.menu import Menu
from runner.mode.making.place import kept, named, refused, told
from runner.mode.making.strategy import strategy
from runner.model.bot import Errand
from runner.words import nearest

ERRAND = True
LEAVES_FILES = False


class Options(BaseModel):
    """What `mode.…` may say of a new strategy; `name` and `from` are typed for `called` and `like`."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)
    BARE: ClassVar[Mapping[str, str]] = {"name": "called", "from": "like"}
    called: str | None = Field(None, description="its name, typed name=…: the file, and the choice one types")
    like: str = Field("ema_cross", description="the strategy it is made from, typed from=…")


def run(errand: Errand) -> int:
    """Write conf/strategy/NAME.yaml into the user's folder and say what to type next. RunnerError when nothing was written."""
    options, menu = Options(**errand.options), Menu(errand.home)
    file = errand.home / "conf" / "strategy" / f"{options.called}.yaml"
    name = named("strategy", options.called, file, menu)
    choices = menu.choices("strategy")
    if options.like not in choices:
        raise refused("strategy", "from", f"there is no strategy {options.like!r}{nearest(options.like, choices, also='there are')}")
    words = (f"+strategy={name}", "+account=no_limits")
    kept("strategy", file, strategy(name, options.like, menu), words, menu)
    print(
        told(file, errand.home, [f"runner +strategy={name} +account=own_money mode=check", f"runner +strategy={name} +account=own_money"])
    )
    return 0
