"""Requests to the venue: one policy of repeating, one budget, one circuit breaker, one clock."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from loguru import logger
from pybit.exceptions import FailedRequestError, InvalidRequestError

from runner.live.breaker import Breaker
from runner.live.budget import Budget, reset_of
from runner.live.client import Client
from runner.live.clock import Clock
from runner.live.keys import REDACTOR, Keys
from runner.live.offset import Offset
from runner.live.outcome import Blocked, Halting, Reaction, Rejected, Unknown, reaction
from runner.model.errors import ConfigError, DataError
from runner.wire.bybit import BybitDialect, queries
from runner.wire.call import Call, Urgency
from runner.wire.fields import Row

REPEATS = 3
FIRST_WAIT_MS = 1_000  # doubled with each repeat
TIMEOUT_MS = 5_000
NOT_ACCEPTED = (401, 10003, 10004, 10007, 33004)  # key or signature; other refusals are of rights, addresses and accounts
UNREADABLE = (ValueError, TypeError, KeyError, AttributeError)  # what pybit lets escape where an answer is no object or misses fields


class Rest:
    """Sends calls and reads answers.

    raises Rejected, Unknown, Blocked or Halting and nothing else. A GET that ends Unknown is repeated three times; a POST never. What was
    refused for the rate limit or for its timestamp was not executed and is repeated, whatever it is.
    heard: told the venue's time of every answer. account: whose log lines these are. repeats: of a GET, 0 for who comes again by himself.
    protects: everything asked and sent here protects, so that no circuit breaker and no reserve keeps it back.
    """

    def __init__(  # noqa: PLR0913 - who, where and when, and six that have defaults
        self,
        dialect: BybitDialect,
        keys: Keys | None,
        clock: Clock,
        *,
        timeout_ms: int = TIMEOUT_MS,
        measure_every_ms: int | None = 600_000,
        heard: Callable[[int], None] = lambda _: None,
        account: str = "",
        repeats: int = REPEATS,
        protects: bool = False,
    ) -> None:
        self.clock, self.heard, self._keyless = clock, heard, keys is None
        self._named = keys.named if keys is not None else ""
        self._whose = f"{f'account {account}, ' if account else ''}{dialect.environment}"
        self._repeats, self._protects = repeats, protects
        self._log = logger.bind(environment=dialect.environment, **({"account": account} if account else {}))
        self.offset = Offset(clock, self._clock_sample, every_ms=measure_every_ms)
        self.budget, self.breaker = Budget(clock), Breaker()
        self.client = Client(dialect, keys, self.offset.venue_ms, timeout_ms)
        self._chance = random.Random()  # noqa: S311 - spreads repeats, guards nothing

    def ask[T](self, call: Call, read: Callable[[Row, int], T]) -> T:
        """What `read` makes of the answer's result and time; an answer it cannot read is Unknown."""
        if call.signed and self._keyless:
            raise ConfigError(f"{call.path} needs keys, and this connection has none")
        call = replace(call, urgency=Urgency.PROTECTIVE) if self._protects else call
        attempt, measured = 0, False
        while True:
            if call.signed:
                self.offset.keep()
            try:
                return self._once(call, read)
            except (Rejected, Unknown) as problem:
                if isinstance(problem, Rejected) and problem.reaction is Reaction.MEASURE_CLOCK:
                    if measured:
                        raise Halting(problem.code, f"the venue does not accept our time, measured twice: {problem.message}") from None
                    measured = True
                    self._measure_again(problem)
                    continue
                self._wait(call, problem, attempt)
                attempt += 1

    def close(self) -> None:
        """Let go of the connection."""
        self.client.close()

    def _measure_again(self, refusal: Rejected) -> None:
        """Take the venue's time anew; where it is not told, the refusal stands."""
        try:
            self.offset.measure()
        except (Rejected, Unknown):
            raise refusal from None

    def _wait(self, call: Call, problem: Rejected | Unknown, attempt: int) -> None:
        """Wait before the next attempt; raises the problem where there is none."""
        limited = isinstance(problem, Rejected) and problem.reaction is Reaction.WAIT
        if attempt >= (REPEATS if limited else self._repeats):
            raise (Blocked(self.clock.now_ms(), f"the venue's rate limit for {call.path} holds") if limited else problem) from None
        if limited:
            return  # the budget knows when requests are allowed again
        overloaded = isinstance(problem, Rejected) and problem.reaction is Reaction.BACK_OFF
        if not call.repeatable or not (overloaded or isinstance(problem, Unknown)):
            raise problem from None
        wait_ms = FIRST_WAIT_MS * 2**attempt
        self._log.warning("{} {}; again in {} ms", call.path, problem, wait_ms)
        self.clock.sleep_ms(wait_ms + (self._chance.randrange(wait_ms) if overloaded else 0))

    def _once[T](self, call: Call, read: Callable[[Row, int], T]) -> T:
        self.breaker.check(call, self.clock.now_ms())
        if call.urgency is Urgency.ENTRY:
            self.offset.check()
        self.budget.take(call)
        try:
            result, at_ms = self._answer(call)
            self.heard(at_ms)
            value = read(result, at_ms)
        except DataError as error:
            self.breaker.failed(call, self.clock.now_ms())
            raise Unknown(REDACTOR.text(str(error))) from None
        except Unknown:
            self.breaker.failed(call, self.clock.now_ms())
            raise
        except Rejected:
            self.breaker.worked(call)
            raise
        self.breaker.worked(call)
        return value

    def _answer(self, call: Call) -> tuple[Row, int]:
        """The result of a good answer, and the venue's time."""
        try:
            answer, headers = self.client.send(call)
        except InvalidRequestError as error:
            raise self._refused(call, error.status_code, error.message, error.resp_headers) from None
        except FailedRequestError as error:
            raise self._failed(call, error.status_code, error.message) from None
        except OSError as error:  # those of requests among them
            raise Unknown(f"{call.path} got no answer from {address_of(self.client.endpoint)} ({type(error).__name__})") from None
        except UNREADABLE as error:
            raise Unknown(f"{call.path} was answered with what cannot be read ({type(error).__name__})") from None
        self.budget.heard(call, headers, self.offset.offset_ms)
        return _opened(answer, self.offset.venue_ms())

    def _refused(self, call: Call, code: Any, message: Any, headers: Mapping[str, str] | None) -> Exception:
        """A refusal in the venue's own words, as what it means."""
        if isinstance(code, bool) or not isinstance(code, int):
            return Unknown(f"{call.path} was answered with code {REDACTOR.text(repr(code)):.40}")
        self.budget.heard(call, headers or {}, self.offset.offset_ms)
        text, asks = REDACTOR.text(f"{message}"), reaction(code)
        if asks is Reaction.LOOK_UP:
            return Unknown(f"{call.path}: {text} (code {code})")
        if asks is Reaction.HALT:
            return self._halting(code, text)
        if asks is Reaction.WAIT:
            reset_ms = reset_of(headers)
            self.budget.spent(call, None if reset_ms is None else reset_ms - self.offset.offset_ms)
        return Rejected(code, text, asks)

    def _failed(self, call: Call, status: Any, message: str) -> Exception:
        """An HTTP status that is not 200, or a body that is no JSON (which pybit calls 409)."""
        if status == 403:
            return self.breaker.ban(self.clock.now_ms())
        if status == 429:
            return Rejected(429, "the venue is overloaded", Reaction.BACK_OFF)
        if status == 401:
            return self._halting(401, "not authorised")
        if status in (400, 404, 405):
            return Rejected(status, f"{call.path} does not exist here (HTTP {status})", Reaction.BUG)
        return Unknown(f"{call.path}: {REDACTOR.text(message)} (status {status})")

    def _halting(self, code: int, said: str) -> Halting:
        """What the venue has against the keys, with whose they are and where they were found."""
        why = f"the venue does not accept {self._named}" if code in NOT_ACCEPTED else f"the venue refuses requests of {self._named}"
        return Halting(code, f"{self._whose}: {why}: {said}")

    def _clock_sample(self) -> int:
        """The venue's time, asked for once."""
        return self._once(queries.clock(), lambda _, at_ms: at_ms)


def address_of(endpoint: str) -> str:
    """Host and port of an endpoint."""
    parts = urlsplit(endpoint)
    host = parts.netloc.rpartition("@")[2]
    return host if parts.port else f"{host}:{443 if parts.scheme == 'https' else 80}"


def _opened(answer: Any, now_ms: int) -> tuple[Row, int]:
    """The result inside the venue's envelope; what is no envelope is refused."""
    if not isinstance(answer, Mapping):
        raise DataError("the venue's answer cannot be read: expected an object")
    envelope = Row(answer, "answer")
    if envelope.whole("retCode") != 0:
        envelope.fail("retCode", "0")
    return envelope.row("result"), envelope.whole("time", now_ms)
