"""What is installed, what would change, and changing it: all of it or nothing, and never what somebody else has written."""

from __future__ import annotations

import difflib
import json
import os
import shutil
import subprocess
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from runner import private
from runner.deploy.cron import CRONTAB, block, misplaced, with_block
from runner.deploy.process import Site
from runner.model.errors import ConfigError, Problem, UnwritableError

DAEMONS = ("cron", "crond", "fcron", "bcron-sched")  # Debian's and ISC's, cronie's and BusyBox's, fcron, bcron
SYSTEMD_CRON = "systemd-cron"  # has no process: a generator makes timers of crontabs, below this target
CRON_TARGET = ("systemctl", "is-active", "--quiet", "cron.target")
PATIENCE_S = 10  # with a systemd that does not answer
LOOKED_FOR = f"neither a process {', '.join(DAEMONS[:-1])} or {DAEMONS[-1]} nor the cron.target of {SYSTEMD_CRON}"


@dataclass(frozen=True, kw_only=True)
class Change:
    """One file, or our part of the crontab: what is there and what shall be. None = nothing. astray: that part is not where it must be."""

    path: str
    before: str | None
    after: str | None
    astray: bool = False

    @property
    def kind(self) -> str:
        """What happens to it."""
        if self.before == self.after:
            return "moved" if self.astray else "unchanged"
        return "added" if self.before is None else "removed" if self.after is None else "changed"

    def diff(self) -> str:
        """The difference as patches show it; '' where there is none."""
        old, new = ((text or "").splitlines(keepends=True) for text in (self.before, self.after))
        was, becomes = ("/dev/null" if text is None else self.path for text in (self.before, self.after))
        return "".join(difflib.unified_diff(old, new, was, becomes)) if self.before != self.after else ""


@dataclass(frozen=True, kw_only=True)
class Record:
    """What was written for a target, by path the digests of what it may hold; `$RUNNER_HOME/deploy/TARGET.json`.

    folders: those that were made for it.
    """

    file: Path
    written: dict[str, list[str]] = field(default_factory=dict)
    folders: tuple[str, ...] = ()

    @staticmethod
    def read(home: Path, target: str) -> Record:
        """The record of a target; an empty one without a file. ConfigError for one that cannot be read."""
        file = home / "deploy" / f"{target}.json"
        try:
            content = json.loads(file.read_text(encoding="utf-8"))
            return Record(
                file=file,
                written={str(path): list(map(str, digests)) for path, digests in content["written"].items()},
                folders=tuple(map(str, content.get("folders", ()))),
            )
        except FileNotFoundError:
            return Record(file=file)
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            message = (
                f"what was written before cannot be read ({error.__class__.__name__}); put the file back, or remove it and what it names"
            )
            raise ConfigError("nothing is changed", [Problem(path=str(file), message=message)]) from None

    def ours(self, path: str, text: str) -> bool:
        """Whether that is what was written there."""
        return digest(text) in self.written.get(path, ())


def digest(text: str) -> str:
    """Of a text."""
    return sha256(text.encode("utf-8", "surrogateescape")).hexdigest()


def changes(wanted: Mapping[str, str], record: Record, site: Site) -> list[Change]:
    """What would be done so that exactly `wanted` is installed: the files of an earlier time that are not among it go."""
    paths = [*wanted, *(path for path in record.written if path not in wanted)]
    astray = CRONTAB in wanted and misplaced(crontab(), site)
    found = [Change(path=path, before=installed(path, site), after=wanted.get(path), astray=astray and path == CRONTAB) for path in paths]
    return [each for each in found if each.before is not None or each.after is not None]


def installed(path: str, site: Site) -> str | None:
    """What is there; None where nothing is."""
    if path == CRONTAB:
        return block(crontab(), site)
    try:
        return Path(path).read_text(encoding="utf-8", errors="surrogateescape")
    except FileNotFoundError:
        return None
    except OSError as error:
        raise ConfigError("nothing is changed", [Problem(path=path, message=error.strerror or str(error))]) from None


def edited(found: Sequence[Change], record: Record) -> list[Problem]:
    """What somebody else has written, or edited since."""
    said = "was edited since it was written" if record.written else "is there already, and was not written by this"
    return [
        Problem(path=each.path, message=f"{said}; move it away, or type mode.force=true to overwrite it")
        for each in found
        if each.kind in ("changed", "removed") and each.before is not None and not record.ours(each.path, each.before)
    ]


def unwritable(found: Sequence[Change], record: Record) -> list[Problem]:
    """Folders that take no files."""
    folders = {Path(each.path).parent for each in found if each.kind != "unchanged" and each.path != CRONTAB} | {record.file.parent}
    return [problem for folder in sorted(folders) if (problem := _closed(folder)) is not None]


def _closed(folder: Path) -> Problem | None:
    there = next(each for each in (folder, *folder.parents) if each.exists())
    if not there.is_dir():
        return Problem(path=str(folder), message=f"expected a folder, {there} is a file")
    if not os.access(there, os.W_OK | os.X_OK):
        return Problem(path=str(folder), message="cannot be written")
    return None


def put(found: Sequence[Change], record: Record, site: Site, folders: Sequence[Path] = ()) -> None:
    """Make these changes and folders, and remember them. UnwritableError after everything was put back as it was."""
    todo = [each for each in found if each.kind != "unchanged"]
    now = {each.path: [digest(each.after)] for each in found if each.after is not None}
    both = {path: [*record.written.get(path, ()), *now.get(path, ())] for path in {**record.written, **now}}
    done: list[Change] = []
    lines = crontab() if any(each.path == CRONTAB for each in todo) else ""
    places = [record.file.parent, *(Path(each.path).parent for each in todo if each.path != CRONTAB)]
    absent, made = _absent([*folders, *places]), tuple(dict.fromkeys((*record.folders, *map(str, _absent(places)))))
    try:
        for folder in folders:
            private.made(folder)
        for folder in absent:
            if site.user and any(each.is_relative_to(folder) for each in folders):
                shutil.chown(folder, site.user)
        _remember(Record(file=record.file, written=both, folders=made))
        staged = _staged([each for each in todo if each.path != CRONTAB])
        for each in todo:
            done.append(each)
            _become(each.path, each.after, staged.pop(each.path, None), site)
        _remember(Record(file=record.file, written=now, folders=tuple(each for each in made if _holds(each, [*now, str(record.file)]))))
    except (OSError, ConfigError) as error:
        _back(done, record, lines)
        problem = (
            error.problems
            if isinstance(error, ConfigError)
            else [Problem(path=str(getattr(error, "filename", "")), message=getattr(error, "strerror", None) or str(error))]
        )
        raise UnwritableError("nothing is changed: it could not be written", problem) from error
    else:
        absent = []
    finally:
        for each in todo:
            with suppress(OSError):
                _part(each.path).unlink(missing_ok=True)
        for folder in absent:
            with suppress(OSError):  # somebody else has put something there
                folder.rmdir()


def _absent(folders: Sequence[Path]) -> list[Path]:
    """Those of these folders, and of what they lie in, that are not there; the deepest first."""
    found = {each for folder in folders for each in (folder, *folder.parents) if not each.exists()}
    return sorted(found, key=lambda folder: len(folder.parts), reverse=True)


def _holds(folder: str, paths: Iterable[str]) -> bool:
    """Whether one of these lies in a folder."""
    return any(Path(path).is_relative_to(folder) for path in paths if path != CRONTAB)


def _back(done: Sequence[Change], record: Record, lines: str) -> None:
    """Put everything back, the crontab first. lines: what it was."""
    for each in sorted(done, key=lambda each: each.path != CRONTAB):
        with suppress(OSError, ConfigError):
            if each.path == CRONTAB:
                if crontab() != lines:
                    install(lines)
            else:
                _restore(each.path, each.before)
    with suppress(OSError):
        _remember(record)


def _staged(todo: Sequence[Change]) -> dict[str, Path]:
    """The new content of each file, beside it."""
    found = {}
    for each in todo:
        if each.after is not None:
            found[each.path] = _part(each.path)
            found[each.path].parent.mkdir(parents=True, exist_ok=True)
            _write(found[each.path], each.after)
    return found


def _part(path: str) -> Path:
    return Path(path).with_name(f".{Path(path).name}.{os.getpid()}")


def _write(file: Path, text: str) -> None:
    with file.open("w", encoding="utf-8", errors="surrogateescape", newline="") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())
    file.chmod(0o644)


def _become(path: str, text: str | None, staged: Path | None, site: Site) -> None:
    """Let a file, or our part of the crontab, hold this text."""
    if path == CRONTAB:
        install(with_block(crontab(), site, text))
    elif staged is not None:
        staged.replace(path)
    else:
        _restore(path, text)


def _restore(path: str, text: str | None) -> None:
    """Let a file hold this text; None: no file."""
    if text is None:
        Path(path).unlink(missing_ok=True)
        return
    part = _part(path)
    _write(part, text)
    part.replace(path)


def _remember(record: Record) -> None:
    """Write the record; one of nothing is no file."""
    if not record.written:
        record.file.unlink(missing_ok=True)
        return
    record.file.parent.mkdir(parents=True, exist_ok=True)
    part = _part(str(record.file))
    _write(part, json.dumps({"folders": record.folders, "written": record.written}, indent=1, sort_keys=True) + "\n")
    part.replace(record.file)


def crontab() -> str:
    """The user's crontab, byte for byte; '' without one."""
    done = _crontab("-l")
    if done.returncode and b"no crontab for" not in done.stderr:
        raise _refused(done)
    return done.stdout.decode("utf-8", "surrogateescape") if not done.returncode else ""


def install(text: str) -> None:
    """Put a crontab in place of the user's, in one go; an empty one is none."""
    done = _crontab("-", text.encode("utf-8", "surrogateescape")) if text else _crontab("-r")
    if done.returncode:
        raise _refused(done)


def cron_reader(processes: Path = Path("/proc"), target: Sequence[str] = CRON_TARGET) -> str | None:
    """What reads crontabs on this host: a daemon, systemd-cron, '' for nothing; None where processes of others are not shown."""
    if not (processes / "1" / "comm").is_file():
        return None
    running = {_name(each) for each in processes.glob("[0-9]*/comm")}
    return next((name for name in DAEMONS if name in running), "") or (SYSTEMD_CRON if _succeeds(target) else "")


def _succeeds(words: Sequence[str]) -> bool:
    try:
        return subprocess.run(words, capture_output=True, check=False, timeout=PATIENCE_S).returncode == 0  # noqa: S603 - no user's words
    except (OSError, subprocess.TimeoutExpired):
        return False


def _name(comm: Path) -> str:
    """Of a process; '' where it is gone meanwhile."""
    try:
        return comm.read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""


def _crontab(word: str, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    try:
        environment = {**os.environ, "LC_ALL": "C"}
        return subprocess.run(  # noqa: S603 - no word of a user's
            ["crontab", word],  # noqa: S607 - where the system has it
            input=given,
            capture_output=True,
            check=False,
            env=environment,
        )
    except OSError:
        message = "there is no program of this name; install cron (Debian: apt-get install cron), or choose another target"
        raise ConfigError("the crontab cannot be read", [Problem(path="crontab", message=message)]) from None


def _refused(done: subprocess.CompletedProcess[bytes]) -> ConfigError:
    said = " ".join(done.stderr.decode("utf-8", "replace").split()) or f"ended with status {done.returncode}"
    return ConfigError("the crontab cannot be changed", [Problem(path="crontab", message=said)])


def emptied(found: Sequence[Change], record: Record, home: Path) -> Iterator[Path]:
    """Folders that nothing is in any more, the deepest first: those that were made for files that went, and ours below `deploy`.

    record: as it was before they went.
    """
    gone = [Path(each.path).parent for each in found if each.path != CRONTAB and each.kind == "removed"]
    ours = [folder for folder in (*gone, *([record.file.parent] if gone else ())) if folder.is_relative_to(home / "deploy")]
    made = [Path(folder) for folder in record.folders if _holds(folder, [*map(str, gone)])]
    for folder in sorted({*ours, *made}, key=lambda folder: len(folder.parts), reverse=True):
        if folder.is_dir() and not any(folder.iterdir()):
            yield folder
