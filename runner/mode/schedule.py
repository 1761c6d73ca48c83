"""Schedule: what is started for which account and when, and what will go wrong with it. Nothing is started."""

from __future__ import annotations

import json
import warnings
from datetime import UTC, datetime, tzinfo

from pydantic import BaseModel, ConfigDict, Field

from runner.menu import Menu
from runner.mode.accounts.looked import looked
from runner.mode.explaining.moment import Instant, ZoneName, instant, zone
from runner.mode.scheduling.page import record, show
from runner.mode.scheduling.told import told
from runner.model.bot import Errand
from runner.model.errors import ConfigError, Problem

ERRAND = True
ACCOUNT = True
LEAVES_FILES = False


with warnings.catch_warnings():  # of pydantic, that has given up a method of that name
    warnings.filterwarnings("ignore", "Field name .json. in", UserWarning)

    class Options(BaseModel):
        """What `mode.…` may say of the schedule."""

        model_config = ConfigDict(frozen=True, extra="forbid", strict=True)
        at: Instant | None = Field(None, description="from when on times are told, '2026-12-01 12:00'; null = now")
        zone: ZoneName | None = Field(None, description="whose local time is told beside the firm's; null = this computer's")
        count: int = Field(5, ge=1, le=1000, description="how many of the next times of each run")
        json: bool = Field(False, description="for programs: one JSON document instead of the page")  # type: ignore[assignment]

        def begin_ms(self) -> int:
            """From when on times are told, UTC."""
            return instant(self.at) if self.at is not None else int(datetime.now(UTC).timestamp() * 1000)

        def clock(self) -> tzinfo | None:
            """The reader's zone; None = this computer's."""
            return None if self.zone is None else zone(self.zone)


def run(errand: Errand) -> int:
    """Print the schedule of every account that has runs, or of the one chosen (0). ConfigError for anything wrong with any of them."""
    options, menu = Options(**errand.options), Menu(errand.home)
    begin_ms, clock = options.begin_ms(), options.clock()
    found = looked(menu, errand)
    if errand.account is not None:
        found = [each for each in found if each.account.name == errand.account.name]
    if not found:
        message = (
            f"no account under {menu.home / 'accounts'} has runs; write one with mode=new-account, or look at a sample: account=hyro_2step"
        )
        raise ConfigError("there is nothing to start", [Problem(path="account", message=message)])
    plans = [told(each, begin_ms, options.count) for each in found]
    if options.json:
        print(json.dumps(record(plans, begin_ms, clock), indent=1, ensure_ascii=False))
    else:
        show(plans, begin_ms, clock)
    return 0
