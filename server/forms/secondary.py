"""Secondary instances: lists inside the form, and CSV, GeoJSON and XML files beside it, as the phone reads them.

Rules:
- What is a plain table (one root, items of one name, each with texts only) becomes columns and rows; else a tree.
- Rows and cells are bounded here; nothing else needs a limit of its own.

https://getodk.github.io/xforms-spec/#secondary-instances---external ; GeoJSON becomes items with `id`, `geometry` and
the properties, as ODK has it (https://docs.getodk.org/form-datasets/#building-selects-from-geojson-files).
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from server.forms.errors import SourceError
from server.forms.expressions import segment
from server.forms.remarks import say

MOST_ROWS = 50_000
MOST_CHARACTERS = 8_000_000

Instance = dict[str, Any]


def local(tag: Any) -> str:
    """An element's name without its namespace; '' for comments and the like."""
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def from_element(root: Element) -> Instance:
    """The instance for an element."""
    items = list(root)
    names = {local(item.tag) for item in items}
    flat = all(not item.attrib and not len(column) and not column.attrib for item in items for column in item)
    twice = any(len({local(column.tag) for column in item}) != len(item) for item in items)
    if len(names) != 1 or not flat or twice or root.attrib or not all(len(item) for item in items):
        return {"tree": _tree(root)}
    columns = list(dict.fromkeys(segment(local(column.tag)) for item in items for column in item))
    rows = []
    for item in items:
        cells = {segment(local(column.tag)): (column.text or "").strip() for column in item}
        rows.append([cells.get(column) for column in columns])
    return _table(segment(local(root.tag)), segment(names.pop()), columns, rows)


def _table(root: str, item: str, columns: Sequence[str], rows: Sequence[Sequence[str | None]]) -> Instance:
    if len(rows) > MOST_ROWS:
        raise SourceError(say("list-rows", count=len(rows), most=MOST_ROWS))
    if sum(len(cell or "") for row in rows for cell in row) > MOST_CHARACTERS:
        raise SourceError(say("list-characters", most=MOST_CHARACTERS))
    return {"root": root, "item": item, "cols": list(columns), "rows": [list(row) for row in rows]}


def _tree(element: Element) -> list[Any]:
    children = [_tree(child) for child in element if local(child.tag)]
    content: Any = children or (element.text or "").strip()
    attributes = {segment(local(name)): value for name, value in element.attrib.items()}
    return [segment(local(element.tag)), content, *([attributes] if attributes else [])]


def from_file(name: str, data: bytes) -> Instance:
    """The instance for a file, whose kind its name tells and its content must bear out.

    Raises `SourceError` with what is wrong.
    """
    kind = name.rpartition(".")[2].lower()
    if kind == "xml":
        return _xml(name, data)
    reader = {"csv": _csv, "geojson": _geojson, "json": _geojson}.get(kind)
    if reader is None:
        raise SourceError(say("file-no-list", file=name))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise SourceError(say("file-encoding", file=name)) from None
    return reader(name, text)


def _csv(name: str, text: str) -> Instance:
    header = text.partition("\n")[0]
    delimiter = max(",;\t", key=header.count)
    lines = [line for line in csv.reader(io.StringIO(text), delimiter=delimiter) if any(cell.strip() for cell in line)]
    if not lines:
        raise SourceError(say("file-empty", file=name))
    columns = [segment(cell.strip()) for cell in lines[0]]
    if any(not column for column in columns) or len(set(columns)) != len(columns):
        raise SourceError(say("file-columns", file=name))
    long = next((number for number, line in enumerate(lines, 1) if any(line[len(columns) :])), None)
    if long:
        raise SourceError(say("file-cells", file=name, line=long))
    rows = [[*line[: len(columns)], *([""] * (len(columns) - len(line)))] for line in lines[1:]]
    return _table("root", "item", columns, rows)


def _xml(name: str, data: bytes) -> Instance:
    try:
        return from_element(fromstring(data, forbid_dtd=True))
    except (ParseError, DefusedXmlException, ValueError) as error:
        raise SourceError(say("file-xml", file=name, error=str(error))) from None


def _geojson(name: str, text: str) -> Instance:
    try:
        content = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise SourceError(say("file-json", file=name, error=str(error))) from None
    if not isinstance(content, Mapping) or content.get("type") != "FeatureCollection":
        raise SourceError(say("file-geojson", file=name))
    features = content.get("features")
    if not isinstance(features, list):
        raise SourceError(say("file-features", file=name))
    items = [_feature(name, feature) for feature in features]
    columns = list(dict.fromkeys(column for item in items for column in item))
    return _table("root", "item", columns, [[item.get(column) for column in columns] for item in items])


def _feature(name: str, feature: Any) -> dict[str, str]:
    if not isinstance(feature, Mapping) or feature.get("type") != "Feature":
        raise SourceError(say("file-feature", file=name))
    geometry = feature.get("geometry")
    item = {"geometry": "" if geometry is None else _geometry(name, geometry)}
    properties = feature.get("properties") or {}
    if not isinstance(properties, Mapping):
        raise SourceError(say("file-properties", file=name))
    if "id" in feature and "id" not in properties:
        item["id"] = _cell(feature["id"])
    item |= {segment(str(key)): _cell(value) for key, value in properties.items()}
    return item


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _geometry(name: str, geometry: Any) -> str:
    """The points as ODK writes them: latitude first, four numbers each."""
    kind = geometry.get("type") if isinstance(geometry, Mapping) else None
    if kind not in ("Point", "LineString", "Polygon"):
        raise SourceError(say("file-geometry", file=name, type=str(kind)))
    points = geometry.get("coordinates")
    try:
        if kind == "Point":
            points = [points]
        elif kind == "Polygon":
            points = points[0]
        return ";".join(f"{point[1]} {point[0]} 0 0" for point in points)
    except (TypeError, IndexError, KeyError):
        raise SourceError(say("file-coordinates", file=name)) from None
