"""The tables of journal.db, version 2.

Every row is written once: triggers refuse changes and deletions. Times are UTC milliseconds, money is in the account's
currency, names stand where the machine's tables have numbers, NULL stands for "none" and "not measured".

meta        key, value                      schema = 2
run         one row for each start: mode, account, strategy, version, config_hash, currency, initial, symbols, first and last instant
decision    what became of a plan: answer, code, rule path, wanted, approved and allowed quantity, measured value and its limit
fill        what was bought and sold; `client_order_id` is NULL in a backtest
event       house actions, breaches and other happenings, as the machine notes them
rule_state  where each rule of an entered phase came closest
mark        equity once a day: balance, high and low of the day, close
phase       each attempt at a phase and how it ended
"""

from __future__ import annotations

VERSION = 2

TABLES = {
    "meta": "key TEXT PRIMARY KEY, value TEXT NOT NULL",
    "run": """id INTEGER PRIMARY KEY, mode TEXT NOT NULL, account TEXT NOT NULL, strategy TEXT NOT NULL, version TEXT NOT NULL,
        config_hash TEXT NOT NULL, currency TEXT NOT NULL, initial REAL NOT NULL, symbols TEXT NOT NULL, first INTEGER, last INTEGER""",
    "decision": """id INTEGER PRIMARY KEY, run INTEGER NOT NULL REFERENCES run, plan INTEGER NOT NULL, time INTEGER NOT NULL,
        strategy TEXT NOT NULL, symbol TEXT NOT NULL, side INTEGER NOT NULL, answer TEXT NOT NULL, code TEXT, rule TEXT,
        wanted REAL, quantity REAL, allowed REAL, value REAL, bound REAL, position INTEGER""",
    "fill": """id INTEGER PRIMARY KEY, run INTEGER NOT NULL REFERENCES run, time INTEGER NOT NULL, strategy TEXT NOT NULL,
        symbol TEXT NOT NULL, position INTEGER NOT NULL, plan INTEGER NOT NULL, client_order_id TEXT, side INTEGER NOT NULL,
        quantity REAL NOT NULL, price REAL NOT NULL, fee REAL NOT NULL, slippage REAL NOT NULL, profit REAL NOT NULL,
        balance REAL NOT NULL, open_quantity REAL NOT NULL, reason TEXT NOT NULL, target INTEGER NOT NULL, phase TEXT NOT NULL""",
    "event": """id INTEGER PRIMARY KEY, run INTEGER NOT NULL REFERENCES run, time INTEGER NOT NULL, code TEXT NOT NULL, rule TEXT,
        action TEXT, symbol TEXT, value REAL, bound REAL, price REAL""",
    "rule_state": """id INTEGER PRIMARY KEY, run INTEGER NOT NULL REFERENCES run, phase TEXT NOT NULL, rule TEXT NOT NULL,
        code TEXT NOT NULL, headroom REAL, value REAL, bound REAL, time INTEGER, count INTEGER NOT NULL""",
    "mark": """id INTEGER PRIMARY KEY, run INTEGER NOT NULL REFERENCES run, time INTEGER NOT NULL, phase TEXT NOT NULL,
        balance REAL NOT NULL, high REAL NOT NULL, low REAL NOT NULL, close REAL NOT NULL""",
    "phase": """id INTEGER PRIMARY KEY, run INTEGER NOT NULL REFERENCES run, name TEXT NOT NULL, state TEXT NOT NULL, code TEXT,
        rule TEXT, started INTEGER, ended INTEGER, value REAL, floor REAL, balance REAL, equity REAL, target REAL,
        days_counted INTEGER, days_needed INTEGER""",
}


def statements() -> list[str]:
    """The SQL that makes an empty journal."""
    tables = [f"CREATE TABLE {name} ({' '.join(columns.split())})" for name, columns in TABLES.items()]
    return [*tables, *(guard(name, change) for name in TABLES for change in ("UPDATE", "DELETE")), f"PRAGMA user_version = {VERSION}"]


def guard(table: str, change: str) -> str:
    """A trigger that refuses to change or remove a row."""
    name = f"{table}_no_{change.lower()}"
    return f"CREATE TRIGGER {name} BEFORE {change} ON {table} BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END"
