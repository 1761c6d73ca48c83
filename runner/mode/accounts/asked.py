"""Which accounts were asked for, and the words that compose each."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence

from runner.compose.misnamed import rename
from runner.compose.overrides import COMMAND, key_of, parsed
from runner.menu import ACCOUNT, Menu
from runner.mode.accounts.files import owned
from runner.model.bot import Errand
from runner.model.errors import ConfigError, Problem
from runner.words import counted, nearest

OPTION = "mode.accounts"  # where a mode for many accounts is told which


def asked(menu: Menu, named: Sequence[str], errand: Errand) -> dict[str, tuple[str, ...]]:
    """The words that compose each account, by its name: the chosen one's as they were typed, the others' files alone.

    Those that the menu serves from what was kept of them are among all. ConfigError, with every one, for names that no account has, and
    where one is chosen that is not among those named.
    """
    chosen = picked(errand)[0]
    refuse([*unknown(menu, named, errand, also=chosen), *left_out(named, chosen)])
    return words_of(menu, named, errand)


def words_of(menu: Menu, named: Sequence[str], errand: Errand) -> dict[str, tuple[str, ...]]:
    """The same, for one that is at work already: a name whose file has gone is asked for all the same."""
    chosen, typed = picked(errand)
    if not chosen:
        return {name: (f"+{ACCOUNT}={name}",) for name in named or sorted({*menu.choices(ACCOUNT), *menu.kept})}
    return {chosen[0]: typed} | {name: (f"+{ACCOUNT}={name}",) for name in named if name not in chosen}


def picked(errand: Errand) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The account on the command line: what it is called and how it was chosen, which `account.name=` may tell apart; and its words."""
    if errand.account is None:
        return (), ()
    typed = typed_words(errand)
    return (errand.account.name, chosen_by(typed)), typed


def typed_words(errand: Errand) -> tuple[str, ...]:
    """What was typed of the account and what it trades, also where something is wrong with it."""
    words = {key_of(word): line for line, word in zip(errand.words, parsed(list(errand.words)), strict=True)}
    return tuple(line for key, line in words.items() if key.partition(".")[0] not in ("mode", "hydra"))


def unknown(menu: Menu, named: Iterable[str], errand: Errand, also: Collection[str] = ()) -> Iterator[Problem]:
    """Names that no account has, with the nearest or what is wrong with a file of that name; `also` are names besides the menu's."""
    for name in dict.fromkeys(named):
        if name not in also and menu.find(f"{ACCOUNT}/{name}") is None:
            hint = rename(f"{ACCOUNT}/{name}", menu)
            near = nearest(name, [*menu.choices(ACCOUNT), *also])
            known = owned(menu) or menu.choices(ACCOUNT)
            said = f"; {hint}" if hint else near or nearest(name, known, also="there are" if len(known) > 1 else "there is")
            yield Problem(path=OPTION, message=f"there is no account {name!r}{said}", where=typed_at(errand))


def left_out(named: Sequence[str], chosen: Sequence[str]) -> list[Problem]:
    """An account that is chosen beside others that are named."""
    if not chosen or not named or set(chosen) & set(named):
        return []
    message = f"account={chosen[0]} is chosen and not among them; name it there too, or leave it out"
    return [Problem(path=OPTION, message=message, where=COMMAND)]


def typed_at(errand: Errand) -> str:
    """Where the names were written: on the command line, or '' for a file of the menu."""
    return COMMAND if any(key_of(word) == OPTION for word in parsed(list(errand.words))) else ""


def refuse(problems: Sequence[Problem]) -> None:
    """ConfigError with all of them, where there are any."""
    if problems:
        raise ConfigError(f"this command will not run: {counted(len(problems))}", list(problems))


def chosen_by(words: Iterable[str]) -> str:
    """The account that was chosen, as it was typed."""
    return next((word.partition("=")[2] for word in words if word.lstrip("+").startswith(f"{ACCOUNT}=")), "")
