"""A party that is in step with the exchange: time is the exchange's, and waiting tells it that it may go on."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any

import websocket

from runner.model.errors import Problem, RunnerError
from runner.model.trading import Seen

PATIENCE_S = 20.0  # of ours, without a word from the exchange
LOOK_S = 0.05
FAR_MS = 1 << 60


class EndOfRehearsal(Exception):  # noqa: N818 - it is no error
    """The exchange has nothing more to show."""


class Paced:
    """Clock and inbox of a party. `frames` is set to what its streams count once they are there."""

    def __init__(self, address: str, party: str = "bot") -> None:
        self.party = party
        self.frames: Callable[[], Mapping[str, int]] = dict
        self._socket = websocket.create_connection(f"{address}/control", timeout=PATIENCE_S, enable_multithread=True)
        self._change = threading.Condition()
        self._events: list[Seen] = []
        self._now_ms = self._seq = self._words = 0
        self._sent: dict[str, int] = {}
        self._over = self._lost = False
        self._said: tuple[Any, ...] = ()
        self._reader = threading.Thread(target=self._read, name="pace", daemon=True)
        self._reader.start()

    # --- clock --------------------------------------------------------------------------------------------------------

    def now_ms(self) -> int:
        """The exchange's time, as it was last told."""
        return self._now_ms

    def heard(self, at_ms: int) -> None:
        """An answer told the exchange's time."""
        with self._change:
            self._now_ms = max(self._now_ms, at_ms)

    def sleep_ms(self, ms: int) -> None:
        """Let the exchange's time pass."""
        until = self._now_ms + ms
        with self._change:
            while self._now_ms < until:
                self._idle(until, asleep=True)
                self._pause()

    # --- inbox --------------------------------------------------------------------------------------------------------

    def put(self, seen: Seen) -> None:
        """Take one thing; called by the streams' threads."""
        with self._change:
            self._events.append(seen)
            self._change.notify_all()

    def wait(self, until_ms: int) -> Sequence[Seen]:
        """Everything that has come; the exchange goes on while there is nothing, until then at the longest."""
        with self._change:
            patient = True
            while True:
                if (self._complete() or not patient) and (self._events or self._now_ms >= until_ms):
                    events, self._events = self._events, []
                    return events
                self._idle(min(until_ms, FAR_MS))
                patient = self._pause() or not self._events

    def close(self) -> None:
        """Leave."""
        with suppress(OSError, websocket.WebSocketException):
            self._socket.close()

    # --- within -------------------------------------------------------------------------------------------------------

    def _complete(self) -> bool:
        """Whether everything the exchange says it has sent is here, and nothing that it has still to say so of."""
        here = self.frames()
        return all(self._sent.get(name, 0) == count for name, count in here.items())

    def _idle(self, until_ms: int, *, asleep: bool = False) -> None:
        """Tell the exchange that nothing is left to do (asleep: that nothing will be done), once for each state of things."""
        here = dict(self.frames())
        said = (until_ms, tuple(sorted(here.items())), self._seq)
        if said != self._said and (asleep or not self._events):
            self._said = said
            message = {"op": "idle", "party": self.party, "until": until_ms, "frames": here, "seq": self._seq}
            self._socket.send(json.dumps(message))

    def _pause(self) -> bool:
        """Wait for a word; False when none came for a while although there is something to do.

        What has come is looked at, not whether the wait was ended by it: a word that comes just as a wait runs out ends none.
        """
        words = self._words
        for _ in range(int(PATIENCE_S / LOOK_S)):
            if self._over:
                raise EndOfRehearsal
            if self._lost:
                break
            here = tuple(sorted(self.frames().items()))
            told = self._change.wait(LOOK_S)
            if told or words != self._words or here != tuple(sorted(self.frames().items())):
                return True
            if self._events:
                return False
        problem = Problem(path="control", message="the exchange went away" if self._lost else f"no word for {PATIENCE_S:.0f} s")
        raise RunnerError("the rehearsal stands still", [problem])

    def _read(self) -> None:
        """The control channel, in a thread of its own."""
        while True:
            try:
                text = self._socket.recv()
            except websocket.WebSocketTimeoutException:
                continue  # the exchange has had nothing to say while we were busy
            except (OSError, websocket.WebSocketException):
                text = ""
            with self._change:
                if not text:
                    self._lost = True
                    self._change.notify_all()
                    return
                self._hear(json.loads(text))
                self._change.notify_all()

    def _hear(self, message: Mapping[str, Any]) -> None:
        self._words += 1
        if message["op"] == "time":
            self._now_ms = max(self._now_ms, int(message["now"]))
            self._seq = max(self._seq, int(message.get("seq", 0)))
            self._sent.update(message.get("frames", {}))
        elif message["op"] == "end":
            self._over = True
