"""Units of systemd: a service for each process, a timer for each that has times; hardened, and given nothing it does not need."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from runner.deploy import probe
from runner.deploy.process import BUSY, LONGEST_TICK_S, Process, Site
from runner.deploy.timing import DAYS, HOURS, MINUTES, MONTHS, WEEKDAYS, Fields, Timing

DAY_NAMES = ("Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat")
EMPTIED = (Path("/tmp"), Path("/var/tmp"))  # noqa: S108 - what PrivateTmp= gives each unit its own of
HARDENED = """\
NoNewPrivileges=yes
CapabilityBoundingSet=
AmbientCapabilities=
UMask=0077
LimitCORE=0
PrivateTmp=yes
PrivateDevices=yes
PrivateMounts=yes
PrivateUsers=yes
DevicePolicy=closed
ProtectSystem=strict
ProtectHome=read-only
ProtectClock=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectControlGroups=yes
ProtectProc=invisible
ProcSubset=pid
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX
RemoveIPC=yes
LockPersonality=yes
KeyringMode=private
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallFilter=~@privileged @resources
SystemCallErrorNumber=EPERM
"""


def files(processes: Sequence[Process], site: Site, folder: Path, *, system: bool = False) -> dict[str, str]:
    """The units, and one target that starts them all, by absolute path."""
    found: dict[str, str] = {}
    wanted: list[str] = []
    for each in processes:
        name = f"{site.prefix}-{each.name}"
        timed = None if each.lasts else each.times(("UTC", each.own_zone), site.year)
        found[f"{name}.service"] = service(each, site, timed, system=system)
        if timed is not None:
            found[f"{name}.timer"] = timer(each, site, timed)
        wanted.append(f"{name}.timer" if timed is not None else f"{name}.service")
    found[f"{site.prefix}.target"] = target(site, wanted, system=system)
    return {str(folder / name): text for name, text in found.items()}


def target(site: Site, wanted: Sequence[str], *, system: bool) -> str:
    """What is enabled, started and stopped as one."""
    lines = [*opening(f"prop-runner: accounts of {site.home}"), *(f"Wants={name}" for name in wanted)]
    return text(lines, ["[Install]", f"WantedBy={'multi-user' if system else 'default'}.target"])


def timer(process: Process, site: Site, timed: Timing) -> str:
    """When a service is started. What was missed is not made up for: a tick must not trade late."""
    seconds = timed.seconds if timed.exact else 0
    times = [f"OnCalendar={each}" for fields in timed.fields for each in calendar(fields, seconds, timed.zone)]
    unit = [*opening(f"prop-runner: when {process.name} is due"), f"PartOf={site.prefix}.target"]
    return text(unit, ["[Timer]", *times, "AccuracySec=100ms", "RandomizedDelaySec=0", "Persistent=false"])


def service(process: Process, site: Site, timed: Timing | None, *, system: bool) -> str:
    """What is started, and what it may do."""
    unit = [*opening(f"prop-runner: {process.name}"), f"PartOf={site.prefix}.target"]
    if system:
        unit += ["Wants=network-online.target", "After=network-online.target"]
    if timed is None:
        unit += ["StartLimitIntervalSec=0"] if process.waits else ["StartLimitIntervalSec=10min", "StartLimitBurst=5"]
    return text(unit, ["[Service]", *started(process, site, timed), *place(process, site, system=system), *HARDENED.splitlines()])


def started(process: Process, site: Site, timed: Timing | None) -> Iterator[str]:
    """How it begins and what its end means."""
    yield "Type=exec" if timed is None else "Type=oneshot"
    if timed is not None and not timed.exact:
        asked = [site.python, "-P", "-m", "runner.deploy.probe", *probe.words(process.when, timed.seconds, timed.grace)]
        yield f"ExecCondition={line(asked)}"
        if timed.seconds:
            yield f"ExecStartPre=/bin/sleep {timed.seconds}"
    yield f"ExecStart={line([site.program, *process.words])}"
    if timed is None:
        yield from ("Restart=on-failure", f"RestartSec={'30s' if process.waits else '15s'}")
        yield f"RestartPreventExitStatus={' '.join(map(str, process.final))}"
        yield from ("KillSignal=SIGTERM", "TimeoutStopSec=30s")
    else:
        yield from (f"SuccessExitStatus={BUSY}", "Restart=no", f"TimeoutStartSec={LONGEST_TICK_S}s")


def place(process: Process, site: Site, *, system: bool) -> Iterator[str]:
    """Where it works, with which keys and how much memory."""
    if system and site.user:
        yield f"User={site.user}"
    yield f"WorkingDirectory={one(str(site.home))}"
    for name, value in {"RUNNER_HOME": str(site.home), **site.carried}.items():
        yield f"Environment={quoted(f'{name}={value}')}"
    if site.cache is not None:
        yield f"Environment={quoted(f'NUMBA_CACHE_DIR={site.cache}')}"
    if site.environment is not None and (process.keys or process.job in ("alerts", "desk")):
        yield f"EnvironmentFile={one(str(site.environment))}"
    writes = [site.home / "state", *([site.cache] if site.cache is not None else [])]
    if away := hidden(site):
        yield f"BindReadOnlyPaths={' '.join(whole(str(path)) for path in away)}"
    yield f"ReadWritePaths={' '.join(quoted(str(path)) for path in writes)}"
    yield from (f"MemoryMax={site.memory}", "MemorySwapMax=0", "TasksMax=128", f"OOMPolicy={'stop' if process.lasts else 'kill'}")


def hidden(site: Site) -> list[Path]:
    """What a unit needs and PrivateTmp= would hide from it: the user's folder, the program and its interpreter, compiled code."""
    needed = [site.home, Path(site.program).parent.parent, *(Path(each) for each in site.libraries), *([site.cache] if site.cache else [])]
    return list(dict.fromkeys(each for each in needed if any(each.is_relative_to(folder) for folder in EMPTIED)))


def told(site: Site) -> list[str]:
    """What a person should know of these paths."""
    return [
        f"systemd: {each} lies in a folder that hosts empty; the units are shown it in spite of PrivateTmp=yes, a place elsewhere is safer"
        for each in hidden(site)
    ]


def opening(description: str) -> list[str]:
    """The head of a unit."""
    return [
        "# Written by `runner mode=deploy mode.target=systemd`; mode.action=remove takes it away.",
        "[Unit]",
        f"Description={description}",
    ]


def text(*sections: Sequence[str]) -> str:
    """Sections of a unit."""
    return "\n".join("".join(f"{each}\n" for each in section) for section in sections)


def line(words: Sequence[str]) -> str:
    """A command as a unit says it."""
    return " ".join(quoted(word, dollars=True) for word in words)


def one(path: str) -> str:
    """A path that a unit takes whole."""
    return path.replace("%", "%%")


def whole(path: str) -> str:
    """A path among others, in which a colon ends nothing."""
    return '"' + path.replace("%", "%%").replace("\\", "\\\\").replace('"', '\\"') + '"'


def quoted(word: str, *, dollars: bool = False) -> str:
    """A word in which systemd replaces nothing."""
    plain = word.replace("%", "%%").replace("$", "$$" if dollars else "$")
    if all(letter.isalnum() or letter in "/._-+=,:[]@%$*" for letter in plain) and plain:
        return plain
    return '"' + plain.replace("\\", "\\\\").replace('"', '\\"') + '"'


def calendar(fields: Fields, seconds: int, zone: str) -> list[str]:
    """Fields as `OnCalendar=` says them; two where a day fits by its date or by its weekday."""
    ways = [(fields.days, WEEKDAYS), (DAYS, fields.weekdays)] if fields.either else [(fields.days, fields.weekdays)]
    return [expression(fields, days, weekdays, seconds, zone) for days, weekdays in ways]


def expression(fields: Fields, days: Sequence[int], weekdays: Sequence[int], seconds: int, zone: str) -> str:
    """`Mon,Tue *-*-* 09:00:05 Europe/Berlin`."""
    named = "" if tuple(weekdays) == WEEKDAYS else ",".join(DAY_NAMES[day] for day in sorted(weekdays, key=lambda day: (day - 1) % 7)) + " "
    date = f"*-{part(fields.months, MONTHS)}-{part(days, DAYS)}"
    return f"{named}{date} {part(fields.hours, HOURS)}:{part(fields.minutes, MINUTES)}:{seconds:02d} {zone}"


def part(numbers: Sequence[int], whole: Sequence[int]) -> str:
    """`00,04,08`, or `*`."""
    return "*" if tuple(numbers) == tuple(whole) else ",".join(f"{number:02d}" for number in numbers)
