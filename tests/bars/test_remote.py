"""Bars behind a URL: listed or guessed, fetched when read, kept while they are the same, and every way it can go wrong in a line."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from aiohttp import web

from blocks.source.files import Files
from runner.bars.catalog import Catalog
from runner.bars.fingerprint import fingerprint
from runner.bars.remote import mirror, place
from runner.bars.shipped import BARS
from runner.bars.transfer import plainly
from runner.model.errors import DataError
from tests.bars.making import HOUR, columns, write
from tests.bars.servers import answering, files
from tests.command import command

WORDS = ("strategy=ema_cross", "account=no_limits", "strategy.symbols=[BTCUSDT]", "mode.quiet=true", "mode.report=false")


@pytest.fixture(autouse=True)
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache folder of the test's own."""
    monkeypatch.setenv("RUNNER_BARS_CACHE", str(tmp_path / "cache"))
    return mirror()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A small folder of bars: two symbols, two markets, funding, and what is no bars."""
    root = tmp_path / "bars"
    write(root / "binance" / "futures" / "AUSDT-1h.parquet", columns(30))
    write(root / "binance" / "spot" / "AUSDT-1h.parquet", columns(30, price=50.0))
    write(root / "BUSDT-4h.parquet", columns(5, step=4 * HOUR))
    write(root / "readme.parquet", columns(1))
    times = columns(3, step=8 * HOUR)["time"]
    write(root / "binance" / "futures" / "AUSDT-funding.parquet", {"time": times, "funding_rate": [1e-4] * 3})
    return root


@pytest.fixture(params=["listing", "manifest", "plain manifest"])
def served(request: pytest.FixtureRequest, folder: Path) -> Iterator[str]:
    """The address of the folder on a server that lists it, or that lists nothing but has a manifest."""
    names = [file.relative_to(folder).as_posix() for file in folder.rglob("*.parquet")]
    if request.param != "listing":
        rows: list[object] = [{"file": name} for name in names] if request.param == "manifest" else [*names]
        (folder / "manifest.json").write_text(json.dumps(rows))
    with files(folder, lists=request.param == "listing") as (url, _):
        yield url


def test_a_url_reads_like_the_folder(served: str, folder: Path) -> None:
    """The same files are found, chosen, resampled and told of; the same bars have the same fingerprint."""
    near, far = Files(root=str(folder)), Files(root=served)
    for symbol, timeframe in (("AUSDT", "1h"), ("AUSDT", "4h"), ("BUSDT", "1d")):
        assert fingerprint(far.bars(symbol, timeframe)) == fingerprint(near.bars(symbol, timeframe))
        assert far.bars(symbol, timeframe).origin == near.bars(symbol, timeframe).origin
    assert fingerprint(far.funding("AUSDT")) == fingerprint(near.funding("AUSDT"))
    assert far.catalog().symbols() == ["AUSDT", "BUSDT"]
    assert far.notes() == near.notes()
    assert Files(root=served, market="binance/spot").bars("AUSDT", "1h").open[0] == 50.0


def test_names_are_tried_where_nothing_lists_them(folder: Path) -> None:
    """A plain web server: the usual names of a symbol are asked for, in the market that is named."""
    with files(folder, lists=False) as (url, counted):
        assert len(Files(root=url).bars("BUSDT", "4h")) == 5
        assert counted.asked.count("HEAD /bars/BUSDT-4h.parquet") == 2
        assert "HEAD /bars/BUSDT-funding.parquet" in counted.asked
        market = Files(root=url, market="binance/futures")
        assert len(market.bars("AUSDT", "1h")) == 30
        assert market.funding("AUSDT") is not None
        with pytest.raises(DataError, match="no 4h bars of AUSDT") as error:
            Files(root=url).bars("AUSDT", "4h")
    assert "nothing lists its files: put a manifest.json there" in str(error.value)


def test_only_what_is_read_is_fetched_and_only_once(folder: Path, kept: Path) -> None:
    """Another process finds the copy and asks the server no more than whether it is today's."""
    with files(folder) as (url, counted):
        for _ in range(2):
            assert len(Catalog(place(url)).bars("BUSDT", "4h")) == 5
        assert counted.got() == ["/bars/BUSDT-4h.parquet"]
    assert [file.name for file in kept.rglob("*.parquet")] == ["BUSDT-4h.parquet"]


@pytest.mark.parametrize("same_size", [False, True])
def test_a_stale_copy_is_never_used(folder: Path, kept: Path, same_size: bool) -> None:
    """Where the server has another file, of another size or only of another time, it is fetched, and the old copy goes."""
    file = folder / "BUSDT-4h.parquet"
    with files(folder) as (url, _):
        assert Catalog(place(url)).bars("BUSDT", "4h").open[0] != 7.0
        size = file.stat().st_size
        write(file, columns(5 if same_size else 6, step=4 * HOUR, price=7.0))
        if same_size:
            assert abs(file.stat().st_size - size) < 64
        os.utime(file, ns=(10**18, 10**18))
        assert Catalog(place(url)).bars("BUSDT", "4h").open[0] == 7.0
    assert len(list(kept.rglob("*.parquet"))) == 1


def test_a_damaged_copy_is_fetched_again(folder: Path, kept: Path) -> None:
    """A copy of another size than the server's file is none."""
    with files(folder) as (url, counted):
        Catalog(place(url)).bars("BUSDT", "4h")
        next(kept.rglob("*.parquet")).write_bytes(b"PAR1")
        assert len(Catalog(place(url)).bars("BUSDT", "4h")) == 5
        assert len(counted.got()) == 2


def test_what_no_stamp_tells_of_is_not_kept(folder: Path, kept: Path) -> None:
    """A server that says neither ETag nor Last-Modified is asked by each process anew."""
    content = (folder / "BUSDT-4h.parquet").read_bytes()

    async def answer(request: web.Request) -> web.StreamResponse:
        if not request.path.endswith("/BUSDT-4h.parquet"):
            raise web.HTTPNotFound
        return web.Response(body=content)

    with answering(answer) as url:
        assert len(Catalog(place(url)).bars("BUSDT", "4h")) == 5
    assert not list(kept.rglob("*.parquet"))


@pytest.mark.parametrize("scheme", ["file", "memory"])
def test_other_schemes(scheme: str, folder: Path) -> None:
    """file:// is the folder itself; memory:// a filesystem that can list."""
    import fsspec

    if scheme == "memory":
        memory = fsspec.filesystem("memory")
        memory.pipe({"/held/BUSDT-4h.parquet": (folder / "BUSDT-4h.parquet").read_bytes()})
    url = folder.as_uri() if scheme == "file" else "memory://held"
    assert len(Files(root=url).bars("BUSDT", "4h")) == 5


def refusing(status: int) -> web.StreamResponse:
    """An answer of a server that does not hand out anything."""
    return web.Response(status=status, text="no")


@pytest.mark.parametrize(
    ("what", "said"),
    [
        ("half", "the transfer broke off; try again"),
        ("short", "expected a Parquet file, was the beginning of one, its end is missing"),
        ("text", "expected a Parquet file, was text"),
        ("500", "the server answered 500"),
        ("401", "the server answered 401"),
        ("list", "expected a list of names"),
    ],
)
def test_what_a_server_can_do_wrong(what: str, said: str, folder: Path, tmp_path: Path) -> None:
    """One line with the file's URL, status 2, and no traceback; nothing broken is kept for the next run."""
    content = (folder / "BUSDT-4h.parquet").read_bytes()

    async def answer(request: web.Request) -> web.StreamResponse:
        if what.isdigit():
            return refusing(int(what))
        if request.path.endswith("manifest.json"):
            return web.json_response({"x": 1} if what == "list" else ["BTCUSDT-4h.parquet"], headers={"ETag": '"1"'})
        if what == "half" and request.method == "GET":
            response = web.StreamResponse(headers={"Content-Length": str(len(content)), "ETag": '"1"'})
            await response.prepare(request)
            await response.write(content[: len(content) // 2])
            assert request.transport is not None
            request.transport.close()
            return response
        body = {"short": content[:-20], "text": b"time,open\n1,2\n"}.get(what, content)
        return web.Response(body=body, headers={"ETag": '"1"'})

    with answering(answer) as url:
        ran = command(*WORDS, f"source.root={url}", home=tmp_path)
    assert (ran.status, ran.out) == (2, "")
    assert said in ran.err
    assert f"{url}/BTCUSDT-4h.parquet" in ran.err or f"{url}/manifest.json" in ran.err
    assert "Traceback" not in ran.err + ran.out
    assert "internal error" not in ran.err


def test_a_server_that_is_not_there(tmp_path: Path) -> None:
    """A line with the address; the copy of an earlier run is not used in silence."""
    with files(BARS) as (url, _):
        assert command(*WORDS, f"source.root={url}", "mode.output=one", home=tmp_path).status == 0
    ran = command(*WORDS, f"source.root={url}", "mode.output=two", home=tmp_path)
    assert ran.status == 2
    assert ran.err.startswith("bars could not be fetched\n")
    assert f"{url}/manifest.json  cannot be reached: " in ran.err


def test_the_hash_is_of_the_bars_not_of_their_place(tmp_path: Path) -> None:
    """The same run from the shipped folder, from a path and from a URL: one config_hash, one result."""
    with files(BARS) as (url, _):
        pages = []
        for number, root in enumerate(("null", str(BARS), url)):
            assert command(*WORDS, f"source.root={root}", f"mode.output=run{number}", home=tmp_path).status == 0
            pages.append(json.loads((tmp_path / f"run{number}" / "summary.json").read_text()))
    hashes = [page.pop("config_hash") for page in pages]
    assert len(set(hashes)) == 1
    assert [page["net_profit"] for page in pages] == [pages[0]["net_profit"]] * 3


@pytest.mark.parametrize(
    ("root", "said"),
    [
        ("https://me:hunter2@host/bars", "expected a URL without user and password"),
        ("s3://key@bucket/bars", "expected a URL without user and password"),
        ("https://host/bars?token=hunter2", "was one with '?' or '#'"),
        ("htp://host/bars", "nearest is 'http'"),
        ("simplecache::https://host/hunter2", "expected one URL, was a chain of them"),
        ("s3://", "expected a folder behind s3://"),
    ],
)
def test_urls_that_are_refused(root: str, said: str, tmp_path: Path) -> None:
    """Before anything is asked for; what may be a secret is said nowhere."""
    ran = command(*WORDS, f"source.root='{root}'", "mode=check", home=tmp_path)
    assert (ran.status, ran.out) == (2, "")
    assert said in ran.err
    assert "hunter2" not in ran.err


@pytest.mark.parametrize("mode", ["mode=catalog", "mode=download mode.exchange=binance mode.symbols=[BTCUSDT]"])
def test_a_catalog_is_kept_in_a_folder(mode: str, tmp_path: Path) -> None:
    """What fills or lists a folder says so of a URL, and makes no folder of that name."""
    ran = command(*mode.split(), "source.root=https://host/bars", home=tmp_path)
    assert (ran.status, ran.out) == (2, "")
    assert "source.root  expected a folder of this machine, was a URL" in ran.err
    assert not list(tmp_path.iterdir())


def test_s3_without_its_package_says_what_to_install(tmp_path: Path) -> None:
    """One line with the command."""
    ran = command(*WORDS, "source.root=s3://bucket/bars", home=tmp_path)
    assert ran.status == 2
    assert "s3:// needs s3fs, which is not installed (in a clone: .venv/bin/pip install -e '.[s3]')" in ran.err


def test_what_a_library_says_loses_its_secrets() -> None:
    """Users and passwords before a host, and everything behind a question mark."""
    said = plainly(OSError("cannot open https://me:hunter2@host/file?sig=hunter2 now"))
    assert said == "cannot open https://host/file now"
