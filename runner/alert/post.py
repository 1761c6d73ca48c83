"""Sending through Apprise: one message to one target, within a time limit, and in words what became of it."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from runner.alert.targets import REFUSED, Target
from runner.live.keys import REDACTOR
from runner.model.errors import ConfigError, Problem

LOGGERS = tuple(map(logging.getLogger, ("apprise", "urllib3", "requests", "asyncio")))  # their lines may hold URLs
MOST_SAID = 300  # letters of a reason


class Look(StrEnum):
    """How a chat shows a message, by Apprise's words: its colour and its icon."""

    FAILURE = "failure"
    WARNING = "warning"
    INFO = "info"
    SUCCESS = "success"


@dataclass(frozen=True, kw_only=True)
class Message:
    """What is sent: plain text, and pictures (PNG) by file name."""

    title: str
    body: str
    look: Look = Look.INFO
    pictures: tuple[tuple[str, bytes], ...] = ()


def quiet() -> None:
    """Nothing that these libraries log reaches a file or the screen."""
    for logger in LOGGERS:
        logger.propagate = False
        logger.handlers = [logging.NullHandler()]
        logger.setLevel(logging.WARNING)


def check(targets: list[Target]) -> None:
    """Refuse URLs that Apprise does not understand, by their names, all at once."""
    unknown = [Problem(path="mode.to", message=f"{each.name} holds no URL that Apprise understands") for each in targets if not known(each)]
    if unknown:
        raise ConfigError(REFUSED, unknown)


def known(target: Target) -> bool:
    """Whether Apprise understands the URL; it is not shown."""
    import apprise

    quiet()
    try:
        return apprise.Apprise.instantiate(target.url.reveal()) is not None
    except Exception:  # noqa: BLE001 - whatever a plugin raises over a URL, which its message may hold
        return False


def post(target: Target, message: Message, limit_s: float) -> str:
    """Send one message; '' when the target took it, else why not, without secrets. It never lasts much longer than `limit_s`."""
    return within(limit_s, lambda: sent(target, message))


def sent(target: Target, message: Message) -> str:
    """Send and wait."""
    import apprise
    from apprise.attachment.memory import AttachMemory

    quiet()
    try:
        service = apprise.Apprise.instantiate(target.url.reveal())
        if service is None:
            return "Apprise does not understand its URL"
        if "overflow=" not in target.url.reveal():
            service.overflow_mode = apprise.OverflowMode.SPLIT  # long ones in several parts rather than cut or refused
        sender = apprise.Apprise(asset=apprise.AppriseAsset(async_mode=False))
        sender.add(service)
        attach: Any = AttachMemory
        attached = [attach(content=content, name=name, mimetype="image/png") for name, content in message.pictures]
        look = apprise.NotifyType(message.look.value)
        text = apprise.NotifyFormat.TEXT
        came = sender.notify(body=message.body, title=message.title, notify_type=look, body_format=text, attach=attached or None)
    except Exception as error:  # noqa: BLE001 - any of a hundred plugins; its text may hold the URL
        return said(f"{type(error).__name__}: {error}")
    return "" if came else said(reason(came))


def reason(came: Any) -> str:
    """What Apprise says of a message that has not arrived."""
    lines = [entry.message for entry in came.logs()]
    return str(lines[-1]) if lines else "the target did not take it"


def said(text: str) -> str:
    """A reason in one line without secrets."""
    return REDACTOR.text(" ".join(text.split()))[:MOST_SAID]


def within(limit_s: float, call: Callable[[], str]) -> str:
    """What a call gives, or that it lasts too long; then it goes on alone and nobody waits for it."""
    answers: list[str] = []
    thread = threading.Thread(target=lambda: answers.append(call()), daemon=True)
    with suppress(RuntimeError):  # no more threads can be had: it was not sent
        thread.start()
        thread.join(limit_s)
    return answers[0] if answers else f"no answer within {limit_s:g} s"
