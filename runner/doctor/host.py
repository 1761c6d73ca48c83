"""What is the same for all accounts of a host: Python and packages, the compiled machine, the clock, time zones, folder and disk."""

from __future__ import annotations

import ctypes
import platform
import re
import shlex
import shutil
import sys
import zoneinfo
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import import_module, metadata
from pathlib import Path
from tempfile import TemporaryFile

from runner import private
from runner.deploy.installed import LOOKED_FOR, Record, cron_reader
from runner.doctor.finding import STATE, Check, Finding
from runner.live.clock import Clock
from runner.lock import locked
from runner.machine.cache import folder as machine_folder
from runner.machine.native import is_stored
from runner.words import counted, listed

PACKAGE = "prop-runner"
MIB, GIB = 1 << 20, 1 << 30
LOW, EMPTY = GIB, 100 * MIB  # free space: warned of, and too little
UNSYNCHRONISED = 5  # what Linux answers (TIME_ERROR)
TIMEX_BYTES = 512  # more than struct timex has anywhere
OLD_YEARS = 1
VERSION = re.compile(r"(\d{4})[a-z]*")


@dataclass(frozen=True, kw_only=True)
class Host:
    """Where it is looked: the user's folder, and the time."""

    home: Path
    clock: Clock

    def checks(self) -> Iterator[Check]:
        """Everything that is no account's own."""
        yield Check("python", python)
        yield Check("packages", packages)
        yield Check("machine", machine)
        yield Check("folder", lambda check: writable(check, self.home))
        yield Check("state", lambda check: private_state(check, self.home / "state"))
        yield Check("disk", lambda check: disk(check, self.home))
        yield Check("clock", synchronised)
        if (self.home / "deploy" / "cron.json").is_file():
            yield Check("cron", lambda check: cron(check, self.home))
        yield Check("alerts", lambda check: alerts(check, self.home))
        yield Check("time zones", lambda check: zones(check, self.clock.now_ms()))


def python(check: Check) -> Finding:
    """A version of Python that the project takes, on a machine of 64 bits."""
    found = f"Python {platform.python_version()} on {platform.system()} {platform.machine()}"
    wanted = _required()
    if wanted and not _within(platform.python_version(), wanted):
        return check.problem(f"{found}, expected {wanted}", f"install a Python {wanted} and the package into it")
    if sys.maxsize < 1 << 32:
        return check.problem(f"{found}, of 32 bits", "install a Python of 64 bits")
    return check.ok(found)


def _required() -> str:
    try:
        return metadata.metadata(PACKAGE).get("Requires-Python") or ""
    except metadata.PackageNotFoundError:
        return ""


def _within(version: str, wanted: str) -> bool:
    from packaging.specifiers import SpecifierSet

    return SpecifierSet(wanted).contains(version, prereleases=True)


def packages(check: Check) -> Finding:
    """Every package that the project needs is there, in a version that it takes."""
    from packaging.requirements import Requirement

    try:
        lines = metadata.requires(PACKAGE) or []
    except metadata.PackageNotFoundError:
        return check.warning("not installed as a package, so that versions cannot be compared", "pip install prop-runner")
    needed = [each for each in map(Requirement, lines) if each.marker is None or each.marker.evaluate({"extra": ""})]
    wrong = [said for each in needed if (said := lacking(each.name, str(each.specifier)))]
    if wrong:
        return check.problem("; ".join(wrong), "install what the lock file names: scripts/setup, or pip install -U prop-runner")
    return check.ok(f"{counted(len(needed), 'package')} as asked for, {PACKAGE} {metadata.version(PACKAGE)}")


def lacking(name: str, wanted: str) -> str:
    """What is wrong with a package; '' where nothing is."""
    try:
        found = metadata.version(name)
    except metadata.PackageNotFoundError:
        return f"{name} is missing"
    return "" if _within(found, wanted) else f"{name} {found}, expected {wanted}"


def machine(check: Check) -> Finding:
    """The compiled machine is on disk; else the first tick compiles it, and is late."""
    if is_stored():
        return check.ok("compiled")
    return check.warning("not compiled yet; the first tick would be half a minute late", f"run a backtest once ({machine_folder()})")


def writable(check: Check, folder: Path) -> Finding:
    """A folder takes a file. Where it is not there yet, the nearest one above it does."""
    place = next((each for each in (folder, *folder.parents) if each.exists()), folder)
    try:
        with TemporaryFile(dir=place) as file:
            file.write(b"\0" * 4096)
            file.flush()
    except OSError as error:
        return check.problem(f"{place} cannot be written: {error.strerror}", "let this user write there, or free the disk", STATE)
    return check.ok(f"{folder} takes files")


def private_state(check: Check, folder: Path) -> Finding:
    """Nobody else of this machine reads what accounts do; accounts' own folders are looked at with them."""
    if not folder.is_dir():
        return check.ok("nothing is kept yet")
    return closed(check, folder, [folder, *(file for place in (folder, folder / "records") for file in place.glob("*") if file.is_file())])


def closed(check: Check, folder: Path, places: Iterable[Path]) -> Finding:
    """Of these in a folder, others of this machine may look into none."""
    open_ = sorted(place.relative_to(folder).as_posix() for place in places if seen_by_others(place))
    if open_:
        shown = ["the folder itself" if name == "." else name for name in open_]
        return check.warning(f"others of this machine may read {listed(shown)}", f"chmod -R go= {shlex.quote(str(folder))}")
    return check.ok("for this user alone")


def seen_by_others(place: Path) -> bool:
    """Whether they may; a file that is gone meanwhile is seen by nobody."""
    try:
        return private.shared(place)
    except OSError:
        return False


def disk(check: Check, home: Path) -> Finding:
    """Room for journals and logs."""
    free = shutil.disk_usage(home).free
    held = sum(file.stat().st_size for file in (home / "state").rglob("*") if file.is_file())
    found = f"{sized(free)} free, state/ holds {sized(held)}"
    if free < EMPTY:
        return check.problem(found, "free the disk; a journal that cannot be written stops the bot", STATE)
    return check.warning(found, "make room before it is full") if free < LOW else check.ok(found)


def sized(count: float) -> str:
    """Bytes as people read them."""
    for unit, size in (("GiB", GIB), ("MiB", MIB)):
        if count >= size:
            return f"{count / size:,.1f} {unit}"
    return f"{count / 1024:,.0f} KiB"


def synchronised(check: Check) -> Finding:
    """Whether the system keeps its clock by others; only Linux says."""
    if not sys.platform.startswith("linux"):
        return check.ok("this system does not say whether its clock is synchronised; the venue's is compared below")
    answer = ctypes.CDLL(None, use_errno=True).adjtimex(ctypes.create_string_buffer(TIMEX_BYTES))
    if answer == UNSYNCHRONISED:
        return check.warning("nothing keeps this system's clock right", "timedatectl set-ntp true, or install chrony")
    return check.ok("kept by the system (NTP)" if answer >= 0 else "the system does not say whether it is synchronised")


def cron(check: Check, home: Path, reader: Callable[[], str | None] = cron_reader) -> Finding:
    """Somebody reads the crontab into which `mode=deploy` has written runs."""
    lines = sum(path.endswith(".sh") for path in Record.read(home, "cron").written)
    said = f"{counted(lines, 'script')} of mode=deploy"
    if reader() == "":
        return check.warning(f"{said}, and nothing starts them: {LOOKED_FOR} is at work", "start one (Debian: service cron start)")
    return check.ok(said)


def alerts(check: Check, home: Path) -> Finding:
    """Somebody sends what there is to tell."""
    dead = home / "state" / "alerts.dead.jsonl"
    lost = f"; {counted(len(dead.read_bytes().splitlines()), 'alert')} could not be delivered, see {dead.name}" if dead.is_file() else ""
    if sent_by_somebody(home / "state" / "alerts.lock"):
        return (
            check.warning(f"sent by a process of this host{lost}", "mend what is said there")
            if lost
            else check.ok("sent by a process of this host")
        )
    return check.warning(f"nobody sends them{lost}", "runner mode=alerts, beside the bots")


def sent_by_somebody(lock: Path) -> bool:
    """Whether a process holds the lock of who sends."""
    try:
        with lock.open("r+", encoding="utf-8") as file:
            return not locked(file)
    except OSError:
        return False


def zones(check: Check, now_ms: int) -> Finding:
    """Time-zone data, whose rules governments change."""
    version, place = zone_data()
    if not version:
        return check.warning("time-zone data of unknown age", "pip install -U tzdata")
    year = int(version[:4])
    if year < datetime.fromtimestamp(now_ms / 1000, UTC).year - OLD_YEARS:
        return check.warning(f"time-zone data {version} ({place}) are old", "update tzdata; resets follow zones")
    return check.ok(f"time-zone data {version} ({place})")


def zone_data() -> tuple[str, str]:
    """(version, where it is from) of the time-zone data that Python reads; '' where it is not told. The system's come first."""
    for folder in map(Path, zoneinfo.TZPATH):
        if (folder / "UTC").exists() or (folder / "Etc").exists():
            for name in ("+VERSION", "tzdata.zi"):
                found = VERSION.search(_begins(folder / name))
                if found:
                    return found[0], "system"
            return "", "system"
    try:
        return str(import_module("tzdata").IANA_VERSION), "package tzdata"
    except ImportError:
        return "", ""


def _begins(file: Path) -> str:
    try:
        with file.open(encoding="utf-8") as stream:
            return stream.read(64)
    except OSError:
        return ""
