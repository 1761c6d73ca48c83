"""The tables of a run's analysis: groups of trades, excursions, regimes, the days, the weeks, holding."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from runner.report.html.tags import Markup, join, table, tag
from runner.report.sentences import amount, at

Page = Mapping[str, Any]


def percent(value: float | None, form: str = "{:.1%}") -> str:
    """A share as people read it; a dash for none."""
    return "–" if value is None else form.format(value)


def plain(value: float | None, form: str = "{:.2f}") -> str:
    """A number; a dash for none."""
    return "–" if value is None else form.format(value)


def signed(value: float | None) -> Markup:
    """Money with its sign, coloured."""
    if value is None:
        return tag("td", "–")
    return tag("td", f"{value:+,.2f}", class_="gain" if value > 0 else "loss" if value < 0 else None)


def trades_of(row: Page) -> list[object]:
    """The figures every group of trades has."""
    return [
        str(row["trades"]),
        percent(row["win_rate"]),
        signed(row["profit"]),
        plain(row["average_r"], "{:+.2f}"),
        percent(row["profit_share"], "{:+.0%}"),
    ]


GROUP = ("trades", "won", "net", "R", "share")


def group(rows: Sequence[Page]) -> Markup:
    """One grouping; names without a trade are left out."""
    shown = [[str(row["name"]).replace("_", " "), *trades_of(row)] for row in rows if row["trades"]]
    return table(["", *GROUP], shown, kind="group")


def holding(page: Page) -> Markup:
    """The account beside buying and holding: return, deepest fall of day ends, Sharpe, costs."""
    found = page["analysis"]["buy_and_hold"]
    if found["end"] is None:
        return tag("p", "Nothing to compare: no bar was walked.", class_="quiet")
    figures, whole = page["metrics"], found["to_the_last_bar"]
    rows = [
        ["account", *returns(found["account"]), amount(figures["fees"]), amount(figures["funding"])],
        [f"buy and hold to {at(found['end'])[:10]}", *returns(found), amount(found["fees"]), amount(found["funding"])],
    ]
    if whole is not None:
        rows.append([f"buy and hold to {at(whole['end'])[:10]}", *returns(whole), amount(whole["fees"]), amount(whole["funding"])])
    return table(["", "return", "max drawdown", "Sharpe", "fees", "funding"], rows, kind="slim")


def returns(found: Page) -> list[str]:
    """The three figures of either side."""
    return [percent(found["return"], "{:+.2%}"), percent(found["max_drawdown"], "{:.2%}"), plain(found["sharpe"])]


EXCURSIONS = ("trades", "median against", "9 of 10 within", "median for", "9 of 10 within", "kept of the best", "once 1 R ahead")


def excursions(page: Page) -> Markup:
    """How far trades went, in R where their risk is known and in money."""
    rows = [
        [
            row["name"],
            str(row["trades"]),
            *(both(row, kind, key) for kind in ("mae", "mfe") for key in ("median", "p90")),
            percent(row["kept"], "{:.0%}"),
            str(row["ahead_by_risk"]),
        ]
        for row in page["analysis"]["excursions"]
        if row["trades"]
    ]
    return table(["", *EXCURSIONS], rows, kind="slim")


def both(row: Page, kind: str, key: str) -> Markup:
    """'94.35', and beside it '0.95 R'."""
    ratio = row[f"{kind}_r"][key]
    said = "" if ratio is None else tag("span", f" {ratio:.2f} R", class_="share")
    return tag("td", amount(row[kind][key]), said)


def regimes(page: Page) -> Markup:
    """Time and trades by regime, the expected shares beside."""
    found = page["analysis"]["regimes"]
    rows = [
        [row["name"], percent(row["time_share"]), percent(row["expected"], "{:.0%}"), *trades_of(row)]
        for row in found["rows"]
        if row["name"] != "unknown" or row["trades"]
    ]
    return table(["", "time", "expected", *GROUP], rows, kind="slim")


def days(page: Page) -> Markup:
    """The spread of the days in two lines of figures."""
    found = page["analysis"]["daily"]
    if not found["days"]:
        return tag("p", "No day was walked.", class_="quiet")
    parts = found["percentiles"]
    head = ["days", "won", "lost", "mean", "deviation", *(f"{name} %" for name in parts)]
    row: list[object] = [str(found[name]) for name in ("days", "won", "lost")]
    row += [plain(found["mean"], "{:+,.2f}"), plain(found["standard_deviation"], "{:,.2f}")]
    row += [signed(value) for value in parts.values()]
    ends = ", ".join(f"{name} {found[name]['profit']:+,.2f} on {found[name]['day']}" for name in ("best", "worst"))
    return join([table(head, [row], words=0), tag("p", f"{ends.capitalize()}.", class_="quiet")])


NOTHING = 0.005  # less is no money
WEEKS = ("trades", "win rate", "profit factor", "net", "drawdown", "losing streak")


def weeks(page: Page) -> Markup:
    """The review: how many weeks met their targets, what the targets are, and a row for each week, the latest first."""
    found = page["analysis"]["review"]
    if not found["rows"]:
        return tag("p", "No week was walked.", class_="quiet")
    rows = [week(row) for row in reversed(found["rows"])]
    head = tag("tr", *(tag("th", name, scope="col", class_="w" if name in ("week", "missed: do") else None) for name in HEAD))
    made = tag("div", tag("table", tag("thead", head), tag("tbody", *rows), class_="weeks"), class_="scroll tall")
    return join([tag("p", reviewed(found)), targets(found), made])


HEAD = ("week", *WEEKS, "missed: do")


def reviewed(found: Page) -> str:
    """The review in a sentence."""
    if not found["traded"]:
        return f"No trade was closed in {counted(found['weeks'], 'week')}."
    return f"{found['met_all']} of {counted(found['traded'], 'week')} with a closed trade met every target; weeks in all: {found['weeks']}."


def counted(count: int, word: str) -> str:
    """'1 week', '2 weeks'."""
    return f"{count} {word}{'' if count == 1 else 's'}"


def targets(found: Page) -> Markup:
    """Each target, how often it was missed, and what that asks for."""
    rows = [
        [name.replace("_", " "), tag("td", found["actions"][target["action"]], class_="w long"), bound(target), str(found["missed"][name])]
        for name, target in found["targets"].items()
    ]
    return (
        table(["target", "where missed", "bound", "weeks missed"], rows, words=2, kind="slim targets")
        if rows
        else tag("p", "There are no targets.", class_="quiet")
    )


def bound(target: Page) -> str:
    """'≥ 55 %', '≤ 3'."""
    sign, value = ("≥", target["at_least"]) if "at_least" in target else ("≤", target["at_most"])
    return f"{sign} {value:.0%}" if target["measure"] in ("win_rate", "drawdown", "profit") else f"{sign} {value:g}"


def week(row: Page) -> Markup:
    """One week; what it missed in words. Written out, for there may be many."""
    net, drawdown, streak = row["profit"], row["drawdown"], row["losing_streak"]
    kind = ' class="gain"' if net >= NOTHING else ' class="loss"' if net <= -NOTHING else ""
    figures = f"<td>{row['trades']}</td><td>{percent(row['win_rate'], '{:.0%}')}</td><td>{plain(row['profit_factor'])}</td>"
    return Markup(
        f'<tr><td class="w">{row["week"]}</td>{figures}<td{kind}>{net:+,.2f}</td><td>{drawdown:.2%}</td><td>{streak}</td>{missed(row)}</tr>'
    )


def missed(row: Page) -> Markup:
    """What a week missed, and what to do."""
    if not row["missed"]:
        return Markup("<td></td>")
    said, then = (", ".join(name.replace("_", " ") for name in row[key]) for key in ("missed", "actions"))
    return tag("td", said, tag("span", f": {then}", class_="share"), class_="w long")
