"""Expressions: the text of an XPath 1.0 subset to a tree and back.

Rules:
- A tree is JSON: ["lit", 5] | ["path", "a/b"] | ["self"] | ["op", "<=", a, b] | ["neg", a] | ["fn", "selected", a, b].
- Only what both runtimes compute alike is accepted: absolute paths to one question, `.`, the operators of XPath 1.0
  except `|`, and the functions of `FUNCTIONS`. No axes, predicates, variables or relative paths.
- Lengths, nesting and regular expressions are bounded here, so that running a tree needs no limit of its own.

Grammar and precedence: https://www.w3.org/TR/1999/REC-xpath-19991116/#exprlex ; functions and dates:
https://getodk.github.io/xforms-spec/#xpath-functions
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

Expr = list[Any]

LONGEST = 2000
DEEPEST = 40
# name: (fewest arguments, most arguments)
FUNCTIONS: dict[str, tuple[int, int]] = {
    "abs": (1, 1),
    "boolean": (1, 1),
    "boolean-from-string": (1, 1),
    "ceiling": (1, 1),
    "coalesce": (2, 2),
    "concat": (1, 20),
    "contains": (2, 2),
    "count-selected": (1, 1),
    "date": (1, 1),
    "date-time": (1, 1),
    "decimal-date-time": (1, 1),
    "ends-with": (2, 2),
    "floor": (1, 1),
    "if": (3, 3),
    "int": (1, 1),
    "max": (1, 20),
    "min": (1, 20),
    "normalize-space": (1, 1),
    "not": (1, 1),
    "now": (0, 0),
    "number": (1, 1),
    "regex": (2, 2),
    "round": (1, 1),
    "selected": (2, 2),
    "selected-at": (2, 2),
    "starts-with": (2, 2),
    "string": (1, 1),
    "string-length": (1, 1),
    "substring-after": (2, 2),
    "substring-before": (2, 2),
    "today": (0, 0),
    "translate": (3, 3),
}
# Weakest first: each row binds less than the next (XPath 1.0, section 3.5).
LEVELS: tuple[tuple[str, ...], ...] = (
    ("or",),
    ("and",),
    ("=", "!="),
    ("<", "<=", ">", ">="),
    ("+", "-"),
    ("*", "div", "mod"),
)
LEVEL_OF = {operator: level for level, operators in enumerate(LEVELS) for operator in operators}
WORD_OPERATORS = frozenset({"and", "or", "div", "mod"})

_TOKEN = re.compile(
    r"""\s*(?:
      (?P<number>\d+(?:\.\d*)?|\.\d+)
    | (?P<text>"[^"]*"|'[^']*')
    | (?P<path>(?:/[A-Za-z_][\w.-]*)+)
    | (?P<name>[A-Za-z_][\w.-]*(?::[A-Za-z_][\w.-]*)?)
    | (?P<sign><=|>=|!=|[-+*=<>(),])
    | (?P<self>\.)(?!\.)
    )""",
    re.VERBOSE | re.ASCII,
)


class ExpressionError(Exception):
    """The expression can't be used; the message says what was found and what to write instead."""


Token = tuple[str, str]


def tokens(text: str) -> list[Token]:
    """The expression's words as (kind, text), kinds: number, text, path, name, sign, self."""
    found: list[Token] = []
    at = 0
    end = len(text.rstrip())
    while at < end:
        match = _TOKEN.match(text, at)
        if match is None or match.lastgroup is None:
            raise ExpressionError(f"'{text[at:end].strip()[:20]}' isn't understood; write paths as ${{name}}")
        found.append((match.lastgroup, match.group(match.lastgroup)))
        at = match.end()
    return found


def parse(text: str, root: str = "/data/") -> Expr:
    """The tree of `text`, whose absolute paths begin with `root`.

    Raises `ExpressionError` for anything outside the subset, too long or too deep.
    """
    if len(text) > LONGEST:
        raise ExpressionError(f"the expression has {len(text)} characters; the most is {LONGEST}")
    reader = _Reader(tokens(text), root)
    tree = reader.level(0, 0)
    if reader.peek() is not None:
        raise ExpressionError(f"'{reader.word()}' isn't expected here")
    return tree


class _Reader:
    """A recursive-descent reader, one method a kind of thing."""

    def __init__(self, found: list[Token], root: str) -> None:
        self.found = found
        self.root = root
        self.at = 0

    def peek(self) -> Token | None:
        return self.found[self.at] if self.at < len(self.found) else None

    def word(self) -> str:
        token = self.peek()
        return token[1] if token else "the end"

    def take(self, sign: str) -> bool:
        if self.peek() == ("sign", sign):
            self.at += 1
            return True
        return False

    def expect(self, sign: str) -> None:
        if not self.take(sign):
            raise ExpressionError(f"'{sign}' is missing before '{self.word()}'")

    def operator(self, level: int) -> str | None:
        token = self.peek()
        if token and token[0] in ("sign", "name") and LEVEL_OF.get(token[1]) == level:
            self.at += 1
            return token[1]
        return None

    def level(self, level: int, depth: int) -> Expr:
        if depth > DEEPEST:
            raise ExpressionError(f"the expression is nested more than {DEEPEST} deep")
        if level == len(LEVELS):
            return self.unary(depth)
        left = self.level(level + 1, depth)
        steps = 0
        while (sign := self.operator(level)) is not None:
            steps += 1
            if depth + steps > DEEPEST:
                raise ExpressionError(f"the expression has more than {DEEPEST} '{sign}' in a row")
            left = ["op", sign, left, self.level(level + 1, depth + 1)]
        return left

    def unary(self, depth: int) -> Expr:
        if self.take("-"):
            if depth > DEEPEST:
                raise ExpressionError(f"the expression is nested more than {DEEPEST} deep")
            return ["neg", self.unary(depth + 1)]
        return self.primary(depth)

    def primary(self, depth: int) -> Expr:
        token = self.peek()
        if token is None:
            raise ExpressionError("the expression ends too early")
        kind, word = token
        if self.take("("):
            inside = self.level(0, depth + 1)
            self.expect(")")
            return inside
        self.at += 1
        if kind == "number":
            return ["lit", _number(word)]
        if kind == "text":
            return ["lit", word[1:-1]]
        if kind == "self":
            return ["self"]
        if kind == "path":
            return self.path(word)
        if kind == "name" and self.peek() == ("sign", "("):
            return self.call(word, depth)
        if kind == "name":
            raise ExpressionError(f"{word} alone means nothing; write ${{{word}}} for a question, '{word}' for text")
        raise ExpressionError(f"'{word}' isn't expected here")

    def path(self, word: str) -> Expr:
        if not word.startswith(self.root):
            raise ExpressionError(f"'{word}' is outside the form; write ${{name}}")
        return ["path", word[len(self.root) :]]

    def call(self, name: str, depth: int) -> Expr:
        self.expect("(")
        arguments: list[Expr] = []
        if not self.take(")"):
            arguments.append(self.level(0, depth + 1))
            while self.take(","):
                arguments.append(self.level(0, depth + 1))
            self.expect(")")
        return _call(name, arguments)


def _call(name: str, arguments: list[Expr]) -> Expr:
    if name in ("true", "false") and not arguments:
        return ["lit", name == "true"]
    if name == "string-length" and not arguments:
        arguments = [["self"]]
    if name not in FUNCTIONS:
        raise ExpressionError(f"the function {name}() isn't supported; there are: {', '.join(sorted(FUNCTIONS))}")
    fewest, most = FUNCTIONS[name]
    if not fewest <= len(arguments) <= most:
        wanted = str(fewest) if fewest == most else f"{fewest} to {most}"
        raise ExpressionError(f"{name}() takes {wanted} arguments, not {len(arguments)}")
    if name == "regex":
        pattern = arguments[1]
        if pattern[0] != "lit" or not isinstance(pattern[1], str):
            raise ExpressionError("the second argument of regex() must be a text in quotes")
        check_pattern(pattern[1])
    return ["fn", name, *arguments]


def _number(word: str) -> int | float:
    value = float(word)
    if value > 2**53:
        raise ExpressionError(f"the number {word} is too large")
    return int(value) if value.is_integer() else value


_PATTERN_PART = re.compile(
    r"""(?P<set>\[\^?(?:\\[\\\]\[^.d*+?(){}|$/-]|[^\\\[\]])+\])
      | (?P<escape>\\[\\\]\[^.d*+?(){}|$/])
      | (?P<repeat>[*+?]|\{\d{1,3}(?:,\d{0,3})?\})
      | (?P<open>\()(?!\?)
      | (?P<close>\))
      | (?P<either>\|)
      | (?P<plain>[^\\\[\](){}*+?^$|])""",
    re.VERBOSE | re.DOTALL,
)


def core_of(pattern: str) -> str:
    """The pattern without ^ at its start and $ at its end: regex() always asks for the whole text."""
    core = pattern.removeprefix("^")
    if core.endswith("$") and not core.endswith("\\$"):
        core = core[:-1]
    return core


def check_pattern(pattern: str) -> None:
    """Refuses a regular expression outside the part that Python and browsers read alike, or that could run for ever.

    Allowed: plain characters, sets, \\d, escaped signs, groups, |, and * + ? {m,n}. A group that is repeated may not
    hold * + or an open {m,}: nested repeats are what makes matching exponential.
    """
    core = core_of(pattern)
    at = 0
    open_groups: list[bool] = []
    unbounded = 0
    last = ""
    loops = False
    while at < len(core):
        match = _PATTERN_PART.match(core, at)
        if match is None:
            raise ExpressionError(f"the regular expression isn't supported from '{core[at : at + 10]}' on")
        kind, part = str(match.lastgroup), match.group()
        if kind == "open":
            open_groups.append(False)
        elif kind == "close":
            if not open_groups:
                raise ExpressionError("the regular expression closes a ) that it didn't open")
            loops = open_groups.pop()
            if loops and open_groups:
                open_groups[-1] = True
        elif kind == "repeat":
            endless = _check_repeat(part, last, loops)
            unbounded += endless
            if endless and open_groups:
                open_groups[-1] = True
        last = kind
        at = match.end()
    if open_groups:
        raise ExpressionError("the regular expression opens a ( that it doesn't close")
    if unbounded > 3:
        raise ExpressionError("the regular expression has more than three * or +")
    try:
        re.compile(core, re.ASCII | re.DOTALL)
    except re.error as error:
        raise ExpressionError(f"the regular expression is wrong: {error}") from None


def _check_repeat(part: str, last: str, loops: bool) -> bool:
    """Whether this repeat is open-ended; refuses one that follows nothing, another repeat, or a looping group."""
    if last not in ("set", "escape", "plain", "close"):
        raise ExpressionError(f"'{part}' in the regular expression repeats nothing")
    if last == "close" and loops:
        raise ExpressionError(f"'{part}' repeats a group that repeats without end; that could run for ever")
    numbers = [int(number) for number in re.findall(r"\d+", part)]
    if any(number > 100 for number in numbers) or (len(numbers) == 2 and numbers[0] > numbers[1]):
        raise ExpressionError(f"'{part}' in the regular expression: at most 100, the smaller number first")
    return part in ("*", "+") or part.endswith(",}")


def paths(tree: Expr) -> set[str]:
    """Every question that the tree reads."""
    if tree[0] == "path":
        return {tree[1]}
    return {path for part in tree[1:] if isinstance(part, list) for path in paths(part)}


def show(tree: Expr, root: str = "/data/") -> str:
    """The text of a tree; `parse(show(tree)) == tree`."""
    return _show(tree, root, 0)


def _show(tree: Expr, root: str, level: int) -> str:
    kind = tree[0]
    if kind == "lit":
        return _show_literal(tree[1])
    if kind == "self":
        return "."
    if kind == "path":
        return root + str(tree[1])
    if kind == "neg":
        return "-" + _show(tree[1], root, len(LEVELS))
    if kind == "fn":
        return f"{tree[1]}({', '.join(_show(part, root, 0) for part in tree[2:])})"
    own = LEVEL_OF[tree[1]]
    text = f"{_show(tree[2], root, own)} {tree[1]} {_show(tree[3], root, own + 1)}"
    return f"({text})" if own < level else text


def _show_literal(value: object) -> str:
    if value is True or value is False:
        return f"{str(value).lower()}()"
    if isinstance(value, str):
        return f'"{value}"' if "'" in value else f"'{value}'"
    return format(Decimal(str(value)), "f")
