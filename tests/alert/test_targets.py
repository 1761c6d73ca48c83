"""Names of targets and what is behind them, without showing it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from runner.alert.targets import learn, targets
from runner.live.keys import REDACTOR
from runner.model.errors import ConfigError

TELEGRAM = "tgram://123456789:AAbbCCddEEffGG/987654321/"


@pytest.fixture(autouse=True)
def _ignorant(monkeypatch: pytest.MonkeyPatch) -> None:
    """What one test teaches the redactor is forgotten."""
    monkeypatch.setattr(REDACTOR, "parts", ())


def file_of(home: Path, text: str, mode: int = 0o600) -> str:
    """A file of URLs with that mode."""
    (home / "alerts.urls").write_text(text)
    (home / "alerts.urls").chmod(mode)
    return "alerts.urls"


def test_lines_of_a_file_come_before_the_environment(tmp_path: Path) -> None:
    """Each name once; comments and blanks are passed over; a URL may hold '='."""
    file = file_of(tmp_path, "# mine\n\nA = json://localhost/?x=y\n")
    found = targets(["A", "B", "A"], file, tmp_path, {"A": "json://other", "B": "json://b"})
    assert [(each.name, each.url.reveal()) for each in found] == [("A", "json://localhost/?x=y"), ("B", "json://b")]
    assert "localhost" not in repr(found)


def test_whoever_reads_a_url_lets_nobody_see_it(tmp_path: Path) -> None:
    """From then on no line, log or file shows it."""
    targets(["A"], "", tmp_path, {"A": TELEGRAM})
    assert "AAbb" not in REDACTOR.text(f"could not post to {TELEGRAM}")


def test_refuses_names_without_anything_behind_them_all_at_once(tmp_path: Path) -> None:
    """An empty variable is none."""
    with pytest.raises(ConfigError) as refused:
        targets(["A", "B", "C"], "", tmp_path, {"B": " ", "C": "json://c"})
    assert [problem.message for problem in refused.value.problems] == [
        "A is no environment variable that is set",
        "B is no environment variable that is set",
    ]


@pytest.mark.skipif(sys.platform == "win32", reason="permissions are those of POSIX")
@pytest.mark.parametrize(("mode", "said"), [(0o644, "may be read by others (mode 0644)"), (0o640, "mode 0640")])
def test_refuses_a_file_that_others_may_read(tmp_path: Path, mode: int, said: str) -> None:
    """Without telling what is in it."""
    file = file_of(tmp_path, f"A={TELEGRAM}", mode)
    with pytest.raises(ConfigError) as refused:
        targets(["A"], file, tmp_path, {})
    assert (said in str(refused.value), "AAbb" in str(refused.value)) == (True, False)
    with pytest.raises(ConfigError, match="No such file"):
        targets(["A"], "elsewhere", tmp_path, {})


def test_refuses_lines_that_are_unclear(tmp_path: Path) -> None:
    """Without a name, without '=', or a name a second time: each by file and line, all at once, and nothing of a URL."""
    file = file_of(tmp_path, f"# mine\nA={TELEGRAM}\nnonsense AAbbCC\n\n{TELEGRAM}?x=y\nA = json://AAbbother\nB=json://b\n")
    with pytest.raises(ConfigError) as refused:
        targets(["B"], file, tmp_path, {})
    assert [(problem.where, problem.message.partition(":")[0].partition(";")[0]) for problem in refused.value.problems] == [
        (f"{tmp_path / file}:3", "this line is not NAME=URL"),
        (f"{tmp_path / file}:5", "this line is not NAME=URL"),
        (f"{tmp_path / file}:6", "A is given twice, first in line 2"),
    ]
    assert "AAbb" not in str(refused.value)


@pytest.mark.parametrize(
    ("url", "secret"),
    [
        (TELEGRAM, "AAbbCCddEEffGG"),
        (TELEGRAM, "bot123456789:AAbbCCddEEffGG/sendMessage"),
        ("mailto://me:pass%20word@gmail.com", "pass word"),
        ("mailto://me:pass%20word@gmail.com", "pass%20word"),
        ("mailto://anna:geheim@gmail.com", "geheim"),
        ("ifttt://Ab12c/event", "Ab12c"),
        ("discord://4174216298/JHMHI8qBe7bk2ZwO5U711o3dV_js", "JHMHI8qBe7bk2ZwO5U711o3dV_js"),
        ("https://hooks.example.com/x?token=abcdefgh1234", "abcdefgh1234"),
        ("slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/", "TIiajkdnlazkcOXrIdevi7FQ"),
    ],
)
def test_secret_parts_are_redacted(url: str, secret: str) -> None:
    """Alone, as they stand in what a library says; names of hosts are left readable."""
    learn(url)
    said = REDACTOR.text(f"could not post {secret} to gmail.com")
    assert "***" in said
    assert secret.rpartition(":")[2].partition("/")[0] not in said
    assert "gmail.com" in said
