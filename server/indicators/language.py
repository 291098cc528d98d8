"""The language in which a pack says what is counted: from its data to definitions, every fault named. Pure.

What a member may say depends on the indicator's kind (`KINDS`). A path is a question of the form; one that begins with
@ is what the house knows of the record (`KNOWN`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from server.campaigns.rules import DefinitionFault, DefinitionsRefused
from server.indicators.rules import COUNT, Condition, Indicator, Measure, Target

WINDOWS = ("outcome", "activity")
OPERATORS = ("equals", "not", "at_least", "at_most", "in", "includes", "not_after")
KNOWN = frozenset({"@author", "@unit", "@severity", "@confirmed", "@arrived_on", "@due_on", "@approval_minutes"})
SPANS = ("month", "quarter")


@dataclass(frozen=True)
class Kind:
    """What an indicator of a kind must and may say: members of its target, and its own."""

    target: frozenset[str] = frozenset()
    may_target: frozenset[str] = frozenset()
    needs: frozenset[str] = frozenset()
    may: frozenset[str] = frozenset()


def _kind(target: str = "", may_target: str = "", needs: str = "", may: str = "") -> Kind:
    return Kind(*(frozenset(names.split()) for names in (target, may_target, needs, may)))


COUNTED = "where measure latest_by severity unless_named reports"
KINDS: Mapping[str, Kind] = {
    "reduction": _kind("minimum", "stretch fewer", may=COUNTED),
    "at_most": _kind("at_most", may=COUNTED),
    "at_least": _kind("at_least", may=COUNTED),
    "count": _kind(may=f"{COUNTED} day matures"),
    "ratio": _kind(may_target="at_least", needs="numerator denominator", may="where latest_by severity day matures"),
    "all_of": _kind(needs="of"),
    "rate": _kind(needs="fact times", may=COUNTED),
    "days_since": _kind(may_target="at_least", may="where severity"),
    "distinct": _kind(may_target="at_least", needs="thing", may="where per"),
    "covered": _kind(may_target="at_least", needs="thing", may="where per every each fact numerator"),
    "median": _kind(may_target="at_most", needs="measure", may="where"),
}
# Kinds whose figure is a share of a whole, in percent.
SHARES = frozenset({"ratio", "covered"})
WHOLE = 100
ALWAYS = frozenset({"code", "name", "unit", "kind", "window", "target", "targets", "form", "provisional"})
# What an indicator is called and judged by: nothing has to be counted again for them.
SHOWN = frozenset({"name", "unit", "target", "targets"})
MEMBERS = frozenset(field.name for field in fields(Indicator)) | {"form", "measure"}


def parse(definitions: Sequence[Mapping[str, Any]]) -> list[Indicator]:
    """Indicators from a pack's data; raises `DefinitionsRefused` with every fault that was found."""
    faults: list[DefinitionFault] = []
    found: list[Indicator] = []
    codes = {item.get("code"): item for item in reversed(definitions)}
    before: set[object] = set()
    for index, item in enumerate(definitions):
        wrong = list(_faults(item, before, codes))
        faults += [DefinitionFault(index, item.get("code"), message) for message in wrong]
        before.add(item.get("code"))
        if not wrong:
            found.append(build(item))
    if faults:
        raise DefinitionsRefused(faults)
    return found


def _faults(item: Mapping[str, Any], before: set[object], codes: Mapping[Any, Mapping[str, Any]]) -> Iterable[str]:
    code, kind = item.get("code"), item.get("kind")
    if not isinstance(code, str) or not 0 < len(code) <= 16 or not code.isalnum():
        yield "code must be 1 to 16 letters and digits"
    elif code in before:
        yield "this code is used twice"
    yield from (f"'{name}' is no member of an indicator" for name in sorted(set(item) - MEMBERS))
    for member in ("name", "unit"):
        text = item.get(member)
        if not isinstance(text, Mapping) or not isinstance(text.get("vi"), str):
            yield f"{member} needs a text in Vietnamese (vi)"
    if item.get("window") not in WINDOWS:
        yield f"window must be one of {', '.join(WINDOWS)}"
    if kind not in KINDS:
        yield f"kind must be one of {', '.join(KINDS)}"
        return
    window = str(item.get("window"))
    yield from _target_faults(str(kind), window, item.get("target") or {})
    yield from _own_target_faults(str(kind), window, item.get("targets", {}))
    yield from _member_faults(str(kind), item)
    if kind == "all_of":
        yield from _others(item, "of", item.get("of") or (), codes)
        return
    if not _texts(item.get("form")):
        yield "form must name the form that it counts, or several"
    yield from _others(item, "reports", [item["reports"]] if "reports" in item else (), codes)
    yield from _measure_faults(item)
    yield from (message for part in item.get("where") or [] for message in _condition_faults(part))


def target_members(kind: str, window: str, target: Mapping[str, Any]) -> list[str]:
    """The numbers that a target of this kind may have, as far as this one goes; empty where there can't be a target."""
    if "fewer" in target:
        return ["fewer"]
    order = ("minimum", "stretch", "at_least", "at_most")
    return [name for name in order if name in KINDS[kind].target | _may_target(kind, window)]


def _may_target(kind: str, window: str) -> frozenset[str]:
    """What a target may have besides what it needs: a least of days without accidents, never of accidents."""
    harm = window == "outcome" and kind != "days_since"
    return KINDS[kind].may_target - {"at_least"} if harm else KINDS[kind].may_target


def _target_faults(kind: str, window: str, target: Mapping[str, Any]) -> Iterable[str]:
    needed, allowed = KINDS[kind].target, _may_target(kind, window)
    if "fewer" in target and "fewer" in allowed:
        needed, allowed = frozenset({"fewer"}), frozenset()
    yield from (f"target needs '{name}'" for name in sorted(needed - set(target)))
    yield from (f"target can't have '{name}' here" for name in sorted(set(target) - needed - allowed - {"source"}))
    for name in sorted((needed | allowed) & set(target)):
        if not _number(target[name]) or target[name] < 0:
            yield f"target '{name}' must be a whole number, 0 or more"
            return
    if kind == "reduction" and target.get("stretch", 100) < target.get("minimum", 0):
        yield "target 'stretch' can't be less than 'minimum': it is what is striven for beyond it"
    if kind in SHARES and target.get("at_least", 0) > WHOLE:
        yield f"target 'at_least' of a {kind} is a share: {WHOLE} percent at most"


def _own_target_faults(kind: str, window: str, targets: object) -> Iterable[str]:
    if not isinstance(targets, Mapping) or not all(isinstance(own, Mapping) for own in targets.values()):
        yield "targets must say a target for each place that has one of its own"
        return
    yield from (f"{place}: {fault}" for place, own in targets.items() for fault in _target_faults(kind, window, own))


def _member_faults(kind: str, item: Mapping[str, Any]) -> Iterable[str]:
    said = set(item) & MEMBERS
    rule = KINDS[kind]
    if kind == "ratio":
        for member in ("numerator", "denominator"):
            if member not in item:
                yield f"a ratio needs its {member}: a path, or {{where: …}} to count"
    elif kind == "all_of":
        if not item.get("of"):
            yield "all_of needs the codes of other indicators in 'of'"
    else:
        yield from (f"{kind} needs '{name}'" for name in sorted(rule.needs - said))
    yield from (f"'{name}' means nothing for {kind}" for name in sorted(said - ALWAYS - rule.needs - rule.may))
    for name, allowed in (("per", SPANS), ("every", ("week",)), ("each", ("period",))):
        if name in item and item[name] not in allowed:
            yield f"{name} must be {' or '.join(allowed)}"
    if kind == "covered" and item.get("thing") != "@unit" and "fact" not in item:
        yield "fact must say how many there are of what is covered, if that is not @unit"
    if item.get("matures") and item.get("latest_by"):
        yield "'matures' and 'latest_by' can't go together"
    if "times" in item and not _number(item["times"]):
        yield "times must be a whole number"


def _others(
    item: Mapping[str, Any], member: str, named: Iterable[object], codes: Mapping[Any, Mapping[str, Any]]
) -> Iterable[str]:
    for code in named:
        if code not in codes or code == item.get("code"):
            yield f"'{member}' names {code}, which is no other indicator"
        elif member == "reports" and codes[code].get("kind") != "count":
            yield f"'{member}' names {code}, which is not of kind count"


def _measure_faults(item: Mapping[str, Any]) -> Iterable[str]:
    if item.get("measure", "count") != "count" and not _sum_path(item.get("measure")):
        yield "measure must be 'count' or {sum: path}"
    for member in ("numerator", "denominator"):
        measure = item.get(member)
        if isinstance(measure, Mapping) and set(measure) == {"where"} and isinstance(measure["where"], list):
            yield from (message for part in measure["where"] for message in _condition_faults(part))
        elif member in item and not isinstance(measure, str):
            yield f"{member} must be a path, or {{where: […]}} to count"
    named = item.get("unless_named")
    if named is not None and not (isinstance(named, Mapping) and set(named) == {"form", "path"}):
        yield "unless_named must be {form: …, path: …}: where numbers of records are named"


def _condition_faults(part: object) -> Iterable[str]:
    if isinstance(part, Mapping):
        for several in ("any", "all"):
            if isinstance(part.get(several), list) and len(part) == 1:
                yield from (message for inner in part[several] for message in _condition_faults(inner))
                return
        operators = [name for name in part if name != "path"]
        if isinstance(part.get("path"), str) and len(operators) == 1 and operators[0] in OPERATORS:
            if part["path"].startswith("@") and part["path"] not in KNOWN:
                yield f"{part['path']} is not known: {', '.join(sorted(KNOWN))}"
            elif isinstance(part[operators[0]], bool):
                yield 'a condition compares with true or false: write "yes" and "no" in quotes'
            return
    yield f"a condition is a path and one of {', '.join(OPERATORS)}, or any/all of several"


def _texts(given: object) -> tuple[str, ...]:
    """A text, or several: as several."""
    several: list[Any] = given if isinstance(given, list) else [given]
    return tuple(several) if several and all(isinstance(one, str) for one in several) else ()


def _number(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _sum_path(measure: object) -> str | None:
    path = measure.get("sum") if isinstance(measure, Mapping) else None
    return path if isinstance(path, str) else None


# ------------------------------------------------------------------ building


def build(item: Mapping[str, Any]) -> Indicator:
    """The indicator of a definition that `parse` has accepted."""
    named = item.get("unless_named")
    return Indicator(
        code=item["code"],
        name=dict(item["name"]),
        unit=dict(item["unit"]),
        kind=item["kind"],
        window=item["window"],
        target=Target(**(item.get("target") or {})),
        forms=_texts(item.get("form")),
        where=tuple(_condition(part) for part in item.get("where") or []),
        numerator=_measure(item["numerator"]) if "numerator" in item else Measure(_sum_path(item.get("measure"))),
        denominator=_measure(item["denominator"]) if "denominator" in item else None,
        latest_by=tuple(item.get("latest_by") or ()),
        of=tuple(item.get("of") or ()),
        provisional=bool(item.get("provisional", False)),
        severity=item.get("severity"),
        unless_named=(named["form"], named["path"]) if named else None,
        reports=item.get("reports"),
        day=item.get("day"),
        matures=bool(item.get("matures", False)),
        thing=item.get("thing"),
        per=item.get("per"),
        every=item.get("every"),
        each=item.get("each"),
        fact=item.get("fact"),
        times=item.get("times", 1),
        targets={str(place): Target(**own) for place, own in (item.get("targets") or {}).items()},
    )


def _measure(given: object) -> Measure:
    if isinstance(given, Mapping):
        return Measure(where=tuple(_condition(part) for part in given["where"]))
    return Measure(str(given)) if given is not None else COUNT


def _condition(part: Mapping[str, Any]) -> Condition:
    for several in ("any", "all"):
        if several in part:
            return Condition(several, parts=tuple(_condition(inner) for inner in part[several]))
    operator = next(name for name in part if name != "path")
    return Condition(operator, part["path"], part[operator])


def paths(indicator: Indicator) -> set[str]:
    """The questions of its forms that an indicator reads."""
    measures = [measure for measure in (indicator.numerator, indicator.denominator) if measure is not None]
    found = {measure.path for measure in measures} | {indicator.thing, indicator.day, *indicator.latest_by}
    waiting = [*indicator.where, *(part for measure in measures for part in measure.where)]
    while waiting:
        condition = waiting.pop()
        waiting += condition.parts
        found.add(condition.path)
        if condition.operator == "not_after":
            found.add(str(condition.value))
    return {path for path in found if path and not path.startswith("@")}
