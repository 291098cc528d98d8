"""The functions that an expression may call: how many arguments each takes, and what to write instead of the others.

ODK's list: https://getodk.github.io/xforms-spec/#xpath-functions ; XPath's own: https://www.w3.org/TR/1999/REC-xpath-19991116/#corelib
"""

from __future__ import annotations

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

INSTEAD: dict[str, str] = {
    "ceil": "write ceiling()",
    "concatenate": "write concat()",
    "count-if": "write count(nodes[condition])",
    "countif": "write count(nodes[condition])",
    "and": "write a and b",
    "or": "write a or b",
    "id": "write a path with a predicate",
    "lang": "labels follow the chosen language by themselves",
    "namespace-uri": "write local-name()",
    "lower-case": "write translate(x, 'ABC…', 'abc…')",
    "upper-case": "write translate(x, 'abc…', 'ABC…')",
    "version": "write the version as text",
    "property": "use the metadata types (deviceid, username, email, phonenumber)",
    "extract-signed": "signed codes can't be checked without the network; take it out",
    "search": "use select_one_from_file with a choice_filter",
    "null": "write ''",
    "isnull": "write x = ''",
    "if-else": "write if(test, yes, no)",
    "iif": "write if(test, yes, no)",
}


def instead_of(name: str) -> str:
    """What to write instead of a function that there isn't."""
    if name in INSTEAD:
        return INSTEAD[name]
    return "there are: " + ", ".join(sorted(FUNCTIONS))
