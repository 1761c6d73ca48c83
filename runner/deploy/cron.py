"""Lines for a user's crontab, and the small scripts they start: a line of cron has no zone, no seconds and a thousand characters.

A crontab is read from its top: what a line sets (SHELL, HOME, PATH, TZ, cronie's CRON_TZ) applies to all lines below it, and nothing
unsets it. So our part stands above every line that sets something, but for whom mail goes to, and sets nothing itself.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence

from runner.deploy import probe
from runner.deploy.process import BUSY, LONGEST_TICK_S, Process, Site
from runner.deploy.timing import Timing
from runner.model.errors import ConfigError, Problem

CRONTAB = "crontab"  # stands for the user's crontab among paths
MAIL = frozenset({"MAILTO", "MAILFROM"})  # may apply to our part: its warnings are mailed as the user's are
SETTING = re.compile(r"""[ \t]*(?:"([^"]*)"|'([^']*)'|([^\s=#"'][^\s=]*))[ \t]*=""")
PASSED = re.compile(r"[ \t]*(#.*)?")  # a line that says nothing
HEAD = """\
#!/bin/sh
# {name}: runner {words}
# Written by `runner mode=deploy mode.target=cron`; mode.action=remove takes it away.
set -u
umask 077
home={home}
log="$home/deploy/log/{log}.log"
fail() {{ echo "{name}: $1" >&2; exit 2; }}
cd "$home" || fail "the folder $home is not there"
mkdir -p "$home/deploy/log" || fail "no log can be written"
export RUNNER_HOME="$home"
"""
KEYS = """\
keys={file}
[ -z "$(find -H "$keys" -perm /077)" ] || fail "$keys may be read by others; chmod 600 it"
[ -r "$keys" ] || fail "$keys cannot be read"
while IFS= read -r line || [ -n "$line" ]; do  # as they stand there: nothing in a key is a word of the shell
  case $line in [A-Za-z_]*=*) export "${{line%%=*}}=${{line#*=}}";; esac
done <"$keys"
"""
ASK = """\
# its minutes hold more than what is due: is this one?
{probe} || {{ asked=$?; [ "$asked" = 1 ] && exit 0; exit "$asked"; }}
"""
TICK = """\
# its line goes to the log, warnings there and to cron, which mails them
{{ said=$({timeout} {command} 2>&1 >&3 3>&-); status=$?; }} 3>>"$log"
[ -z "$said" ] || {{ printf '%s\\n' "$said" >>"$log"; printf '%s\\n' "$said" >&2; }}
exit "$status"
"""
LASTING = """\
mkdir -p "$home/deploy/run" || fail "no mark can be written"
mark="$home/deploy/run/{name}.ended"
boot=$(cat /proc/sys/kernel/random/boot_id)
exec 9>"$home/deploy/run/{name}.lock"
flock -n 9 || exit 0  # it is running
[ "$mark" -nt "$0" ] && [ "$(cat "$mark")" = "$boot" ] && exit 0  # ended for good: rm "$mark" starts it again
{command} >>"$log" 2>&1 9>&- &
child=$!
trap 'kill -TERM "$child"' TERM INT HUP
while :; do wait "$child"; status=$?; kill -0 "$child" 2>/dev/null || break; done
case $status in
  {kept}) echo "$boot" >"$mark"; [ "$status" = 0 ] || echo "{name} ended with status $status, see $log" >&2;;
{waits}  *) echo "{name} ended with status $status and is started again, see $log" >&2;;
esac
exit "$status"
"""
WAITS = f"  {BUSY}) ;;  # another process is at it: asked again in a minute, and nobody is mailed\n"


def files(processes: Sequence[Process], site: Site) -> dict[str, str]:
    """The scripts by absolute path, and under `crontab` the lines that start them."""
    folder = site.home / "deploy" / "cron"
    found: dict[str, str] = {}
    lines: list[str] = []
    for each in processes:
        timed = None if each.lasts else each.times((site.zone,), site.year, "debian")
        path = str(folder / f"{each.name}.sh")
        found[path] = script(each, site, timed)
        starts = ["* * * * *"] if timed is None else [fields.cron for fields in timed.fields]
        lines += [f"{start} /bin/sh {escaped(path)}" for start in starts]
    opening, closing = marks(site)
    found[CRONTAB] = "".join(f"{line}\n" for line in (opening, *lines, closing))
    return found


def marks(site: Site) -> tuple[str, str]:
    """The lines between which a crontab is ours."""
    return f"# >>> prop-runner {site.home} >>>", f"# <<< prop-runner {site.home} <<<"


def escaped(path: str) -> str:
    """A path for a shell, in a line in which cron reads `%` as a new line."""
    return shlex.quote(path).replace("%", "\\%")


def script(process: Process, site: Site, timed: Timing | None) -> str:
    """What a line starts."""
    names = {"name": process.name, "log": process.log, "words": " ".join(process.words), "home": shlex.quote(str(site.home))}
    text = HEAD.format(**names) + "".join(f"export {name}={shlex.quote(value)}\n" for name, value in site.carried.items())
    command = shlex.join([site.program, *process.words])
    if timed is not None and not timed.exact:
        asked = [site.python, "-P", "-m", "runner.deploy.probe", *probe.words(process.when, timed.seconds, timed.grace)]
        text += ASK.format(probe=shlex.join(asked))
    if site.environment is not None and (process.keys or process.job in ("alerts", "desk")):
        text += KEYS.format(file=shlex.quote(str(site.environment)))
    if timed is None:
        kept = "|".join(map(str, (0, *process.final)))
        return text + LASTING.format(**names, command=command, kept=kept, waits=WAITS if process.waits else "")
    if timed.seconds:
        text += f"sleep {timed.seconds}\n"
    return text + TICK.format(command=command, timeout=f"timeout -k 30 {LONGEST_TICK_S}")


def block(crontab: str, site: Site) -> str | None:
    """The part of a crontab that is ours; None where there is none."""
    begin, end = _span(crontab, site)
    return crontab[begin:end] if end > begin else None


def with_block(crontab: str, site: Site, text: str | None) -> str:
    """A crontab with our part put in place, above what would apply to it, or taken away; every other byte as it is."""
    begin, end = _span(crontab, site)
    if text is not None and end > begin and not alien(crontab[:begin]):
        return crontab[:begin] + text + crontab[end:]
    rest = crontab[:begin] + crontab[end:]
    at = place(rest)
    return rest[:at] + (text or "") + rest[at:]


def place(crontab: str) -> int:
    """Where our part begins: below the lines that say whom mail goes to where the crontab opens with them, else at its top."""
    found = at = 0
    for line in re.findall(r"[^\n]*\n", crontab):
        at += len(line)
        name = setting(line)
        if (name is None and not PASSED.fullmatch(line.rstrip("\n"))) or (name is not None and name not in MAIL):
            break
        found = at if name is not None else found
    return found


def setting(line: str) -> str | None:
    """The name of the variable that a line sets."""
    read = SETTING.match(line)
    return next((name for name in read.groups() if name is not None), None) if read else None


def alien(lines: str) -> list[str]:
    """What these lines set for those below them that our part must not be given."""
    names = dict.fromkeys(setting(line) for line in lines.split("\n"))
    return [name for name in names if name is not None and name not in MAIL]


def misplaced(crontab: str, site: Site) -> bool:
    """Whether our part is there, and lines above it set what applies to it."""
    begin, end = _span(crontab, site)
    return end > begin and bool(alien(crontab[:begin]))


def apart(crontab: str, site: Site) -> list[str]:
    """What a person should know of a crontab that sets variables, once our part is in it."""
    begin, end = _span(crontab, site)
    rest = crontab[:begin] + crontab[end:]
    names = list(dict.fromkeys(name for line in rest[place(rest) :].split("\n") if (name := setting(line)) is not None))
    if not names:
        return []
    mail = "; to be mailed warnings elsewhere than to yourself let MAILTO be the first line" if "MAILTO" in names else ""
    return [f"crontab: our part stands above the lines that set {', '.join(names)}, so that they apply to your own lines alone{mail}"]


def _span(crontab: str, site: Site) -> tuple[int, int]:
    """Where our part begins and ends; (0, 0) where there is none. ConfigError where somebody took one of its marks away, or doubled one."""
    opening, closing = marks(site)
    lines = crontab.split("\n")
    if opening not in lines and closing not in lines:
        return 0, 0
    begin, end = f"\n{crontab}".find(f"\n{opening}\n"), f"\n{crontab}".find(f"\n{closing}\n")
    if (lines.count(opening), lines.count(closing)) != (1, 1) or not 0 <= begin < end:
        message = (
            f"our part no longer lies between one line '{opening}' and '{closing}'; put the missing one back, or remove all lines of it"
        )
        raise ConfigError("nothing is changed", [Problem(path="crontab", message=message)])
    return begin, end + len(closing) + 1
