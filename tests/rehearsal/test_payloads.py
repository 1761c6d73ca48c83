"""What the exchange answers, held against payloads the venue published or sent."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from runner.model.errors import DataError
from runner.rehearsal.payloads.compare import differences
from runner.rehearsal.payloads.folder import held
from runner.rehearsal.payloads.names import sort
from runner.rehearsal.payloads.scene import play

FILES = sorted((Path(__file__).parent / "data" / "payloads").glob("*.json"))


def named(path: Path) -> str:
    """The counterpart of a stored file: `order.realtime.1.json` is `order/realtime`."""
    return path.stem.rpartition(".")[0].replace(".", "/")


@pytest.fixture(scope="module")
def ours() -> dict[str, Any]:
    """One of everything, as our exchange says it."""
    return play()


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_ours_has_the_same_keys_and_types(path: Path, ours: dict[str, Any]) -> None:
    """Every key of a stored payload is in ours, with a value of the same type."""
    assert list(differences(json.loads(path.read_text()), ours[named(path)])) == []


def test_there_is_a_payload_for_every_answer_that_can_be_told(ours: dict[str, Any]) -> None:
    """What no stored payload vouches for is known by name."""
    assert set(ours) - {named(path) for path in FILES} == {"user/query-api"}


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        pytest.param(["result", "list", 0, "qty"], None, "result.list[].qty  string there, null here", id="null for a text"),
        pytest.param(["result", "list", 0, "qty"], 0.1, "result.list[].qty  string there, number here", id="a number for a text"),
        pytest.param(["result", "list", 0, "reduceOnly"], 0, "result.list[].reduceOnly  boolean there, number here", id="0 for false"),
        pytest.param(["result", "list"], [], "result.list  rows there, none here", id="no rows"),
        pytest.param(["result", "list"], {}, "result.list  array there, object here", id="an object for rows"),
    ],
)
def test_a_difference_is_told_with_its_place(ours: dict[str, Any], path: list[Any], value: Any, said: str) -> None:
    """A wrong type is named by its path, and what stands on either side."""
    stored = next(file for file in FILES if named(file) == "order/realtime")
    broken = copy.deepcopy(ours["order/realtime"])
    inner = broken
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = value
    assert list(differences(json.loads(stored.read_text()), broken)) == [said]


def test_a_missing_key_is_told(ours: dict[str, Any]) -> None:
    """A key that ours lacks is named."""
    broken = copy.deepcopy(ours["order/create"])
    del broken["result"]["orderLinkId"]
    assert list(differences(ours["order/create"], broken)) == ["result.orderLinkId  missing here"]


@pytest.mark.parametrize(
    ("stem", "payload", "why"),
    [
        pytest.param("order-create-order__http-request", {}, "a request, not an answer", id="a request"),
        pytest.param("market-iv__response-example", {}, "not served here", id="an endpoint we lack"),
        pytest.param(
            "v5-market-get-tickers-option", {"LinearInverse": None, "Option": {"category": "option", "list": []}},
            "category option is not served", id="options",
        ),
        pytest.param("v5-market-get-kline", {"list": [{"Open": "1"}]}, "rows with names, where the venue sends arrays", id="a recorder's"),
    ],
)  # fmt: skip
def test_what_is_skipped_has_a_reason(stem: str, payload: Any, why: str) -> None:
    """A file that is held against nothing says why."""
    assert sort(stem, payload).why == why


def test_a_folder_is_counted(tmp_path: Path) -> None:
    """Checked, different and skipped files add up to what lies there."""
    good = {"retCode": 0, "retMsg": "OK", "result": {"orderId": "1", "orderLinkId": "2"}, "retExtInfo": {}, "time": 1}
    bad = good | {"result": {"orderId": 1, "new": ""}}
    for name, content in {"order-create-order__response-example": good, "order-amend-order__response-example": bad}.items():
        (tmp_path / f"{name}.json").write_text(json.dumps(content))
    (tmp_path / "order-cancel-order__response-example.json").write_text("{")
    finding = held(tmp_path)
    assert finding.checked == 2
    assert finding.different == {
        "order-amend-order__response-example.json": ["result.orderId  number there, string here", "result.new  missing here"]
    }
    assert dict(finding.skipped) == {"not JSON of a shape the venue sends": 1}


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    """A missing or empty folder is one clear problem."""
    with pytest.raises(DataError, match="there is no folder"):
        held(tmp_path / "none")
    with pytest.raises(DataError, match=r"holds no \.json files"):
        held(tmp_path)
