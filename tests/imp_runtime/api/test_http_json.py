"""``http.jsonencode`` and ``http.jsondecode`` (http sheet, sections 3.2 and 3.3; decisions 8 and 9)."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imp_runtime.api.http_json import decode_json, encode_json
from imp_runtime.natives import host_text
from squirrel.errors import SquirrelError
from squirrel.ops.text import LONGEST_TEXT
from squirrel.values.array import Array
from squirrel.values.numbers import round32
from squirrel.values.table import Table
from squirrel.vm import VM
from tests.imp_runtime.squirrel_values import byte_view, json_values, plain
from tests.in_process import run

MACHINE = VM().machine


def encoded(expression: str, settings: str = "") -> list[str]:
    """The log of a script that logs the JSON text of an expression."""
    return run(f"server.log(http.jsonencode({expression}{settings}));").lines


@pytest.mark.parametrize(
    ("value", "spaced", "compact"),
    [
        ("null", "null", "null"),
        ("true", "true", "true"),
        ("-2147483648", "-2147483648", "-2147483648"),
        ("25.3489", "25.3489", "25.3489"),
        ("2.0", "2", "2"),
        ("1e10", "1e+10", "1e+10"),
        ("1.0/3", "0.333333", "0.333333"),
        ('"text"', '"text"', '"text"'),
        ("{}", "{ }", "{}"),
        ("[]", "[ ]", "[]"),
        ("[1]", "[ 1 ]", "[1]"),
        ("[1, [2, []], {}]", "[ 1, [ 2, [ ] ], { } ]", "[1,[2,[]],{}]"),
        ("{ a = 1 }", '{ "a": 1 }', '{"a":1}'),
        ("{ data = { x = 1 } }", '{ "data": { "x": 1 } }', '{"data":{"x":1}}'),
        ('{ measureTime = "1516646039", data = 8 }', '{ "measureTime": "1516646039", "data": 8 }', None),
        ("{ temperature = 25.3489, humidity = 48.6382 }", '{ "humidity": 48.6382, "temperature": 25.3489 }', None),
    ],
)
def test_layout(value: str, spaced: str, compact: str | None) -> None:
    assert encoded(value) == [spaced]
    if compact is not None:
        assert encoded(value, ", { compact = true }") == [compact]


def test_slots_come_in_the_order_of_the_table() -> None:
    slots = ", ".join(f"{name} = 0" for name in "abcdefghi")
    assert list(json.loads(encoded(f"{{ {slots} }}")[0])) == list("acbedgfih")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (r'"\"\\/"', r'"\"\\/"'),
        (r'"\n\r\t"', r'"\n\r\t"'),
        (r'"\x01\x1f\x08\x0c\x7f"', '"\\u0001\\u001f\\b\\f\x7f"'),
        ('"Käse €"', '"Käse €"'),
    ],
)
def test_escapes(text: str, expected: str) -> None:
    assert encoded(text) == [expected]


def test_settings() -> None:
    assert encoded("[1]", ", {}") == ["[ 1 ]"]
    assert encoded("[1]", ", null") == ["[ 1 ]"]
    assert encoded("[1]", ", { compact = false }") == ["[ 1 ]"]
    ran = run("try { http.jsonencode(1, 2); } catch (e) { server.log(e); }")
    assert ran.lines == ["parameter 2 has an invalid type 'integer' ; expected: 'null|table'"]


def test_members_that_json_cannot_carry_are_dropped_without_a_word() -> None:
    members = (
        '{ f = function() {}, c = class {}, i = class {}(), b = blob(3), s = "\\xff", z = "a\\x00", g = print, k = 1 }'
    )
    assert encoded(members) == ['{ "k": 1 }']
    assert encoded('[function() {}, 1, blob(3), "\\xff", 2, class {}]') == ["[ 1, 2 ]"]
    assert encoded('{ f = function() {}, ["\\xff"] = 1, [null || {}] = 2 }') == ["{ }"]
    assert encoded("{ a = [blob(1)] }") == ['{ "a": [ ] }']


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ("function() {}", "function"),
        ("class {}", "class"),
        ("class {}()", "instance"),
        ("blob(1)", "blob"),
        ("server", "server"),
        ('"\\xff"', "string that is not UTF-8, or has a NUL"),
    ],
)
def test_what_is_no_json_itself_is_null_and_logged(value: str, kind: str) -> None:
    assert encoded(value) == [f"ERROR: http.jsonencode: a {kind} cannot be JSON; it became null", "null"]


def test_what_is_no_number_is_null() -> None:
    infinite = "local inf = 1e30 * 1e30; "
    ran = run(infinite + "server.log(http.jsonencode([inf, -inf, inf - inf])); server.log(http.jsonencode(inf));")
    assert ran.lines == ["[ null, null, null ]", "null"]


def test_keys_become_strings_and_may_meet() -> None:
    assert json.loads(encoded('{ [1] = "a", [2.5] = "b", [true] = "c" }')[0]) == {"1": "a", "2.5": "b", "true": "c"}
    both = encoded('{ [0] = "integer", ["0"] = "string" }')[0]
    assert both in ('{ "0": "integer" }', '{ "0": "string" }')


def test_delegates_do_not_count_and_weak_references_are_what_they_point_at() -> None:
    assert encoded("{ own = 1 }.setdelegate({ inherited = 2 })") == ['{ "own": 1 }']
    ran = run(
        "local inner = { x = 1 }; local t = { r = inner.weakref() };\n"
        "server.log(http.jsonencode(t)); inner = null; server.log(http.jsonencode(t));"
    )
    assert ran.lines == ['{ "r": { "x": 1 } }', '{ "r": null }']


@pytest.mark.parametrize(
    ("prepare", "text"),
    [
        ("local v = {}; v.me <- v;", "cannot serialize a circular structure: the table contains itself"),
        ("local v = [1]; v.push([v]);", "cannot serialize a circular structure: the array contains itself"),
        (
            "local v = []; for (local i = 0; i < 5000; i++) v = [v];",
            "cannot serialize more than 1000 levels of nesting",
        ),
        (
            'local v = ["0123456789abcdef"]; for (local i = 0; i < 12; i++) v[0] += v[0];\n'
            "for (local i = 0; i < 60; i++) v = [v, v];",
            "out of memory",
        ),
    ],
)
def test_structures_that_cannot_be_written(prepare: str, text: str) -> None:
    ran = run(f'{prepare} try {{ http.jsonencode(v); }} catch (e) {{ server.log(e); }} server.log("on");')
    assert ran.lines == [text, "on"]


def test_the_same_container_twice_is_no_circle() -> None:
    assert run("local t = { x = 1 }; server.log(http.jsonencode([t, t]));").lines == ['[ { "x": 1 }, { "x": 1 } ]']


def test_a_thousand_levels_are_fine() -> None:
    ran = run(
        "local v = []; for (local i = 0; i < 999; i++) v = [v];\n"
        "local text = http.jsonencode(v, { compact = true }); server.log(text.len());\n"
        "server.log(http.jsonencode(http.jsondecode(text), { compact = true }) == text);"
    )
    assert ran.lines == ["2000", "true"]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("null", None),
        (" true ", True),
        ("-0", 0),
        ("2147483647", 2147483647),
        ("-2147483648", -2147483648),
        ("2147483648", 2147483648.0),
        ("-2147483649", round32(-2147483649.0)),
        ("12345678901234567890", round32(12345678901234567890.0)),
        ("1.1", round32(1.1)),
        ("1e2", 100.0),
        ("1E400", float("inf")),
        ("-1e39", float("-inf")),
        ("9" * 100_000, float("inf")),
        ('""', ""),
        (r'"\"\\\/\b\f\n\r\t"', '"\\/\b\f\n\r\t'),
        (r'"\u0041\u00e9\u20ac"', "A" + byte_view("é€")),
        (r'"\ud83d\ude00"', byte_view("😀")),
        (r'"\ud83d"', byte_view("\ufffd")),
        (r'"\ud83dx\ude00"', byte_view("\ufffdx\ufffd")),
        (r'"\ude00\ud83d"', byte_view("\ufffd\ufffd")),
        (r'"\\u00e9 \\\u00e9"', "\\u00e9 \\" + byte_view("é")),
        (r'"\u0000"', "\0"),
        (byte_view('"é😀"'), byte_view("é😀")),
        ('"\xff"', "\xff"),
    ],
)
def test_decoded_scalars(text: str, value: object) -> None:
    decoded = decode_json(text)
    assert (type(decoded), decoded) == (type(value), value)


def test_decoded_containers() -> None:
    decoded = decode_json('{"a": [1, [2, {"b": []}], {"c": [[3]]}], "d": {}, "\\u00e9": 0}')
    assert isinstance(decoded, Table)
    assert set(decoded.keys()) == {"a", "d", byte_view("é")}
    assert encode_json(MACHINE, decoded.get("a"), compact=True) == '[1,[2,{"b":[]}],{"c":[[3]]}]'
    assert isinstance(decoded.get("d"), Table)


def test_of_members_with_one_name_the_last_counts() -> None:
    assert plain(decode_json('{"a": 1, "b": 2, "a": {"a": 3, "a": 4}}')) == plain(decode_json('{"a":{"a":4},"b":2}'))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "expecting value at line 1, column 1"),
        ("  ", "expecting value at line 1, column"),
        ("nul", "expecting value at line 1, column 1"),
        ("{'a': 1}", "expecting property name enclosed in double quotes at line 1, column 2"),
        ("'a'", "expecting value at line 1, column 1"),
        ("[1,]", "at line 1, column"),
        ('{"a": 1,}', "at line 1, column"),
        ('{"a" 1}', "expecting ':' delimiter at line 1, column 6"),
        ('{"a": 1', "expecting ',' delimiter at line 1, column 8"),
        ('[1\n, "a', "unterminated string at line 2, column 3"),
        ("1 2", "extra data at line 1, column 3"),
        ("{}x", "extra data at line 1, column 3"),
        ('"\\u00e9" x', "extra data at line 1, column 10"),
        ('"\\u12"', "invalid \\uXXXX escape at line 1, column"),
        ('"\\x41"', "invalid \\escape"),
        ('"a\nb"', "invalid control character at line 1, column 3"),
        ("01", "extra data at line 1, column 2"),
        ("+1", "expecting value at line 1, column 1"),
        (".5", "expecting value at line 1, column 1"),
        ("1.", "extra data at line 1, column 2"),
        ("NaN", "NaN is no JSON value"),
        ('{"a": [-Infinity]}', "-Infinity is no JSON value"),
        ("// comment\n1", "expecting value at line 1, column 1"),
        ("\xef\xbb\xbf1", "expecting value at line 1, column 1"),
        ("[" * 100_000, "more than 1000 levels of nesting"),
        ("[" * 100_000 + "]" * 100_000, "more than 1000 levels of nesting"),
        ('{"a":' * 100_000, "more than 1000 levels of nesting"),
        ("[" * 1001 + "]" * 1001, "more than 1000 levels of nesting"),
    ],
)
def test_errors(text: str, message: str) -> None:
    with pytest.raises(SquirrelError) as caught:
        decode_json(text)
    assert isinstance(caught.value.value, str)
    assert caught.value.value.startswith("json parse error: ")
    assert message in caught.value.value


def test_brackets_in_strings_are_no_nesting() -> None:
    text = "[" * 5000 + '\\"{'
    assert decode_json(f'["{text}"]') is not None
    assert isinstance(decode_json("[" + "[[]]," * 3000 + "1]"), Array)


def test_errors_can_be_caught_and_name_the_place() -> None:
    ran = run(
        'try { http.jsondecode("{ \\"a\\": }"); } catch (e) { server.log(e); }\n'
        "try { http.jsondecode(1); } catch (e) { server.log(e); }\n"
        "try { http.jsondecode(); } catch (e) { server.log(e); }"
    )
    assert ran.lines == [
        "json parse error: expecting value at line 1, column 8",
        "parameter 1 has an invalid type 'integer' ; expected: 'string'",
        "wrong number of parameters",
    ]


def test_functions_can_be_kept_and_bound() -> None:
    assert run("local e = http.jsonencode.bindenv(http); server.log(e([1])); [2].map(http.jsonencode);").lines == [
        "[ 1 ]"
    ]


@given(json_values)
def test_what_is_encoded_is_json(value: object) -> None:
    for compact in (False, True):
        text = encode_json(MACHINE, value, compact=compact)
        assert "\n" not in text
        # Python's reader sees the same structure; its floats differ in digits.
        assert shape(json.loads(text.encode("latin-1"))) == shape(python_of(value))


@given(json_values)
def test_round_trip_with_exact_numbers(value: object) -> None:
    text = encode_json(MACHINE, value, compact=True, number_text=float.__repr__)
    assert plain(decode_json(text)) == plain(value)


@given(
    st.recursive(
        st.one_of(st.none(), st.booleans(), st.integers(-(2**31), 2**31 - 1), st.text(max_size=10)),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
        max_leaves=20,
    ),
    st.booleans(),
    st.sampled_from([None, 1]),
)
def test_decoding_agrees_with_python(value: object, ascii_only: bool, indent: int | None) -> None:
    text = json.dumps(value, ensure_ascii=ascii_only, indent=indent)
    assert python_of(decode_json(byte_view(text))) == value


@given(st.text(max_size=30) | st.text('[]{}",:\\u0dD8aE1-. tfn\n', max_size=30))
def test_any_text_is_decoded_or_refused(text: str) -> None:
    try:
        decode_json(byte_view(text))
    except SquirrelError as error:
        assert str(error.value).startswith("json parse error: ")


def python_of(value: object) -> object:
    if isinstance(value, Array):
        return [python_of(item) for item in value.items]
    if isinstance(value, Table):
        keys = value.keys()
        return {host_text(str(key)): python_of(value.get(key)) for key in keys}
    return host_text(value) if isinstance(value, str) else value


def shape(value: object) -> object:
    if isinstance(value, list):
        return [shape(item) for item in value]
    if isinstance(value, dict):
        return {key: shape(item) for key, item in value.items()}
    return float(f"{value:.6g}") if isinstance(value, float) else value


def test_the_limit_is_that_of_strings() -> None:
    with pytest.raises(SquirrelError, match="out of memory"):
        encode_json(MACHINE, Array(["x" * (LONGEST_TEXT // 2)] * 3), compact=True)
