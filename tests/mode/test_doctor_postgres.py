"""`mode=doctor` with the journal in PostgreSQL, at a server that is started for it: well, away, refusing, and one that takes no writes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from runner.journal.live import LiveJournal
from tests.command import written
from tests.mode.test_doctor import folder, looked, now_ms, seen
from tests.postgres import postgres

REACH = "see whether the server runs and takes the user, password and database of mode.journal's URL"
WRITE = "let the user of mode.journal's URL write to the account's schema, on a server that is no standby"
ROLES = """
CREATE ROLE reader LOGIN PASSWORD 'hush';
GRANT USAGE ON SCHEMA runner_mine TO reader;
GRANT SELECT ON ALL TABLES IN SCHEMA runner_mine TO reader;
CREATE ROLE still LOGIN PASSWORD 'hush' SUPERUSER;
ALTER ROLE still SET default_transaction_read_only = on;
CREATE ROLE stranger LOGIN PASSWORD 'hush';
CREATE ROLE strict LOGIN PASSWORD 'hush'
"""


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """A server with an account's journal and users who may do less and less; of `strict` it wants the password."""
    with postgres() as url:
        with LiveJournal.open(url, account="mine") as journal:
            journal.set_meta("environment", "demo")
            journal.note(now_ms(), "mark", {})
            with journal.store.transaction() as connection:
                for each in ROLES.split(";"):
                    connection.execute(text(each))
                rules = Path(str(connection.execute(text("SHOW hba_file")).scalar()))
            rules.write_text("host all strict 127.0.0.1/32 scram-sha-256\n" + rules.read_text())
            with journal.store.transaction() as connection:
                connection.execute(text("SELECT pg_reload_conf()"))
        yield url


def said(home: Path, url: str, *words: str) -> tuple[int, tuple[str, str, str]]:
    """The status, and what the doctor finds of the journal; no password is shown, wherever it came from."""
    ran = looked(home, "mode.venue=false", "mode.journal=JOURNAL_URL", *words, JOURNAL_URL=url)
    assert not any(word in ran.out + ran.err for word in ("hush", "guessed"))
    return ran.status, seen(ran)["journal"]


def test_one_that_is_well(tmp_path: Path, server: str) -> None:
    """Also with the password that is asked for; of an account that has none yet, that is no fault."""
    home = folder(tmp_path)
    assert said(home, server)[1][0] == "ok"
    written(home, {"accounts/other.yaml": (home / "accounts" / "mine.yaml").read_text().replace("name: mine", "name: other")})
    ran = looked(home, "mode.venue=false", "mode.journal=JOURNAL_URL", JOURNAL_URL=server)
    assert seen(ran, "account other")["journal"] == ("ok", "none yet", "")
    assert not (home / "state").exists()


@pytest.mark.parametrize(
    ("user", "status", "found", "advice"),
    [
        ("reader", 4, "can be read and not written: this user may not add rows to counter, fill, intent", WRITE),
        ("still", 4, "can be read and not written: the server takes no writes of this user (transaction_read_only)", WRITE),
        ("stranger", 2, "permission denied for schema runner_mine", REACH),
        ("nobody_at_all", 2, 'role "nobody_at_all" does not exist', REACH),
    ],
)
def test_users_who_may_do_less(tmp_path: Path, server: str, user: str, status: int, found: str, advice: str) -> None:
    """Who may not write is told before the bot finds out; each with what to do."""
    got, finding = said(folder(tmp_path), server.replace("tester", user))
    assert (got, finding[0], found in finding[1], finding[2]) == (status, "problem", True, advice), finding


def test_a_wrong_password(tmp_path: Path, server: str) -> None:
    """The server's own words, and never the one that was tried."""
    status, finding = said(folder(tmp_path), server.replace("tester:hush", "strict:guessed"))
    assert (status, "password authentication failed for user" in finding[1], finding[2]) == (2, True, REACH), finding


@pytest.mark.parametrize(
    ("url", "found"),
    [
        ("postgresql://tester:hush@127.0.0.1:9/postgres", "Can't create a connection to host 127.0.0.1 and port 9"),
        ("postgresql://tester:hush@no.such.host.invalid/postgres", "Can't create a connection to host no.such.host.invalid"),
        ("mysql://tester:hush@127.0.0.1/x", "expected sqlite:///FILE or postgresql://USER:PASSWORD@HOST/DATABASE"),
        ("postgresql://tester:hush", "expected sqlite:///FILE or postgresql://USER:PASSWORD@HOST/DATABASE"),
    ],
)
def test_nobody_there(tmp_path: Path, url: str, found: str) -> None:
    """Nobody listens, no such host, no such kind, no address: a problem in one line; every other check is made."""
    home = folder(tmp_path)
    ran = looked(home, "mode.venue=false", "mode.journal=JOURNAL_URL", JOURNAL_URL=url)
    checks = seen(ran)
    assert (ran.status, checks["journal"][0], found in checks["journal"][1], checks["journal"][2]) == (2, "problem", True, REACH), ran.out
    assert {"keys", "halts", "guard", "schedule", "rules"} <= set(checks)
    assert "hush" not in ran.out + ran.err


def test_a_variable_that_is_not_set(tmp_path: Path) -> None:
    """Is named."""
    grade, found, _ = said(folder(tmp_path), "")[1]
    assert (grade, found) == ("problem", "mode.journal  the environment variable JOURNAL_URL is not set")
