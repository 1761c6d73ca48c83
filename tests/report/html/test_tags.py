"""HTML as text."""

from __future__ import annotations

from runner.report.html.tags import Markup, join, table, tag, text


def test_every_value_is_escaped_once() -> None:
    """Names of strategies and messages may hold anything; markup is not escaped again."""
    assert tag("p", "<b> & co", title='"quoted"') == '<p title="&quot;quoted&quot;">&lt;b&gt; &amp; co</p>'
    assert tag("p", tag("b", "x")) == "<p><b>x</b></p>"
    assert text(Markup("<i>")) == "<i>"


def test_attributes_are_written_as_html_has_them() -> None:
    """A trailing underscore goes, others become dashes, True needs no value, None and False are left out."""
    assert tag("td", class_="w", data_from=3, hidden=True, title=None, open=False) == '<td class="w" data-from="3" hidden></td>'
    assert tag("meta", charset="utf-8") == '<meta charset="utf-8">'


def test_a_table_has_heads_words_and_figures() -> None:
    """The first column is text, cells may be ready made, all of it scrolls on a narrow screen."""
    made = table(["rule", "left"], [("daily", tag("td", "1.00", class_="sum"))], kind="rules", caption="c")
    assert made == (
        '<div class="scroll"><table class="rules"><caption>c</caption><thead><tr><th scope="col" class="w">rule</th>'
        '<th scope="col">left</th></tr></thead><tbody><tr><td class="w">daily</td><td class="sum">1.00</td></tr></tbody></table></div>'
    )


def test_parts_are_joined() -> None:
    """Text is escaped on the way."""
    assert join([tag("b"), "<"]) == "<b></b>&lt;"
