"""Deploy: let cron, systemd, Compose or Kubernetes start every account's runs. Shows, writes, or takes away what was written."""

from __future__ import annotations

import getpass
import os
import re
import shlex
import shutil
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, ClassVar, Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from runner.deploy import compose, cron, kubernetes, systemd
from runner.deploy.installed import (
    LOOKED_FOR,
    SYSTEMD_CRON,
    Change,
    Record,
    changes,
    cron_reader,
    crontab,
    edited,
    emptied,
    put,
    unwritable,
)
from runner.deploy.process import Process, Site, keyless, processes, twins, unsworn, values_in
from runner.live.clock import WallClock
from runner.live.state import retire
from runner.machine.cache import users
from runner.menu import Menu
from runner.mode.accounts.looked import runnable
from runner.model.bot import Account, Errand
from runner.model.errors import ConfigError, Problem
from runner.schedule.runs import dues
from runner.words import counted, listed

ERRAND = True
ACCOUNT = True
LEAVES_FILES = False
SWEEPS = False
TARGETS = ("cron", "systemd", "compose", "kubernetes")
CONTAINERS = ("compose", "kubernetes")
USES = {  # options that some targets alone do something with
    "into": ("systemd", *CONTAINERS),
    "memory": ("systemd", *CONTAINERS),
    "program": ("cron", "systemd"),
    "scope": ("systemd",),
    "user": ("systemd",),
    "zone": ("cron",),
    "image": CONTAINERS,
    **dict.fromkeys(("namespace", "secret", "storage"), ("kubernetes",)),
}
URL = "JOURNAL_URL"
UNITS = {"K": 1 << 10, "M": 1 << 20, "G": 1 << 30}
LEAST = 128 << 20
WRITTEN = {"accounts": "*.yaml", "conf": "*.yaml", "blocks": "*.py"}  # by the user, which a pod is given
LOCALTIME = Path("/etc/localtime")
Label = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?$")]
Size = Annotated[str, StringConstraints(pattern=r"^[1-9][0-9]*[KMG]$")]
Word = Annotated[str, StringConstraints(pattern=r"^\S+$")]
Variable = Annotated[str, StringConstraints(pattern=r"^([A-Za-z_][A-Za-z0-9_]*)?$")]


class Options(BaseModel):
    """What `mode.…` may say of a deployment."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)
    TYPED: ClassVar[tuple[str, ...]] = ("live",)  # said on the command line, each time
    target: Literal["cron", "systemd", "compose", "kubernetes"] | None = Field(None, description="what starts the runs")
    action: Literal["diff", "apply", "remove"] = Field("diff", description="show what would change; write it; take away what was written")
    live: Literal["yes-real-money"] | None = Field(None, description="the second word that real money needs, typed each time")
    into: str | None = Field(None, min_length=1, description="the folder files go to; null = where the target looks for them")
    environment: str | None = Field(None, min_length=1, description="file with keys, NAME=value; null = .env in the user's folder")
    journal: Variable | None = Field(None, description="environment variable with the journal's URL; '' = a file for each account")
    alerts: bool = Field(True, description="the process that tells people, where your conf/mode/alerts.yaml says whom")
    desk: bool = Field(False, description="the page that shows all accounts")
    memory: Size = Field("512M", description="that a process may take")
    program: str | None = Field(None, min_length=1, description="`runner` by its absolute path; null = the one that runs now")
    prefix: Label = Field("prop-runner", description="how units and objects are called")
    scope: Literal["user", "system"] = Field("user", description="whose systemd")
    user: Word | None = Field(None, description="whom a system's systemd runs it as; null = who types this")
    zone: str | None = Field(None, min_length=1, description="zone of the host's clock, which cron goes by; null = asked of the host")
    image: Word = Field("prop-runner", description="of containers")
    namespace: Label = Field("prop-runner", description="of Kubernetes")
    secret: Label = Field("prop-runner-keys", description="the Secret of Kubernetes that holds the keys")
    storage: Annotated[str, StringConstraints(pattern=r"^[1-9][0-9]*[KMG]i$")] = Field("1Gi", description="of the volume for state")
    force: bool = Field(False, description="overwrite or remove also what somebody else has written")


def run(errand: Errand) -> int:
    """Show, write or take away a deployment; 0. ConfigError, with every problem, before anything is written."""
    options, menu = Options(**errand.options), Menu(errand.home)
    target = chosen(options)
    wrong = [*idle(options, target), *unsaid(errand.home, options), *small(options), *nowhere(options, target)]
    refuse(f"this command will not run: {counted(len(wrong), 'problem')}", wrong)
    site = site_of(errand, options, target)
    record = Record.read(errand.home, target)
    wanted = {} if options.action == "remove" else generated(menu, errand, options, target, site)
    found = changes(wanted, record, site)
    problems = [] if options.force else [*edited(found, record), *enabled(options, site)]
    if options.action == "diff":
        show(
            found,
            [*notes(wanted, target, site), *(f"not without mode.force=true  {problem.line()}" for problem in problems)],
            errand.home,
            target,
        )
        return 0
    refuse("nothing is changed", [*problems, *unwritable(found, record)])
    folders = (site.home / "state", *([site.cache] if site.cache is not None else [])) if options.action == "apply" else ()
    put(found, record, site, folders)
    for folder in emptied(found, record, errand.home):
        with suppress(OSError):  # somebody has put something there by now
            folder.rmdir()
    told(found, errand.home, target)
    if options.action == "remove" and any(each.kind == "removed" for each in found):
        retire(errand.home, WallClock().now_ms(), "its runs were taken away by mode=deploy")
    if found or options.action == "apply":
        print("\n".join(after(options, target, site, wanted)))
    return 0


def chosen(options: Options) -> str:
    """The target. ConfigError without one."""
    if options.target is None:
        said = f"expected one of {', '.join(TARGETS)}; type mode.target=systemd"
        raise ConfigError("this command will not run: 1 problem", [Problem(path="mode.target", message=said, where="command line")])
    return options.target


def idle(options: Options, target: str) -> list[Problem]:
    """Options that this target does nothing with, and whoever typed them means something by."""
    defaults = {name: field.default for name, field in Options.model_fields.items()}
    message = "has no meaning for {}, only for {}; leave it out"
    return [
        Problem(path=f"mode.{name}", message=message.format(target, listed(targets)))
        for name, targets in USES.items()
        if target not in targets and getattr(options, name) != defaults[name]
    ]


def unsaid(home: Path, options: Options) -> list[Problem]:
    """Paths that no line of a file can say."""
    paths = {"RUNNER_HOME": str(home), "mode.into": options.into, "mode.environment": options.environment, "mode.program": options.program}
    message = "expected a path of printable characters, was {!r}"
    return [Problem(path=name, message=message.format(path)) for name, path in paths.items() if path is not None and not path.isprintable()]


def small(options: Options) -> list[Problem]:
    """Memory in which nothing of this begins."""
    size = int(options.memory[:-1]) * UNITS[options.memory[-1]]
    message = f"expected at least {LEAST >> 20}M, was {options.memory!r}; a bot takes about 130M"
    return [] if size >= LEAST else [Problem(path="mode.memory", message=message)]


def nowhere(options: Options, target: str) -> list[Problem]:
    """A program that was named and that this host, where it shall be started, does not have."""
    if options.program is None or target in CONTAINERS or options.into is not None:
        return []
    program = Path(options.program).expanduser()
    files = [program, program.with_name("python")] if program.is_absolute() else []
    message = "expected a program and, beside it, its `python`: there is none at {}"
    return [
        Problem(path="mode.program", message=message.format(each)) for each in files if not (each.is_file() and os.access(each, os.X_OK))
    ]


def refuse(title: str, problems: Sequence[Problem]) -> None:
    """ConfigError where there is a problem."""
    if problems:
        raise ConfigError(title, problems)


def site_of(errand: Errand, options: Options, target: str) -> Site:
    """Where processes run, as it is now."""
    inside = target in CONTAINERS
    journal = options.journal if options.journal is not None else URL if target == "kubernetes" else ""
    program = Path(options.program).expanduser() if options.program else Path(sys.executable).with_name("runner")
    refuse(
        "this command will not run: 1 problem",
        [] if program.is_absolute() else [Problem(path="mode.program", message=f"expected an absolute path, was {options.program!r}")],
    )
    return Site(
        home=errand.home,
        program=str(program),
        python=str(program.with_name("python")),
        year=datetime.fromtimestamp(WallClock().now_ms() / 1000, UTC).year,
        environment=None if target == "kubernetes" else environment(errand.home, options),
        journal=journal,
        zone=host_zone(options.zone) if target == "cron" else "UTC",
        memory=options.memory,
        prefix=options.prefix,
        user=options.user or (getpass.getuser() if options.scope == "system" else ""),
        cache=None if inside else cache_of(options),
        libraries=() if inside else tuple(dict.fromkeys((sys.prefix, sys.base_prefix))),
        image=options.image,
        namespace=options.namespace,
        secret=options.secret,
        storage=options.storage,
        files=written(errand.home) if target == "kubernetes" else {},
        folders=tuple(name for name in (*WRITTEN, "settings.yaml") if (errand.home / name).exists()) if inside else (),
        carried={"RUNNER_TRUST": trust} if (trust := os.environ.get("RUNNER_TRUST", "")) else {},
    )


def cache_of(options: Options) -> Path | None:
    """Where whoever runs it keeps compiled code. ConfigError for a user that this host does not know."""
    if options.target != "systemd" or options.scope != "system" or options.user in (None, getpass.getuser()):
        return next(iter(users()), None)
    home = Path(f"~{options.user}")
    with suppress(RuntimeError):
        return home.expanduser() / ".cache" / "prop-runner"
    said = f"expected a user of this host, was {options.user!r}; make one: adduser --disabled-password {options.user}"
    raise ConfigError("this command will not run: 1 problem", [Problem(path="mode.user", message=said, where="command line")])


def foreign(options: Options, site: Site) -> list[Problem]:
    """Folders that whoever runs the units could not write to: they are somebody else's."""
    if options.target != "systemd" or site.user in ("", "root"):
        return []
    folders = [site.home / "state", *([site.cache] if site.cache is not None else [])]
    message = f"is not {site.user}'s, whom the units run as; chown -R {site.user} it, or name another: mode.user=…"
    return [Problem(path=str(each), message=message) for each in folders if each.exists() and owner(each) != site.user]


def owner(path: Path) -> str:
    """Whose it is; '' for somebody without a name."""
    try:
        return path.owner()
    except KeyError:
        return ""


def environment(home: Path, options: Options) -> Path | None:
    """The file with the keys; None where there is none and none was named."""
    if options.environment is not None:
        return (home / Path(options.environment).expanduser()).absolute()
    return home / ".env" if (home / ".env").is_file() else None


def host_zone(named: str | None) -> str:
    """The zone of the host's clock. ConfigError for one that is not known."""
    if named is None:
        with suppress(OSError, ValueError):
            found = LOCALTIME.resolve().as_posix().partition("zoneinfo/")[2]
            named = {"Etc/UTC": "UTC", "": "UTC"}.get(found, found)
    try:
        ZoneInfo(named or "UTC")
    except (OSError, ValueError):  # ZoneInfoNotFoundError is a KeyError
        known = False
    except KeyError:
        known = False
    else:
        known = True
    message = f"expected an IANA zone such as Europe/Berlin, was {named!r}"
    refuse("this command will not run: 1 problem", [] if known else [Problem(path="mode.zone", message=message)])
    return named or "UTC"


def written(home: Path) -> dict[str, str]:
    """What the user wrote, by its path below the folder. ConfigError for what is no text."""
    files = [file for folder, names in WRITTEN.items() for file in sorted((home / folder).rglob(names)) if file.is_file()]
    files += [home / "settings.yaml"] if (home / "settings.yaml").is_file() else []
    texts, problems = {}, []
    for file in files:
        name = file.relative_to(home).as_posix()
        try:
            texts[name] = file.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            problems.append(Problem(path=name, message="expected text in UTF-8, which a ConfigMap holds; convert it, or move it away"))
        except OSError as error:
            problems.append(Problem(path=name, message=f"cannot be read: {error.strerror}"))
    refuse("this command will not run", problems)
    return texts


def generated(menu: Menu, errand: Errand, options: Options, target: str, site: Site) -> dict[str, str]:
    """What shall be installed. ConfigError for accounts that cannot run, real money without its word, keys nobody is given."""
    accounts = runnable(menu, errand)
    if not accounts:
        message = "no account under accounts/ has runs; write some, or name an account that has: account=NAME"
        raise ConfigError("there is nothing to deploy", [Problem(path="account", message=message)])
    runs = dues(accounts)
    refuse("real money needs a second word", unsworn(runs, options.live))
    alerts = options.alerts and (errand.home / "conf" / "mode" / "alerts.yaml").is_file()
    shared = [mode for mode, asked in (("alerts", alerts), ("desk", options.desk)) if asked]
    found = processes(runs, site.journal, shared)
    refuse("this command will not run", [*absent(found, menu, target), *unkeyed(found, accounts, options, site), *foreign(options, site)])
    if target == "compose":
        place = Path(options.into).expanduser().absolute() if options.into else site.home / "deploy" / target
        return compose.files(found, site, place)
    return files(found, options, target, site)


def absent(found: Sequence[Process], menu: Menu, target: str) -> list[Problem]:
    """Modes that are not in the menu, and a journal that what makes the ticks of a Compose file could not be told of."""
    problems = [
        Problem(path=f"mode.{each.name}", message=f"there is no mode={each.name} here") for each in found if _missing(each.name, menu)
    ]
    if target == "compose" and any(not each.lasts and "mode.journal=" in " ".join(each.words) for each in found):
        message = "runs with times keep a journal in each account's folder there; leave it out, or deploy to kubernetes"
        problems.append(Problem(path="mode.journal", message=message, where="command line"))
    return problems


def _missing(name: str, menu: Menu) -> bool:
    return name in ("alerts", "desk") and menu.find(f"mode/{name}") is None


def unkeyed(found: Sequence[Process], accounts: Sequence[Account], options: Options, site: Site) -> list[Problem]:
    """Keys that a process would not find, and those that two accounts have; a Secret is made of the file later, by whoever made it."""
    if options.target in CONTAINERS:
        message = "its keys are in a file or a keyring, which no container sees; name environment variables: account.secrets"
        hidden = [Problem(path=each.name, message=message) for each in accounts if each.secrets_file or each.secrets_keyring]
        if hidden:
            return hidden
    file = environment(site.home, options)
    given = values_in(file) if file is not None else {}
    return [*([] if options.target == "kubernetes" else keyless(found, file, given)), *twins(accounts, file, given)]


def files(found: Sequence[Process], options: Options, target: str, site: Site) -> dict[str, str]:
    """The files of a target by path."""
    folder = Path(options.into).expanduser().absolute() if options.into else site.home / "deploy" / target
    if target == "cron":
        return cron.files(found, site)
    if target == "systemd":
        return systemd.files(found, site, units(options), system=options.scope == "system")
    return kubernetes.files(found, site, folder)


def units(options: Options) -> Path:
    """Where systemd looks for units."""
    if options.into:
        return Path(options.into).expanduser().absolute()
    own = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "systemd" / "user"
    return Path("/etc/systemd/system") if options.scope == "system" else own


def typed(place: Path) -> str:
    """A folder as one types it: below one's own with `~`."""
    own = Path.home()
    return f"~/{shlex.quote(str(place.relative_to(own)))}" if place.is_relative_to(own) else shlex.quote(str(place))


def enabled(options: Options, site: Site) -> list[Problem]:
    """Units that systemd still starts may not be taken away under it."""
    if options.target != "systemd" or options.action != "remove":
        return []
    target = f"{site.prefix}.target"
    links = [link for link in units(options).glob(f"*.target.wants/{target}") if link.is_symlink()]
    return [Problem(path=str(link), message=f"it is enabled; type first: {systemctl(options)} disable --now {target}") for link in links]


def systemctl(options: Options) -> str:
    """How systemd is spoken to."""
    return "systemctl" if options.scope == "system" else "systemctl --user"


def notes(wanted: Mapping[str, str], target: str, site: Site) -> list[str]:
    """What a person should know of this host beside what changes."""
    if not wanted:
        return []
    if target == "cron":
        lines = crontab()
        return cron.apart(cron.with_block(lines, site, wanted[cron.CRONTAB]), site)
    return systemd.told(site) if target == "systemd" else []


def show(found: Sequence[Change], said: Sequence[str], home: Path, target: str) -> None:
    """What would change, line by line."""
    for each in found:
        print(each.diff(), end="")
    told(found, home, target)
    for line in said:
        print(line)
    if any(each.kind != "unchanged" for each in found):
        print("nothing is written; mode.action=apply does it")


def told(found: Sequence[Change], home: Path, target: str) -> None:
    """One line for each file, and how many."""
    for each in found:
        path = Path(each.path)
        print(f"{each.kind:<9}  {path.relative_to(home) if path.is_relative_to(home) else each.path}")
    kinds = [each.kind for each in found]
    counts = [f"{kinds.count(kind)} {kind}" for kind in ("added", "changed", "moved", "removed", "unchanged") if kind in kinds]
    print(f"{target}: {', '.join(counts) if counts else 'nothing is installed'}")


def after(options: Options, target: str, site: Site, wanted: Mapping[str, str]) -> list[str]:
    """What a person types next: files alone start nothing, and stop nothing."""
    if options.action == "remove":
        return stopping(options, target, site)
    folder = Path(options.into).expanduser().absolute() if options.into else site.home / "deploy" / target
    if target == "cron":
        return [starts(cron_reader())]
    if target == "systemd":
        told, place = systemctl(options), units(options.model_copy(update={"into": None}))
        moved = [f"cp {shlex.quote(str(folder))}/{site.prefix}* {typed(place)}/"] if units(options) != place else []
        words = [*moved, f"{told} daemon-reload", f"{told} enable {site.prefix}.target", f"{told} restart {site.prefix}.target"]
        return ["then: " + " && ".join(words)]
    if target == "compose":
        file = shlex.quote(str(folder / "docker-compose.yml"))
        return [f"then: {composer(shutil.which('docker-compose'))} -p {site.prefix} -f {file} up -d --remove-orphans"]
    keys = environment(site.home, options)
    given = values_in(keys) if keys is not None else {}
    return kubernetes.starting(site, folder, keys, kubernetes.keys_in(wanted.values()), given)


def composer(found: str | None) -> str:
    """How Compose is spoken to on this host. found: where the program of its first version is, None where it is not."""
    return "docker compose" if found is None else "docker-compose"


def starts(reader: str | None) -> str:
    """What becomes of lines in a crontab. reader: what reads it, '' for nothing, None where nobody can tell."""
    if reader == "":
        return f"nothing starts yet: {LOOKED_FOR} is at work on this host; start one (Debian: service cron start)"
    if reader == SYSTEMD_CRON:
        return "systemd-cron starts them from the next minute on, each up to a minute late; target=systemd is exact"
    return "cron starts them from the next minute on"


def stopping(options: Options, target: str, site: Site) -> list[str]:
    """How to stop what still runs once its files are gone: no command that reads them."""
    if target == "cron":
        scripts = re.sub(r"([][\\.*+?(){}|^$])", r"\\\1", str(site.home / "deploy" / "cron"))
        return [f"what runs now goes on until it is stopped: pkill -f {shlex.quote(f'^/bin/sh {scripts}/')}"]
    if target == "systemd":
        told = systemctl(options)
        return [f"then: {told} stop {site.prefix}.target; {told} daemon-reload"]
    if target == "compose":
        label = f"label=com.docker.compose.project={site.prefix}"
        network = f"docker network ls -q --filter {label} | xargs -r docker network rm"
        return [
            "containers go on until they are stopped; the volumes stay",
            f"then: docker ps -aq --filter {label} | xargs -r docker stop -t {compose.PATIENCE_S} | xargs -r docker rm; {network}",
        ]
    return kubernetes.stopping(site)
