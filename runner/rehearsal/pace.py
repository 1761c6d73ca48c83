"""How time goes on: in step with the parties that say when they are idle, or as this computer's clock does."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from aiohttp import WSMsgType, web

from runner.rehearsal.moves import Move, Pause

if TYPE_CHECKING:
    from runner.rehearsal.face.wire import Wire

NEVER = 1 << 62
LOOK_S = 0.02
AFTERMATH_MS = 20_000  # after the last move, in which whoever still waits for something may ask


class Party:
    """Somebody who trades here in step. `until`: when it wants to be woken; `idle`: it has nothing to do before."""

    def __init__(self, socket: web.WebSocketResponse) -> None:
        self.socket = socket
        self.name = ""
        self.until = NEVER
        self.seq = -1
        self.frames: dict[str, int] = {}


class Pace:
    """The exchange's time in lockstep: it only goes on when every party has answered everything it was sent."""

    def __init__(self, wire: Wire) -> None:
        self.wire = wire
        self.parties: list[Party] = []
        self.needed: set[str] = set()  # names of parties without which time stands still
        self.seq = 0
        self.told = 0  # frames given out when the parties were last told
        self.change = asyncio.Event()
        self.over = False
        wire.hub.returned = self.change.set

    # --- parties ------------------------------------------------------------------------------------------------------

    async def join(self, request: web.BaseRequest) -> web.WebSocketResponse:
        """A party on the control channel, from its first word to its end."""
        socket = web.WebSocketResponse(compress=False)
        await socket.prepare(request)
        party = Party(socket)
        self.parties.append(party)
        await self.tell(party)
        try:
            async for message in socket:
                if message.type is WSMsgType.TEXT:
                    self.hear(party, json.loads(message.data))
        finally:
            self.parties.remove(party)
            self.change.set()
        return socket

    def hear(self, party: Party, message: dict[str, Any]) -> None:
        """A party says that it is idle."""
        party.name = str(message.get("party", ""))
        until = message.get("until")
        party.until = NEVER if until is None else int(until)
        party.frames, party.seq = dict(message.get("frames", {})), int(message.get("seq", 0))
        self.change.set()

    async def tell(self, party: Party) -> None:
        """Tell a party the time, and how many frames it will have when everything is there."""
        message = {"op": "end" if self.over else "time", "now": self.wire.front.exchange.now_ms, "seq": self.seq}
        with suppress(ConnectionError, RuntimeError):
            await party.socket.send_str(json.dumps(message | {"frames": self.wire.hub.counts()}))

    async def tell_all(self) -> None:
        """Tell every party the time; nobody needs to answer."""
        for party in list(self.parties):
            await self.tell(party)

    def idle(self) -> bool:
        """Whether every party, and there is one, has answered all it was told."""
        hub = self.wire.hub
        if hub.away and self.wire.front.exchange.now_ms >= self.wire.front.faults.refuse_streams_until and hub.missed():
            return False
        here = {party.name for party in self.parties}
        if not here or not self.needed <= here or any(party.seq != self.seq for party in self.parties):
            return False
        known: dict[str, int] = {}
        for party in self.parties:
            known |= party.frames
        return all(known.get(name, 0) == count for name, count in hub.counts().items())

    # --- time -----------------------------------------------------------------------------------------------------------

    async def settle(self) -> None:
        """Give out what there is to tell; where it was something, wait until the parties have dealt with it."""
        self.wire.flush()
        if self.wire.hub.given != self.told or not self.parties:
            await self.wake()

    async def wake(self) -> None:
        """Tell the parties, and wait for all of them."""
        self.seq += 1
        self.told = self.wire.hub.given
        await self.tell_all()
        await self.quiet()

    async def quiet(self) -> None:
        """Wait until everybody is idle."""
        while not self.idle():
            self.change.clear()
            with suppress(TimeoutError):
                await asyncio.wait_for(self.change.wait(), LOOK_S if self.wire.hub.away else None)
        self.told = self.wire.hub.given

    async def reach(self, at: int) -> None:
        """Time goes to `at`; parties that want to be woken before are, and late frames go out on their way."""
        exchange = self.wire.front.exchange
        while (due := min([self.wire.due(), *(party.until for party in self.parties)], default=NEVER)) < at:
            woken = any(party.until <= due for party in self.parties)
            exchange.to(due)
            await self.wire.overdue()
            for party in self.parties:
                party.until = NEVER if party.until <= due else party.until
            if woken:
                self.wire.flush()
                await self.wake()
            else:
                await self.settle()
        exchange.to(at)
        await self.wire.overdue()

    async def wake_due(self) -> None:
        """Wake the parties that want to be woken at this very instant."""
        now = self.wire.front.exchange.now_ms
        while any(party.until <= now for party in self.parties):
            for party in self.parties:
                party.until = NEVER if party.until <= now else party.until
            self.wire.flush()
            await self.wake()

    async def run(self, moves: Iterator[Move]) -> None:
        """Show a replay to the parties."""
        await self.quiet()
        for move in moves:
            if move is None:
                await self.settle()
            elif move is Pause.BEFORE_IT_MOVES:
                await self.wake_due()
            else:
                await self.reach(move)
        end = self.wire.front.exchange.now_ms + AFTERMATH_MS
        if min([self.wire.due(), *(party.until for party in self.parties)], default=NEVER) < end:
            await self.reach(end)
        await self.finish()

    async def finish(self) -> None:
        """Tell everybody that it is over."""
        self.over = True
        self.seq += 1
        await self.tell_all()


async def stroll(wire: Wire, moves: Iterator[Move]) -> None:
    """Show a replay by this computer's clock; nobody is waited for."""
    front = wire.front
    for move in moves:
        if move is None or move is Pause.BEFORE_IT_MOVES:
            wire.flush()
            await asyncio.sleep(0)
            continue
        while (left := move - front.tick()) > 0:
            await asyncio.sleep(min(left / 1000 / front.service.speed, 1.0))
            await wire.overdue()
