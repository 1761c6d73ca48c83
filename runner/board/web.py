"""The desk for people: pages and forms."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from math import fsum
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Form, HTTPException, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from runner.board.api import refusing
from runner.board.card import Card, Level
from runner.board.chart import chart_of
from runner.board.desk import since
from runner.board.gate import SESSION_MS
from runner.board.places import Place
from runner.board.render import asset, page
from runner.board.words import told
from runner.board.world import COOKIE, FOREIGN, NO_TOKEN, READ_ONLY, World, same, who
from runner.journal.live import JournalError
from runner.model.duration import DAY_MS, SECOND_MS

SPANS = ("day", "week", "all")
ASSETS = {"desk.css": "text/css; charset=utf-8", "desk.js": "text/javascript; charset=utf-8", "desk.svg": "image/svg+xml"}
SEE_OTHER = 303


def routes(world: World) -> APIRouter:
    """Every page."""
    router = APIRouter(include_in_schema=False)
    showing(router, world)
    parts(router, world)
    signing(router, world)
    acting(router, world)
    files(router)
    return router


def showing(router: APIRouter, world: World) -> None:
    """Whole pages."""

    @router.get("/", response_class=HTMLResponse)
    def accounts(request: Request) -> HTMLResponse:
        return shown(world, request, "accounts.html", **glance(world), every=world.every_ms)

    @router.get("/accounts/{name}", response_class=HTMLResponse)
    def account(request: Request, name: str, span: str = "day") -> HTMLResponse:
        return shown(world, request, "account.html", **story(world, world.place(name), span), every=world.every_ms)

    @router.get("/accounts/{name}/flatten", response_class=HTMLResponse)
    def flatten(request: Request, name: str) -> Response:
        if not world.inside(request):
            return RedirectResponse(f"/sign-in?next=/accounts/{quote(name)}/flatten", SEE_OTHER)
        return shown(world, request, "flatten.html", card=world.desk.card(world.place(name)), said="")

    @router.get("/api", response_class=HTMLResponse)
    def api(request: Request) -> HTMLResponse:
        return shown(world, request, "api.html", routes=described(request.app.openapi()))


def parts(router: APIRouter, world: World) -> None:
    """What a page asks for again and again."""

    @router.get("/part/accounts", response_class=HTMLResponse)
    def accounts(request: Request) -> HTMLResponse:
        return shown(world, request, "accounts_part.html", **glance(world))

    @router.get("/part/accounts/{name}", response_class=HTMLResponse)
    def account(request: Request, name: str, span: str = "day") -> HTMLResponse:
        return shown(world, request, "account_part.html", **story(world, world.place(name), span))


def signing(router: APIRouter, world: World) -> None:
    """In and out."""

    @router.get("/sign-in", response_class=HTMLResponse)
    def form(request: Request, next: str = "/") -> HTMLResponse:  # noqa: A002 - what the address says
        return shown(world, request, "sign_in.html", next=inward(next), said="")

    @router.post("/sign-in")
    def enter(request: Request, token: Annotated[str, Form()] = "", next: Annotated[str, Form()] = "/") -> Response:  # noqa: A002
        if (origin := request.headers.get("origin", "")) and not same(origin, request):
            raise HTTPException(403, FOREIGN)
        if not world.gate.acts:
            raise HTTPException(403, READ_ONLY)
        if not world.right(token, request):
            world.hands.write("", "sign-in", "refused", who(request))
            return shown(world, request, "sign_in.html", status=403, next=inward(next), said=NO_TOKEN)
        world.hands.write("", "sign-in", "let in", who(request))
        answer = RedirectResponse(inward(next), SEE_OTHER)
        secure = origin.startswith("https:")  # what the browser sees, also behind a proxy that speaks TLS
        answer.set_cookie(COOKIE, world.gate.enter(), max_age=SESSION_MS // SECOND_MS, httponly=True, samesite="strict", secure=secure)
        return answer

    @router.post("/sign-out")
    def leave(request: Request) -> Response:
        if same(request.headers.get("origin", ""), request):
            world.gate.leave(request.cookies.get(COOKIE, ""))
        answer = RedirectResponse("/", SEE_OTHER)
        answer.delete_cookie(COOKIE)
        return answer


def acting(router: APIRouter, world: World) -> None:
    """The buttons."""

    @router.post("/accounts/{name}/halt")
    def halt(request: Request, name: str, why: Annotated[str, Form()] = "", token: Annotated[str, Form()] = "") -> Response:
        person, place = world.acts(request, token, often=name), world.place(name)
        refusing(lambda: world.hands.halt(place, world.desk.known(place), why, person))
        return back(place)

    @router.post("/accounts/{name}/release")
    def release(request: Request, name: str, token: Annotated[str, Form()] = "") -> Response:
        person, place = world.acts(request, token, often=name), world.place(name)
        refusing(lambda: world.hands.release(place, person))
        return back(place)

    @router.post("/accounts/{name}/flatten")
    def flatten(request: Request, name: str, confirm: Annotated[str, Form()] = "", token: Annotated[str, Form()] = "") -> Response:
        person, place = world.acts(request, token), world.place(name)
        try:
            refusing(lambda: world.hands.flatten(place, world.desk.known(place), confirm, person))
        except HTTPException as refused:
            world.hands.write(place.key, "flatten", f"refused: {refused.detail}", person)
            card = world.desk.card(place)
            return shown(world, request, "flatten.html", status=refused.status_code, card=card, said=refused.detail)
        return back(place)


def files(router: APIRouter) -> None:
    """Style sheet, script and sign."""

    @router.get("/{name}")
    def file(name: str) -> Response:
        if name not in ASSETS:
            raise HTTPException(404, "there is no such page")
        return Response(asset(name), media_type=ASSETS[name])


def shown(world: World, request: Request, name: str, status: int = 200, **values: Any) -> HTMLResponse:
    """A page, with what every page knows."""
    common = {"acts": world.gate.acts, "inside": world.inside(request)}
    return HTMLResponse(page(world.templates, name, **common, **values), status)


def glance(world: World) -> dict[str, Any]:
    """What the first page shows."""
    cards, host = world.desk.cards(), world.desk.host_troubles()
    urgent = sum(card.level in (Level.BAD, Level.WARN) for card in cards)
    summary = f"{urgent} of {len(cards)} {'account needs' if urgent == 1 and len(cards) == 1 else 'accounts need'} attention"
    if not urgent:
        summary = "No account needs attention" if cards else "No accounts yet"
    if host:
        summary = f"{'Serve' if any(each.gone for each in host) else 'The host'} needs attention; {summary[0].lower()}{summary[1:]}"
    title = f"({urgent + len(host)}) desk" if urgent or host else "desk"
    return {
        "cards": cards,
        "groups": [("Needs attention", cards[:urgent]), ("Calm", cards[urgent:])],
        "open": sum(len(card.positions) for card in cards),
        "sums": sums(cards),
        "host": host,
        "many": len(world.desk.homes) > 1,
        "now": world.desk.clock.now_ms(),
        "summary": summary,
        "title": title,
        "loading": False,
    }


def sums(cards: Iterable[Card]) -> list[tuple[str, float]]:
    """The day's result of all accounts, by currency."""
    found: dict[str, list[float]] = {}
    for card in cards:
        if card.day_result is not None:
            found.setdefault(card.currency, []).append(card.day_result)
    return [(currency, fsum(results)) for currency, results in sorted(found.items())]


def story(world: World, place: Place, span: str) -> dict[str, Any]:
    """What an account's page shows; a journal that cannot be read leaves its parts empty and says why."""
    desk, now_ms, span = world.desk, world.desk.clock.now_ms(), span if span in SPANS else "day"
    card = desk.card(place)
    values: dict[str, Any] = {"chart": None, "decisions": [], "notes": [], "unread": ""}
    try:
        values["chart"] = chart_of(desk.marks(place, since(span, now_ms)), card.currency)
        values["decisions"] = desk.decisions(place, since("day", now_ms))
        values["notes"] = [replace(each, detail=world.veil.data(each.detail)) for each in desk.notes(place, now_ms - 7 * DAY_MS)]
    except JournalError as error:
        values["unread"] = world.veil.text(desk.unread(place, error))
    host = [each for each in desk.host_troubles() if each.home == place.home.name]
    return {
        **values,
        "card": card,
        "host": host,
        "many": False,
        "now": now_ms,
        "span": span,
        "log": desk.log(place),
        "output": world.hands.output(place),
    }


def back(place: Place) -> Response:
    """To the account's page."""
    return RedirectResponse(f"/accounts/{quote(place.key)}", SEE_OTHER)


def inward(address: str) -> str:
    """An address of the desk itself; the first page for any other."""
    own = address.startswith("/") and address[1:2] not in ("/", "\\") and address.isprintable()
    return address if own else "/"


def described(schema: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Method, path and words of each route."""
    return [
        (method.upper(), path, told(each.get("description", "")).split("\n")[0])
        for path, methods in schema["paths"].items()
        for method, each in methods.items()
    ]
