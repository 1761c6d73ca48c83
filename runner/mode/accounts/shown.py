"""What a desk knows of accounts that are written in YAML: composed one after the other beside the page, again when a file changes."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from runner.board.known import Known
from runner.board.places import traced
from runner.live.keys import REDACTOR, read_keys
from runner.menu import Menu
from runner.mode.accounts.asked import refuse, unknown
from runner.mode.accounts.bare import bare
from runner.mode.accounts.files import AccountFile, owned, written
from runner.model.bot import Account, Errand
from runner.model.errors import RunnerError
from runner.schedule.runs import dues

LOOK_S = 5.0


@dataclass
class Written:
    """Accounts of user's folders by folder and name. A thread of its own composes them; the page shows what it has by now."""

    homes: tuple[Path, ...]
    _known: dict[tuple[Path, str], Known] = field(default_factory=dict)
    _stamps: dict[Path, tuple[int, str]] = field(default_factory=dict)
    _names: dict[Path, tuple[Path, str]] = field(default_factory=dict)
    _enough: threading.Event = field(default_factory=threading.Event)

    def all(self) -> Mapping[tuple[Path, str], Known]:
        """Everything that is known by now."""
        return self._known

    def start(self) -> None:
        """Begin to compose, and go on looking for what changes."""
        threading.Thread(target=self._run, name="accounts", daemon=True).start()

    def stop(self) -> None:
        """Compose no more."""
        self._enough.set()

    def look(self) -> None:
        """Compose what is new or has changed, forget what is gone."""
        there = dict(self._files())
        for file in [file for file in self._stamps if file not in there]:
            self._forget(file)
        for file, (home, entry) in there.items():
            stamp = stamp_of(file), entry.fault
            if self._enough.is_set() or self._stamps.get(file) == stamp:
                continue
            self._forget(file)
            known = unusable(home, entry) if entry.fault else known_of(home, entry.choice)
            self._known = {**self._known, (home, known.account): known}
            self._stamps[file], self._names[file] = stamp, (home, known.account)

    def _run(self) -> None:
        while not self._enough.is_set():
            self.look()
            self._enough.wait(LOOK_S)

    def _files(self) -> Iterator[tuple[Path, tuple[Path, AccountFile]]]:
        for home in self.homes:
            for entry in written(Menu(home)):
                yield entry.file, (home, entry)

    def _forget(self, file: Path) -> None:
        self._stamps.pop(file, None)
        name = self._names.pop(file, None)
        self._known = {key: known for key, known in self._known.items() if key != name}


def known_of(home: Path, choice: str) -> Known:
    """What an account's YAML says, or why it cannot be composed. Its keys are learnt, so that nothing shows them."""
    try:
        account = bare(Menu(home), choice, (f"+account={choice}",))
    except RunnerError as error:
        first = error.problems[0].line() if error.problems else error.title
        return Known(account=choice, choice=choice, home=home, fault=f"its YAML cannot be used: {first}")
    learnt(account, home)
    return Known(
        account=account.name,
        choice=choice,
        home=home,
        environment=account.environment,
        firm=account.firm,
        program=account.program,
        phase=account.phase,
        currency=account.currency,
        initial=account.size,
        dues=tuple(dues([account])),
    )


def unusable(home: Path, entry: AccountFile) -> Known:
    """A file that was meant to be an account, as the fault that it is."""
    return Known(account=entry.choice, choice=entry.choice, home=home, fault=f"its YAML cannot be used: {entry.problem(Menu(home)).line()}")


def recognised(homes: Sequence[Path], named: Sequence[str], errand: Errand) -> None:
    """Refuse names that no account of these folders has: neither in its YAML nor by what it has left, nor any sample."""
    left = {name for home in homes for name in [*traced(home), *(each.choice for each in written(Menu(home)))]}
    menu = Menu(homes[0])
    if list(unknown(menu, named, errand, also=left)):  # account.name may be another than its file's: they are composed for this alone
        left |= {known_of(home, choice).account for home in homes for choice in owned(Menu(home))}
        refuse(list(unknown(menu, named, errand, also=left)))


def learnt(account: Account, home: Path) -> None:
    """Have the account's keys hidden wherever they would be shown; keys that are not there cannot be.

    A keyring is not asked: unlocking one may wait for somebody, and what a desk shows was written by bots that hide their own keys.
    """
    try:
        REDACTOR.learn(read_keys(account.secrets, account.secrets_file, home))
    except RunnerError:
        return


def stamp_of(file: Path) -> int:
    """When a file was changed; 0 where it is gone."""
    try:
        return file.stat().st_mtime_ns
    except OSError:
        return 0
