"""audit.html in a real browser."""

from __future__ import annotations

from pathlib import Path

from runner.report.audit.page import page
from runner.report.html.audit import report
from tests.audit.planted import CentredMean, proved, through
from tests.browser.opened import asked, chromium, complaints, opened, requests

CHARTS = "return document.querySelectorAll('figure.chart').length"
UNDRAWN = "return document.querySelectorAll('figure.chart:not([data-drawn])').length"


def test_every_leak_is_drawn_without_a_complaint_or_a_request(tmp_path: Path) -> None:
    """No message on the console, nothing asked for but the file itself."""
    found = proved(through(CentredMean()), cuts=16)
    file = tmp_path / "audit.html"
    file.write_text(report([found], page({"strategy": "planted", "account": "nobody"}, [found], 0.0, "abc")), encoding="utf-8")
    with chromium() as browser:
        requests(browser)
        opened(browser, file)
        assert complaints(browser) == []
        assert asked(browser, CHARTS) == len(found.leaks)
        assert asked(browser, UNDRAWN) == 0
        outside = [url for url in requests(browser) if not url.startswith(("data:", "blob:", "chrome:", "chrome-untrusted:"))]
        assert set(outside) == {file.as_uri()}
