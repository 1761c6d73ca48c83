"""Log lines that say whose they are."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from loguru import logger

from runner.live.keys import REDACTOR
from runner.live.logs import open_logs
from tests.live.desks import KEY, KEYS, SECRET


@pytest.fixture(autouse=True)
def _back() -> Iterator[None]:
    """The log as it was."""
    yield
    logger.remove()
    logger.configure(patcher=lambda _: None, extra={})
    logger.add(sys.stderr)


def test_every_line_carries_account_and_environment(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Whatever thread it comes from, with or without an exception; the terminal and the file say the same."""
    file = tmp_path / "logs" / "mine.log"
    open_logs("mine", "demo", file=file)
    logger.info("one")
    thread = threading.Thread(target=lambda: logger.warning("two"))
    thread.start()
    thread.join()
    logger.bind(account="other").info("three")
    logger.debug("too quiet to be heard")
    logger.remove()
    lines = file.read_text(encoding="utf-8").splitlines()
    assert [line.split("Z ", 1)[1] for line in lines] == ["INFO    mine@demo one", "WARNING mine@demo two", "INFO    other@demo three"]
    assert capsys.readouterr().err.splitlines() == lines


def test_no_line_shows_a_key(tmp_path: Path) -> None:
    """Messages, what is bound to them and tracebacks are written with *** instead."""
    REDACTOR.learn(KEYS)
    file = tmp_path / "mine.log"
    open_logs(KEY, "demo", file=file)
    logger.bind(account=f"a {SECRET}").error("sent {}", SECRET)
    try:
        int(SECRET)
    except ValueError:
        logger.exception("failed")
    logger.remove()
    text = file.read_text(encoding="utf-8")
    assert "invalid literal" in text
    assert "a ***@demo sent ***" in text
    assert KEY not in text
    assert SECRET not in text
