"""Keys in the system's own store, encrypted at rest: Secret Service on Linux, Keychain, Credential Manager, through the package keyring."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

from runner.model.errors import ConfigError, Problem

PATH = "account.secrets_keyring"
OPEN = ("keyring.backends.fail", "keyring.backends.null")
ALTERNATIVES = "keyrings.alt"  # of which only what calls itself encrypted is


def look_up(service: str, names: tuple[str, ...]) -> dict[str, str | None]:
    """What the keyring holds under a service, by name; None where it holds nothing. ConfigError without a keyring that encrypts."""
    keyring = system()
    with _told(service):
        return {name: _clean(keyring.get_password(service, name)) for name in names}


def put(service: str, values: dict[str, str]) -> None:
    """Keep these values under a service, all of them or none. ConfigError where the keyring does not take them.

    Who is killed meanwhile leaves the old ones, the new ones, or the last one missing: never a new key beside an old secret.
    """
    keyring = system()
    with _told(service):
        before = {name: keyring.get_password(service, name) for name in values}
        last = list(values)[-1]
        try:
            if before[last] is not None:
                keyring.delete_password(service, last)
            for name, value in values.items():
                keyring.set_password(service, name, value)
        except BaseException:
            for name, value in before.items():
                _restored(keyring, service, name, value)
            raise


def remove(service: str, names: tuple[str, ...]) -> list[str]:
    """Take what stands there out of the keyring; the names that stood there."""
    keyring = system()
    with _told(service):
        found = [name for name in names if keyring.get_password(service, name) is not None]
        for name in found:
            keyring.delete_password(service, name)
    return found


def system() -> Any:
    """The keyring of this system. ConfigError where the package is missing, or it keeps secrets in the open, or nowhere."""
    try:
        import keyring
    except ImportError:
        raise refused("needs the package keyring: pip install 'prop-runner[keyring]'") from None
    with _told("the keyring"):
        found = keyring.get_keyring()
        bare = [each for each in _members(found) if not encrypts(each)]
    if bare:
        named = f"{type(bare[0]).__module__}.{type(bare[0]).__qualname__}"
        why = "there is none here" if named.startswith(OPEN) else "it keeps secrets in the open"
        raise refused(f"expected a keyring that encrypts, was {named}: {why}; unlock the system's own, or use secrets or secrets_file")
    return found


def encrypts(backend: object) -> bool:
    """Whether a backend of keyring encrypts what it keeps, by all that is known of it."""
    module, name = type(backend).__module__, type(backend).__name__.lower()
    if module.startswith(OPEN) or "plain" in name:
        return False
    return not module.startswith(ALTERNATIVES) or name.startswith("encrypted")


def _members(backend: Any) -> list[Any]:
    """A backend, or those that a chain asks one after the other."""
    return list(backend.backends) if type(backend).__name__ == "ChainerBackend" else [backend]


def _restored(keyring: Any, service: str, name: str, value: str | None) -> None:
    """Put one entry back as it was, as far as the keyring lets."""
    undo: Callable[[], Any] = (
        (lambda: keyring.delete_password(service, name)) if value is None else (lambda: keyring.set_password(service, name, value))
    )
    with suppress(Exception):  # what failed first is what is told
        undo()


def _clean(value: str | None) -> str | None:
    return value.strip() or None if value is not None else None


@contextmanager
def _told(service: str) -> Iterator[None]:
    """What a keyring raises, whichever library is behind it, as one line; its own words may hold anything and are kept out of it."""
    try:
        yield
    except ConfigError:
        raise
    except Exception as error:  # noqa: BLE001 - Secret Service, D-Bus, Keychain and others raise their own
        raise refused(f"{service}: the keyring does not answer, or is locked ({type(error).__name__})") from None


def refused(message: str) -> ConfigError:
    """What is wrong with the keyring."""
    return ConfigError("the account's keys cannot be read from the keyring", [Problem(path=PATH, message=message)])
