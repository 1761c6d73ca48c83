"""New account: an account of your own under a firm's program, that checks at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field

from runner.menu import Menu
from runner.mode.making.account import account, base_for, program_of, variants_of
from runner.mode.making.place import kept, named, refused, told
from runner.model.bot import Errand
from runner.model.settings import IsoDate, Name
from runner.words import nearest

ERRAND = True
LEAVES_FILES = False


class Options(BaseModel):
    """What `mode.…` may say of a new account; `name` is typed for `called`."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)
    BARE: ClassVar[Mapping[str, str]] = {"name": "called"}
    called: str | None = Field(None, description="its name, typed name=…: the file, and the choice one types")
    firm: str | None = Field(None, description="the firm's program, such as hyrotrader/2step; none = your own money")
    size: float | None = Field(None, gt=0, allow_inf_nan=False, description="initial balance; null = as the shipped account has it")
    currency: Name | None = Field(None, description="account currency; null = as the shipped account has it")
    variant: str | None = Field(None, description="which variant was bought; null = the program's first")
    purchased: IsoDate | None = Field(None, description="date of purchase, '2026-10-01'; null = as the shipped account has it")


def run(errand: Errand) -> int:
    """Write accounts/NAME.yaml into the user's folder and say what to type next. RunnerError when nothing was written."""
    options, menu = Options(**errand.options), Menu(errand.home)
    file = errand.home / "accounts" / f"{options.called}.yaml"
    name = named("account", options.called, file, menu)
    firm = chosen(options.firm, menu)
    program = program_of(firm, menu)
    variant = bought(options.variant, variants_of(program))
    base = base_for(firm, variant)
    own = {key: getattr(options, key) for key in ("size", "currency", "purchased")}
    given: dict[str, Any] = {key: base.values[key] if value is None else value for key, value in own.items()}
    content = account(name, base, program, given | {"firm": firm, "variant": variant})
    kept("account", file, content, ("+strategy=ema_cross", f"+account={name}"), menu)
    commands = [f"runner +strategy=ema_cross +account={name} mode=check", f"runner +strategy=ema_cross +account={name}"]
    print(told(file, errand.home, commands))
    return 0


def chosen(firm: str | None, menu: Menu) -> str:
    """The program that was named; RunnerError with the nearest when there is none."""
    choices = menu.choices("firm")
    if firm is None:
        raise refused("account", "firm", f"expected a firm's program: firm=… ({', '.join(choices)})")
    if firm not in choices:
        raise refused("account", "firm", f"there is no program {firm!r}{nearest(firm, choices, also='there are')}")
    return firm


def bought(variant: str | None, variants: list[str]) -> str:
    """The variant that was bought, the first where none is named; RunnerError for one the program does not have."""
    if variant is not None and variant not in variants:
        raise refused(
            "account", "variant", f"this program has no {variant!r}{nearest(variant, variants)}; it is sold as {', '.join(variants)}"
        )
    return variant or variants[0]
