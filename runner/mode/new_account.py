"""New account: an account of your own under a firm's program, that checks at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import ClassVar

from pydantic import BaseModel, ConfigDict, Field

from runner.menu import Menu
from runner.mode.making.account import account, base_for, dated, program_of, sizes_of, symbols_of, variants_of
from runner.mode.making.place import kept, named, refused, together, told
from runner.model.block import is_day
from runner.model.bot import Errand
from runner.model.settings import Name
from runner.words import nearest

ERRAND = True
LEAVES_FILES = False
UNDATED = "purchased is '': the newest rules hold; fill in the date of purchase, because it selects their version"


class Options(BaseModel):
    """What `mode.…` may say of a new account; `name` is typed for `called`."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)
    BARE: ClassVar[Mapping[str, str]] = {"name": "called"}
    called: str | None = Field(None, description="its name, typed name=…: the file, and the choice one types")
    firm: str | None = Field(None, description="the firm's program, such as hyrotrader/2step; none = your own money")
    size: float | str | None = Field(None, description="initial balance; null = as the shipped account has it")
    currency: Name | None = Field(None, description="account currency; null = as the shipped account has it")
    variant: str | None = Field(None, description="which variant was bought; null = the program's first")
    purchased: str | None = Field(None, description="date of purchase, '2026-10-01'; null = to be filled in, the newest rules till then")


def run(errand: Errand) -> int:
    """Write accounts/NAME.yaml into the user's folder and say what to type next. RunnerError when nothing was written."""
    options, menu = Options(**errand.options), Menu(errand.home)
    file = errand.home / "accounts" / f"{options.called}.yaml"
    checks: list[Callable[[], object]] = [
        partial(named, "account", options.called, file, menu),
        partial(chosen, options.firm, menu),
        partial(initial, options.size),
        partial(bought, options.variant, options.firm, menu),
        partial(day, options.purchased),
    ]
    name, firm, size, variant, purchased = (str(value) for value in together("account", checks))
    base, program = base_for(firm, variant), program_of(firm, menu)
    symbols = symbols_of(program)
    given = {
        "firm": firm,
        "variant": variant,
        "size": float(size) if size else next(iter(sizes_of(program)), base.values["size"]),
        "currency": options.currency or base.values["currency"],
        "purchased": purchased,
    }
    kept("account", file, account(name, base, program, given), ("+strategy=ema_cross", f"+account={name}", *filter(None, [symbols])), menu)
    words = f"+strategy=ema_cross +account={name}" + (f" '{symbols}'" if symbols else "")
    commands = [f"runner {words} mode=check", f"runner {words}"]
    print(told(file, errand.home, commands, "" if purchased or not dated(program) else UNDATED))
    return 0


def chosen(firm: str | None, menu: Menu) -> str:
    """The program that was named; RunnerError with those there are when it is none of them."""
    choices = menu.choices("firm")
    if firm is None:
        raise refused("account", "firm", f"expected a firm's program: firm=… ({', '.join(choices)})")
    if firm not in choices:
        near = nearest(firm, [choice for choice in choices if "/" in choice])
        raise refused("account", "firm", f"there is no program {firm!r}{near}; there are {', '.join(choices)}")
    return firm


def bought(variant: str | None, firm: str | None, menu: Menu) -> str:
    """The variant that was bought, the first where none is named; RunnerError for one the program does not have.

    Where there is no such program, for one that no program has.
    """
    known = menu.choices("firm")
    sold = [variants_of(program_of(each, menu)) for each in ([firm] if firm in known else known)]
    variants = list(dict.fromkeys(each for few in sold for each in few))
    if variant is not None and variant not in variants:
        said, sold_as = ("this program has no", "it is sold as") if firm in known else ("no program has a variant", "there are")
        raise refused("account", "variant", f"{said} {variant!r}{nearest(variant, variants)}; {sold_as} {', '.join(variants)}")
    return variant or variants[0]


def initial(size: float | str | None) -> float | str:
    """The initial balance, '' where none is named; RunnerError for what is no money."""
    if size is not None and (isinstance(size, str) or not 0 < size < float("inf")):
        raise refused("account", "size", f"expected a number above 0, was {size!r}")
    return "" if size is None else size


def day(purchased: str | None) -> str:
    """The date of purchase, '' where none is named; RunnerError for what is no day of the calendar."""
    if purchased and not is_day(purchased):
        raise refused("account", "purchased", f"expected a quoted date such as '2026-10-01', was {purchased!r}")
    return purchased or ""
