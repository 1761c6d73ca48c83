"""Parts of the desk by themselves: who may pass, what is hidden, what is believed of files, what is drawn. No server, no socket."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest
from fastapi import HTTPException
from prometheus_client.parser import text_string_to_metric_families
from starlette.requests import Request

from runner.board.acting import WHY, Act, BusyError, UnconfirmedError, plain
from runner.board.api import Heartbeat, refusing, veiled, well
from runner.board.card import Seen, card_of
from runner.board.chart import broken, hole
from runner.board.desk import since
from runner.board.files import TAIL_BYTES, Shelf, tail
from runner.board.gate import MINUTE_MS, SESSION_MS, SESSIONS, TRIES, Gate, StrangerError, TooOftenError, full, kept
from runner.board.journals import fault_of
from runner.board.metrics import scraped
from runner.board.places import Place
from runner.board.served import HostTrouble, believed, host_troubles, next_start, run_troubles
from runner.board.shield import LARGEST, Shield
from runner.board.stood import status_of
from runner.board.veil import Veil
from runner.board.world import World
from runner.board.world import shown as token_in
from runner.journal.live import LiveJournal
from runner.journal.live_rows import Note
from runner.journal.live_schema import VERSION
from runner.live.keys import REDACTOR, Keys, Secret
from runner.live.serving import Serving, file_of
from runner.live.state import Beat
from runner.live.status import FrozenStatus
from runner.live.status import file_of as status_file
from runner.model.errors import ConfigError, RunnerError
from tests.board.homes import DAY, GIVEN_UP, HOUR, NOON, left, run, serves, status
from tests.board.serving import TOKEN, Hand, world_of

PLACE = Place(key="mine", account="mine", home=Path("/nowhere"))


def asks(path: str = "/", method: str = "GET", **headers: str) -> Request:
    """A request that nobody sent."""
    raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in {"host": "localhost", **headers}.items()]
    scope = {"type": "http", "method": method, "path": path, "headers": raw, "query_string": b"", "client": ("10.0.0.9", 1)}
    return Request(scope | {"scheme": "http", "server": ("localhost", 80)})


def status_of_act(world: World, **headers: str) -> int:
    """What becomes of somebody who wants to act."""
    try:
        world.acts(asks("/accounts/mine/halt", "POST", **headers))
    except HTTPException as refused:
        return refused.status_code
    return 200


# --- the gate ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("token", ["", TOKEN[:1], TOKEN[:-1], TOKEN + "x", TOKEN.upper(), "ä"])
def test_nothing_but_the_whole_token_is_let_in(token: str) -> None:
    """Neither its beginning nor nothing at all."""
    with pytest.raises(StrangerError):
        Gate(clock=Hand(), token=Secret(TOKEN)).shown(token)
    with pytest.raises(StrangerError):
        Gate(clock=Hand()).shown(token)


def test_a_minute_later_it_may_be_tried_again() -> None:
    """Not a moment before."""
    clock = Hand()
    gate = Gate(clock=clock, token=Secret(TOKEN))

    def tried() -> type[Exception]:
        with pytest.raises((StrangerError, TooOftenError)) as refused:
            gate.shown("wrong", "10.0.0.1")
        return refused.type

    assert [tried() for _ in range(TRIES + 1)] == [StrangerError] * TRIES + [TooOftenError]
    clock.at_ms += MINUTE_MS - 1
    assert tried() is TooOftenError
    clock.at_ms += 1
    assert tried() is StrangerError
    assert not full(gate._tries, 2, clock.at_ms + MINUTE_MS)


def test_sessions_are_few_and_end() -> None:
    """The oldest goes where there are too many; those that have ended are forgotten."""
    clock = Hand()
    gate = Gate(clock=clock, token=Secret(TOKEN))
    names = [gate.enter() for _ in range(SESSIONS + 1)]
    assert [gate.inside(name) for name in (names[0], names[1], names[-1], "")] == [False, True, True, False]
    clock.at_ms += SESSION_MS - 1
    assert gate.inside(names[-1])
    clock.at_ms += 1
    assert not gate.inside(names[-1])
    last = gate.enter()
    assert list(gate._sessions) == [last]
    gate.leave(last)
    assert not gate.inside(last)


@pytest.mark.parametrize(
    ("host", "known"),
    [("10.0.0.1:8090", True), ("[fe80::1]:80", True), ("desk.example.com", True), ("1evil.example", False), ("10.0.0.1.evil", False)],
)
def test_names_that_are_answered_to(host: str, *, known: bool) -> None:
    """Addresses, and names that were given."""
    assert Gate(clock=Hand(), names=("desk.example.com",)).host_known(host) is known


@pytest.mark.parametrize("rights", [0o640, 0o604, 0o620])
def test_a_token_that_others_may_touch(tmp_path: Path, rights: int) -> None:
    """A group counts as others."""
    file = tmp_path / "desk.token"
    file.write_text(TOKEN)
    file.chmod(rights)
    with pytest.raises(ConfigError, match="may be read by others"):
        kept(file)


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"authorization": f"Bearer {TOKEN}"}, TOKEN),
        ({"authorization": f"bearer  {TOKEN} "}, TOKEN),
        ({"authorization": f"Basic {TOKEN}"}, ""),
        ({"authorization": TOKEN}, ""),
        ({"x_desk_token": TOKEN}, TOKEN),
        ({}, ""),
    ],
)
def test_where_a_token_is_looked_for(headers: dict[str, str], expected: str) -> None:
    """In the header of programs and in one of our own; no other scheme."""
    assert token_in(asks(**headers)) == expected


def test_who_may_act(tmp_path: Path) -> None:
    """The token from anywhere but another page; a session only with the desk's own origin."""
    world = world_of(tmp_path, Hand())
    session = {"cookie": f"desk={world.gate.enter()}"}
    bearer = {"authorization": f"Bearer {TOKEN}"}
    assert status_of_act(world, **bearer) == 200
    assert status_of_act(world, **bearer, origin="http://localhost") == 200
    assert status_of_act(world, **bearer, origin="http://evil.example") == 403
    assert status_of_act(world, **bearer, origin="null") == 403
    assert status_of_act(world, **session) == 403
    assert status_of_act(world, **session, origin="http://evil.example") == 403
    assert status_of_act(world, **session, origin="http://localhost") == 200
    assert status_of_act(world, **session, authorization="Bearer wrong", origin="http://localhost") == 403


@pytest.mark.parametrize(
    ("path", "method", "headers", "expected"),
    [
        ("/", "GET", {}, 303),
        ("/metrics", "GET", {}, 401),
        ("/part/accounts", "GET", {}, 401),
        ("/accounts/mine/halt", "POST", {}, 401),
        ("/health", "GET", {}, None),
        ("/sign-in", "POST", {"content_length": str(LARGEST)}, None),
        ("/sign-in", "POST", {"content_length": str(LARGEST + 1)}, 413),
        ("/sign-in", "POST", {"content_length": "-1"}, 413),
        ("/sign-in", "POST", {"transfer_encoding": "chunked"}, 413),
        ("/", "GET", {"x_desk_token": TOKEN}, None),
        ("/", "GET", {"host": "evil.example"}, 400),
    ],
)
def test_how_far_a_request_gets(tmp_path: Path, path: str, method: str, headers: dict[str, str], expected: int | None) -> None:
    """Where reading needs the token: pages lead to the sign-in, programs and forms are refused, long ones as well."""

    async def nobody(*_: Any) -> None:
        """Nothing answers here."""

    answer = Shield(nobody, world_of(tmp_path, Hand(), open_reading=False)).refused(asks(path, method, **headers))
    assert (answer.status_code if answer is not None else None) == expected


# --- the veil ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("environment", "text", "expected"),
    [
        ({"A_SECRET": "abcdefgh"}, "x abcdefgh y", "x *** y"),
        ({"A_SECRET": "abcdefg"}, "x abcdefg y", "x abcdefg y"),
        ({"DATABASE_URL": "postgresql://me:hunter2!@db/x"}, "password hunter2! failed", "password *** failed"),
        ({"A_SECRET": "abc<def&1"}, "x abc&lt;def&amp;1 y", "x *** y"),
        ({"A_SECRET": 'abc"def\\1'}, 'x abc\\"def\\\\1 y', "x *** y"),
        ({"A_TOKEN": "abcdefgh", "B_TOKEN": "abcdefgh-longer"}, "x abcdefgh-longer y", "x *** y"),
        ({"KEY_FILE": "/run/secrets/mine", "B_SECRET": "123456.5"}, "x /run/secrets/mine 123456.5 y", "x /run/secrets/mine 123456.5 y"),
        ({"HARMLESS": "abcdefgh"}, "x abcdefgh y", "x abcdefgh y"),
    ],
    ids=["a secret", "too short to tell", "inside an address", "as HTML", "as JSON", "one in another", "paths and numbers", "another name"],
)
def test_what_is_hidden(environment: dict[str, str], text: str, expected: str) -> None:
    """Values of telling names, however they are written; nothing else."""
    assert Veil(environment).values(text) == expected


def test_a_key_that_is_learnt_later_is_hidden_too() -> None:
    """The desk has looked before."""
    veil, before = Veil({}), REDACTOR.parts
    try:
        assert veil.values("a-key-of-a-file") == "a-key-of-a-file"
        REDACTOR.learn(Keys(key=Secret("a-key-of-a-file"), secret=Secret("a-key-of-a-file")))
        assert veil.values("a-key-of-a-file") == "***"
    finally:
        REDACTOR.parts = before


def test_data_under_a_telling_name_is_hidden_whole() -> None:
    """However deep; numbers and plain names stay."""
    data = {"api_key": "x", "list": [{"token": ["y"], "why": "z"}], "secret": "", "count": 7}
    assert Veil({}).data(data) == {"api_key": "***", "list": [{"token": ["***"], "why": "z"}], "secret": "", "count": 7}


def test_a_card_holds_no_secret() -> None:
    """In nothing that others wrote."""
    said = "secret=0123456789abcdef"
    why = FrozenStatus(symbol="BTCUSDT", why=said)
    seen = Seen(status=status("mine", frozen=(why,)), bot=Beat(at_ms=NOON, pid=1, doing=""), halted=f"halted by hand: {said}")
    card = replace(card_of(PLACE, seen, NOON), runs=(run("a", "mine", said=said, missed=said, given_up=said),), unguarded=said)
    world = world_of(Path("/nowhere"), Hand())
    assert "0123456789abcdef" in json.dumps(asdict(card))
    assert "0123456789abcdef" not in json.dumps(asdict(veiled(world, card)))


# --- what is believed -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "believed"),
    [
        ({}, True),
        ({"layout": 2}, False),
        ({"layout": None}, False),
        ({"equity": "10135.27"}, False),
        ({"worst_case": float("nan")}, True),
        ({"equity": float("nan")}, False),
        ({"days": 1.5}, False),
        ({"frozen": [{"symbol": 7, "why": ""}]}, False),
    ],
)
def test_which_status_is_believed(tmp_path: Path, change: dict[str, Any], *, believed: bool) -> None:
    """One with every field of its type; what is no number is nothing."""
    state = left(tmp_path, status("mine"))
    status_file(state).write_text(json.dumps(status("mine").record() | change))
    found = status_of(state)
    assert (found is not None) is believed
    assert "worst_case" not in change or (found is not None and found.worst_case is None)


def test_a_status_without_a_layout_is_of_another_time(tmp_path: Path) -> None:
    """Though every field fits."""
    state = left(tmp_path, status("mine"))
    status_file(state).write_text(json.dumps({name: each for name, each in status("mine").record().items() if name != "layout"}))
    assert status_of(state) is None


def test_what_serve_says_of_runs() -> None:
    """What failed or was given up is bad, what was missed is worth a word; the next start is the earliest."""
    runs = [
        run("a", "mine", failures=1, ended_ms=NOON, said="x", due_ms=0),
        run("b", "mine", missed_ms=NOON - HOUR, missed="y", due_ms=NOON + 9),
        run("c", "mine", due_ms=NOON + 5),
        run("d", "mine", given_up=GIVEN_UP, due_ms=0),
    ]
    assert [bad for bad, _ in run_troubles(runs, NOON)] == [True, False, True]
    assert (next_start(runs), next_start(runs[:1])) == ((NOON + 5, "c"), (0, ""))


def test_what_serve_says_of_itself(tmp_path: Path) -> None:
    """One that was stopped is not gone; the worst stands first; another layout is not believed."""
    homes = {name: tmp_path / name for name in ("stopped", "silent", "ended", "spoilt", "never")}
    for home in homes.values():
        (home / "state").mkdir(parents=True)
    serves(homes["stopped"], pid=0)
    serves(homes["silent"], at_ms=NOON - HOUR)
    serves(homes["ended"], run("guard", "", given_up=GIVEN_UP, due_ms=0))
    file_of(homes["spoilt"]).write_text(json.dumps(asdict(Serving(at_ms=NOON, pid=1)) | {"layout": 9}))
    assert believed(file_of(homes["spoilt"])) is None
    assert believed(file_of(homes["stopped"])) is not None

    def of(*names: str) -> list[tuple[str, bool, bool]]:
        found: list[HostTrouble] = host_troubles(Shelf(), [homes[name] for name in names], NOON)
        return [(each.home, each.gone, each.given_up) for each in found]

    assert of("stopped", "ended", "silent", "spoilt", "never") == [
        ("silent", True, False),
        ("spoilt", True, False),
        ("ended", False, True),
        ("stopped", False, False),
    ]


def test_a_newer_journal_is_told_and_one_of_today_is_not(tmp_path: Path) -> None:
    """By the version that it was written with."""
    file = tmp_path / "journal.db"
    with LiveJournal.open(file, account="mine") as journal:
        journal.note(NOON, "mark", {"equity": 1.0})
    assert fault_of(file) == ""
    with closing(sqlite3.connect(file, isolation_level=None)) as raw:
        raw.execute("INSERT INTO meta (key, value) VALUES ('schema', ?)", [str(VERSION + 1)])
    assert fault_of(file) == f"it was written by a newer version of the runner (schema {VERSION + 1})"


def test_a_file_that_has_changed_is_read_again(tmp_path: Path) -> None:
    """One that has not is not; one that is gone is nothing."""
    file, shelf, read = tmp_path / "x", Shelf(), []

    def reader() -> str:
        read.append(file.read_text())
        return read[-1]

    file.write_text("a")
    assert [shelf.read(file, "k", reader) for _ in range(2)] == ["a", "a"]
    file.write_text("bb")
    assert (shelf.read(file, "k", reader), read) == ("bb", ["a", "bb"])
    file.unlink()
    assert shelf.read(file, "k", reader) is None


def test_the_end_of_a_log_begins_with_a_whole_line(tmp_path: Path) -> None:
    """However long it is."""
    file = tmp_path / "bot.log"
    file.write_text("one\ntwo\nthree\n")
    assert (tail(file, 2), tail(file, 9), tail(tmp_path / "none", 2)) == (["two", "three"], ["one", "two", "three"], [])
    file.write_text("x" * TAIL_BYTES + "\nlast\n")
    assert tail(file, 9) == ["last"]


# --- figures ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("part", ["silent", "guard_silent", "given_up", "unguarded", "readable"])
def test_what_turns_heartbeats(part: str) -> None:
    """Each by itself; an account that has not run yet does not."""
    beat = Heartbeat(
        account="mine", environment="", bot_ms=0, guard_ms=0, unguarded="", silent=False, guard_silent=False, given_up=False, readable=None
    )
    assert well(beat)
    worse: Any = {"unguarded": "no answer", "readable": False}.get(part, True)
    assert not well(beat.model_copy(update={part: worse}))


def test_gauges_say_what_is_known() -> None:
    """Of an account that cannot be read nothing of its bot; times in seconds; each state apart; serve by folder."""
    runs = (run("mine.fvg", "mine", failures=2), run("mine.daily", "mine", given_up=GIVEN_UP, due_ms=0))
    seen = Seen(status=status("mine", next_bar_ms=0), bot=Beat(at_ms=NOON - 3_000, pid=1, doing=""), halted="halted by hand: x", runs=runs)
    cards = [card_of(PLACE, seen, NOON), card_of(replace(PLACE, key="torn"), Seen(spoilt=True, journal="x"), NOON)]
    text = scraped(cards, {"up": True, "down": False}, NOON).decode()
    found = {(each.name, *each.labels.values()): each.value for family in text_string_to_metric_families(text) for each in family.samples}
    assert found["runner_heartbeat_age_seconds", "mine", "demo"] == 3
    assert found["runner_run_due_timestamp_seconds", "mine", "demo", "mine.fvg"] == (NOON + 2 * HOUR) / 1000
    assert ("runner_run_due_timestamp_seconds", "mine", "demo", "mine.daily") not in found
    assert (found["runner_run_failures", "mine", "demo", "mine.fvg"], found["runner_run_given_up", "mine", "demo", "mine.daily"]) == (2, 1)
    assert (found["runner_serve_up", "up"], found["runner_serve_up", "down"]) == (1, 0)
    assert (found["runner_state", "mine", "demo", "active"], found["runner_state", "mine", "demo", "failed"]) == (1, 0)
    assert (found["runner_halted", "mine", "demo"], found["runner_halted", "torn", ""], found["runner_silent", "mine", "demo"]) == (1, 0, 0)
    assert {name[0] for name in found if name[1] == "torn"} == {
        "runner_status_readable",
        "runner_journal_readable",
        "runner_halted",
        "runner_state",
    }


def test_a_hole_in_the_marks_is_a_hole_in_the_line() -> None:
    """Four times the usual distance, half an hour at least."""
    marks = [Note(time_ms=at * HOUR, kind="mark", detail={}) for at in (0, 1, 2, 3, 20)]
    assert hole(marks) == 4 * HOUR
    assert hole([replace(each, time_ms=each.time_ms // 60) for each in marks]) == 30 * 60_000
    points = [(0, 1.0), (HOUR, 2.0), (6 * HOUR, 3.0), (7 * HOUR, None), (8 * HOUR, 4.0)]
    assert list(broken(points, 4 * HOUR, lambda at: at // HOUR, int)) == ["0,1 1,2", "6,3", "8,4"]


def test_spans_begin() -> None:
    """At midnight UTC, seven days ago, at the beginning."""
    assert [since(span, NOON) for span in ("day", "week", "all")] == [NOON // DAY * DAY, NOON - 7 * DAY, 0]


def test_what_was_refused_becomes_a_status() -> None:
    """Of its own for each reason."""
    found = []
    for error in (UnconfirmedError("a", []), BusyError("b", []), RunnerError("c", []), OSError("d")):

        def do(error: Exception = error) -> None:
            raise error

        with pytest.raises(HTTPException) as refused:
            refusing(do)
        found.append(refused.value.status_code)
    assert found == [400, 409, 503, 503]


def test_a_reason_is_plain_and_short() -> None:
    """Nothing in it ends a quotation or is looked up."""
    assert plain("it's  ${x} [y]") == "it s x y"
    assert len(plain("word " * 100)) == WHY
    assert Act.HALT.value == "halt"
