"""The desk for programs: JSON, described by OpenAPI."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Form, HTTPException, Query, Request, Response
from pydantic import BaseModel

from runner import __version__
from runner.board.acting import BusyError, Done, UnconfirmedError
from runner.board.card import Card
from runner.board.desk import since
from runner.board.metrics import scraped
from runner.board.places import Place
from runner.board.served import HostTrouble
from runner.board.world import World
from runner.journal.live import JournalError
from runner.model.errors import RunnerError

type Span = Literal["day", "week", "all"]
PLAIN = "text/plain; version=0.0.4; charset=utf-8"


class Health(BaseModel):
    """The desk itself."""

    status: Literal["ok"]
    version: str


class Heartbeat(BaseModel):
    """Signs of life of an account, UTC milliseconds; 0 = never. silent: the bot; guard_silent: the guard, which nobody stopped.

    unguarded: why a guard that is there has not been able to look for a minute, "" where it can, or none is there. gone: that its file is
    gone while something is open, "" where not. given_up: serve starts a run no more. readable: false where its status cannot be read, and
    nothing is known.
    """

    account: str
    environment: str
    bot_ms: int
    guard_ms: int
    unguarded: str
    gone: str = ""
    silent: bool
    guard_silent: bool
    given_up: bool
    readable: bool | None


class Heartbeats(BaseModel):
    """Signs of life of every account. ok: bots and guards are heard of, can be read, serve is there and gave up nothing.

    host: what is wrong with serve itself and with what it runs for all.
    """

    ok: bool
    at_ms: int
    accounts: list[Heartbeat]
    host: list[HostTrouble]


class Rows(BaseModel):
    """Rows of an account's journal."""

    account: str
    since_ms: int
    rows: list[dict[str, Any]]


def routes(world: World) -> APIRouter:
    """Every route of the API."""
    router = APIRouter()
    reading(router, world)
    history(router, world)
    acting(router, world)
    return router


def reading(router: APIRouter, world: World) -> None:
    """How everything stands."""

    @router.get("/health", tags=["desk"])
    def health() -> Health:
        """The desk answers; asks nothing of any account and needs no token."""
        return Health(status="ok", version=__version__)

    @router.get("/api/heartbeat", tags=["accounts"], responses={503: {"model": Heartbeats}})
    def heartbeat(response: Response) -> Heartbeats:
        """Signs of life of every account; 503 when bot or guard is silent or blind, status unreadable, file or serve gone, a run ended."""
        cards = world.desk.cards()
        beats = [
            Heartbeat(
                account=card.name,
                environment=card.environment,
                bot_ms=card.beat_ms,
                guard_ms=card.guard_ms,
                unguarded=world.veil.text(card.unguarded),
                gone=world.veil.text(card.gone),
                silent=card.silent,
                guard_silent=card.guard_silent,
                given_up=card.given_up,
                readable=card.readable,
            )
            for card in cards
        ]
        host = [replace(each, words=world.veil.text(each.words)) for each in world.desk.host_troubles()]
        ok = all(map(well, beats)) and not any(each.gone or each.given_up for each in host)
        response.status_code = 200 if ok else 503
        return Heartbeats(ok=ok, at_ms=world.desk.clock.now_ms(), accounts=beats, host=host)

    @router.get("/metrics", tags=["desk"], response_class=Response)
    def metrics() -> Response:
        """Gauges of every account, for Prometheus."""
        desk = world.desk
        return Response(scraped(desk.cards(), desk.served(), desk.clock.now_ms()), media_type=PLAIN)

    @router.get("/api/accounts", tags=["accounts"])
    def accounts() -> list[Card]:
        """Every account, what needs attention first."""
        return [veiled(world, card) for card in world.desk.cards()]

    @router.get("/api/accounts/{name}", tags=["accounts"])
    def account(name: str) -> Card:
        """How one account stands."""
        return veiled(world, world.desk.card(world.place(name)))


def history(router: APIRouter, world: World) -> None:
    """What the journal of an account holds."""

    @router.get("/api/accounts/{name}/marks", tags=["history"])
    def marks(name: str, span: Annotated[Span, Query()] = "day") -> Rows:
        """How it stood in the span, oldest first; more than 600 marks are thinned evenly."""
        return rows(world, name, span, "marks")

    @router.get("/api/accounts/{name}/decisions", tags=["history"])
    def decisions(name: str, span: Annotated[Literal["day", "week"], Query()] = "day") -> Rows:
        """What was decided and why, newest first, 200 at most."""
        return rows(world, name, span, "decisions")

    @router.get("/api/accounts/{name}/orders", tags=["history"])
    def orders(name: str, span: Annotated[Span, Query()] = "day") -> Rows:
        """Orders and what became of them, newest first, 200 at most."""
        return rows(world, name, span, "orders")

    @router.get("/api/accounts/{name}/notes", tags=["history"])
    def notes(name: str, span: Annotated[Span, Query()] = "week") -> Rows:
        """What else happened, newest first, 200 at most."""
        return rows(world, name, span, "notes")


def acting(router: APIRouter, world: World) -> None:
    """What may be done with the token."""
    refusals: dict[int | str, dict[str, Any]] = {
        403: {"description": "no token, a wrong one, or a desk that only shows"},
        429: {"description": "too often"},
    }

    @router.post("/api/accounts/{name}/halt", tags=["acting"], responses=refusals)
    def halt(request: Request, name: str, why: Annotated[str, Form()] = "", token: Annotated[str, Form()] = "") -> Done:
        """Take no new entries, withdraw those that rest; positions keep their stops."""
        who = world.acts(request, token, often=name)
        place = world.place(name)
        return refusing(lambda: world.hands.halt(place, world.desk.known(place), why, who))

    @router.post("/api/accounts/{name}/release", tags=["acting"], responses=refusals)
    def release(request: Request, name: str, token: Annotated[str, Form()] = "") -> Done:
        """Lift every halt of the account, the guard's too."""
        who = world.acts(request, token, often=name)
        place = world.place(name)
        return refusing(lambda: world.hands.release(place, who))

    @router.post("/api/accounts/{name}/flatten", tags=["acting"], responses=refusals | {400: {"description": "not confirmed"}})
    def flatten(request: Request, name: str, confirm: Annotated[str, Form()] = "", token: Annotated[str, Form()] = "") -> Done:
        """Halt, withdraw, close everything, in a process of its own. confirm: the account's name, typed."""
        who = world.acts(request, token)
        place = world.place(name)
        return refusing(lambda: world.hands.flatten(place, world.desk.known(place), confirm, who))


def well(beat: Heartbeat) -> bool:
    """Whether there is nothing of which a monitor should know."""
    return not (beat.silent or beat.guard_silent or beat.unguarded or beat.gone or beat.given_up or beat.readable is False)


def rows(world: World, name: str, span: str, kind: str) -> Rows:
    """Rows of a kind; status 503 with one line where the journal cannot be read."""
    place = world.place(name)
    since_ms = since(span, world.desk.clock.now_ms())
    readers: dict[str, Callable[[Place, int], Sequence[Any]]] = {
        "marks": world.desk.marks,
        "decisions": world.desk.decisions,
        "orders": world.desk.orders,
        "notes": world.desk.notes,
    }
    try:
        found = readers[kind](place, since_ms)
    except JournalError as error:
        raise HTTPException(503, world.veil.text(world.desk.unread(place, error))) from None
    return Rows(account=place.key, since_ms=since_ms, rows=[world.veil.data(asdict(row)) for row in found])


def veiled(world: World, card: Card) -> Card:
    """A card whose texts hold no secret."""
    told = world.veil.text
    runs = tuple(replace(run, said=told(run.said), missed=told(run.missed), given_up=told(run.given_up)) for run in card.runs)
    frozen = tuple(replace(each, why=told(each.why)) for each in card.frozen)
    needs = tuple(map(told, card.needs))
    said = {"halted": told(card.halted), "unguarded": told(card.unguarded), "gone": told(card.gone)}
    return replace(card, **said, needs=needs, runs=runs, frozen=frozen)  # type: ignore[arg-type]


def refusing(do: Any) -> Done:
    """Do it; what is refused becomes a status and one line."""
    try:
        done: Done = do()
    except UnconfirmedError as error:
        raise HTTPException(400, one_line(error)) from None
    except BusyError as error:
        raise HTTPException(409, one_line(error)) from None
    except (RunnerError, OSError) as error:
        raise HTTPException(503, one_line(error)) from None
    return done


def one_line(error: Exception) -> str:
    """What was refused and why."""
    return " ".join(str(error).split())
