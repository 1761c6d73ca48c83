"""What is said of trading programs."""

from __future__ import annotations

import pytest

from blocks.rule.automation import Automation
from tests.rulebooks import facts, refusal


@pytest.mark.parametrize(
    ("parameters", "said"),
    [
        pytest.param({"stance": "allowed", "remote_host": "allowed", "supervision": "none"}, [], id="nothing to say"),
        pytest.param({"stance": "eval_only"}, ["forbidden on a funded account"], id="evaluation only"),
        pytest.param({"stance": "restricted"}, ["allowed in part"], id="in part"),
        pytest.param({"stance": "banned"}, ["simulated, not traded"], id="banned"),
        pytest.param({"stance": "ask"}, ["consent in writing"], id="unsettled"),
        pytest.param(
            {"stance": "allowed", "remote_host": "banned", "supervision": "required"},
            ["own machine", "must watch"],
            id="at home and watched",
        ),
    ],
)
def test_each_restriction_is_a_sentence(parameters: dict[str, str], said: list[str]) -> None:
    """No rows ever; one warning a restriction."""
    rule = Automation(**parameters)  # type: ignore[arg-type]
    found = rule.warnings(facts())
    assert rule.rows(facts()) == []
    assert Automation.null
    assert len(found) == len(said)
    assert all(part in sentence for part, sentence in zip(said, found, strict=True))


def test_refuses() -> None:
    """A stance there is not, and none at all."""
    assert "'banned' or 'ask'" in refusal(Automation, stance="maybe")
    assert "stance: Field required" in refusal(Automation)
