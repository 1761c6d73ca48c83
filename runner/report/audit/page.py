"""audit.json: everything an audit found, for programs. docs/audit.md says what each key means."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from runner import __version__
from runner.audit.proof import Column, Proof
from runner.audit.said import PLANS, Part
from runner.report.audit.sentences import filled, inherited, line, notes, verdict
from runner.report.figures import iso, number

Page = dict[str, Any]
WORST = ("leaks", "unproven", "causal")


def page(names: Mapping[str, str], proofs: Sequence[Proof], closeness: float, hashed: str) -> Page:
    """The whole; `names`: of account and strategy. Keys in a fixed order, equal audits differ in `seconds` only."""
    found = [one(proof, closeness) for proof in proofs]
    worst = min(found, key=lambda each: WORST.index(each["verdict"]))
    return {
        **names,
        "mode": "audit",
        "line": worst["line"],
        "verdict": worst["verdict"],
        "good": all(proof.good for proof in proofs),
        "closeness": closeness,
        "strategies": found,
        "config_hash": hashed,
        "version": __version__,
        "seconds": {},
    }


def one(proof: Proof, closeness: float) -> Page:
    """One strategy."""
    return {
        "strategy": proof.strategy,
        "line": line(proof, closeness),
        "verdict": verdict(proof),
        "symbols": list(proof.symbols),
        "bars": proof.bars,
        "signals": proof.signals,
        "plans": proof.plans,
        "cuts": proof.cuts,
        "kinds": dict(proof.kinds),
        "spoken": proof.spoken,
        "compared": sum(column.cuts for column in proof.columns),
        "values": sum(column.values for column in proof.columns),
        "filled_share": number(filled(proof.columns)),
        "blocks": [block(proof, part) for part in proof.parts],
        "columns": [column_row(column) for column in proof.columns],
        "leaks": [leak_row(column) for column in proof.leaks],
        "notes": list(notes(proof)),
    }


def block(proof: Proof, part: Part) -> Page:
    """One block: all of its columns together."""
    own = [column for column in proof.columns if column.path == part.path]
    known = [column.warm.known for column in own if column.warm.known is not None]
    settled = [column.warm.settled for column in own if column.warm.settled is not None]
    return {
        "path": part.path,
        "block": part.kind or None,
        "columns": len(own),
        "compared": sum(column.cuts for column in own),
        "filled_share": number(filled(own)) if own else None,
        "known": max(known, default=None),
        "settled": max(settled, default=None),
        "from_start": any(column.warm.from_start for column in own),
        "verdict": judged(proof, part, own),
    }


def judged(proof: Proof, part: Part, own: Sequence[Column]) -> str:
    """One word, or two, for a block."""
    leaks = [column.leak for column in own if column.leak is not None]
    if any(leak.again for leak in leaks):
        return "two answers"
    if leaks:
        return "leaks through a part" if inherited(part.path, {column.path for column in proof.leaks}) else "leaks"
    if part in proof.silent:
        return "not proven"
    if not own:
        return "no plans" if part.path == PLANS else "writes nothing"
    return "causal"


def column_row(column: Column) -> Page:
    """One column."""
    return {
        "path": column.path,
        "column": column.name,
        "cuts": column.cuts,
        "at_the_edge": column.edge,
        "values": column.values,
        "filled_share": number(column.filled / column.values) if column.values else None,
        "known": column.warm.known,
        "settled": column.warm.settled,
        "from_start": column.warm.from_start,
        "verdict": "causal" if column.leak is None else "two answers" if column.leak.again else "leaks",
    }


def leak_row(column: Column) -> Page:
    """One leak."""
    leak = column.leak
    if leak is None:
        raise ValueError(f"{column.path} {column.name} does not leak")
    return {
        "path": column.path,
        "block": column.kind or None,
        "column": column.name,
        "symbol": leak.symbol,
        "bar": leak.row,
        "closed": iso(leak.close_ms),
        "known_until": iso(leak.known_ms),
        "whole": number(leak.whole),
        "cut": number(leak.cut),
        "bars_later": leak.later,
        "again": leak.again,
    }
