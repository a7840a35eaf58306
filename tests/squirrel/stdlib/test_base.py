"""The base library."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from squirrel import VM

COUNT = "error: wrong number of parameters"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("getroottable() == this", "True"),
        ("getroottable(1)", COUNT),
        ("assert(1)", "None"),
        ('assert("")', "None"),
        ("assert(0.0)", "error: assertion failed"),
        ("assert(null)", "error: assertion failed"),
        ('assert(true, "text")', COUNT),
        ("array(2)", "[None, None]"),
        ('array(2.9, "x")', "['x', 'x']"),
        ("array(-1)", "error: negative size"),
        ("array(2000000000)", "error: out of memory"),
        ('array("x")', "error: parameter 1 has an invalid type 'string' ; expected: 'integer|float'"),
        ("array()", COUNT),
        (
            '[type(null), type(1), type(1.5), type(true), type(""), type({}), type([])]',
            "['null', 'integer', 'float', 'bool', 'string', 'table', 'array']",
        ),
        (
            "[type(print), type(@() 1), type(class {}), type([].weakref()), type(blob(1))]",
            "['function', 'function', 'class', 'weakref', 'meta']",
        ),
        ('class A { function _typeof() { return "mine"; } } return [type(A()), typeof A()]', "['instance', 'mine']"),
        ("type()", COUNT),
        ("dummy(1, 2, 3)", "None"),
        ("typeof collectgarbage()", "'integer'"),
        ("local f; f = function(a) { return callee() == f; }; return f(1)", "True"),
        ("[_versionnumber_, _version_, _charsize_, _intsize_, _floatsize_]", "[304, 'Squirrel 3.0.4 stable', 1, 4, 4]"),
    ],
)
def test_result(evaluate: Callable[[str], str], source: str, expected: str) -> None:
    assert evaluate(source) == expected


@pytest.mark.parametrize(
    "name",
    [
        "setroottable",
        "getconsttable",
        "setconsttable",
        "compilestring",
        "setdebughook",
        "seterrorhandler",
        "getstackinfos",
        "newthread",
        "suspend",
        "enabledebuginfo",
        "resurrectunreachable",
        "getenv",
        "system",
        "remove",
        "rename",
        "escape",
        "startswith",
        "sin",
        "rand",
        "stream",
        "file",
    ],
)
def test_absent(evaluate: Callable[[str], str], name: str) -> None:
    assert evaluate(name) == f"error: the index '{name}' does not exist"


def test_print_and_error_hand_over_the_text() -> None:
    output: list[str] = []
    VM(print_function=output.append).run(r'print(1.0); print("a\n"); error(null); print(blob(1))')
    assert output == ["1", "a\n", "(null : (nil))", "\0"]


def test_cycles_are_collected(evaluate: Callable[[str], str]) -> None:
    source = """
        local a = []
        a.append(a)
        local w = a.weakref()
        a = null
        local before = w.ref() != null
        collectgarbage()
        return [before, w.ref()]
    """
    assert evaluate(source) == "[True, None]"
