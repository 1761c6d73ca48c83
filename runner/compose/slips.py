"""Words that Hydra's grammar cannot read, told by what was probably meant; the grammar itself is never quoted."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Sequence

from runner.words import nearest

CLOSED_BY = {"[": "]", "{": "}", "(": ")"}
QUOTED = re.compile(r"""'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*\"""")
PLAIN = re.compile(r"[A-Za-z0-9_.@/$:-]")
VALUE = re.compile(r"-?\d.*|true|false|null", re.IGNORECASE)
LONELY = re.compile(r"(?:^|[\[({,])\s*,|,\s*(?:$|[\])}])")
EVALUATED = re.compile(r"\w+ while evaluating '(\w+)(\(.*?)': (.*)")
UNREAD = re.compile(r"(?:token recognition error at: |extraneous input |mismatched input )'(.)")
HINT = "expected key=value; what is more than plain letters, digits and ._-/ stands in quotes, as in \"account='größe'\""
LIST = "a list is typed [a,b], in quotes where the shell reads brackets"
FUNCTIONS = {
    "range": "range(FIRST,STOP,STEP), of numbers",
    "choice": "choice(a,b), of values",
    "interval": "interval(LOW,HIGH), of two numbers",
    "sort": "sort(3,1,2), of numbers or of words",
    "shuffle": "shuffle(a,b), of values or around range(…)",
    "glob": "glob(hyro_*), of names",
    "tag": "tag(NAME,…) around interval(…), range(…) or choice(…)",
    "int": "int(…) around numbers",
    "float": "float(…) around numbers",
    "str": "str(…) around values",
    "bool": "bool(…) around true, false or numbers",
}


def apart(words: Sequence[str], readable: Callable[[str], bool]) -> tuple[int, str]:
    """How many of the words, from the first on, spaces have torn out of one, and that one; (1, '') where it is whole."""
    whole, count = words[0], 1
    while count < len(words) and belongs(whole, words[count]):
        blank = " " if open_bracket(whole) and not whole.endswith(",") else ""
        sign = "=" if "=" not in whole + words[count] else ""
        whole, count = f"{whole}{sign}{blank}{words[count]}", count + 1
    torn = count > 1 and readable(whole) and not all(map(readable, words[:count]))
    return (count, whole) if torn else (1, "")


def belongs(whole: str, word: str) -> bool:
    """Whether a word goes on with what stands before it."""
    if whole.startswith("-") or word.startswith("-"):
        return False
    if "=" not in whole:
        return word.startswith("=") or ("." in whole and "=" not in word and VALUE.fullmatch(word) is not None)
    return "=" not in word and (whole.endswith(("=", ",")) or word.startswith(",") or bool(open_bracket(whole)))


def typed_apart(whole: str) -> str:
    """What to type instead of a word that was torn."""
    return f"is typed with a space in it; type {shlex.quote(whole)}"


def alone(word: str, before: str) -> str:
    """What is wrong with a word without `=` that is nothing of the menu's. before: the word that stands before it."""
    key, equals, value = before.partition("=")
    hint = f"; a value with a space stands in quotes, \"{key}='{value} {word}'\"" if equals and PLAIN.match(word) else ""
    return f"expected key=value{hint}" if hint else HINT


def slip(word: str, said: str) -> str:
    """What is wrong with a `key=value`. said: what Hydra's grammar says of it."""
    key, _, value = word.partition("=")
    return _key(key, value) or _value(key, value) or _function(said) or _character(said)


def _key(key: str, value: str) -> str:
    bare = key.lstrip("+~ ")
    if not bare:
        return "expected a key before '=', as in strategy.entry.fast=8"
    if key[: len(key) - len(bare)] not in ("", "+", "++", "~"):
        return f"has too many signs before it; type {bare}={value}"
    if "" in bare.split("."):
        return f"expected names with one dot between two; type {'.'.join(filter(None, bare.split('.')))}={value}"
    strange = next((character for character in bare if not PLAIN.match(character)), "")
    return f"{strange!r} is no part of a key; expected plain letters, digits and ._-/@ before the '='" if strange else ""


def _value(key: str, value: str) -> str:
    rest = QUOTED.sub("x", value)
    if value.startswith("="):
        return f"has more than one '='; type {key}={value.lstrip('=')}"
    for quote in ("'", '"'):
        if quote in rest and rest.count(quote) % 2:
            return f"a quote, {quote}, is never closed"
    if open_bracket(value):
        return f"'{open_bracket(value)}' is never closed; {LIST}"
    if closing(value):
        return f"'{closing(value)}' closes nothing; {LIST}"
    if LONELY.search(rest):
        some = [part for part in value.split(",") if part] if value == rest and not set("[](){}") & set(value) else []
        return f"a comma has nothing beside it{f'; type {key}={",".join(some)}' if some else ''}"
    return ""


def _function(said: str) -> str:
    found = EVALUATED.fullmatch(said)
    if found is None:
        return ""
    name, given = found[1], found[2]
    if name not in FUNCTIONS:
        return f"there is no {name}(…){nearest(name, FUNCTIONS, also='there are')}; text with brackets stands in quotes"
    return f"expected {FUNCTIONS[name]}, was {name}{given}"


def _character(said: str) -> str:
    found = UNREAD.match(said)
    return f"{HINT}; here {found[1]!r}" if found else HINT


def open_bracket(word: str) -> str:
    """The last bracket of a word that nothing closes; '' where each is, or one closes that was never opened. Quoted ones are text."""
    still = brackets(word)
    return "" if still is None or not still else still[-1]


def closing(word: str) -> str:
    """The first bracket of a word that closes what was not opened; ''."""
    plain = QUOTED.sub("", word)
    return next((plain[place] for place in range(len(plain)) if brackets(plain[: place + 1]) is None), "")


def brackets(word: str) -> list[str] | None:
    """The brackets that are open at the end of a word; None where one closes that was never opened."""
    still: list[str] = []
    for character in QUOTED.sub("", word):
        if character in CLOSED_BY:
            still.append(character)
        elif character in CLOSED_BY.values() and (not still or CLOSED_BY[still.pop()] != character):
            return None
    return still
