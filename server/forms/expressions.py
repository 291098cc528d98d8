"""Expressions: the text of ODK XPath to a tree and back.

Rules:
- A tree is JSON (docs/xlsform.md, the compiled form); the phone and the server run it, nothing is parsed at run time.
- The names in it are those of paths: '~' stands for a hyphen, which marks an item of a repeat; prefixes are left out.
- XPath 1.0 whole, but for variables, node types other than node(), and the axes that no form uses.
- Lengths, nesting and regular expressions are bounded here, so that running a tree needs no limit of its own.

Grammar and precedence: https://www.w3.org/TR/1999/REC-xpath-19991116/#exprlex ; functions and dates:
https://getodk.github.io/xforms-spec/#xpath-functions
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from server.forms.errors import ExpressionError
from server.forms.functions import FUNCTIONS, INSTEAD, NODES_WANTED, OF_NODES
from server.forms.patterns import as_compiled
from server.forms.remarks import Said, say

Expr = list[Any]

LONGEST = 10_000
DEEPEST = 60
LONGEST_CHAIN = 300
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
AXES = frozenset(
    {
        *("child", "parent", "self", "attribute", "descendant", "descendant-or-self", "ancestor", "ancestor-or-self"),
        *("following-sibling", "preceding-sibling"),
    }
)
_NODES = frozenset({"path", "all", "rel", "cur", "walk", "self"})

_NAME = r"[^\W\d][\w.\-]*"
_TOKEN = re.compile(
    rf"""\s*(?:
      (?P<number>[0-9]+(?:\.[0-9]*)?|\.[0-9]+)
    | (?P<text>"[^"]*"|'[^']*')
    | (?P<axis>[a-z][a-z-]*)\s*::
    | (?P<name>{_NAME}(?::{_NAME})?)
    | (?P<sign><=|>=|!=|//|\.\.|[-+*=<>(),|/\[\]@.])
    )""",
    re.VERBOSE,
)

Token = tuple[str, str]


def segment(name: str) -> str:
    """A name as paths have it: without its prefix, '~' for hyphens."""
    return name.rpartition(":")[2].replace("-", "~")


def tokens(text: str) -> list[Token]:
    """The expression's words as (kind, text), kinds: number, text, axis, name, operator, sign."""
    found: list[Token] = []
    at = 0
    end = len(text.rstrip())
    while at < end:
        match = _TOKEN.match(text, at)
        if match is None or match.lastgroup is None:
            raise ExpressionError(say("expression-word", found=text[at:end].strip()[:20]))
        kind, word = match.lastgroup, match.group(match.lastgroup)
        # XPath 1.0, 3.7: after an operand '*' multiplies, and a word is an operator.
        if found and _ends_operand(found[-1]) and (word == "*" or (kind == "name" and word in WORD_OPERATORS)):
            kind = "operator"
        found.append((kind, word))
        at = match.end()
    return found


def _ends_operand(token: Token) -> bool:
    kind, word = token
    return kind in ("number", "text", "name") or (kind == "sign" and word in (")", "]", ".", "..", "*"))


def parse(text: str, root: str = "/data/") -> Expr:
    """The tree of `text`, whose absolute paths begin with `root`.

    Raises `ExpressionError` for anything that isn't supported, too long or too deep.
    """
    if len(text) > LONGEST:
        raise ExpressionError(say("expression-long", count=len(text), most=LONGEST))
    reader = _Reader(tokens(text), root)
    tree = reader.level(0, 0)
    if reader.peek() is not None:
        raise ExpressionError(say("expression-unexpected", found=reader.word()))
    return tree


def is_nodes(tree: Expr) -> bool:
    """Whether the tree gives nodes of a form or instance."""
    if tree[0] == "op":
        return bool(tree[1] == "|")
    return tree[0] in _NODES or (tree[0] == "fn" and tree[1] in OF_NODES)


class _Reader:
    """A recursive-descent reader, one method a kind of thing."""

    def __init__(self, found: list[Token], root: str) -> None:
        self.found = found
        self.root = segment(root.strip("/"))
        self.at = 0

    def peek(self) -> Token | None:
        return self.found[self.at] if self.at < len(self.found) else None

    def word(self) -> str:
        token = self.peek()
        return token[1] if token else "the end"

    def take(self, *signs: str) -> str | None:
        token = self.peek()
        if token and token[0] == "sign" and token[1] in signs:
            self.at += 1
            return token[1]
        return None

    def expect(self, sign: str) -> None:
        if not self.take(sign):
            raise ExpressionError(say("expression-expects", sign=sign, found=self.word()))

    def operator(self, level: int) -> str | None:
        token = self.peek()
        if token and token[0] in ("sign", "operator") and LEVEL_OF.get(token[1]) == level:
            self.at += 1
            return token[1]
        return None

    def level(self, level: int, depth: int) -> Expr:
        if depth > DEEPEST:
            raise ExpressionError(say("expression-deep", most=DEEPEST))
        if level == len(LEVELS):
            return self.unary(depth)
        left = self.level(level + 1, depth)
        steps = 0
        while (sign := self.operator(level)) is not None:
            steps += 1
            if steps > LONGEST_CHAIN:
                raise ExpressionError(say("expression-chain", most=LONGEST_CHAIN, sign=sign))
            left = ["op", sign, left, self.level(level + 1, depth + 1)]
        return left

    def unary(self, depth: int) -> Expr:
        if self.take("-"):
            if depth > DEEPEST:
                raise ExpressionError(say("expression-deep", most=DEEPEST))
            return ["neg", self.unary(depth + 1)]
        left = self.location(depth)
        while self.take("|"):
            right = self.location(depth + 1)
            if not (is_nodes(left) and is_nodes(right)):
                raise ExpressionError(say("expression-union"))
            left = ["op", "|", left, right]
        return left

    def location(self, depth: int) -> Expr:
        """A path, or a value; what a path may be walked on from."""
        token = self.peek()
        if token is None:
            raise ExpressionError(say("expression-end"))
        kind, word = token
        following = self.found[self.at + 1] if self.at + 1 < len(self.found) else None
        is_call = kind == "name" and following == ("sign", "(") and word not in ("node", "text")
        if kind in ("number", "text") or is_call or (kind, word) == ("sign", "("):
            base = self.primary(depth)
            predicates = self.predicates(depth)
            walks = self.peek() in (("sign", "/"), ("sign", "//"))
            if not predicates and not walks:
                return base
            if not is_nodes(base):
                raise ExpressionError(say("expression-part", found=self.word()))
            start: list[Expr] = [["self", "*", *predicates]] if predicates else []
            return _settled(base, [*start, *self.rest(depth)], self.root)
        if self.take("/"):
            return _settled(["root"], self.steps(depth), self.root)
        if self.take("//"):
            return _settled(["root"], [["descendant-or-self", "*"], *self.steps(depth)], self.root)
        return _settled(["self"], self.steps(depth), self.root)

    def rest(self, depth: int) -> list[Expr]:
        if self.take("/"):
            return self.steps(depth)
        if self.take("//"):
            return [["descendant-or-self", "*"], *self.steps(depth)]
        return []

    def steps(self, depth: int) -> list[Expr]:
        found = [self.step(depth)]
        while sign := self.take("/", "//"):
            if sign == "//":
                found.append(["descendant-or-self", "*"])
            found.append(self.step(depth))
            if len(found) > LONGEST_CHAIN:
                raise ExpressionError(say("path-long", most=LONGEST_CHAIN))
        return found

    def step(self, depth: int) -> Expr:
        if self.take("."):
            return ["self", "*", *self.predicates(depth)]
        if self.take(".."):
            return ["parent", "*", *self.predicates(depth)]
        axis = "attribute" if self.take("@") else "child"
        token = self.peek()
        if token and token[0] == "axis":
            axis = token[1]
            if axis not in AXES:
                raise ExpressionError(say("axis-unknown", axis=axis, there=", ".join(sorted(AXES))))
            self.at += 1
            token = self.peek()
        if self.take("*"):
            name = "*"
        elif token and token[0] == "name":
            self.at += 1
            name = self.node_test(token[1])
        else:
            raise ExpressionError(say("expression-unexpected", found=self.word()))
        return [axis, name, *self.predicates(depth)]

    def node_test(self, word: str) -> str:
        if word in ("node", "text") and self.take("("):
            self.expect(")")
            if word == "text":
                raise ExpressionError(say("path-text"))
            return "*"
        if self.peek() == ("sign", "("):
            raise ExpressionError(say("path-call", function=word))
        return segment(word)

    def predicates(self, depth: int) -> list[Expr]:
        found = []
        while self.take("["):
            found.append(self.level(0, depth + 1))
            self.expect("]")
        return found

    def primary(self, depth: int) -> Expr:
        kind, word = self.found[self.at]
        self.at += 1
        if kind == "sign":
            inside = self.level(0, depth + 1)
            self.expect(")")
            return inside
        if kind == "number":
            return ["lit", _number(word)]
        if kind == "text":
            return ["lit", word[1:-1]]
        return self.call(word, depth)

    def call(self, name: str, depth: int) -> Expr:
        self.expect("(")
        arguments: list[Expr] = []
        if not self.take(")"):
            arguments.append(self.level(0, depth + 1))
            while self.take(","):
                arguments.append(self.level(0, depth + 1))
            self.expect(")")
        return _call(name, arguments, self.root)


def _settled(start: Expr, steps: list[Expr], root: str) -> Expr:
    """The shortest tree for a path."""
    steps = [step for step in steps if step != ["self", "*"]]
    if start == ["root"]:
        if len(steps) > 1 and steps[0] == ["child", root] and _plain(steps):
            return ["path", "/".join(step[1] for step in steps[1:])]
        if steps[0][0] == "child" and steps[0][1] not in (root, "*"):
            raise ExpressionError(say("path-root", found=steps[0][1]))
        return ["walk", start, *steps]
    if start[0] == "walk":
        return [*start, *steps]
    climb = 0
    while climb < len(steps) and steps[climb] == ["parent", "*"]:
        climb += 1
    if _plain(steps[climb:]):
        below = "/".join(step[1] for step in steps[climb:])
        if start == ["self"]:
            return ["rel", climb, below] if steps else ["self"]
        if start == ["cur", 0, ""]:
            return ["cur", climb, below]
    return ["walk", start, *steps] if steps else start


def _plain(steps: list[Expr]) -> bool:
    return all(len(step) == 2 and step[0] == "child" and step[1] != "*" for step in steps)


def _call(name: str, arguments: list[Expr], root: str) -> Expr:
    if name in ("true", "false") and not arguments:
        return ["lit", name == "true"]
    if name == "jr:choice-name" and len(arguments) == 2:
        return ["fn", name, arguments[0], _quoted_path(arguments[1], root)]
    if name not in FUNCTIONS:
        raise ExpressionError(_unknown(name))
    fewest, most = FUNCTIONS[name]
    if not fewest <= len(arguments) <= most:
        wanted = str(fewest) if fewest == most else f"{fewest}–{most}"
        raise ExpressionError(say("function-arguments", function=name, wanted=wanted, count=len(arguments)))
    for place in NODES_WANTED.get(name, ()):
        if place < len(arguments) and not is_nodes(arguments[place]):
            raise ExpressionError(say("function-path", place=place + 1, function=name))
    if name == "pulldata":
        return _pulldata(arguments)
    if name == "current":
        return ["cur", 0, ""]
    if name in ("instance", "regex"):
        _must_be_text(name, arguments[-1])
    if name == "regex":
        return _regex(arguments[0], arguments[1][1])
    if name in ("string-length", "string", "number", "normalize-space") and not arguments:
        arguments = [["self"]]
    return ["fn", name, *arguments]


def _unknown(name: str) -> Said:
    if name in INSTEAD:
        return say("function-refused", function=name, instead=INSTEAD[name])
    return say("function-unknown", function=name, there=", ".join(sorted(FUNCTIONS)))


def _must_be_text(name: str, argument: Expr) -> None:
    if argument[0] != "lit" or not isinstance(argument[1], str):
        raise ExpressionError(say("regex-text" if name == "regex" else "instance-text"))


def _regex(text: Expr, pattern: str) -> Expr:
    name, compiled = as_compiled(pattern)
    return ["fn", name, text, ["lit", compiled]]


def _quoted_path(argument: Expr, root: str) -> Expr:
    """The question that jr:choice-name names in quotes."""
    if argument[0] != "lit" or not isinstance(argument[1], str):
        raise ExpressionError(say("choice-name-quoted"))
    path = parse(argument[1], f"/{root}/")
    if path[0] not in _NODES:
        raise ExpressionError(say("choice-name-path", found=argument[1]))
    return path


def _pulldata(arguments: list[Expr]) -> Expr:
    """pulldata('file', 'column', 'key', value) is instance('file')/root/item[key = value]/column."""
    for argument in arguments[:3]:
        if argument[0] != "lit" or not isinstance(argument[1], str):
            raise ExpressionError(say("pulldata-text"))
    name, column, key = (str(argument[1]) for argument in arguments[:3])
    test = ["op", "=", ["rel", 0, segment(key)], _from_current(arguments[3])]
    steps = [["child", "root"], ["child", "item", test], ["child", segment(column)]]
    return ["fn", "string", ["walk", ["fn", "instance", ["lit", name]], *steps]]


def _from_current(tree: Expr) -> Expr:
    """The tree as it must be inside a predicate to go on meaning the expression's own node."""
    if tree[0] == "self":
        return ["cur", 0, ""]
    if tree[0] == "rel":
        return ["cur", *tree[1:]]
    if tree[0] == "walk":
        return ["walk", _from_current(tree[1]), *tree[2:]]
    return [_from_current(part) if isinstance(part, list) else part for part in tree]


def _number(word: str) -> int | float:
    value = float(word)
    if value > 2**53:
        raise ExpressionError(say("number-large", found=word))
    return int(value) if value.is_integer() else value


def paths(tree: Expr) -> set[str]:
    """Every question that the tree reads by its absolute path."""
    if tree[0] in ("path", "all"):
        return {tree[1]}
    return {path for part in tree[1:] if isinstance(part, list) for path in paths(part)}


def show(tree: Expr, root: str = "/data/") -> str:
    """The text of a tree; `parse(show(tree)) == tree`."""
    return _show(tree, root, 0)


def _show(tree: Expr, root: str, level: int) -> str:
    kind = tree[0]
    if kind == "lit":
        return _show_literal(tree[1])
    if kind == "neg":
        return "-" + _show(tree[1], root, len(LEVELS))
    if kind == "fn":
        return _show_call(tree, root)
    if kind != "op":
        return _show_path(tree, root)
    if tree[1] == "|":
        return f"{_show(tree[2], root, len(LEVELS))} | {_show(tree[3], root, len(LEVELS))}"
    own = LEVEL_OF[tree[1]]
    text = f"{_show(tree[2], root, own)} {tree[1]} {_show(tree[3], root, own + 1)}"
    return f"({text})" if own < level else text


def _show_call(tree: Expr, root: str) -> str:
    name, arguments = tree[1], tree[2:]
    if name == "match":
        name = "regex"
    elif name == "regex":
        arguments = [arguments[0], ["lit", f"^{arguments[1][1]}$"]]
    elif name == "jr:choice-name":
        arguments = [arguments[0], ["lit", _show_path(arguments[1], root)]]
    return f"{name}({', '.join(_show(part, root, 0) for part in arguments)})"


def _show_path(tree: Expr, root: str) -> str:
    kind = tree[0]
    if kind == "self":
        return "."
    if kind in ("path", "all"):
        return root + _spelled(tree[1])
    if kind in ("rel", "cur"):
        steps = [".."] * tree[1] + ([_spelled(tree[2])] if tree[2] else [])
        return "/".join([*(["current()"] if kind == "cur" else []), *steps]) or "."
    steps = ["/".join(_show_step(step, root) for step in tree[2:])]
    if tree[1] == ["root"]:
        return "/" + steps[0]
    return "/".join([_show(tree[1], root, len(LEVELS)), *steps])


def _show_step(step: Expr, root: str) -> str:
    tests = "".join(f"[{_show(test, root, 0)}]" for test in step[2:])
    if step[:2] in (["self", "*"], ["parent", "*"]):
        return ("." if step[0] == "self" else "..") + tests
    axis = "" if step[0] == "child" else f"{step[0]}::"
    return f"{axis}{_spelled(step[1])}{tests}"


def _spelled(path: str) -> str:
    return path.replace("~", "-")


def _show_literal(value: object) -> str:
    if value is True or value is False:
        return f"{str(value).lower()}()"
    if isinstance(value, str):
        return f'"{value}"' if "'" in value else f"'{value}'"
    return format(Decimal(str(value)), "f")
