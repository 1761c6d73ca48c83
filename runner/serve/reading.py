"""Accounts read anew, in a process of its own: a hundred of them take seconds, in which ends are heard and bots started again."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from runner.model.errors import ConfigError, Problem, RunnerError, UnwritableError
from runner.serve.endings import reason
from runner.serve.order import Ended, Order
from runner.serve.plan import HOST, Plan

WORK = "runner.serve.reading:main"


class Reading:
    """One look at the accounts at a time. read: gives what is served now; pickled, and called in the process that is ordered."""

    def __init__(self, home: Path, read: Callable[[], Plan]) -> None:
        self.folder, self.read, self.number, self.id = home / "state" / HOST, read, 0, ""

    def order(self, until_ms: int) -> Order:
        """Have the accounts read. UnwritableError when the disk does not take what is asked."""
        self.number += 1
        self.id = f"{HOST}.read#{self.number}"
        question, answer = (self.folder / name for name in ("serve.read", "serve.plan"))
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            answer.unlink(missing_ok=True)
            question.write_bytes(pickle.dumps(self.read))
        except OSError as error:
            self.id = ""
            raise UnwritableError("not read", [Problem(path=str(question), message=error.strerror or str(error))]) from error
        words = (str(question), str(answer))
        return Order(id=self.id, run=f"{HOST}.read", words=words, folder=str(self.folder), until_ms=until_ms, work=WORK)

    def answer(self, ended: Ended) -> Plan:
        """What was read. ConfigError where the accounts will not run, or their reading ended otherwise."""
        self.id = ""
        found: object = None
        with suppress(OSError, EOFError, pickle.UnpicklingError):
            found = pickle.loads((self.folder / "serve.plan").read_bytes())  # noqa: S301 - our own bytes
        if isinstance(found, Plan):
            return found
        if isinstance(found, RunnerError):
            raise found
        why = f"reading them broke off: {reason(ended.status)}; see {self.folder}/serve.log"
        raise ConfigError("not read", [Problem(path="accounts", message=why)])


def main(words: Sequence[str]) -> None:
    """Read as the first file asks, and leave what was found in the second one."""
    question, answer = map(Path, words)
    read = pickle.loads(question.read_bytes())  # noqa: S301 - our own bytes
    try:
        found = read()
    except RunnerError as error:
        found = error
    part = answer.with_name(answer.name + ".part")
    part.write_bytes(pickle.dumps(found))
    part.replace(answer)
