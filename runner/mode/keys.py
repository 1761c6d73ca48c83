"""Keys: say whether an account's keys are where it names them; put them into the system keyring, or take them out. Never shows them."""

from __future__ import annotations

import getpass
import sys
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from runner.live.keychain import PATH, put, refused, remove
from runner.live.keys import NAMES, REDACTOR, keys_of, lines_of
from runner.mode.leaving import chosen
from runner.model.bot import Account, Errand
from runner.model.errors import ConfigError, Problem

ERRAND = True
ACCOUNT = True
LEAVES_FILES = False
SWEEPS = False


class Options(BaseModel):
    """What `mode.…` may say of keys."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)
    action: Literal["check", "set", "remove"] = Field("check", description="are they there; put them into the keyring; take them out of it")


def run(errand: Errand) -> int:
    """Do it and say so (0). ConfigError where keys are missing, the account names no keyring, or that is none that encrypts."""
    action = Options(**errand.options).action
    account = chosen(errand, "keys")
    if action == "check":
        keys = keys_of(account, errand.home)
        REDACTOR.learn(keys)
        print(f"{account.name}: {keys.named} is there")
    elif action == "set":
        put(service_of(account), asked(account.name))
        print(f"{account.name}: the keyring holds key and secret under {account.secrets_keyring}")
    else:
        gone = remove(service_of(account), NAMES)
        print(f"{account.name}: {' and '.join(gone) or 'nothing'} taken out of the keyring under {account.secrets_keyring}")
    return 0


def service_of(account: Account) -> str:
    """Under which service the keyring keeps the account's keys."""
    if not account.secrets_keyring:
        message = f"names none; write secrets_keyring: prop-runner/{account.name} into the account"
        raise ConfigError("the account keeps no keys in the keyring", [Problem(path=PATH, message=message)])
    return account.secrets_keyring


def asked(name: str) -> dict[str, str]:
    """Key and secret, from a person who sees nothing of what he types, or from stdin; never from the command line."""
    person = sys.stdin.isatty()
    given = {each: getpass.getpass(f"{name} {each}: ").strip() for each in NAMES} if person else lines_of(sys.stdin.read())
    missing = [each for each in NAMES if not given.get(each)]
    if missing:
        raise refused(f"nothing is changed: expected {' and '.join(f"'{each}=…'" for each in missing)} on stdin, or typed when asked")
    return {each: given[each] for each in NAMES}
