"""Log lines of a run that trades: each carries account and environment, none shows a key."""

from __future__ import annotations

import sys
from pathlib import Path

from loguru import logger

from runner import private
from runner.live.client import quiet_libraries
from runner.live.keys import REDACTOR

LINE = "{time:YYYY-MM-DDTHH:mm:ss.SSS!UTC}Z {level: <7} {extra[account]}@{extra[environment]} {message}"
FILE_SIZE, FILES = "10 MB", 10


def open_logs(account: str, environment: str, *, file: Path | None = None, level: str = "INFO") -> None:
    """From now on every line of this process, whichever thread and library it is from, goes to stderr and, where named, to `file`.

    account, environment: of lines that do not say for themselves whom they are about (`logger.bind(account=…)`). Files are kept to ten of
    ten megabytes.
    """
    logger.remove()
    logger.configure(patcher=REDACTOR.patch, extra={"account": account, "environment": environment})
    logger.add(sys.stderr, level=level, format=LINE, diagnose=False)
    if file is not None:
        logger.add(
            file, level=level, format=LINE, diagnose=False, rotation=FILE_SIZE, retention=FILES, encoding="utf-8", opener=private.opener
        )
    quiet_libraries()
