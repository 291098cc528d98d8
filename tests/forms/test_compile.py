"""What the compiler makes of a form, and what it refuses: file, line and column of each, all at once."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.forms.compile import form_hash
from server.forms.sheets import FormError, FormRefused
from server.forms.sources import compile_form, compile_source
from sync.policies import POLICIES
from tests.forms.forms import LANGUAGES, YES_NO, compiled, source

NAME = {"type": "text", "name": "a"}


def errors_of(text: str, occurrence: str = "day") -> list[FormError]:
    with pytest.raises(FormRefused) as refused:
        compile_form(text, file="thu.md", occurrence=occurrence)
    return refused.value.errors


def test_a_form_becomes_positions_types_policies_and_trees() -> None:
    form = compiled(
        {"type": "begin_group", "name": "g", "relevant": "${day} != ''"},
        {"type": "integer", "name": "n", "constraint": ". >= 0", "required": "yes", "sync::merge": "latest"},
        {"type": "select_multiple yes_no", "name": "m", "relevant": "${n} > 1 and selected(${m2}, 'yes')"},
        {"type": "end_group"},
        {"type": "note", "name": "info"},
        {"type": "select_one yes_no", "name": "m2"},
        {"type": "text", "name": "t", "appearance": "multiline", "hint::" + LANGUAGES["vi"]: "gợi ý"},
        {"type": "geopoint", "name": "p"},
        {"type": "datetime", "name": "d"},
    )
    assert form["fields"] == ["day", "g/n", "g/m", "m2", "t", "p", "d"]
    group, info, m2, text = form["nodes"][1:5]
    n, m = group["children"]
    assert (group["t"], "pos" in group, "merge" in group) == ("group", False, False)
    assert (info["t"], "pos" in info) == ("note", False)
    assert (n["t"], n["pos"], n["merge"], m["merge"]) == ("integer", 1, "latest", "ask")
    assert (n["required"], n["constraint"]) == (["lit", True], ["op", ">=", ["self"], ["lit", 0]])
    assert m["relevant"][2] == ["op", ">", ["path", "g/n"], ["lit", 1]]
    assert [choice["v"] for choice in m2["choices"]] == ["yes", "no"]
    assert m2["choices"][0]["label"] == {"vi": "yes vi", "en": "yes en", "km": "yes km"}
    assert (text["appearance"], text["hint"]["km"]) == ("multiline", "gợi ý")
    assert [node["t"] for node in form["nodes"][5:]] == ["geopoint", "datetime"]


def test_the_hash_is_the_contents_and_comments_are_not_content() -> None:
    text = source(NAME)
    first = compile_form(text, file="a.md", occurrence="day")
    again = compile_form("# a comment\n" + text.replace("\n", "\r\n"), file="b.md", occurrence="day")
    assert first == again
    assert first["hash"] == form_hash(first)
    assert compiled({**NAME, "sync::merge": "latest"})["hash"] != first["hash"]


def test_text_is_nfc_and_a_missing_translation_is_vietnamese() -> None:
    decomposed = "E\u0302\u0301"
    node = compiled({**NAME, "label::" + LANGUAGES["vi"]: decomposed, "label::" + LANGUAGES["km"]: ""})["nodes"][1]
    assert node["label"] == {"vi": "Ế", "en": "a en", "km": "Ế"}


@pytest.mark.parametrize(
    ("kind", "policy"),
    [
        ("integer", "max"),
        ("integer", "min"),
        ("integer", "sum"),
        ("date", "max"),
        ("datetime", "min"),
        ("select_multiple yes_no", "union"),
        ("text", "text"),
    ],
)
def test_a_merge_policy_that_fits_its_type_is_in_the_compiled_form(kind: str, policy: str) -> None:
    node = compiled({"type": kind, "name": "a", "sync::merge": policy})["nodes"][1]
    assert node["merge"] == policy


ORDERED, COUNTED = {"ask", "latest", "max", "min"}, {"ask", "latest", "max", "min", "sum"}
FITTING = {
    "text": {"ask", "latest", "text"},
    "integer": COUNTED,
    "decimal": COUNTED,
    "date": ORDERED,
    "datetime": ORDERED,
    "time": {"ask", "latest"},
    "select_one yes_no": {"ask", "latest"},
    "select_multiple yes_no": {"ask", "latest", "union"},
}
VALUELESS = ("note", "begin_group", "begin_repeat")
PAIRS = list(itertools.product((*FITTING, *VALUELESS), POLICIES))


def with_policy(kind: str, policy: str) -> str:
    """A form whose row 4 is of this type and names this policy."""
    begun = kind.partition("_")[2] if kind in ("begin_group", "begin_repeat") else ""
    ends = (NAME | {"name": "inside"}, {"type": f"end_{begun}"}) if begun else ()
    return source({"type": kind, "name": "a", "sync::merge": policy}, *ends)


@pytest.mark.parametrize(("kind", "policy"), PAIRS, ids=[f"{kind}-{policy}" for kind, policy in PAIRS])
def test_a_policy_is_compiled_where_it_fits_and_else_refused_at_its_row_by_its_name(kind: str, policy: str) -> None:
    text = with_policy(kind, policy)
    if policy in FITTING.get(kind, ()):
        from_pack = compile_form(text, file="thu.md", occurrence="day")
        from_office, warnings = compile_source(text.encode(), "thu.md")
        assert {form["nodes"][1]["merge"] for form in (from_pack, from_office)} == {policy}
        assert warnings == []
        return
    found = errors_of(text)
    if kind in VALUELESS and policy == "ask":  # what is done anyway
        _form, warnings = compile_source(text.encode(), "thu.md")
        assert [(each.row, each.column, each.code) for each in warnings] == [(4, "sync::merge", "valueless")]
        return
    with pytest.raises(FormRefused) as refused:
        compile_source(text.encode(), "thu.md")
    for errors in (found, refused.value.errors):
        assert [(error.row, error.column) for error in errors] == [(4, "sync::merge")]
        assert errors[0].message.startswith(f"'{policy}' ")


def test_required_no_means_not_required() -> None:
    assert "required" not in compiled({**NAME, "required": "no"})["nodes"][1]


VI = LANGUAGES["vi"]
REFUSED = [
    ({"type": "photos", "name": "a"}, "type", "'photos' isn't supported; write one of: text"),
    ({"type": "osm", "name": "a"}, "type", "'osm' isn't supported; write a text"),
    ({"type": "select_one nowhere", "name": "a"}, "type", "'nowhere' isn't in choices; there are: yes_no"),
    ({"type": "select_one", "name": "a"}, "type", "the list '' isn't in choices"),
    ({"type": "select_one yes_no or_more", "name": "a"}, "type", "'or_more' after the list isn't supported"),
    ({"type": "select_one_from_file communes.doc", "name": "a"}, "type", "'communes.doc' is no list"),
    ({"type": "begin_repeat", "name": "a"}, "type", "has no end_repeat"),
    ({"type": "end_repeat"}, "type", "this end_repeat ends nothing"),
    ({"type": "calculate", "name": "a"}, "calculation", "the calculation is missing"),
    ({"type": "", "name": "a"}, "type", "the type is missing"),
    ({**NAME, "parameters": "rows=3 colour=red"}, "parameters", "'colour' isn't supported for text; there are: rows"),
    ({**NAME, "label::" + VI: "Chào ${nobody}"}, "label::" + VI, "${nobody} is no question of this form"),
    ({**NAME, "required_message::" + VI: "Cần"}, "required_message::" + VI, "the question isn't required"),
    ({"type": "range", "name": "a", "parameters": "start=1 end=x step=1"}, "parameters", "'end'"),
    ({"type": "select_one yes_no", "name": "a", "choice_filter": "name = "}, "choice_filter", "isn't expected here"),
    ({"type": "end_group"}, "type", "ends nothing"),
    ({"type": "begin_group", "name": "g"}, "type", "has no end_group"),
    ({"type": "text", "name": "Tên"}, "name", "'Tên' is no name"),
    ({"type": "text", "name": ""}, "name", "'' is no name"),
    ({"type": "text", "name": "day"}, "name", "'day' is there twice"),
    ({**NAME, "appearance": "multiline quick"}, "appearance", "'quick' isn't supported for text"),
    ({"type": "time", "name": "a", "appearance": "multiline"}, "appearance", "there are: none"),
    ({**NAME, "sync::merge": "sum"}, "sync::merge", "'sum' doesn't fit text; there are: ask, latest, text"),
    ({**NAME, "sync::merge": "union"}, "sync::merge", "'union' doesn't fit text; there are: ask, latest, text"),
    ({**NAME, "sync::merge": "max"}, "sync::merge", "'max' doesn't fit text; there are: ask, latest, text"),
    (
        {"type": "integer", "name": "a", "sync::merge": "text"},
        "sync::merge",
        "'text' doesn't fit integer; there are: ask, latest, max, min, sum",
    ),
    (
        {"type": "select_multiple yes_no", "name": "a", "sync::merge": "sum"},
        "sync::merge",
        "'sum' doesn't fit select_multiple; there are: ask, latest, union",
    ),
    (
        {"type": "date", "name": "a", "sync::merge": "sum"},
        "sync::merge",
        "'sum' doesn't fit date; there are: ask",
    ),
    ({**NAME, "sync::merge": "newest"}, "sync::merge", "'newest' is no merge policy; there are: ask, latest, max"),
    ({"type": "note", "name": "a", "sync::merge": "ask"}, "sync::merge", "a note holds no value"),
    ({"type": "note", "name": "a", "required": "yes"}, "required", "a note holds no value"),
    ({**NAME, "label::" + VI: ""}, "label::" + VI, "the Vietnamese label is missing"),
    ({**NAME, "hint::" + LANGUAGES["en"]: "x"}, "hint::" + VI, "the Vietnamese hint is missing"),
    ({**NAME, "constraint": ". != ''", "constraint_message::" + VI: ""}, "constraint_message::" + VI, "is missing"),
    ({**NAME, "constraint_message::" + VI: "Sai"}, "constraint_message::" + VI, "there is no constraint"),
    ({**NAME, "relevant": "${nobody} = 1"}, "relevant", "${nobody} is no question of this form"),
    ({**NAME, "constraint": ". >"}, "constraint", "ends too early"),
    (
        {**NAME, "constraint": "pulldata('a', 'b')"},
        "constraint",
        "pulldata() takes 4 arguments, not 2",
    ),
    ({**NAME, "constraint": "count-selected(., 1)"}, "constraint", "count-selected() takes 1 arguments, not 2"),
    ({**NAME, "constraint": "regex(., '(a+)+')"}, "constraint", "could run for ever"),
    ({**NAME, "constraint": "regex(., ${day})"}, "constraint", "must be a text in quotes"),
    ({**NAME, "constraint": "a = 1"}, "constraint", "'a' leads nowhere and is always empty"),
    ({**NAME, "constraint": "/data/nowhere = 1"}, "constraint", "'/data/nowhere' is no question"),
    ({**NAME, "constraint": "/html/body = 1"}, "constraint", "is outside the form"),
    ({**NAME, "relevant": ". = 1"}, "relevant", "depends on itself"),
    ({**NAME, "relevant": "${a} = 1"}, "relevant", "depends on itself in a circle"),
    ({**NAME, "sms_field": "1"}, "sms_field", "the column 'sms_field' isn't supported; take it out"),
    ({**NAME, "calculate": "1 +"}, "calculate", "ends too early"),
    ({**NAME, "label": "x"}, "label", "write 'label::Tiếng Việt (vi)'"),
    (
        {**NAME, "label::Français (fr)": "x"},
        "label::Français (fr)",
        "the column 'label::Français (fr)' isn't supported",
    ),
    ({**NAME, "bind::odk:colour": "yes"}, "bind::odk:colour", "the column 'bind::odk:colour' isn't supported"),
]


@pytest.mark.parametrize(("question", "column", "words"), REFUSED, ids=[words for _q, _c, words in REFUSED])
def test_what_the_phone_cannot_run_is_refused_with_its_place(question: dict[str, str], column: str, words: str) -> None:
    found = errors_of(source(question))
    heading = "the column" in words or words.startswith("write 'label")
    assert any(error.column == column and words in error.message for error in found), found
    assert {error.row for error in found if error.column == column} == {1 if heading else 4}
    assert all(error.file == "thu.md" for error in found)


def test_several_errors_come_at_once_in_the_order_of_the_file() -> None:
    found = errors_of(
        source({"type": "photos", "name": "x"}, {"type": "sound", "name": "y"}, {**NAME, "required": "${z}"})
    )
    assert [(error.row, error.column) for error in found] == [(4, "type"), (5, "type"), (6, "required")]
    assert str(found[0]).startswith("thu.md:4: [type] survey: the type 'photos' isn't supported")


def test_a_circle_through_two_questions_and_a_group_is_refused() -> None:
    found = errors_of(
        source(
            {"type": "begin_group", "name": "g", "relevant": "${b} = 'x'"},
            {"type": "text", "name": "a"},
            {"type": "end_group"},
            {"type": "text", "name": "b", "relevant": "${a} = 'x'"},
        )
    )
    assert [(error.row, error.column) for error in found] == [(4, "relevant"), (7, "relevant")]


@pytest.mark.parametrize(
    ("given_settings", "column"),
    [
        ({"form_id": "báo nhanh"}, "form_id"),
        ({"version": "1.0"}, "version"),
        ({"version": ""}, "version"),
        ({"form_title": ""}, "form_title"),
        ({"default_language": "English (en)"}, "default_language"),
        ({"style": "theme-grid"}, "style"),
        ({"public_key": "x"}, "public_key"),
    ],
)
def test_a_wrong_setting_is_refused(given_settings: dict[str, str], column: str) -> None:
    assert column in {error.column for error in errors_of(source(NAME, settings=given_settings))}


@pytest.mark.parametrize(
    ("choices", "words"),
    [
        (({"list_name": "l", "name": "a"}, {"list_name": "l", "name": "a"}), "'a' is twice in the list 'l'"),
        (({"list_name": "l", "name": "two words"},), "'two words' is no choice name"),
        (({"list_name": "", "name": "a"},), "'' is no list name"),
        (({"list_name": "l", "name": "a", "label::" + VI: ""},), "the Vietnamese label is missing"),
        (({"list_name": "l", "name": "a", "province": "x"},), "the column 'province' isn't supported"),
    ],
)
def test_a_wrong_choice_is_refused(choices: tuple[dict[str, str], ...], words: str) -> None:
    assert any(words in error.message for error in errors_of(source(NAME, choices=choices)))


@pytest.mark.parametrize(
    ("occurrence", "words"),
    [("nowhere", "is no question"), ("a", "must be a date or datetime, not text"), ("later", "must be required")],
)
def test_the_day_a_record_is_counted_by_must_be_asked(occurrence: str, words: str) -> None:
    (error,) = errors_of(source(NAME, {"type": "date", "name": "later"}), occurrence)
    assert words in error.message


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "there is no table"),
        ("just words", "there is no table"),
        ("| | a | b |", "this row is in no sheet"),
        ("| survey | type | name |\n| | text | a |", "the sheet 'settings' is missing"),
        (source(NAME) + "\n| entities | x |\n| | y |", "entities aren't made"),
        (source(NAME) + "\n| survey | type |\n| | text |", "the sheet is there twice"),
        (source(NAME).replace("a vi", "a\x00vi"), "there is a control character (U+0000)"),
        (source(NAME).replace("| date |", "| date | x |"), "more cells than headings"),
        (source(NAME).replace("| required |", "| name |"), "this column is there twice"),
        ("x" * 500_001, "at most 500,000"),
        (source(*({"type": "text", "name": f"q{number}"} for number in range(5000))), "at most 5,000, put long lists"),
        (source({**NAME, "label::" + VI: "a" * 5001}), "5,001 characters; at most 5,000"),
    ],
    ids=lambda value: value[:20],
)
def test_what_is_no_form_is_refused_in_words(text: str, words: str) -> None:
    assert any(words in error.message for error in errors_of(text))


SPOILS = [
    "|",
    "\n",
    "${",
    "}",
    "'",
    "(",
    ")",
    "#",
    "\\|",
    "<b>",
    "&",
    "]]>",
    "\x1b",
    "::",
    "begin_group",
    "jr:itext('",
    "\ud7ff",
]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 12), st.sampled_from(SPOILS)), min_size=1, max_size=4))
def test_a_spoiled_form_compiles_or_is_refused_and_nothing_else(spoils: list[tuple[int, int, str]]) -> None:
    text = source(
        {"type": "integer", "name": "n", "constraint": ". >= 0 and regex(., '[0-9]+')", "required": "yes"},
        {"type": "select_one yes_no", "name": "s", "relevant": "${n} > 1"},
    )
    for place, cut, inserted in spoils:
        at = place % len(text)
        text = text[:at] + inserted + text[at + cut :]
    try:
        form = compile_form(text, file="thu.md", occurrence="day")
    except FormRefused as refused:
        assert all(error.message and error.file == "thu.md" for error in refused.errors)  # noqa: PT017
    else:
        assert form["hash"] == form_hash(form)


def test_groups_may_be_nested_twelve_deep_and_no_deeper() -> None:
    def nested(depth: int) -> str:
        begin = [{"type": "begin_group", "name": f"g{level}"} for level in range(depth)]
        return source(*begin, NAME, *({"type": "end_group"} for _ in range(depth)))

    form = compile_form(nested(12), file="thu.md", occurrence="day")
    assert form["fields"][1] == "/".join([*(f"g{level}" for level in range(12)), "a"])
    assert any("more than 12 deep" in error.message for error in errors_of(nested(13)))


def test_a_form_in_pages_says_so_and_no_other_form_says_anything() -> None:
    assert compiled(NAME, settings={"style": "pages"})["style"] == "pages"
    assert "style" not in compiled(NAME)


def test_what_or_other_adds_speaks_the_languages_of_the_form() -> None:
    asked, other = compiled({"type": "select_one yes_no or_other", "name": "s"})["nodes"][1:]
    assert asked["choices"][2] == {"v": "other", "label": {"vi": "Khác", "en": "Other", "km": "ផ្សេងទៀត"}}
    assert (other["path"], other["label"]["vi"]) == ("s_other", "Ghi rõ nội dung khác")


def test_what_or_other_adds_to_a_list_speaks_them_in_each_question_with_that_list() -> None:
    ranked = {"type": "rank yes_no", "name": "r"}
    nodes = compiled({"type": "select_one yes_no or_other", "name": "s"}, ranked)["nodes"][1:]
    found = next(node for node in nodes if node.get("path") == "r")
    assert found["choices"][2]["label"] == {"vi": "Khác", "en": "Other", "km": "ផ្សេងទៀត"}


def test_a_forms_own_words_for_other_stay() -> None:
    choices = (*YES_NO, {"list_name": "yes_no", "name": "other"})
    asked = compiled({"type": "select_one yes_no or_other", "name": "s"}, choices=choices)["nodes"][1]
    assert asked["choices"][2]["label"] == {"vi": "other vi", "en": "other en", "km": "other km"}
