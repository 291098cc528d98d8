r"""Regular expressions of forms: the part that every engine reads alike, and that can't run for ever.

Rules:
- ODK's regex() looks anywhere in the text. Compiled it is 'regex', which wants the whole text (so does what begins with
  ^ and ends with $, or has .* on both sides), or 'match', which looks anywhere.
- Shorthands are spelled out, since engines differ: \d is [0-9] and no Khmer digit, \w is [A-Za-z0-9_].
- The server runs them under RE2, in time that grows with the text only. A phone runs them in the browser's engine, so a
  repeated group that repeats something without end is refused, unless it begins or ends with a sign that can't be
  part of that: (\s[A-Z]+)* is taken, ([A-Z]+)* is not. So is a repeated group that can be read in two ways, (a|a)*
  and (a?a)*: alternatives must begin with different signs.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import re2

from server.forms.errors import ExpressionError
from server.forms.remarks import say

_PART = re.compile(
    r"""(?P<set>\[\^?\]?(?:\\.|[^\\\[\]])*\])
      | (?P<edge>\\[bB]|\^|\$)
      | (?P<escape>\\.)
      | (?P<repeat>(?:[*+?]|\{[0-9]{1,4}(?:,[0-9]{0,4})?\})\??)
      | (?P<open>\((?:\?:)?(?!\?))
      | (?P<close>\))
      | (?P<either>\|)
      | (?P<plain>[^\\\[\](){}*+?^$|])""",
    re.VERBOSE | re.DOTALL,
)
_SHORT = {"d": "0-9", "w": "A-Za-z0-9_", "s": r" \t\n\r\f\v"}
_CONTROL = {"t": "\t", "n": "\n", "r": "\r", "f": "\f", "v": "\v"}
_SYNTAX = frozenset("\\[]^.*+?(){}|$/")
_ASCII = [chr(code) for code in range(128)]
_OTHER = "\u1780"  # stands for every sign outside ASCII
MOST_ENDLESS = 8
MOST_TIMES = 1000
MOST_TWOFOLD = 10  # times that what can be read in two ways may be repeated

Signs = frozenset[str]


@dataclass
class _Group:
    """What is known of a group while it is read; sets of signs, None where something has no fixed sign there."""

    first: Signs | None = None
    last: Signs | None = None
    endless: Signs = frozenset()
    either: bool = False
    empty: bool = True
    # what the last thing was: its kind, its signs and whether it loops without end
    kind: str = ""
    signs: Signs | None = None
    loops: Signs = frozenset()
    guarded: bool = True
    # how each alternative before the last begins
    firsts: list[Signs | None] = field(default_factory=list)
    # signs of what may be there more or less often, without being endless
    wavering: Signs = frozenset()
    # whether it holds, and whether the last thing was, what can be read in two ways each time
    unclear: bool = False
    twofold: bool = False
    out: list[str] = field(default_factory=list)


def as_compiled(pattern: str) -> tuple[str, str]:
    """('regex', pattern for the whole text) or ('match', pattern to look for). Raises `ExpressionError`."""
    core = core_of(pattern)
    anchored = pattern.startswith("^") and core != pattern[1:]
    if (anchored and not _has_either(core)) or (core == pattern and core.startswith(".*") and core.endswith(".*")):
        return "regex", spelled_out(core)
    return "match", spelled_out(pattern)


def core_of(pattern: str) -> str:
    """The pattern without ^ at its start and $ at its end: what is left is asked of the whole text."""
    core = pattern.removeprefix("^")
    if core.endswith("$") and not core.endswith("\\$"):
        core = core[:-1]
    return core


def spelled_out(pattern: str) -> str:
    """The pattern as both engines read it alike. Raises `ExpressionError` for what isn't portable or safe."""
    groups = [_Group()]
    at = endless = 0
    while at < len(pattern):
        match = _PART.match(pattern, at)
        if match is None:
            raise ExpressionError(say("pattern-unknown", part=pattern[at : at + 10]))
        kind, part = str(match.lastgroup), match.group()
        at = match.end()
        if kind == "repeat":
            endless += _repeat(groups[-1], part)
        elif kind == "open":
            groups.append(_Group())
        elif kind == "close":
            _close(groups)
        else:
            _add(groups[-1], kind, part)
    if len(groups) > 1:
        raise ExpressionError(say("pattern-open"))
    if endless > MOST_ENDLESS:
        raise ExpressionError(say("pattern-endless", most=MOST_ENDLESS))
    text = "".join(groups[0].out)
    options = re2.Options()
    options.log_errors = False
    options.max_mem = 1 << 22
    try:
        re2.compile(text, options)
        re.compile(text, re.ASCII)
    except (re2.error, re.error) as error:
        words = error.args[0].decode() if isinstance(error.args[0], bytes) else error.args[0]
        raise ExpressionError(say("pattern-wrong", error=str(words))) from None
    return text


def _add(group: _Group, kind: str, part: str) -> None:
    """A sign, a set, an edge or a |."""
    if kind == "either":
        group.either = True
        group.firsts.append(group.first)
        group.first, group.empty = None, True
        group.kind = ""
        group.out.append(part)
        return
    if kind == "edge":
        group.kind = "edge"
        group.out.append(part)
        return
    text, signs = _set(part) if kind == "set" else _sign(part)
    if group.empty:
        group.first = signs
    group.empty = False
    group.last, group.kind, group.signs, group.loops, group.guarded = signs, kind, signs, frozenset(), True
    group.twofold = False
    group.out.append(text)


def _close(groups: list[_Group]) -> None:
    if len(groups) == 1:
        raise ExpressionError(say("pattern-close"))
    inner = groups.pop()
    outer = groups[-1]
    guards = [] if inner.either else [signs for signs in (inner.first, inner.last) if signs]
    outer.guarded = any(not signs & inner.endless for signs in guards)
    steady = not inner.wavering or any(not signs & inner.wavering for signs in guards)
    outer.twofold = inner.unclear or not steady or _begin_alike([*inner.firsts, inner.first])
    outer.unclear |= inner.unclear or _begin_alike([*inner.firsts, inner.first])
    outer.wavering |= inner.wavering
    outer.endless |= inner.endless
    outer.loops = inner.endless
    outer.kind = "group"
    single = inner.first if not inner.either and len(inner.out) == 1 else None
    if outer.empty:
        outer.first = None if inner.either else inner.first
    outer.empty = False
    outer.last = None if inner.either else inner.last
    outer.signs = single or _everything()
    outer.out.append(f"({''.join(inner.out)})")


def _repeat(group: _Group, part: str) -> int:
    """1 for a repeat without end; refuses one that follows nothing, another repeat, or a looping group."""
    if group.kind not in ("set", "escape", "plain", "group"):
        raise ExpressionError(say("pattern-nothing", part=part))
    times = part.rstrip("?") if len(part) > 1 else part
    numbers = [int(number) for number in re.findall("[0-9]+", times)]
    if any(number > MOST_TIMES for number in numbers) or (len(numbers) == 2 and numbers[0] > numbers[1]):
        raise ExpressionError(say("pattern-times", part=part, most=MOST_TIMES))
    endless = times in ("*", "+") or times.endswith(",}")
    again = endless or max(numbers, default=1) > 1
    if again and group.loops and not group.guarded:
        raise ExpressionError(say("pattern-forever", part=part))
    if group.twofold and (endless or max(numbers, default=1) > MOST_TWOFOLD):
        raise ExpressionError(say("pattern-twofold", part=part))
    if not endless and (times == "?" or len(numbers) == 2):
        group.wavering |= group.signs or _everything()
    if endless:
        group.endless |= group.signs or _everything()
    if times in ("*", "?") or (numbers and numbers[0] == 0):
        group.last = None
        if len(group.out) == 1:
            group.first = None
    group.kind = "repeat"
    group.out.append(part)
    return int(endless)


def _begin_alike(firsts: list[Signs | None]) -> bool:
    """Whether two alternatives may begin with the same sign, or nobody knows."""
    if len(firsts) == 1:
        return False
    known = [signs for signs in firsts if signs is not None]
    return len(known) < len(firsts) or len(frozenset().union(*known)) < sum(len(signs) for signs in known)


def _everything() -> Signs:
    return frozenset([*_ASCII, _OTHER])


def _sign(part: str) -> tuple[str, Signs]:
    """A sign outside of sets, and which signs it stands for."""
    if part == ".":
        return part, _everything()
    if not part.startswith("\\"):
        return part, frozenset(part if part.isascii() else _OTHER)
    letter = part[1]
    if letter in _SHORT:
        text = f"[{_SHORT[letter]}]"
    elif letter.lower() in _SHORT and letter.isupper():
        text = f"[^{_SHORT[letter.lower()]}]"
    elif letter in _CONTROL:
        return part, frozenset(_CONTROL[letter])
    elif letter.isalnum():
        raise ExpressionError(say("pattern-escape", part=part))
    else:
        return (part if letter in _SYNTAX else letter), frozenset(letter if letter.isascii() else _OTHER)
    return text, _signs_of(text)


def _set(part: str) -> tuple[str, Signs]:
    """A set with its shorthands spelled out."""
    if not part.removeprefix("[").removeprefix("^").removesuffix("]"):
        raise ExpressionError(say("pattern-empty-set", part=part))

    def spell(match: re.Match[str]) -> str:
        letter = match.group(1)
        if letter in _SHORT:
            return _SHORT[letter]
        if letter.isalnum() and letter not in _CONTROL:
            raise ExpressionError(say("pattern-set-escape", letter=letter))
        return match.group() if letter in _SYNTAX or letter == "-" or letter in _CONTROL else letter

    text = re.sub(r"\\(.)", spell, part, flags=re.DOTALL)
    opening = "[^" if text.startswith("[^") else "["
    inside = text[len(opening) : -1]
    if inside.startswith("]"):
        inside = "\\" + inside
    text = f"{opening}{inside}]"
    return text, _signs_of(text)


def _signs_of(text: str) -> Signs:
    try:
        compiled = re.compile(text, re.ASCII)
    except re.error as error:
        raise ExpressionError(say("pattern-wrong", error=str(error))) from None
    return frozenset(sign for sign in (*_ASCII, _OTHER) if compiled.fullmatch(sign))


def _has_either(core: str) -> bool:
    """Whether there is a | outside of groups."""
    depth = at = 0
    while at < len(core):
        match = _PART.match(core, at)
        if match is None:
            return False
        kind = match.lastgroup
        depth += {"open": 1, "close": -1}.get(str(kind), 0)
        if kind == "either" and depth == 0:
            return True
        at = match.end()
    return False
