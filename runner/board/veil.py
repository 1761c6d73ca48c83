"""Nothing that is a secret leaves the desk: known ones by their text, unknown ones by the words in front of them."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from runner.live.keys import MASK, REDACTOR, SHORTEST_PART

NAMED = re.compile(r"SECRET|TOKEN|PASSWORD|PASSPHRASE|CREDENTIAL|PRIVATE|API_?KEY|_KEY$|^KEY_|DATABASE_URL|DSN", re.IGNORECASE)
INSIDE = re.compile(r"://[^\s:/@]*:([^\s@]+)@")
PASSWORD = re.compile(r"(?P<head>\w+://[^\s:/@]*:)[^\s@]+(?=@)")
POSTED = re.compile(  # addresses of messengers, which are their own secret
    r"(?P<head>\b(?!https?:|wss?:|file:|sqlite:|postgres)[a-z][a-z0-9+.-]*://|/api/webhooks/\d+/|hooks\.slack\.com/services/|/bot(?=\d{6,}:))"
    r"[^\s\"'<>]+(?<!\*)",
    re.IGNORECASE,
)
SAID = re.compile(
    r"(?P<head>(?:api[_-]?key|api[_-]?secret|secret|token|passw(?:or)?d|passphrase|authorization|x-bapi-(?:sign|api-key)|signature)"
    r"[\"']?\s*[:=]\s*[\"']?(?:bearer\s+|basic\s+)?)(?P<value>[^\s\"',;&]{8,})",
    re.IGNORECASE,
)


class Veil:
    """Puts *** where a secret would stand. environment: whose variables with telling names hold secrets."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._own = frozenset(
            line
            for name, value in environment.items()
            if NAMED.search(name)
            for line in (*value.splitlines(), *INSIDE.findall(value))
            if len(line.strip()) >= SHORTEST_PART and not harmless(line)
        )
        self._known: tuple[str, ...] = ()
        self._pattern: re.Pattern[str] | None = None

    def text(self, text: str) -> str:
        """The text without secrets."""
        for known in (SAID, PASSWORD, POSTED):
            text = known.sub(rf"\g<head>{MASK}", text)
        return self.values(text)

    def data(self, value: Any, name: str = "") -> Any:
        """Plain data with every text in it veiled; what stands under a telling name is hidden whole."""
        if isinstance(value, Mapping):
            return {key: self.data(each, str(key)) for key, each in value.items()}
        if isinstance(value, (list, tuple)):
            return [self.data(each, name) for each in value]
        if not isinstance(value, str):
            return value
        return MASK if value and NAMED.search(name) else self.text(value)

    def values(self, text: str) -> str:
        """The text without secrets whose value is known; every other letter of it stays."""
        parts = REDACTOR.parts
        if self._pattern is None or parts != self._known:
            self._known, self._pattern = parts, pattern((*self._own, *parts))
        return self._pattern.sub(MASK, text) if self._pattern.pattern else text


def harmless(value: str) -> bool:
    """Whether it is a path or a plain number, which no secret is."""
    return value.startswith(("/", "~")) or value.replace(".", "").isdigit()


def pattern(parts: Iterable[str]) -> re.Pattern[str]:
    """One expression for all of them, also as they stand in HTML and JSON; the longest first."""
    written = {
        form for part in parts for form in (part, html.escape(part), json.dumps(part)[1:-1], json.dumps(part, ensure_ascii=False)[1:-1])
    }
    return re.compile("|".join(re.escape(form) for form in sorted(written, key=len, reverse=True)))
