"""Keys in the system keyring: a real one that encrypts, and those that are refused because they do not."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.errors import PasswordDeleteError, PasswordSetError

from runner.live.keychain import look_up, put, remove, system
from runner.live.keys import read_keys
from runner.model.errors import ConfigError
from runner.model.settings import AccountSection
from tests.command import command, written
from tests.live.desks import KEY, SECRET
from tests.live.keyrings import at_a_keyring, runner

SERVICE = "prop-runner/mine"
ACCOUNT = "defaults:\n  - own_money\n  - _self_\nname: mine\nsecrets_keyring: prop-runner/mine\n"
LINES = f"# of the demo account\nkey={KEY}\nsecret = {SECRET}\n"


class Memory(KeyringBackend):
    """A keyring that keeps what it is told as long as the test lasts."""

    priority = 1

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.kept: dict[tuple[str, str], str] = {}
        self.refuses = ""

    def get_password(self, service: str, username: str) -> str | None:
        """What is kept."""
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        """Keep it, unless it is refused."""
        if password == self.refuses:
            raise PasswordSetError(f"no room for {password}")
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        """Forget it."""
        if (service, username) not in self.kept:
            raise PasswordDeleteError
        del self.kept[service, username]


class PlaintextKeyring(Memory):
    """One that is called so."""


@pytest.fixture
def memory(monkeypatch: pytest.MonkeyPatch) -> Memory:
    """The keyring of this process while the test lasts."""
    backend = Memory()
    monkeypatch.setattr(keyring, "get_keyring", lambda: backend)
    return backend


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the keyring of this test is gnome-keyring")
def test_in_a_real_keyring(tmp_path: Path) -> None:
    """Put in from stdin, found, used, taken out; neither the terminal nor a file shows a key, the keyring's own file included."""
    home = written(tmp_path / "home", {"accounts/mine.yaml": ACCOUNT})
    where = {"RUNNER_HOME": str(home)}

    def said(*words: str, typed: str = "") -> tuple[int, str]:
        done = at_a_keyring(tmp_path, *runner("mode=keys", "account=mine", *words), typed=typed, environment=where)
        files = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
        assert not any(text.encode() in content for text in (KEY, SECRET) for content in [*files, (done.stdout + done.stderr).encode()])
        return done.returncode, done.stdout + done.stderr

    status, text = said()
    assert (status, "prop-runner/mine holds no key and no secret; runner mode=keys account=NAME action=set puts" in text) == (2, True), text
    status, text = said("action=set", typed=f"key={KEY}\n")
    assert (status, "nothing is changed: expected 'secret=…' on stdin" in text) == (2, True), text
    assert said("action=set", typed=LINES) == (0, "mine: the keyring holds key and secret under prop-runner/mine\n")
    assert list((tmp_path / "person" / "data" / "keyrings").glob("*.keyring"))
    assert said() == (0, "mine: the key in the keyring under prop-runner/mine is there\n")
    assert said("action=remove") == (0, "mine: key and secret taken out of the keyring under prop-runner/mine\n")
    assert said("action=remove") == (0, "mine: nothing taken out of the keyring under prop-runner/mine\n")
    assert said()[0] == 2


def test_without_a_keyring(tmp_path: Path) -> None:
    """Where none is, or the null one was chosen, nothing is put anywhere."""
    home = written(tmp_path / "home", {"accounts/mine.yaml": ACCOUNT})
    for name in ("fail", "null"):
        environment = {"RUNNER_HOME": str(home), "PYTHON_KEYRING_BACKEND": f"keyring.backends.{name}.Keyring"}
        done = at_a_keyring(tmp_path, *runner("mode=keys", "account=mine", "action=set"), typed=LINES, environment=environment)
        assert done.returncode == 2
        said = f"expected a keyring that encrypts, was keyring.backends.{name}.Keyring: there is none here"
        instead = "unlock the system's own, or use secrets or secrets_file"
        assert done.stderr.splitlines()[1:] == [f"  account.secrets_keyring  {said}; {instead}"]


def test_one_that_keeps_in_the_open(monkeypatch: pytest.MonkeyPatch) -> None:
    """Plain text is refused, also as one of several in a chain."""
    from keyring.backends.chainer import ChainerBackend

    class Chain(ChainerBackend):
        backends = [Memory(), PlaintextKeyring()]  # noqa: RUF012 - as keyring's own has it

    Chain.__name__ = "ChainerBackend"
    for backend in (PlaintextKeyring(), Chain()):  # type: ignore[no-untyped-call]
        monkeypatch.setattr(keyring, "get_keyring", lambda backend=backend: backend)
        with pytest.raises(ConfigError) as caught:
            system()
        assert "PlaintextKeyring: it keeps secrets in the open" in str(caught.value)


def test_all_or_nothing(memory: Memory) -> None:
    """A keyring that takes the key and not the secret is left as it was, and what it says is kept out of the message."""
    put(SERVICE, {"key": "old", "secret": "older"})
    memory.refuses = SECRET
    with pytest.raises(ConfigError) as caught:
        put(SERVICE, {"key": KEY, "secret": SECRET})
    assert memory.kept == {(SERVICE, "key"): "old", (SERVICE, "secret"): "older"}
    assert str(caught.value).splitlines()[1:] == [
        "  account.secrets_keyring  prop-runner/mine: the keyring does not answer, or is locked (PasswordSetError)"
    ]
    assert SECRET not in str(caught.value)


DYING = """
import json, os
from pathlib import Path
from keyring.backend import KeyringBackend

FILE = Path(os.environ["KEPT"])

class Dying(KeyringBackend):
    priority = 1
    left = int(os.environ["CHANGES"])
    def change(self, name, value):
        if not Dying.left:
            os._exit(9)
        Dying.left -= 1
        kept = json.loads(FILE.read_text())
        FILE.write_text(json.dumps({k: v for k, v in (kept | {name: value}).items() if v is not None}))
    def get_password(self, service, username):
        return json.loads(FILE.read_text()).get(username)
    def set_password(self, service, username, password):
        self.change(username, password)
    def delete_password(self, service, username):
        self.change(username, None)
"""


@pytest.mark.parametrize("changes", [0, 1, 2, 3])
def test_killed_while_it_puts(tmp_path: Path, changes: int) -> None:
    """After so many changes in the keyring: the old pair, the new one, or no secret, which is refused by name; never a mixture."""
    old, new = {"key": "old-key", "secret": "old-secret"}, {"key": KEY, "secret": SECRET}
    home = written(tmp_path / "home", {"accounts/mine.yaml": ACCOUNT, "dying.py": DYING, "kept": json.dumps(old)})
    paths = os.pathsep.join([str(Path(__file__).parents[2]), str(home)])
    given = {"RUNNER_HOME": str(home), "PYTHON_KEYRING_BACKEND": "dying.Dying", "PYTHONPATH": paths, "KEPT": str(home / "kept")}

    def said(*words: str, changes: int = 9) -> subprocess.CompletedProcess[str]:
        environment = os.environ | given | {"CHANGES": str(changes)}
        typed = runner("mode=keys", "account=mine", *words)
        return subprocess.run(typed, input=LINES, env=environment, capture_output=True, text=True, check=False, timeout=120, cwd=home)

    done = said("action=set", changes=changes)
    assert done.returncode == (0 if changes == 3 else 9), done.stderr
    kept = json.loads((home / "kept").read_text())
    assert kept in (old, new) or "secret" not in kept
    if "secret" not in kept:
        assert "holds no secret; runner mode=keys account=NAME action=set puts them there" in said().stderr
        assert (said("action=set").returncode, json.loads((home / "kept").read_text())) == (0, new)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks at a process as Linux shows it")
def test_typed_by_a_person(tmp_path: Path) -> None:
    """At a terminal both are asked for; what is typed is not echoed, stands in no argument and no file, and who leaves changes nothing."""
    import pty

    home = written(tmp_path / "home", {"accounts/mine.yaml": ACCOUNT, "dying.py": DYING, "kept": "{}"})
    paths = os.pathsep.join([str(Path(__file__).parents[2]), str(home)])
    given = {
        "RUNNER_HOME": str(home),
        "PYTHON_KEYRING_BACKEND": "dying.Dying",
        "PYTHONPATH": paths,
        "KEPT": str(home / "kept"),
        "CHANGES": "9",
    }
    process, terminal = pty.fork()
    if process == 0:
        os.chdir(home)
        os.execve(sys.executable, [*runner("mode=keys", "account=mine", "action=set")], os.environ | given)  # noqa: S606 - our own program
    shown = b""
    for asked, typed in ((b"mine key: ", KEY), (b"mine secret: ", SECRET)):
        while asked not in shown:
            shown += os.read(terminal, 1024)
        for place in ("cmdline", "environ"):
            assert not any(each.encode() in Path(f"/proc/{process}/{place}").read_bytes() for each in (KEY, SECRET))
        assert json.loads((home / "kept").read_text()) == {}
        os.write(terminal, f"{typed}\n".encode())
    while True:
        try:
            more = os.read(terminal, 1024)
        except OSError:
            break
        if not more:
            break
        shown += more
    os.close(terminal)
    assert os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]) == 0, shown
    assert not any(each.encode() in shown for each in (KEY, SECRET)), shown
    assert json.loads((home / "kept").read_text()) == {"key": KEY, "secret": SECRET}
    others = [file for file in home.rglob("*") if file.is_file() and file.name != "kept"]
    assert not any(each.encode() in file.read_bytes() for each in (KEY, SECRET) for file in others)


def test_keys_are_never_words_of_the_command_line(tmp_path: Path) -> None:
    """A key typed there is refused by name, and is not repeated."""
    home = written(tmp_path, {"accounts/mine.yaml": ACCOUNT})
    ran = command("mode=keys", "account=mine", "action=set", f"key={KEY}", home=home)
    assert (ran.status, KEY in ran.out + ran.err) == (2, False), ran.err


def test_read_keys(memory: Memory) -> None:
    """They come before the environment, and say where they were."""
    put(SERVICE, {"key": KEY, "secret": SECRET})
    keys = read_keys({"key": "A", "secret": "B"}, environment={"A": "a", "B": "b"}, keyring=SERVICE)
    assert (keys.key.reveal(), keys.secret.reveal(), keys.named) == (KEY, SECRET, "the key in the keyring under prop-runner/mine")
    assert remove(SERVICE, ("key",)) == ["key"]
    assert look_up(SERVICE, ("key", "secret")) == {"key": None, "secret": SECRET}
    with pytest.raises(ConfigError, match="holds no key;"):
        read_keys({}, keyring=SERVICE)


@pytest.mark.parametrize("text", [KEY, SECRET, "two words/x", "a/b/c", "x" * 80 + "/y"])
def test_a_secret_written_there_by_mistake(text: str) -> None:
    """It is refused without being repeated."""
    check = AccountSection.model_fields["secrets_keyring"].metadata[0].func
    with pytest.raises(ValueError, match="never the secret itself") as caught:
        check(text)
    assert text not in str(caught.value)


def test_only_who_asks_pays(tmp_path: Path) -> None:
    """The package is imported by accounts that keep their keys there, and by nobody else."""
    code = "import sys, runner.live.desk, runner.mode.keys; sys.exit('keyring' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=Path(__file__).parents[2], check=False).returncode == 0
