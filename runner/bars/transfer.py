"""Files behind a URL: what is there, whether it changed, and the bytes; whatever goes wrong is one line without secrets.

Credentials come from the environment alone (`AWS_…`, `~/.netrc`, `FSSPEC_S3_ENDPOINT_URL`, ...): a URL that holds any is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from hashlib import blake2b
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from runner.model.errors import DataError, Problem
from runner.words import nearest

URL = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://|.*::")
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")  # of a file or a folder
LOCAL = "file"
EXTRAS = {"s3": "s3fs", "gs": "gcsfs", "az": "adlfs", "abfs": "adlfs"}  # the package that speaks to each
SCHEMES = (LOCAL, "http", "https", "memory", *EXTRAS)
WEB = ("http", "https")
STAMPS = (
    "etag",
    "lastmodified",
    "contentmd5",
    "digest",
    "md5hash",
    "md5",
    "generation",
    "versionid",
    "mtime",
    "updated",
    "modified",
    "created",
)
CONNECT_SECONDS, READ_SECONDS = 10, 60
PLAINLY = (  # by the names of an error's classes, the first that fits
    (("FileNotFoundError",), "is not there"),
    (("TimeoutError", "ReadTimeoutError"), f"no answer within {READ_SECONDS} s"),
    (("PermissionError", "NoCredentialsError"), "access is refused; credentials come from the environment: {said}"),
    (("ClientPayloadError", "ServerDisconnectedError", "EOFError"), "the transfer broke off; try again"),
    (("OSError", "ClientConnectionError", "EndpointConnectionError"), "cannot be reached: {said}"),
)
TOLD = 160  # characters of what a library says


def is_url(text: str) -> bool:
    """Whether a text is a URL and no folder."""
    return URL.match(text) is not None


def unfit_url(text: str) -> str:
    """Why bars are not read from this URL; empty where they are. What may be a secret is not repeated."""
    scheme, _, rest = text.partition("://")
    if "::" in text:
        return "expected one URL, was a chain of them ('::')"
    if scheme.lower() not in SCHEMES:
        return f"expected a URL of {', '.join(SCHEMES)}, was one of {scheme!r}{nearest(scheme, SCHEMES)}"
    if "@" in rest.partition("/")[0]:
        return "expected a URL without user and password, was one with them; they come from the environment (AWS_ACCESS_KEY_ID, ~/.netrc)"
    if "?" in rest or "#" in rest:
        return "expected the URL of a folder, was one with '?' or '#'; a signed address is a secret, and of one file only"
    return "" if rest.strip("/") else f"expected a folder behind {scheme}://"


def local(url: str) -> Path | None:
    """The folder that a file:// URL names; None of any other."""
    parts = urlsplit(url)
    return Path(unquote(parts.path)) if parts.scheme.lower() == LOCAL else None


class Transfer:
    """One folder behind a URL. Every refusal is a DataError that names the file's URL."""

    def __init__(self, url: str) -> None:
        self.url = url.rstrip("/")
        self.scheme = url.partition("://")[0].lower()

    @cached_property
    def web(self) -> bool:
        """Whether a web server answers, which may or may not list its folders."""
        return self.scheme in WEB

    def at(self, name: str) -> str:
        """The URL of a file in the folder."""
        return f"{self.url}/{name}" if name else self.url

    def names(self, depth: int = 3) -> list[str]:
        """Every file up to `depth` levels under the folder, by its relative path; none where a web server lists nothing."""
        with self._told(""):
            system = self._system()
            root = system._strip_protocol(self.url).rstrip("/")  # noqa: SLF001 - fsspec's own way to make a URL its path
            found = linked(system, root, depth) if self.web else system.find(root, maxdepth=depth)
        return sorted(name for path in found if (name := unquote(str(path)).removeprefix(unquote(root)).lstrip("/")))

    def has(self, name: str) -> bool:
        """Whether a file is there. Servers that hide what is missing (403) count as without it."""
        try:
            self.info(name)
        except DataError as error:
            if isinstance(error.__cause__, FileNotFoundError) or getattr(error.__cause__, "status", 0) in (403, 404, 410):
                return False
            raise
        return True

    def info(self, name: str) -> tuple[int | None, str]:
        """A file's size in bytes (None: not told), and a short text that changes with it; empty where nothing tells a change."""
        with self._told(name):
            system = self._system()
            info = system.info(system._strip_protocol(self.at(name)), refresh=True) if not self.web else system.info(self.at(name))  # noqa: SLF001 - as above
        plain = {re.sub(r"[^a-z0-9]", "", str(key).lower()): value for key, value in info.items()}
        told = [f"{key}={plain[key]}" for key in STAMPS if plain.get(key)]
        size = info.get("size")
        stamp = blake2b("\n".join([f"size={size}", *told]).encode(), digest_size=8).hexdigest() if told else ""
        return (int(size) if size is not None else None), stamp

    def text(self, name: str) -> bytes:
        """The bytes of a small file."""
        with self._told(name):
            system = self._system()
            return bytes(system.cat_file(system._strip_protocol(self.at(name))))  # noqa: SLF001 - as above

    def get(self, name: str, place: Path, size: int | None) -> None:
        """The file's bytes at `place`; DataError when they are fewer or more than the server said."""
        with self._told(name):
            system = self._system()
            system.get_file(system._strip_protocol(self.at(name)), str(place))  # noqa: SLF001 - as above
        came = place.stat().st_size
        if size is not None and came != size:
            raise unfetched(self.at(name), f"{came} of {size} bytes came; try again")

    def _system(self) -> Any:
        import fsspec

        return fsspec.filesystem(self.scheme, **self._options())

    def _options(self) -> dict[str, Any]:
        """How long to wait, and nothing cached: a listing of yesterday would hide a file of today."""
        if self.web:
            import aiohttp

            patience = aiohttp.ClientTimeout(total=None, sock_connect=CONNECT_SECONDS, sock_read=READ_SECONDS)
            return {"use_listings_cache": False, "client_kwargs": {"timeout": patience, "trust_env": True}}
        if self.scheme == "s3":
            patient = {"connect_timeout": CONNECT_SECONDS, "read_timeout": READ_SECONDS, "retries": {"max_attempts": 2}}
            return {"use_listings_cache": False, "config_kwargs": patient}
        return {}

    @contextmanager
    def _told(self, name: str) -> Iterator[None]:
        try:
            yield
        except (KeyboardInterrupt, DataError):
            raise
        except Exception as caught:  # noqa: BLE001 - each filesystem raises its own
            error = _behind(caught)
            raise unfetched(self.at(name), self._said(error)) from error

    def _said(self, error: BaseException) -> str:
        """What happened in a line; libraries are told apart by the names of their errors, since not each is installed."""
        if isinstance(error, ImportError):
            extra = " (in a clone: .venv/bin/pip install -e '.[s3]')" if self.scheme == "s3" else ""
            return f"{self.scheme}:// needs {EXTRAS.get(self.scheme) or error.name}, which is not installed{extra}"
        if "ClientResponseError" in kinds(error):
            return f"the server answered {getattr(error, 'status', '')} {getattr(error, 'message', '')}".rstrip()
        found = next((told for names, told in PLAINLY if set(names) & kinds(error)), f"{type(error).__name__}: {{said}}")
        return found.format(said=plainly(error)).rstrip(": ")


def _behind(error: Exception) -> Exception:
    """What really happened: fsspec says of whatever a web server answers that the file is not there."""
    return error.__cause__ if isinstance(error, FileNotFoundError) and isinstance(error.__cause__, Exception) else error


def kinds(error: BaseException) -> set[str]:
    """The names of an error's classes."""
    return {kind.__name__ for kind in type(error).__mro__}


def linked(system: Any, folder: str, depth: int) -> list[str]:
    """The files a web server's pages lead to: links straight below a page, a name without an ending being a further folder."""
    below = {str(link).rstrip("/") for link in system.ls(folder, detail=False)}
    names = {link: link.removeprefix(f"{folder}/") for link in below if link.startswith(f"{folder}/")}
    plain = sorted(link for link, name in names.items() if NAME.fullmatch(name))
    files = [link for link in plain if "." in names[link]]
    folders = [link for link in plain if "." not in names[link]] if depth > 1 else []
    return [*files, *(file for inner in folders for file in linked(system, inner, depth - 1))]


def unfetched(url: str, message: str) -> DataError:
    """The error that says a file behind a URL could not be had."""
    return DataError("bars could not be fetched", [Problem(path=url, message=message)])


def plainly(error: BaseException) -> str:
    """What a library says, in one line, without anything that stands before an '@' or behind a '?' of a URL."""
    said = re.sub(r"//[^/\s@]*@", "//", " ".join(str(error).split()))
    return re.sub(r"\?\S*", "", said).replace(" ssl:default", "")[:TOLD]
