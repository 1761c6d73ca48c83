"""What is written for the samples, whole: one file of each kind in tests/deploy/whole.

`python -m tests.deploy.whole` writes them anew, so that whoever changes a word sees every line that it changes.
"""

from __future__ import annotations

from pathlib import Path

from runner.deploy import compose, cron, kubernetes, systemd
from tests.deploy.samples import ACCOUNTS, sample, site

FOLDER = Path(__file__).with_name("whole")
HOME = Path("/home/you/my 50% $trading")
KEPT = {
    "cron": ("crontab", "mine.fvg.sh", "other_one.tick.sh", "guard.sh", "mine.bot.sh"),
    "systemd": (
        "prop-runner.target",
        "prop-runner-guard.service",
        "prop-runner-mine.bot.service",
        "prop-runner-mine.daily.service",
        "prop-runner-other_one.tick.service",
        "prop-runner-mine.fvg.timer",
    ),
    "compose": ("docker-compose.yml",),
    "kubernetes": ("namespace.yaml", "state.yaml", "mine-fvg.yaml", "mine-bot.yaml", "desk.yaml", "desk-service.yaml"),
}


def written() -> dict[str, str]:
    """Each file by its name here."""
    host = site(HOME, carried={"RUNNER_TRUST": "mine$1 theirs"})
    pods = site(HOME, files=ACCOUNTS, environment=None, journal="JOURNAL_URL")
    found = {
        "cron": cron.files(sample(), host),
        "systemd": systemd.files(sample(), site(HOME, carried=host.carried, user="trader"), HOME, system=True),
        "compose": compose.files(sample(), site(HOME, carried=host.carried, folders=("accounts",)), HOME),
        "kubernetes": kubernetes.files(sample("JOURNAL_URL"), pods, HOME),
    }
    texts = {target: {Path(path).name: text for path, text in files.items()} for target, files in found.items()}
    return {f"{target}.{name}.txt": texts[target][name] for target, names in KEPT.items() for name in names}


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for each, content in written().items():
        (FOLDER / each).write_text(content, encoding="utf-8")
