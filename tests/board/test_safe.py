"""Who may read and act, and what never leaves the desk."""

from __future__ import annotations

import json
import socket
import stat
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest
from hydra.core.override_parser.overrides_parser import OverridesParser

from runner.board.acting import quoted
from runner.board.gate import ACTS, ADDRESSES, ALL_TRIES, TRIES, Gate, StrangerError, TooOftenError, token_file, token_of
from runner.board.patience import PatientProtocol
from runner.board.veil import Veil
from runner.journal.live import LiveJournal
from runner.live.keys import REDACTOR, Keys, Secret
from runner.live.state import Halt, halt, halts, state_of
from runner.model.errors import ConfigError
from tests.board.homes import NOON, left, position, status
from tests.board.serving import TOKEN, Hand, Shown, desk

BEARER = {"authorization": f"Bearer {TOKEN}"}
PAGES = [
    "/",
    "/accounts/mine",
    "/accounts/mine?span=all",
    "/part/accounts",
    "/part/accounts/mine",
    "/api",
    "/sign-in",
    "/metrics",
    "/openapi.json",
]
CALLS = ["", "/marks", "/decisions?span=week", "/orders?span=all", "/notes?span=all"]


@pytest.fixture
def shown(tmp_path: Path) -> Iterator[Shown]:
    """A desk with a token over one account."""
    left(tmp_path, status("mine", positions=(position(),)))
    with desk(tmp_path) as made:
        yield made


def is_halted(shown: Shown) -> bool:
    """Whether the account is halted."""
    return bool(halts(state_of(shown.world.desk.homes[0], "mine"), NOON))


def acts(shown: Shown) -> list[tuple[str, str]]:
    """What stands in the log of acts."""
    file = shown.world.hands.log
    rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()] if file.exists() else []
    return [(row["act"], row["said"]) for row in rows]


@pytest.mark.parametrize("headers", [{"authorization": "Bearer " + TOKEN}, {"x-desk-token": TOKEN}], ids=["bearer", "header"])
def test_release_with_the_token(shown: Shown, headers: dict[str, str]) -> None:
    """Lifts every halt, says whose, and is logged with who asked."""
    halt(state_of(shown.world.desk.homes[0], "mine"), Halt(by="guard", at_ms=0, why="x"))
    done = shown.post("/api/accounts/mine/release", **headers)
    assert (done.status, done.json["said"], is_halted(shown)) == (200, "released: what guard (x) had halted", False)
    assert acts(shown) == [("release", "released: what guard (x) had halted")]


@pytest.mark.parametrize("act", ["halt", "release", "flatten"])
@pytest.mark.parametrize("base", ["/api/accounts/mine/", "/accounts/mine/"])
@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"authorization": "Bearer wrong"},
        {"x-desk-token": TOKEN[:-1]},
        {"cookie": "desk=guessed"},
        BEARER | {"origin": "http://evil.example"},
    ],
    ids=["nothing", "wrong", "nearly", "no session", "from another page"],
)
def test_nobody_acts_without_the_token(shown: Shown, act: str, base: str, headers: dict[str, str]) -> None:
    """403, and nothing is done."""
    refused = shown.post(f"{base}{act}", {"confirm": "mine"}, **headers)
    assert (refused.status, is_halted(shown), acts(shown)) == (403, False, [])
    assert not (state_of(shown.world.desk.homes[0], "mine").root / "desk.flatten.log").exists()


def test_a_session_counts_only_for_the_desks_own_page(shown: Shown) -> None:
    """Its cookie is kept from scripts and other pages; without the right Origin it is worth nothing; signing out ends it."""
    entered = shown.post("/sign-in", {"token": TOKEN, "next": "//evil.example"})
    assert (entered.status, entered.headers["location"]) == (303, "/")
    cookie = entered.headers["set-cookie"]
    assert {"HttpOnly", "SameSite=strict"} <= {part.strip() for part in cookie.split(";")}
    assert TOKEN not in cookie
    session = {"cookie": cookie.partition(";")[0]}
    assert shown.post("/accounts/mine/release", **session).status == 403
    assert shown.post("/accounts/mine/release", **session, origin="http://evil.example").status == 403
    assert shown.post("/accounts/mine/release", **session, origin=shown.address).status == 303
    assert 'id="halt"' in shown.get("/accounts/mine", **session).text
    assert 'id="halt"' not in shown.get("/accounts/mine").text
    shown.post("/sign-out", **session, origin="http://evil.example")
    assert shown.post("/accounts/mine/release", **session, origin=shown.address).status == 303
    shown.post("/sign-out", **session, origin=shown.address)
    assert shown.post("/accounts/mine/release", **session, origin=shown.address).status == 403


@pytest.mark.parametrize(
    "address",
    ["//evil.example", "/\\evil.example", "/\t/evil.example", "/\n/evil.example", "https://evil.example", "javascript:alert(1)", ""],
)
def test_signing_in_leads_nowhere_else(shown: Shown, address: str) -> None:
    """An address that is not the desk's own, also one that browsers would read as another, leads to the first page."""
    assert shown.post("/sign-in", {"token": TOKEN, "next": address}).headers["location"] == "/"
    assert 'name="next" value="/"' in shown.get("/sign-in?" + urlencode({"next": address})).text


def test_behind_tls_the_cookie_is_kept_for_tls(shown: Shown) -> None:
    """The browser's Origin says how it sees the desk; a proxy in front does not change that."""
    host = f"127.0.0.1:{shown.port}"
    for scheme, secure in (("https", True), ("http", False)):
        cookie = shown.post("/sign-in", {"token": TOKEN}, origin=f"{scheme}://{host}").headers["set-cookie"]
        assert ("Secure" in cookie) is secure


def test_a_session_ends_by_itself(shown: Shown) -> None:
    """After twelve hours."""
    session = shown.post("/sign-in", {"token": TOKEN}).headers["set-cookie"].partition(";")[0]
    shown.clock.at_ms += 12 * 3_600_000
    assert shown.post("/accounts/mine/release", cookie=session, origin=shown.address).status == 403


def test_the_right_token_always_passes(shown: Shown) -> None:
    """Wrong ones are refused, after a few as too often; whoever tries them keeps nobody from halting, signing in or flattening."""
    tries = [shown.post("/api/accounts/mine/release", **{"x-desk-token": "wrong"}) for _ in range(TRIES + 1)]
    assert [answer.status for answer in tries] == [403] * TRIES + [429]
    assert tries[-1].headers["retry-after"] == "60"
    assert shown.post("/sign-in", {"token": "wrong"}).status == 429
    assert shown.post("/sign-in", {"token": TOKEN}).status == 303
    assert shown.post("/api/accounts/mine/release", **BEARER).status == 200
    shown.clock.at_ms += 60_000
    assert shown.post("/api/accounts/mine/release", **{"x-desk-token": "wrong"}).status == 403


def test_wrong_tokens_are_counted_by_address_and_of_all() -> None:
    """One address does not use up another's tries; all together have a bound of their own, and the addresses that are kept as well."""
    gate = Gate(clock=Hand(), token=Secret(TOKEN))

    def tried(token: str, address: str) -> str:
        try:
            gate.shown(token, address)
        except (StrangerError, TooOftenError) as refused:
            return type(refused).__name__
        return "in"

    assert [tried("wrong", "10.0.0.1") for _ in range(TRIES + 1)] == ["StrangerError"] * TRIES + ["TooOftenError"]
    assert tried("wrong", "10.0.0.2") == "StrangerError"
    assert [tried("wrong", f"10.0.1.{number}") for number in range(ALL_TRIES)][-TRIES:] == ["TooOftenError"] * TRIES
    for number in range(2 * ADDRESSES):
        tried("wrong", f"2001:db8::{number:x}")
    assert len(gate._tries_of) == ADDRESSES
    assert {tried(TOKEN, address) for address in ("10.0.0.1", "10.0.0.3", "")} == {"in"}


def test_refused_sign_ins_do_not_fill_the_disk(shown: Shown, tmp_path: Path) -> None:
    """The log takes as many of them as are let through to the comparison; a desk without a token takes none."""
    for _ in range(3 * TRIES):
        shown.post("/sign-in", {"token": "wrong"})
    assert acts(shown) == [("sign-in", "refused")] * TRIES
    with desk(tmp_path / "other", token=None) as made:
        assert made.post("/sign-in", {"token": "wrong"}).status == 403
        assert not made.world.hands.log.exists()


def test_halts_and_releases_are_counted_and_flatten_is_not(shown: Shown) -> None:
    """So many of an account in a minute; another account, and closing everything, are never kept back by that."""
    left(shown.world.desk.homes[0], status("other"))
    done = [shown.post("/api/accounts/mine/release", **BEARER).status for _ in range(ACTS + 1)]
    assert done == [200] * ACTS + [429]
    shown.clock.at_ms += 5_000
    assert shown.post("/api/accounts/other/release", **BEARER).status == 200
    assert shown.post("/api/accounts/mine/flatten", {"confirm": "not its name"}, **BEARER).status == 400


@pytest.mark.parametrize("typed", ["", "Mine", "other", "mine2"])
def test_flatten_asks_for_the_name(shown: Shown, typed: str) -> None:
    """Anything else is refused, and no process is started."""
    refused = shown.post("/api/accounts/mine/flatten", {"confirm": typed}, **BEARER)
    assert (refused.status, "expected the account's name, mine" in refused.json["detail"]) == (400, True)
    assert not (state_of(shown.world.desk.homes[0], "mine").root / "desk.flatten.log").exists()


def test_without_a_token_it_only_shows(tmp_path: Path) -> None:
    """No buttons, no way to sign in, and 403 that says why."""
    left(tmp_path, status("mine"))
    with desk(tmp_path, token=None) as made:
        page = made.get("/accounts/mine").text
        assert ("<form" in page, "sign in" in page) == (False, False)
        refused = made.post("/api/accounts/mine/halt", **BEARER)
        assert (refused.status, "only shows" in refused.json["detail"], is_halted(made)) == (403, True, False)
        assert made.post("/sign-in", {"token": ""}).status == 403


def test_seen_by_others_reading_needs_the_token_too(tmp_path: Path) -> None:
    """Pages lead to the sign-in, programs get 401; health alone stays open."""
    left(tmp_path, status("mine"))
    with desk(tmp_path, open_reading=False) as made:
        for path in ("/", "/accounts/mine", "/api"):
            assert (made.get(path).status, made.get(path).headers["location"][:8]) == (303, "/sign-in")
        for path in ("/api/accounts", "/part/accounts", "/metrics", "/openapi.json", "/api/heartbeat"):
            assert (made.get(path).status, made.get(path, **BEARER).status) == (401, 200)
        assert made.get("/health").status == 200
        session = made.post("/sign-in", {"token": TOKEN}).headers["set-cookie"].partition(";")[0]
        assert made.get("/", cookie=session).status == 200
        assert made.post("/accounts/mine/release").status == 401


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("127.0.0.1:1", 200),
        ("localhost", 200),
        ("[::1]:80", 200),
        ("192.168.1.4:8090", 200),
        ("evil.example", 400),
        ("127.0.0.1.evil.example", 400),
        ("", 400),
    ],
)
def test_only_names_of_ours_are_answered_to(shown: Shown, host: str, status: int) -> None:
    """A stranger's name that points here is refused: its page would be let in by the browser."""
    assert shown.get("/health", host=host).status == status


@pytest.mark.parametrize("path", [*PAGES, "/nothing", "/desk.css", "/desk.js", "/api/accounts", "/health"])
def test_every_answer_has_its_headers(shown: Shown, path: str) -> None:
    """No script but the desk's own file, no frame around it, kept nowhere."""
    headers = shown.get(path).headers
    assert "script-src 'self'" in headers["content-security-policy"]
    assert "unsafe" not in headers["content-security-policy"]
    assert (headers["x-frame-options"], headers["cache-control"], headers["x-content-type-options"]) == ("DENY", "no-store", "nosniff")
    assert "server" not in headers


def test_a_large_body_is_refused(shown: Shown) -> None:
    """Before it is read."""
    assert shown.post("/api/accounts/mine/halt", {"why": "x" * 20_000}, **BEARER).status == 413


SECRETS = {
    "BYBIT_API_SECRET": 'env"<s&ecret>-0123456789',
    "TELEGRAM_TOKEN": "12345:AAtelegramtelegram",
    "DATABASE_URL": "postgresql://u:pgpassword99@db/x",
    "OTHER": "not-a-secret-value",
}
LEARNT = "key-learnt-from-a-file-77"


def test_no_secret_is_ever_rendered(tmp_path: Path) -> None:
    """Planted in the environment, in keys that were read, in log, notes, orders, halts and reasons: *** on every page."""
    planted = [*list(SECRETS.values())[:3], "pgpassword99", LEARNT, "said-in-a-line-123456", "a-nested-secret-9876"]
    before = REDACTOR.parts
    REDACTOR.learn(Keys(key=Secret(LEARNT), secret=Secret(LEARNT)))
    everything = " and ".join([*planted[:5], 'api_secret="said-in-a-line-123456"', "redis://me:pgpassword99@host", SECRETS["OTHER"]])
    state = left(tmp_path, status("mine", state="paused", why=everything))
    (state.root / "bot.log").write_text(f"2026 INFO {everything}\n", encoding="utf-8")
    halt(state, Halt(by="hand", at_ms=NOON, why=everything))
    with LiveJournal.open(state.journal, account="mine") as journal:
        journal.note(NOON - 5, "mark", status("mine").record())
        journal.note(NOON - 4, "blocked", {"symbol": "BTCUSDT", "strategy": "x", "why": everything, "api_key": "a-nested-secret-9876"})
        journal.intent("o1", NOON - 3, "BTCUSDT", "ENTRY", "1.0", {"side": 1, "quantity": "1", "said": everything})
        journal.step("o1", NOON - 2, "rejected", detail=everything)
    try:
        with desk(tmp_path, secrets=SECRETS) as made:
            answers = {path: made.get(path).text for path in [*PAGES, "/api/accounts", *(f"/api/accounts/mine{tail}" for tail in CALLS)]}
            made.post("/api/accounts/mine/release", **BEARER)
            answers["log of acts"] = made.world.hands.log.read_text(encoding="utf-8")
            answers["refused"] = made.post("/sign-in", {"token": LEARNT, "next": f"/{LEARNT}"}).text
    finally:
        REDACTOR.parts = before
    forms = [
        form
        for text in planted
        for form in (text, text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"), json.dumps(text)[1:-1])
    ]
    assert {path: form for path, text in answers.items() for form in forms if form in text} == {}
    assert sum("***" in text for text in answers.values()) >= 8
    assert SECRETS["OTHER"] in answers["/accounts/mine"]


def test_names_and_reasons_are_escaped(tmp_path: Path) -> None:
    """What others wrote is text, never markup."""
    left(tmp_path, status("mine", state="paused", why="<script>alert(1)</script>", firm='"><img src=x>'))
    with desk(tmp_path) as made:
        for path in ("/", "/accounts/mine", "/sign-in?next=%22%3E%3Cscript%3E"):
            assert "<script>" not in made.get(path).text
            assert "<img" not in made.get(path).text


def test_a_token_that_is_made_is_kept_from_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One file that its owner alone may read; the same one at the next start; others' eyes on it are refused."""
    first = token_of("made", tmp_path)
    assert first is not None
    assert stat.S_IMODE(token_file(tmp_path).stat().st_mode) == 0o600
    again = token_of("made", tmp_path)
    assert again is not None
    assert again.reveal() == first.reveal() == token_file(tmp_path).read_text(encoding="utf-8").strip()
    token_file(tmp_path).chmod(0o644)
    with pytest.raises(ConfigError, match="may be read by others"):
        token_of("made", tmp_path)
    monkeypatch.setenv("DESK_TOKEN", "short")
    with pytest.raises(ConfigError, match=r"at least 24 letters, 10 of them different.*; were 5, 5 different") as short:
        token_of("DESK_TOKEN", tmp_path)
    assert "short" not in str(short.value)
    monkeypatch.setenv("DESK_TOKEN", "123" * 20)
    with pytest.raises(ConfigError, match="were 60, 3 different"):
        token_of("DESK_TOKEN", tmp_path)
    token_file(tmp_path).chmod(0o600)
    token_file(tmp_path).write_text("")
    with pytest.raises(ConfigError, match="is empty; remove it"):
        token_of("made", tmp_path)
    with pytest.raises(ConfigError, match="NOT_THERE is not set"):
        token_of("NOT_THERE", tmp_path)
    assert token_of("", tmp_path) is None


@pytest.mark.parametrize(
    "sent",
    [b"", b"GET / HTTP/1.1\r\nHost: loc", b"POST /sign-in HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\ntoken="],
    ids=["nothing", "half a head", "half a body"],
)
def test_who_never_finishes_is_hung_up_on(shown: Shown, monkeypatch: pytest.MonkeyPatch, sent: bytes) -> None:
    """A connection that asks for nothing whole is closed by the desk; others are answered meanwhile."""
    monkeypatch.setattr(PatientProtocol, "patience_s", 0.1)
    with socket.create_connection(("127.0.0.1", shown.port), timeout=60) as held:
        held.sendall(sent)
        assert shown.get("/").status == 200
        said = b"".join(iter(lambda: held.recv(1_000), b""))
        assert b" 200 " not in said


@pytest.mark.parametrize(
    "text",
    [
        "https://api.telegram.org/bot123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw/sendMessage",
        "tgram://123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw/12345",
        "https://discord.com/api/webhooks/123456789012345678/AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw",
        "discord://123456789012345678/AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw",
        "https://hooks.slack.com/services/T000/B000/AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw",
        "slack://T1JJ3T3L2/A1BRTD4JD/AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw/",
        "mailtos://me:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw@gmail.com",
    ],
)
def test_addresses_of_messengers_are_secrets(text: str) -> None:
    """Whoever has one can write there; a log that names one shows none of its letters. Plain addresses stay."""
    said = Veil({}).text(f"sending to {text} failed; see https://example.com/docs?page=2")
    assert "AAHdq" not in said
    assert said.startswith("sending to ")
    assert said.endswith(" failed; see https://example.com/docs?page=2")


@pytest.mark.parametrize("name", ["größe", "a b", "a,mode=live", "x'y", "a\\"])
def test_names_reach_the_command_line_as_they_are(name: str) -> None:
    """An account's name is one value of one word, whatever stands in it."""
    assert OverridesParser.create().parse_override(f"account={quoted(name)}").value() == name
