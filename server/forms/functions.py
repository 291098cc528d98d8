"""The functions that an expression may call: how many arguments each takes, and what to write instead of the others.

ODK's list: https://getodk.github.io/xforms-spec/#xpath-functions ; XPath's own: https://www.w3.org/TR/1999/REC-xpath-19991116/#corelib
"""

from __future__ import annotations

from server.forms.remarks import Said, say

MOST = 60

# name: (fewest arguments, most arguments)
FUNCTIONS: dict[str, tuple[int, int]] = {
    "abs": (1, 1),
    "acos": (1, 1),
    "area": (1, 1),
    "asin": (1, 1),
    "atan": (1, 1),
    "atan2": (2, 2),
    "base64-decode": (1, 1),
    "boolean": (1, 1),
    "boolean-from-string": (1, 1),
    "ceiling": (1, 1),
    "checklist": (3, MOST),
    "coalesce": (2, 2),
    "concat": (1, MOST),
    "contains": (2, 2),
    "cos": (1, 1),
    "count": (1, 1),
    "count-non-empty": (1, 1),
    "count-selected": (1, 1),
    "current": (0, 0),
    "date": (1, 1),
    "date-time": (1, 1),
    "decimal-date-time": (1, 1),
    "decimal-time": (1, 1),
    "digest": (2, 3),
    "distance": (1, MOST),
    "ends-with": (2, 2),
    "exp": (1, 1),
    "exp10": (1, 1),
    "floor": (1, 1),
    "format-date": (2, 2),
    "format-date-time": (2, 2),
    "geofence": (2, 2),
    "if": (3, 3),
    "indexed-repeat": (3, 9),
    "instance": (1, 1),
    "int": (1, 1),
    "join": (1, MOST),
    "jr:choice-name": (2, 2),
    "jr:itext": (1, 1),
    "last": (0, 0),
    "local-name": (0, 1),
    "log": (1, 1),
    "log10": (1, 1),
    "max": (1, MOST),
    "min": (1, MOST),
    "name": (0, 1),
    "normalize-space": (0, 1),
    "not": (1, 1),
    "now": (0, 0),
    "number": (0, 1),
    "once": (1, 1),
    "pi": (0, 0),
    "position": (0, 1),
    "pow": (2, 2),
    "pulldata": (4, 4),
    "random": (0, 0),
    "randomize": (1, 2),
    "regex": (2, 2),
    "round": (1, 2),
    "selected": (2, 2),
    "selected-at": (2, 2),
    "sin": (1, 1),
    "sqrt": (1, 1),
    "starts-with": (2, 2),
    "string": (0, 1),
    "string-length": (0, 1),
    "substr": (2, 3),
    "substring": (2, 3),
    "substring-after": (2, 2),
    "substring-before": (2, 2),
    "sum": (1, 1),
    "tan": (1, 1),
    "today": (0, 0),
    "translate": (3, 3),
    "uuid": (0, 1),
    "weighted-checklist": (4, MOST),
}

# Functions that give nodes; these alone may be walked on from, counted and joined.
OF_NODES = frozenset({"current", "indexed-repeat", "instance", "randomize"})
# Arguments that must be nodes, by function: their places.
NODES_WANTED: dict[str, tuple[int, ...]] = {
    "count": (0,),
    "count-non-empty": (0,),
    "indexed-repeat": (0, 1, 3, 5, 7),
    "local-name": (0,),
    "name": (0,),
    "position": (0,),
    "randomize": (0,),
    "sum": (0,),
}
# What only a phone knows or decides: a calculate that calls one of these can't be done again elsewhere.
UNREPEATABLE = frozenset({"now", "today", "random", "uuid", "once"})

INSTEAD: dict[str, Said] = {
    "ceil": say("instead-ceiling"),
    "concatenate": say("instead-concat"),
    "count-if": say("instead-count"),
    "countif": say("instead-count"),
    "and": say("instead-and"),
    "or": say("instead-or"),
    "id": say("instead-predicate"),
    "lang": say("instead-lang"),
    "namespace-uri": say("instead-local-name"),
    "lower-case": say("instead-lower"),
    "upper-case": say("instead-upper"),
    "version": say("instead-version"),
    "property": say("instead-property"),
    "extract-signed": say("instead-signed"),
    "search": say("instead-from-file"),
    "null": say("instead-empty"),
    "isnull": say("instead-blank"),
    "if-else": say("instead-if"),
    "iif": say("instead-if"),
}
