"""Keys by reference, and nowhere else."""

from __future__ import annotations

import json
import logging
import pickle
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from loguru import logger

from runner.live.keys import MASK, REDACTOR, Keys, Redactor, Secret, read_keys
from runner.live.logs import open_logs
from runner.live.streams import Streams
from runner.model.errors import ConfigError, RunnerError
from runner.model.settings import AccountSection
from runner.model.trading import OrderKind, OrderRequest, Seen
from runner.wire.bybit import BybitDialect
from tests.live.desks import KEY, KEYS, SECRET, desk
from tests.live.scripted import Answer, refusal, venue

NAMES = {"key": "MY_KEY", "secret": "MY_SECRET"}


def planted(text: str) -> bool:
    """Whether a planted secret stands in the text."""
    return KEY in text or SECRET in text


def test_a_secret_does_not_show_itself() -> None:
    """Not printed, not formatted, not in what holds it, not pickled, not copied into JSON."""
    shown = [
        f"{KEYS}",
        f"{KEYS.key}",
        f"{KEYS.key:>30}",
        repr(KEYS),
        str(KEYS.secret),
        json.dumps({"k": KEYS.key}, default=str),
    ]
    assert not any(planted(text) for text in shown)
    assert shown[1] == MASK
    with pytest.raises(TypeError, match="not written down"):
        pickle.dumps(KEYS)
    assert KEYS.key.reveal() == KEY


def test_from_the_environment() -> None:
    """The account names variables; blanks around a value are not part of it."""
    keys = read_keys(NAMES, environment={"MY_KEY": f" {KEY}\n", "MY_SECRET": SECRET})
    assert (keys.key.reveal(), keys.secret.reveal()) == (KEY, SECRET)


@pytest.mark.parametrize(
    ("names", "environment", "lines"),
    [
        (NAMES, {"MY_KEY": KEY}, ["account.secrets.secret  MY_SECRET is not set"]),
        (NAMES, {"MY_KEY": KEY, "MY_SECRET": "  "}, ["account.secrets.secret  MY_SECRET is not set"]),
        ({"key": "MY_KEY"}, {"MY_KEY": KEY}, ["account.secrets.secret  names no environment variable"]),
        ({}, {}, ["account.secrets.key  names no environment variable", "account.secrets.secret  names no environment variable"]),
    ],
)
def test_missing_keys(names: dict[str, str], environment: dict[str, str], lines: list[str]) -> None:
    """Everything that is missing is told at once, and nothing that is there."""
    with pytest.raises(ConfigError) as caught:
        read_keys(names, environment=environment)
    assert [each.line() for each in caught.value.problems] == lines
    assert not planted(str(caught.value))


def written(folder: Path, text: str, mode: int = 0o600) -> str:
    """A file of secrets; gives its name."""
    path = folder / "mine.keys"
    path.write_text(text, encoding="utf-8")
    path.chmod(mode)
    return path.name


def test_from_a_file(tmp_path: Path) -> None:
    """Lines of name and value; comments and other names are nobody's business; a value may hold an equals sign."""
    name = written(tmp_path, f"# mine\n\nkey = {KEY}\nsecret={SECRET}==\nother=1\n")
    keys = read_keys({}, name, tmp_path)
    assert (keys.key.reveal(), keys.secret.reveal()) == (KEY, f"{SECRET}==")
    assert keys.named == f"the key in the file {name}"


@pytest.mark.parametrize(
    ("text", "mode", "message"),
    [
        (f"key={KEY}\nsecret={SECRET}", 0o644, "may be read by others (mode 0644); chmod 600 it"),
        (f"key={KEY}\nsecret={SECRET}", 0o640, "may be read by others (mode 0640); chmod 600 it"),
        (f"key={KEY}", 0o600, "has no line 'secret=…'"),
        (SECRET, 0o600, "has no line 'key=…' and 'secret=…'"),
    ],
    ids=["read by all", "read by the group", "no secret", "no names"],
)
def test_files_that_are_refused(tmp_path: Path, text: str, mode: int, message: str) -> None:
    """A file that others read, or that lacks a key, is refused without a word of what stands in it."""
    name = written(tmp_path, text, mode)
    with pytest.raises(ConfigError) as caught:
        read_keys(NAMES, name, tmp_path)
    assert caught.value.problems[0].message == message
    assert not planted(str(caught.value))


def test_a_file_that_is_none(tmp_path: Path) -> None:
    """Missing, or a folder."""
    for name, message in (("nowhere.keys", "No such file or directory"), (".", "is no file")):
        with pytest.raises(ConfigError) as caught:
            read_keys({}, name, tmp_path)
        assert caught.value.problems[0].message == message


def test_the_redactor() -> None:
    """A secret of several lines is known by each of them, the longest first; short lines are words anybody may write."""
    redactor = Redactor().learn(Keys(key=Secret("abc"), secret=Secret("-----BEGIN\nMIIEabcdefgh\nx\n")))
    assert redactor.text("abc MIIEabcdefgh x -----BEGIN") == "*** *** x ***"
    assert "MIIE" not in repr(redactor)


def test_records_and_exceptions() -> None:
    """A log line, its extras and the traceback behind it come out without secrets."""
    redactor, lines = Redactor().learn(KEYS), list[str]()
    mine = logger.patch(redactor.patch)
    number = logger.add(lambda message: lines.append(str(message)), format="{message} {extra} {exception}", diagnose=True, backtrace=True)
    try:
        mine.bind(key=KEY).warning("sent with {}", SECRET)
        try:
            int(SECRET)
        except ValueError:
            mine.exception("it failed for " + KEY)
    finally:
        logger.remove(number)
    assert len(lines) == 2
    assert not planted("".join(lines))
    assert "ValueError: invalid literal for int() with base 10: '***'" in lines[1]


def test_guarding() -> None:
    """An exception that would show a secret leaves as a problem of ours; any other leaves as it is."""
    redactor = Redactor().learn(KEYS)
    with pytest.raises(RunnerError, match=r"ValueError: bad \*\*\*") as caught, redactor.guarding():
        raise ValueError(f"bad {SECRET}")
    assert not planted(str(caught.getrepr(chain=True)).replace('raise ValueError(f"bad {SECRET}")', ""))
    with pytest.raises(ValueError, match="harmless"), redactor.guarding():
        raise ValueError("harmless")


def test_an_account_names_a_file() -> None:
    """A path is taken; a secret written there by mistake is refused without being repeated as a value."""
    field: Any = AccountSection.model_fields["secrets_file"]
    check = field.metadata[0].func
    assert [check(text) for text in ("", "secrets/mine.keys", "mine.keys", "/etc/keys")] == [
        "",
        "secrets/mine.keys",
        "mine.keys",
        "/etc/keys",
    ]
    for text in (SECRET, "two words.keys", "x" * 201):
        with pytest.raises(ValueError, match="never the secret itself") as caught:
            check(text)
        assert not planted(str(caught.value))


def test_everything_that_is_written_is_free_of_keys(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Desk and streams against a venue that throws our keys back at us: log files at their most talkative, terminal, library loggers."""
    open_logs("mine", "demo", file=tmp_path / "run.log", level="TRACE")
    logging.getLogger("pybit").setLevel(logging.DEBUG)
    logging.getLogger("websocket").setLevel(logging.DEBUG)
    order = OrderRequest(client_order_id="a", symbol="X", side=1, kind=OrderKind.MARKET, quantity=Decimal(1))
    answers = [refusal(10001, f"{KEY}/{SECRET}"), Answer(f"{SECRET}", 502), Answer(cut=True), refusal(10003, KEY)]
    seen: list[Seen] = []

    async def echo(stream: Any, data: dict[str, Any], _path: str) -> None:
        await stream.send_json({"success": False, "op": data["op"], "ret_msg": f"{data} {SECRET}"})

    try:
        with venue({"/v5/order/create": answers}) as there, desk(there.url) as ours:
            there.talk = echo
            for _ in answers:
                with pytest.raises(RunnerError) as caught:
                    ours.place(order)
                logger.opt(exception=caught.value).error("failed")
            streams = Streams(BybitDialect(endpoint=there.url), KEYS, ["X"], [60_000], seen.append)
            streams.start()
            while len(seen) < 2:
                pass
            streams.stop()
    finally:
        logger.remove()
        logger.configure(patcher=lambda _: None, extra={})
        logging.getLogger("pybit").setLevel(logging.NOTSET)
        logging.getLogger("websocket").setLevel(logging.NOTSET)
    text = "".join(path.read_text(encoding="utf-8") for path in tmp_path.rglob("*") if path.is_file())
    printed = capfd.readouterr()
    assert "failed" in text
    assert MASK in text
    assert not planted(text + printed.out + printed.err + repr(seen) + repr(REDACTOR))
