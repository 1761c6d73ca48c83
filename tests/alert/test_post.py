"""Sending through Apprise to receivers on loopback: what arrives, what comes back, and that no secret is seen."""

from __future__ import annotations

import base64
import logging
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import apprise
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Sink
from apprise.plugins.custom_json import NotifyJSON

from runner.alert.picture import draw
from runner.alert.post import Look, Message, check, post
from runner.alert.targets import Target, learn, targets
from runner.live.keys import REDACTOR, Secret
from runner.model.errors import ConfigError
from tests.alert.receiver import TOKEN, Receiver, receiving

MESSAGE = Message(title="CRITICAL mine@demo BTCUSDT has no stop", body="look\n[mine.note.1]")


@pytest.fixture(autouse=True)
def _ignorant(monkeypatch: pytest.MonkeyPatch) -> None:
    """What one test teaches the redactor is forgotten."""
    monkeypatch.setattr(REDACTOR, "parts", ())


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """One on loopback."""
    with receiving() as made:
        learn(made.url)
        yield made


def target(url: str) -> Target:
    """A target of that URL."""
    return Target(name="A", url=Secret(url))


def test_a_message_arrives_with_its_picture(receiver: Receiver) -> None:
    """Title, text and PNG, as they are."""
    picture = draw([(0, 1.0), (1, 2.0)], (0, 1.0), 0.5, [(1, 2.0)])
    message = Message(title="t", body="b <b> & *c*", pictures=(("mine.fill.1.png", picture),))
    assert post(target(receiver.url), message, 10) == ""
    (came,) = receiver.taken
    assert (came["title"], came["message"]) == ("t", "b <b> & *c*")
    assert base64.b64decode(came["attachments"][0]["base64"]) == picture


def test_a_chat_that_takes_html_is_given_no_markup_of_ours(receiver: Receiver) -> None:
    """What stands in an error's text is text there too, as for Telegram and e-mail."""
    assert post(target(f"{receiver.url}&format=html"), Message(title="t", body="no <b> & *c*"), 10) == ""
    assert "&lt;b&gt;" in receiver.taken[0]["message"]


@pytest.mark.parametrize("look", list(Look))
def test_a_chat_is_told_how_it_looks(receiver: Receiver, look: Look) -> None:
    """Apprise's own word for it, which services turn into colours and icons."""
    assert post(target(receiver.url), Message(title="t", body="b", look=look), 10) == ""
    assert receiver.taken[0]["type"] == look.value


@pytest.mark.parametrize(("way", "said"), [(500, "500"), (429, "429"), ("hang", "error occurred"), ("reset", "error occurred")])
def test_a_receiver_that_misbehaves(receiver: Receiver, way: int | str, said: str, caplog: pytest.LogCaptureFixture) -> None:
    """The reason is told without the secret part of the URL, and nothing is logged."""
    caplog.set_level(logging.DEBUG)
    receiver.ways = [way]
    why = post(target(receiver.url), MESSAGE, 10)
    assert said in why
    assert (TOKEN in why, TOKEN in caplog.text, receiver.taken) == (False, False, [])
    assert post(target(receiver.url), MESSAGE, 10) == ""


def test_nobody_waits_longer_than_allowed(receiver: Receiver) -> None:
    """A target that does not answer counts as one that has not taken it."""
    receiver.ways = ["hang"]
    assert post(target(receiver.url.replace("rto=1", "rto=9")), MESSAGE, 0.2) == "no answer within 0.2 s"


def test_a_long_message_comes_in_parts(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of it is cut off."""
    monkeypatch.setattr(NotifyJSON, "body_maxlen", 2_000)
    lines = [f"[mine.note.{number}]" for number in range(300)]
    assert post(target(receiver.url), Message(title="t", body="\n".join(lines)), 10) == ""
    assert len(receiver.taken) > 1
    assert all(line in receiver.text for line in lines)


def test_a_plugin_that_raises_has_not_delivered(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its reason is told, without secrets."""
    url = "json://localhost/hushhushhush"
    learn(url)

    def send(*_: object, **__: object) -> bool:
        raise RuntimeError(f"at {url}")

    monkeypatch.setattr(apprise.Apprise, "notify", send)
    assert post(target(url), MESSAGE, 10) == "RuntimeError: at ***"


class Mailbox(Sink):
    """Keeps the letters."""

    def __init__(self) -> None:
        self.letters: list[str] = []
        super().__init__()

    async def handle_DATA(self, _server: object, _session: object, envelope: Any) -> str:  # noqa: N802 - as aiosmtpd asks
        """One letter."""
        self.letters.append(envelope.content.decode())
        return "250 taken"


def test_a_letter_arrives() -> None:
    """Through a mail server on loopback."""
    box = Mailbox()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = Controller(box, hostname="127.0.0.1", port=port)
    server.start()
    try:
        url = f"mailto://127.0.0.1:{port}?smtp=127.0.0.1&from=runner@example.com&to=me@example.com&mode=insecure"
        check([target(url)])
        assert post(target(url), MESSAGE, 20) == ""
    finally:
        server.stop()
    assert "Subject: CRITICAL mine@demo BTCUSDT has no stop" in box.letters[0]


def test_refuses_urls_that_apprise_does_not_know(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Named, never shown."""
    monkeypatch.setenv("A_URL", "nonsense://hushhushhush")
    monkeypatch.setenv("B_URL", "json://localhost/fine")
    with pytest.raises(ConfigError) as refused:
        check(targets(["A_URL", "B_URL"], "", tmp_path))
    assert "A_URL holds no URL that Apprise understands" in str(refused.value)
    assert ("B_URL" in str(refused.value), "hush" in str(refused.value)) == (False, False)
